-- Amount and owner in a file with one row per deal are those of today. What the ledger has already
-- is left as it was known then; a value that differs goes with the deal's first new movement, or,
-- where it has none, was seen to have changed between the last look and this one.
CREATE OR REPLACE TABLE event AS
WITH told AS (
    SELECT event.*, ledger.moment AS known_at FROM event LEFT JOIN ledger USING (deal)
),
quiet AS (
    SELECT deal FROM told WHERE known_at IS NOT NULL GROUP BY deal HAVING max(moment) <= max(known_at)
)
SELECT
    "row", deal, label, state, moment, after, known, sequence,
    CASE WHEN moment > coalesce(known_at, -1) THEN amount END AS amount,
    CASE WHEN moment > coalesce(known_at, -1) THEN currency END AS currency,
    CASE WHEN moment > coalesce(known_at, -1) THEN owner END AS owner, reason
FROM told
UNION ALL
SELECT
    present."row", deal, ledger.label, ledger.state, $observed,
    least(greatest(coalesce(ledger.seen, 0), ledger.moment), $observed - 1), $observed, NULL,
    present.amount, present.currency, present.owner, NULL
FROM (
    SELECT "row", deal, amount_number AS amount, $currency AS currency, $owner AS owner
    FROM judged WHERE why IS NULL AND coalesce(state, 0) >= 0
) AS present
JOIN quiet USING (deal) JOIN ledger USING (deal)
WHERE ledger.moment < $observed
