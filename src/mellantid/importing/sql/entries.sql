-- Events in order within their deal, each beside what was true before it: in the file, or in the
-- ledger where that is newer. Ties go by the source's order, else along the course.
CREATE OR REPLACE TABLE sorted AS
SELECT
    event.*, ledger.moment AS known_at, ledger.state AS known_state, ledger.amount AS known_amount,
    ledger.currency AS known_currency, ledger.owner AS known_owner, ledger.deal IS NOT NULL AS old,
    lag(event.moment) OVER w AS moment_before, lead(event.moment) OVER w AS moment_next,
    lag(event.state) OVER w AS state_before,
    $amount_before AS amount_before, $currency_before AS currency_before,
    $owner_before AS owner_before
FROM event LEFT JOIN ledger USING (deal)
WINDOW w AS (
    PARTITION BY event.deal
    ORDER BY event.moment, event.sequence, event.state, event.label, event.amount, event.owner,
             event.reason, event."row"
)
