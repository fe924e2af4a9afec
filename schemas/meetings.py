"""Meetings: one row a meeting of a body; key: meeting_id."""

from schemas.gate import RowCheck

CHECKS: tuple[RowCheck, ...] = ()
