SELECT min(local), max(local) FROM (SELECT $local AS local FROM source)
