INSERT INTO taken SELECT key, amount, owner FROM found
