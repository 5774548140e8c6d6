INSERT INTO ledger
SELECT deal, label, state, moment, CASE WHEN isnan(amount) THEN NULL ELSE amount END, currency,
    owner, seen
FROM known
