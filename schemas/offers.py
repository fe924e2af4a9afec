"""Offers: one row a run of an offer; key: offer_id, run_id (empty when the supplier counts no runs)."""

from schemas.gate import RowCheck
from schemas.periods import not_before

CHECKS = (RowCheck("ends_before_starts", "ends_on", not_before("ends_on", "starts_on")),)
