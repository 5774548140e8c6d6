SELECT
    "row", deal, $label AS label, $state AS state, $at AS moment, NULL::BIGINT AS after, $at AS known,
    NULL::BIGINT AS sequence, amount_number AS amount, $currency AS currency, $owner AS owner,
    $reason AS reason
FROM judged
WHERE why IS NULL AND $at IS NOT NULL AND $at BETWEEN 0 AND $latest
