-- One row per deal as it stands: the creation, where it has a date, and the present stage: at its
-- own date where it has one, else observed, which is some time between the last look and this one.
-- `began` and `arrived` are the moments of creation and of entry into the present stage.
CREATE OR REPLACE TABLE snapshot AS
SELECT
    judged.*, $created AS began, $entered_state AS entered_state,
    -- A close without time of day may lie before a creation with one on the same day.
    CASE WHEN judged.state >= $won_state AND $closed <= $observed
         THEN greatest($closed, coalesce($created, $closed))
         WHEN $changed <= $observed THEN $changed END AS arrived,
    ledger.state AS known_state, ledger.moment AS known_at, ledger.seen AS seen
FROM judged LEFT JOIN ledger USING (deal)
WHERE why IS NULL AND judged.state >= 0;

CREATE OR REPLACE TABLE event AS
SELECT
    "row", deal, $entered_label AS label, entered_state AS state, began AS moment,
    NULL::BIGINT AS after, began AS known, NULL::BIGINT AS sequence,
    CASE WHEN $amount_at_creation OR state < $won_state THEN amount_number END AS amount,
    CASE WHEN $amount_at_creation OR state < $won_state THEN $currency END AS currency,
    $owner AS owner, NULL::VARCHAR AS reason
FROM snapshot
WHERE began IS NOT NULL
UNION ALL
SELECT
    "row", deal, label, state, coalesce(arrived, $observed),
    CASE WHEN arrived IS NULL
         THEN least(greatest(coalesce(seen, 0), coalesce(known_at, 0), coalesce(began, 0)),
                    $observed - 1) END,
    coalesce(arrived, $observed), NULL, amount_number, $currency, $owner, $reason
FROM snapshot
WHERE arrived IS NOT NULL
   OR (arrived IS NULL AND coalesce(known_at, 0) <= $observed
       AND state IS DISTINCT FROM
           coalesce(known_state, CASE WHEN began IS NOT NULL THEN entered_state END))
