"""The tree of an eligibility condition: typed nodes, nothing that runs.

``config/rule_language.py`` reads text into these nodes, ``tasks/match/evaluate.py``
gives them a meaning over columns. ``at`` is the offset in the condition's text.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

CEFR = ("ALPHA", "A0", "A1", "A2", "B1", "B2", "C1", "C2")


class Kind(StrEnum):
    """Type of a value in a condition; a level is a CEFR code with an order."""

    BOOL = "bool"
    NUMBER = "number"
    TEXT = "text"
    DATE = "date"
    LEVEL = "level"


class RuleFault(Exception):
    """A condition that cannot be read; ``offset`` counts characters from its start."""

    def __init__(self, code: str, offset: int, **params: str) -> None:
        self.code, self.offset, self.params = code, offset, params
        super().__init__(code)


@dataclass(frozen=True)
class FactName:
    """A named fact as conditions see it."""

    name: str
    kind: Kind
    label_de: str
    label_en: str
    codes: str | None = None


@dataclass(frozen=True)
class Literal:
    """A constant; levels hold their CEFR code."""

    value: str | float | bool | date
    kind: Kind
    at: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Fact:
    """The value of a named fact."""

    name: str
    kind: Kind
    at: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Not:
    """Yes becomes no; unknown stays unknown."""

    item: "Node"
    kind: Kind = Kind.BOOL
    at: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Junction:
    """``and`` / ``or`` in Kleene's three-valued logic."""

    word: str
    items: tuple["Node", ...]
    kind: Kind = Kind.BOOL
    at: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Relation:
    """A comparison of two values of one type; unknown when either is unknown."""

    sign: str
    left: "Node"
    right: "Node"
    kind: Kind = Kind.BOOL
    at: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Membership:
    """``fact in [..]``; unknown when the fact is unknown."""

    item: "Node"
    values: tuple[Literal, ...]
    kind: Kind = Kind.BOOL
    at: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Known:
    """``fact is known``: always yes or no."""

    item: Fact
    kind: Kind = Kind.BOOL
    at: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Sum:
    """Numbers added or subtracted; date ± days; date − date gives days."""

    sign: str
    left: "Node"
    right: "Node"
    kind: Kind
    at: int = field(compare=False, default=0)


Node = Literal | Fact | Not | Junction | Relation | Membership | Known | Sum


def facts_in(node: Node) -> frozenset[str]:
    """Return the names of all facts that a tree reads."""
    match node:
        case Fact():
            return frozenset({node.name})
        case Literal():
            return frozenset()
        case Not() | Membership() | Known():
            return facts_in(node.item)
        case Junction():
            return frozenset().union(*(facts_in(item) for item in node.items))
        case Relation() | Sum():
            return facts_in(node.left) | facts_in(node.right)
