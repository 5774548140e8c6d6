SELECT
    count(*) FILTER (after = 0),
    (SELECT string_agg(stage || ' ' || times, ', ' ORDER BY times DESC, stage)
     FROM (SELECT stage, count(*) AS times FROM made
           WHERE after = 0 AND stage IS NOT NULL GROUP BY stage)),
    count(*) FILTER (after > 0 AND stage IS NOT NULL)
FROM made
WHERE after IS NOT NULL
