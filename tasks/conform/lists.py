"""The code lists of a county in the form that cells are held against."""

from config.county import County
from tasks.conform.cells import Lists

_CLOSED = ("residence_status", "offer_kind", "offer_kind_or_family", "module", "cefr")


def lists_of(county: County) -> Lists:
    """Return codes by vocabulary and the county's communes (all that were ever valid)."""
    codes = {name: county.codelists.codes(name) or frozenset() for name in _CLOSED}
    return Lists(codes, frozenset(commune.ags for commune in county.codelists.communes), county.key)
