"""The result of one quality gate, as runs store and print it."""

from typing import Any, NamedTuple

from schemas.messages import say


class GateResult(NamedTuple):
    """One gate: its name (``max_change:landesdatenbank``), whether it let pass, and the counts behind it."""

    gate: str
    passed: bool
    detail: dict[str, Any]


def spoken(detail: dict[str, Any]) -> str:
    """Return a gate's counts as words: what changed, by kind and number, then the share and its limit."""
    words = [_word(name, value) for name, value in detail.items() if value is not None and name != "kinds"]
    for kind, counts in detail.get("kinds", {}).items():
        changed = ", ".join(_word(name, count) for name, count in counts.items() if count)
        if changed:
            words.append(f"{kind}: {changed}")
    return "; ".join(words)


def _word(name: str, value: Any) -> str:
    if name in ("share", "limit"):
        value = f"{100 * value:.1f} %"
    known = {"before", "new", "changed", "ended", "rows", "rejected", "share", "limit", "min", "max"}
    return f"{say(f'gate_{name}') if name in known else name} {value}"
