SELECT
    count(*) FILTER (state >= $won_state AND amount_number IS NOT NULL),
    count(*) FILTER (state < $won_state AND amount_number IS NOT NULL)
FROM judged WHERE why IS NULL AND state >= 0
  AND (SELECT count(*) FROM judged WHERE why IS NULL AND state BETWEEN 0 AND $won_state - 1) > 0
