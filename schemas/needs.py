"""Needs: one row a need of a person; key: need_id. ``category`` is an offer kind or a family."""

from schemas.gate import RowCheck
from schemas.periods import not_before

CHECKS = (RowCheck("ends_before_starts", "closed_on", not_before("closed_on", "recorded_on")),)
