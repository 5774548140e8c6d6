SELECT min(local), max(local) FROM (SELECT $local AS local FROM source)
WHERE local BETWEEN 0 AND $latest
