SELECT coalesce(sum(times - 1), 0)::BIGINT FROM judged WHERE deal IS NOT NULL
