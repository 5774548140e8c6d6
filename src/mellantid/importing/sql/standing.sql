-- Deals that stand where an earlier file was seen to have put them: nothing new, but no less a
-- movement than when it was seen first.
SELECT count(*) FROM snapshot
WHERE arrived IS NULL AND known_state = state AND (began IS NULL OR state <> entered_state)
