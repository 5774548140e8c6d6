-- Labels that the map does not list; of very many only the commonest are worth a hint.
SELECT stage FROM reading ANTI JOIN label ON label.label = stage
WHERE stage IS NOT NULL GROUP BY stage ORDER BY count(*) DESC, stage LIMIT 200
