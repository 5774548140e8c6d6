SELECT
    (SELECT count(DISTINCT deal) FROM event),
    (SELECT count(*) FROM made WHERE stage IS NOT NULL),
    (SELECT count(*) FROM made),
    (SELECT count(*) FROM $added)
