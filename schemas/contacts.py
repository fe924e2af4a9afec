"""Contacts: one row a contact or attempt; key: person_id, contact_on, channel, caseworker.

``two_way`` alone decides whether a contact qualifies (CONTRACT section 5).
"""

from schemas.gate import RowCheck

CHECKS: tuple[RowCheck, ...] = ()
