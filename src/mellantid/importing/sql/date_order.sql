-- How many dates have a first, and how many a second number above 12.
WITH parts AS (
    SELECT string_split_regex(trim($column), '[-/.]') AS part FROM source WHERE $column IS NOT NULL
)
SELECT
    count(*) FILTER (TRY_CAST(part[1] AS INTEGER) BETWEEN 13 AND 31),
    count(*) FILTER (TRY_CAST(part[2] AS INTEGER) BETWEEN 13 AND 31)
FROM parts
