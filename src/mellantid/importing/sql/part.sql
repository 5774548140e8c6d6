SELECT key, deal, kind, stage, moment AS occurred_at, after AS occurred_after, known AS known_at,
    sequence, amount, currency, owner, reason
FROM $table WHERE rowid >= $start AND rowid < $stop ORDER BY rowid
