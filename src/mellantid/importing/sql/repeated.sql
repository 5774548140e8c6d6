SELECT count(*) FROM told WHERE repeated
