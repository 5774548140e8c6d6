SELECT count(*) FROM made WHERE moment > $now
