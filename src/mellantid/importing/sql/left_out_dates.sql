-- Dates that could not be used though the rest of their row could.
SELECT count(why), arg_min('row ' || "row" || ', ' || why, "row")
FROM (SELECT "row", $why AS why FROM judged WHERE why IS NULL)
WHERE why IS NOT NULL
