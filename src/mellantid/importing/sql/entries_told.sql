-- What changed with each event. `first` is the first thing that anybody knows of a deal: it carries
-- amount and owner itself.
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
        CASE WHEN newer THEN coalesce(known_currency, '')
             ELSE coalesce(currency_before, CASE WHEN later THEN coalesce(known_currency, '') END)
        END AS currency_before,
        CASE WHEN newer THEN known_owner
             ELSE coalesce(owner_before, CASE WHEN later THEN known_owner END) END AS owner_before
    FROM latest
)
SELECT deal, label, state, moment, after, known, sequence, amount, currency, owner, reason, tied,
    repeated, "row", old,
    state_before IS NULL AS first,
    state IS DISTINCT FROM state_before AS moved,
    CASE
        WHEN state_before IS NULL AND NOT old THEN 'created'
        WHEN state = $won_state THEN 'won'
        WHEN state = $lost_state THEN 'lost'
        WHEN state_before >= $won_state THEN 'reopened'
        ELSE 'moved'
    END AS kind,
    state_before IS NOT NULL AND amount IS NOT NULL
        AND (amount, coalesce(currency, '')) IS DISTINCT FROM (amount_before, currency_before)
        AS amount_moved,
    state_before IS NOT NULL AND owner IS NOT NULL AND owner IS DISTINCT FROM owner_before
        AS owner_moved
FROM before
