-- What the ledger knows already: how each deal stands, and the keys that are taken.
CREATE OR REPLACE TABLE ledger (
    deal VARCHAR, label VARCHAR, state INTEGER, moment BIGINT, amount DOUBLE, currency VARCHAR,
    owner VARCHAR, seen BIGINT
);
CREATE OR REPLACE TABLE taken (key VARCHAR, amount DOUBLE, owner VARCHAR)
