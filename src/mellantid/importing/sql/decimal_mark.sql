-- How many values can only have a decimal comma, and how many only a decimal point. A single mark
-- before three digits says nothing: it may group thousands.
SELECT
    count(*) FILTER (regexp_matches($column, ',(\d{1,2}|\d{4,})\D*$$|\.\d{3},\d')),
    count(*) FILTER (regexp_matches($column, '\.(\d{1,2}|\d{4,})\D*$$|,\d{3}\.\d'))
FROM source
WHERE contains($column, ',')
