"""The result of one quality gate, as runs store and print it."""

from typing import Any, NamedTuple


class GateResult(NamedTuple):
    """One gate: its name (``max_change:landesdatenbank``), whether it let pass, and the counts behind it."""

    gate: str
    passed: bool
    detail: dict[str, Any]
