-- One row for each deal: rows that agree in all that the map names are one; of rows that disagree,
-- the one with the latest date speaks, whatever the order of the rows.
CREATE OR REPLACE TABLE judged AS
WITH distinct_rows AS (
    SELECT min("row") AS "row", count(*) AS times, $columns FROM reading GROUP BY ALL
),
ranked AS (
    SELECT *, row_number() OVER ranking AS place, first_value("row") OVER ranking AS spoken
    FROM distinct_rows
    WINDOW ranking AS (PARTITION BY deal ORDER BY $newest DESC NULLS LAST, $texts)
)
SELECT
    ranked.*, label.label, label.state,
    CASE
        WHEN deal IS NULL THEN 'has no deal in "' || $deal_name || '"'
        WHEN place > 1
        THEN 'the deal ' || deal || ' stands in several rows that disagree: row ' || spoken
            || ' was taken'
        $reasons
    END AS why
FROM ranked
LEFT JOIN label ON label.label = $present
LEFT JOIN hint ON hint.label = $present
