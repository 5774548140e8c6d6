SELECT count(*), array_to_string(list_slice(list("row" ORDER BY "row"), 1, 10), ', ')
        || CASE WHEN count(*) > 10 THEN ' and more' ELSE '' END,
    arg_min(amount, "row")
FROM reading WHERE amount IS NOT NULL AND amount_number IS NULL
