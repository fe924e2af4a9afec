"""A remark on a delivered row: place and rule, never a value."""

from typing import NamedTuple


class RowFinding(NamedTuple):
    """One broken rule (or warning) at one place.

    ``file`` is the position of the file within its delivery; ``row`` counts as a
    spreadsheet shows it (None: the whole sheet); ``column`` is the header as
    delivered where there is one, else the canonical name.
    """

    file: int
    sheet: str | None
    row: int | None
    kind: str | None
    column: str | None
    rule: str
