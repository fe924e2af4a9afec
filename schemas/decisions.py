"""Decisions: one row a decision on a proposal; key: proposal_id. A person decides (Art. 22 GDPR)."""

from schemas.gate import RowCheck

CHECKS: tuple[RowCheck, ...] = ()
