-- Events in order within their deal, each beside what was true before it: in the file, or in the
-- ledger where that is newer. Ties go by the source's order, else along the course.
CREATE OR REPLACE TABLE sorted AS
SELECT
    event.* EXCLUDE (said), ledger.moment AS known_at, ledger.state AS known_state, ledger.amount AS known_amount,
    ledger.currency AS known_currency, ledger.owner AS known_owner, ledger.deal IS NOT NULL AS old,
    lag(event.moment) OVER w AS moment_before, lead(event.moment) OVER w AS moment_next,
    lag(event.state) OVER w AS state_before,
    lag(event.amount IGNORE NULLS) OVER w AS amount_before,
    lag(CASE WHEN event.amount IS NOT NULL THEN coalesce(event.currency, '') END IGNORE NULLS)
        OVER w AS currency_before,
    lag(event.owner IGNORE NULLS) OVER w AS owner_before,
    lag(said) OVER w = said AS repeated
FROM (
    SELECT *, hash(moment, sequence, label, amount, currency, owner, reason) AS said FROM event
) AS event
LEFT JOIN ledger USING (deal)
WINDOW w AS (
    PARTITION BY event.deal
    ORDER BY event.moment, event.sequence, event.state, event.label, event.amount, event.owner,
             event.reason, event."row"
)
