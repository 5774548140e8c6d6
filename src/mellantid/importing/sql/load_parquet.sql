CREATE OR REPLACE TABLE raw AS
SELECT file_row_number + 1 AS "row", $picked
FROM read_parquet($path, file_row_number = true)
