SELECT "row", why FROM judged WHERE why IS NOT NULL ORDER BY "row", why
