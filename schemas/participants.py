"""Participants: one row a person of a supplier; key: person_id (source: CONTRACT section 2)."""

from schemas.gate import RowCheck
from schemas.periods import not_before

CHECKS = (RowCheck("ends_before_starts", "status_until", not_before("status_until", "status_from")),)
