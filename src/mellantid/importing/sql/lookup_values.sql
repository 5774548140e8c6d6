SELECT $column, count(*) FROM reading WHERE $column IS NOT NULL
GROUP BY ALL ORDER BY count(*) DESC, $column
