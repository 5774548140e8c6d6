-- Deals taken, movements, entries, and those of them that the ledger does not have.
SELECT
    (SELECT count(DISTINCT deal) FROM judged WHERE why IS NULL AND coalesce(state, 0) >= 0),
    (SELECT count(*) FROM made WHERE stage IS NOT NULL),
    (SELECT count(*) FROM made),
    (SELECT count(*) FROM $added)
