WITH ignored AS (
    SELECT label, count(*) AS times FROM judged WHERE why IS NULL AND state = $ignored GROUP BY label
)
SELECT
    sum(times)::BIGINT,
    (SELECT string_agg('"' || label || '" ' || times, ', ' ORDER BY times DESC, label)
     FROM (SELECT * FROM ignored ORDER BY times DESC, label LIMIT 5)),
    count(*)
FROM ignored
