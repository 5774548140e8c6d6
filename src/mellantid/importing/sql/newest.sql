SELECT max($at), arg_max($local, $at) FROM reading
WHERE $at <= $now AND $at BETWEEN 0 AND $latest
