SELECT count(*) FROM made WHERE moment > $now AND stage IS NOT NULL
