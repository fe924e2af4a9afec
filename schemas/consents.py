"""Consents: one row a purpose and day of consent; key: person_id, purpose, given_on."""

from schemas.gate import RowCheck
from schemas.periods import not_before

CHECKS = (
    RowCheck("withdrawn_before_given", "withdrawn_on", not_before("withdrawn_on", "given_on")),
    RowCheck("ends_before_starts", "expires_on", not_before("expires_on", "given_on")),
)
