SELECT trim($column) AS text, count(*) FROM source
WHERE length($column) < 8 AND trim($column) IN ($spelled) GROUP BY text ORDER BY text
