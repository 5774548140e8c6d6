SELECT key FROM made WHERE rowid >= $start AND rowid < $stop
