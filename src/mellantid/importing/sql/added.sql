-- What the ledger does not have yet, in order.
CREATE OR REPLACE TABLE added AS
SELECT * FROM made WHERE key NOT IN (SELECT key FROM taken) ORDER BY rowid
