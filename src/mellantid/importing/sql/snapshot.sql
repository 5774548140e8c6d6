-- One row per deal as it stands: the creation, where it has a date, and the present stage: at its
-- own date where it has one, else observed, which is some time between the last look and this one.
CREATE OR REPLACE TABLE snapshot AS
SELECT
    judged.*, $created AS created, $entered_state AS entered_state,
    -- A close without time of day may lie before a creation with one on the same day.
    CASE WHEN state >= $won_state AND $closed <= $observed
         THEN greatest($closed, coalesce($created, $closed))
         WHEN $changed <= $observed THEN $changed END AS entered,
    ledger.state AS known_state, ledger.moment AS known_at, ledger.seen AS seen
FROM judged LEFT JOIN ledger USING (deal)
WHERE why IS NULL AND judged.state >= 0;

CREATE OR REPLACE TABLE event AS
SELECT
    "row", deal, $entered_label AS label, entered_state AS state, created AS moment,
    NULL::BIGINT AS after, created AS known, NULL::BIGINT AS sequence,
    CASE WHEN $amount_at_creation OR state < $won_state THEN amount_number END AS amount,
    CASE WHEN $amount_at_creation OR state < $won_state THEN $currency END AS currency,
    $owner AS owner, NULL::VARCHAR AS reason
FROM snapshot
WHERE created IS NOT NULL
UNION ALL
SELECT
    "row", deal, label, state, coalesce(entered, $observed),
    CASE WHEN entered IS NULL
         THEN least(greatest(coalesce(seen, 0), coalesce(known_at, 0), coalesce(created, 0)),
                    $observed - 1) END,
    coalesce(entered, $observed), NULL, amount_number, $currency, $owner, $reason
FROM snapshot
WHERE entered IS NOT NULL
   OR (state IS DISTINCT FROM coalesce(known_state, CASE WHEN created IS NOT NULL THEN entered_state END)
       AND coalesce(known_at, 0) <= $observed)
