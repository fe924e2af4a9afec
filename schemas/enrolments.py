"""Enrolments: one row a place in an offer; key: enrolment_id.

The person is named by the supplier's case id, or by name and birth date.
"""

import pandas as pd

from schemas.gate import RowCheck
from schemas.periods import not_before


def person_is_named(frame: pd.DataFrame) -> "pd.Series[bool]":
    """A row names a person by case id, or by last and first name (one may hold both)."""
    return frame["person_id"].notna() | frame["last_name"].notna() | frame["first_name"].notna()


CHECKS = (
    RowCheck("person_not_named", "person_id", person_is_named),
    RowCheck("ends_before_starts", "ends_on", not_before("ends_on", "starts_on")),
)
