-- What:  clusters of unmet needs as released; small ones without their number
-- Grain: one row per (wanted category, target level)
-- Reads: mart.unmet_need
-- Binds: county
SELECT
    u.category,
    u.target_level,
    u.needs_count
FROM mart.unmet_need AS u
WHERE u.county = :county
ORDER BY u.needs_count DESC NULLS LAST, u.category, u.target_level
