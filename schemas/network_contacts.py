"""Network contacts: one row a visit or call with a commune, a provider or volunteers; key: contact_id."""

from schemas.gate import RowCheck

CHECKS: tuple[RowCheck, ...] = ()
