-- Rows that say the very same as another one, which stands at the same moment then.
SELECT count(*) - count(DISTINCT (deal, moment, sequence, label, amount, currency, owner, reason))
FROM told WHERE tied
