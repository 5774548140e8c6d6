-- What changed with each event. The first amount and owner that are known of a deal come with the
-- movement that they come with; a later one is a change of its own.
CREATE OR REPLACE TABLE told AS
WITH latest AS (
    SELECT *,
        coalesce(known_at < moment AND (moment_before IS NULL OR known_at > moment_before), false) AS newer,
        coalesce(known_at < moment, false) AS later,
        coalesce(moment = moment_before OR moment = moment_next, false) AS tied
    FROM sorted
),
before AS (
    SELECT * EXCLUDE (state_before, amount_before, currency_before, owner_before),
        CASE WHEN newer THEN known_state ELSE state_before END AS state_before,
        CASE WHEN newer THEN known_amount
             ELSE coalesce(amount_before, CASE WHEN later THEN known_amount END) END
            AS amount_before,
        CASE WHEN newer THEN known_currency
             ELSE coalesce(currency_before, CASE WHEN later THEN known_currency END) END
            AS currency_before,
        CASE WHEN newer THEN known_owner
             ELSE coalesce(owner_before, CASE WHEN later THEN known_owner END) END AS owner_before
    FROM latest
)
SELECT deal, label, state, moment, after, known, sequence, amount, currency, owner, reason, tied,
    "row", old,
    state IS DISTINCT FROM state_before AND amount_before IS NULL AS brings_amount,
    state IS DISTINCT FROM state_before AND owner_before IS NULL AS brings_owner,
    state IS DISTINCT FROM state_before AS moved,
    CASE
        WHEN state_before IS NULL AND NOT old THEN 'created'
        WHEN state = $won_state THEN 'won'
        WHEN state = $lost_state THEN 'lost'
        WHEN state_before >= $won_state THEN 'reopened'
        ELSE 'moved'
    END AS kind,
    NOT brings_amount AND amount IS NOT NULL
        AND (amount IS DISTINCT FROM amount_before
             OR (currency IS NOT NULL AND currency IS DISTINCT FROM currency_before))
        AS amount_moved,
    NOT brings_owner AND owner IS NOT NULL AND owner IS DISTINCT FROM owner_before
        AS owner_moved
FROM before
