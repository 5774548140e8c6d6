-- Facts that the ledger has with another amount or owner.
SELECT count(*), arg_min(deal, key) FROM made JOIN taken USING (key)
WHERE (made.amount IS NOT NULL AND made.amount IS DISTINCT FROM taken.amount)
   OR (made.owner IS NOT NULL AND made.owner IS DISTINCT FROM taken.owner)
