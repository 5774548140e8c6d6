-- Ledger entries, in the order in which things happened. The key says what an entry says, so that
-- the same fact has the same key in whatever file it comes, and no two facts share one: what stands
-- before the last part is escaped or a number. It is made after the sorting, which it would slow.
CREATE OR REPLACE TABLE made AS
WITH exploded AS (
    SELECT kind, label AS stage, deal, moment, after, known, sequence, tied,
        CASE WHEN brings_amount THEN amount END AS amount,
        CASE WHEN brings_amount THEN currency END AS currency,
        CASE WHEN brings_owner THEN owner END AS owner, reason, state, "row"
    FROM told WHERE moved
    UNION ALL
    SELECT 'amount_changed', NULL, deal, moment, after, known, sequence, tied, amount, currency,
        NULL, NULL, -2, "row"
    FROM told WHERE amount_moved
    UNION ALL
    SELECT 'owner_changed', NULL, deal, moment, after, known, sequence, tied, NULL, NULL, owner,
        NULL, -1, "row"
    FROM told WHERE owner_moved
),
numbered AS (
    SELECT *, 1 AS time, NULL::VARCHAR AS tie FROM exploded WHERE NOT tied
    UNION ALL
    SELECT * REPLACE ($tied_sequence AS sequence),
        row_number() OVER (
            PARTITION BY deal, moment, least(state, 0),
                coalesce(stage, amount || ' ' || coalesce(currency, ''), owner)
            ORDER BY sequence, "row"
        ) AS time,
        coalesce(stage, amount || ' ' || coalesce(currency, ''), owner) || chr(0) || time
    FROM exploded WHERE tied
)
SELECT kind, stage, deal, moment, after, known, coalesce(sequence, 0) AS sequence, amount, currency,
    owner, reason,
    moment || '/' || $process || '/'
        || CASE WHEN contains(deal, '/') OR contains(deal, '\')
                THEN replace(replace(deal, '\', '\\'), '/', '\/') ELSE deal END
        || '/' || CASE WHEN time > 1 THEN time::VARCHAR ELSE '' END
        || CASE WHEN after IS NULL THEN '' ELSE '?' END
        || CASE WHEN stage IS NOT NULL THEN '>' || stage
                WHEN kind = 'owner_changed' THEN 'owner ' || owner
                ELSE 'amount ' || amount || coalesce(' ' || currency, '') END AS key
FROM (
    SELECT * FROM numbered ORDER BY moment, deal, coalesce(sequence, 0), state, tie
)
