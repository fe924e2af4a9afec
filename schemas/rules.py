"""The one registry of row rules: id, severity, what it says, what to do.

Conform, pandera checks, set-based checks in the warehouse, quarantine messages,
the supplier's feedback workbook and the docs page all read it. An ``error``
rejects the row; a ``warning`` loads it with a remark (CONTRACT section 5).
"""

from typing import Final

from schemas.messages import language
from schemas.rule import Rule
from schemas.rule_errors import ERRORS
from schemas.rule_warnings import WARNINGS

RULES: Final[dict[str, Rule]] = {rule.id: rule for rule in (*ERRORS, *WARNINGS)}
RETRIED_RULES: Final = ("unknown_person", "unknown_offer", "birth_after_event")
"""Rules that another supplier's delivery can put right: such rows are tried again from the archive at each sync."""


def row_message(rule_id: str, column: str | None = None) -> str:
    """Return the sentence for a row: what is wrong, in which column, what to do; never a value."""
    rule = RULES[rule_id]
    place = f" ({'column' if language() == 'en' else 'Spalte'} {column})" if column else ""
    return f"{rule.text}{place}. {rule.todo}"
