SELECT $local // $day AS date, count(*) AS count FROM reading
WHERE $local IS NOT NULL AND $local >= 0 GROUP BY ALL ORDER BY date
