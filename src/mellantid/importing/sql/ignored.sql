SELECT sum(times)::BIGINT, string_agg('"' || label || '" ' || times, ', ' ORDER BY times DESC, label)
FROM (SELECT label, count(*) AS times FROM judged
      WHERE why IS NULL AND state = $ignored GROUP BY label)
