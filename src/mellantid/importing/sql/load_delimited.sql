-- A text table as it stands. One row for each record, in the file's order.
CREATE OR REPLACE TABLE raw AS
SELECT $picked
FROM read_csv(
    $path, header = false, skip = $skip, delim = $delimiter, quote = '"', escape = '"',
    columns = {$columns}, auto_detect = false, null_padding = $padding, parallel = $parallel,
    max_line_size = 16777216
)
