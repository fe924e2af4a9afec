"""Staff: one row a post; key: staff_id, role, valid_from. ``fte`` counts full-time posts, not heads."""

from schemas.gate import RowCheck
from schemas.periods import not_before

CHECKS = (RowCheck("ends_before_starts", "valid_until", not_before("valid_until", "valid_from")),)
