-- The columns that the map names: text without blanks around it and without the spellings of
-- nothing; then wall-clock times; then moments and the amount as a number.
CREATE OR REPLACE TABLE reading AS
WITH cleaned AS (SELECT "row", $texts FROM source),
-- Materialised: else each comparison with a change of the clock would parse the text again.
told AS MATERIALIZED (SELECT *, $locals FROM cleaned)
SELECT *, $moments, $amount AS amount_number FROM told
