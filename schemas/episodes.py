"""Episodes: one row a stay in the programme; key: person_id, entered_on (source: CONTRACT section 2)."""

from schemas.gate import RowCheck
from schemas.periods import not_before

CHECKS = (RowCheck("left_before_entered", "left_on", not_before("left_on", "entered_on")),)
