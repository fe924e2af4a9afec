"""Releases as the protecting side knows them: one stage a release, one slot a quantity of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tasks.publish.disclosure.quantities import Cell, Table

Key = tuple[str, str]


@dataclass(frozen=True)
class Stage:
    """One release: its true tables and, if it is out already, what of them can be read and how closely.

    ``spread`` is how far a shown count may lie from the truth (0: exact; base - 1
    under rounding); ``shown`` None: the newest release, to be decided.
    """

    tables: Mapping[Key, Table]
    hidden_totals: frozenset[tuple[Key, str]] = frozenset()
    shown: Mapping[Key, Mapping[Cell, int]] | None = None
    spread: int = 0


class Slot(NamedTuple):
    """One quantity of one table of one release; release 0 is the newest."""

    release: int
    key: Key
    quantity: str


def total_of(stages: Sequence[Stage], slot: Slot) -> int | None:
    """Return the true total of a slot; None where its table has none."""
    table = stages[slot.release].tables.get(slot.key)
    return None if table is None else table.totals.get(slot.quantity)
