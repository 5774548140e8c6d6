-- One row per stage change: each row judged, and what it says as an event.
CREATE OR REPLACE TABLE judged AS
SELECT
    reading."row", reading.deal, label.label, label.state, at_at AS moment, NULL::BIGINT AS after,
    $known AS known, $sequence AS sequence, amount_number AS amount, $currency AS currency,
    $owner AS owner, $reason AS reason,
    CASE
        WHEN reading.deal IS NULL THEN 'has no deal in "' || $deal_name || '"'
        WHEN reading."at" IS NULL THEN 'has no date in "' || $at_name || '"'
        WHEN at_local IS NULL
        THEN 'the date "' || reading."at" || '" cannot be read as ' || $at_form
        WHEN at_at NOT BETWEEN 0 AND $latest
        THEN 'the date "' || reading."at" || '" lies outside 1970 to 2069'
        WHEN reading.stage IS NULL THEN 'has no stage in "' || $stage_name || '"'
        WHEN label.label IS NULL
        THEN 'the stage "' || reading.stage || '" is listed nowhere in the map' || coalesce(hint, '')
        WHEN $bad_sequence
        THEN 'the order "' || $order_text || '" is no whole number'
    END AS why
FROM reading
LEFT JOIN label ON label.label = reading.stage
LEFT JOIN hint ON hint.label = reading.stage
