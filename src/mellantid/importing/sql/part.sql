SELECT key, deal, kind, stage, moment, after, known, sequence, amount, currency, owner, reason
FROM $table WHERE rowid >= $start AND rowid < $stop ORDER BY rowid
