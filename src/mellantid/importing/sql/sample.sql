-- Values spread evenly over the file: every n-th row, so that the same file gives the same sample.
SELECT DISTINCT trim($column) AS value
FROM raw
WHERE rowid % greatest(1, (SELECT count(*) FROM raw) // $limit) = 0 AND trim($column) <> ''
ORDER BY value
