"""The order in which goods are weighed when seats are short; the steering body owns it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from config.yaml_places import MappingNode, Place

LEVELS = (
    "priority_one_served",
    "proposals_kept",
    "persons_with_measure",
    "priority_sum",
    "waiting_days",
    "distance",
    "lottery",
)
_KEYS = (
    "version",
    "valid_from",
    "valid_to",
    "approver",
    "levels",
    "max_per_person",
    "proposal_expires_days",
    "module_quota",
    "minimum_group",
    "gap_minimum_size",
    "rejection_days",
    "flexible_families",
)


@dataclass(frozen=True)
class MatchingOrder:
    """Lexicographic levels, first the most important, and the limits of a plan.

    ``max_per_person`` counts proposals of one person in one plan. ``module_quota``
    limits proposals by funding module; absent: no limit. ``minimum_group`` and
    ``gap_minimum_size`` are persons by offer kind or family (``default`` for the
    rest). ``rejection_days``: how long a rejection with that reason holds; other reasons
    hold until need, offer or rules change. ``flexible_families``: offers by appointment, which never clash.
    """

    version: int
    valid_from: date
    valid_to: date | None
    approver: str
    levels: tuple[str, ...]
    max_per_person: int
    proposal_expires_days: int
    module_quota: tuple[tuple[str, int], ...]
    minimum_group: tuple[tuple[str, int], ...]
    gap_minimum_size: tuple[tuple[str, int], ...]
    rejection_days: tuple[tuple[str, int], ...]
    flexible_families: frozenset[str]

    def holds_on(self, day: date) -> bool:
        """Tell whether this order is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def read_order(item: Place, codes: Mapping[str, frozenset[str]] | None = None) -> MatchingOrder:
    """Read one dated matching order; codes that it names must be known where their list is.

    Raises:
        ConfigInvalid: no level or one twice, a number below its least, an unknown code; with file, line and column.
    """
    node = item.mapping(allowed=_KEYS)
    node.require(("version", "valid_from", "approver", "levels"))
    known = codes or {}
    kinds = known.get("offer_kinds", frozenset()) | known.get("offer_families", frozenset())
    sized = (*sorted(kinds), "default") if kinds else None
    return MatchingOrder(
        version=node.child("version").integer(),
        valid_from=node.child("valid_from").day(),
        valid_to=last_day(node),
        approver=node.child("approver").text(),
        levels=_levels(node.child("levels")),
        max_per_person=_at_least(node.get("max_per_person"), 1, 3),
        proposal_expires_days=_at_least(node.get("proposal_expires_days"), 1, 28),
        module_quota=_counts(node.get("module_quota"), _names(known, "funding_modules")),
        minimum_group=_counts(node.get("minimum_group"), sized),
        gap_minimum_size=_counts(node.get("gap_minimum_size"), sized),
        rejection_days=_counts(node.get("rejection_days"), None),
        flexible_families=frozenset(
            _one_of(family, _names(known, "offer_families")) for family in node.items_of("flexible_families")
        ),
    )


def _levels(node: Place) -> tuple[str, ...]:
    levels: list[str] = []
    for item in node.items():
        if item.one_of(LEVELS) in levels:
            raise item.fail(item.text(), "each level once")
        levels.append(item.text())
    if not levels:
        raise node.fail("levels", "at least one level")
    return tuple(levels)


def last_day(node: MappingNode) -> date | None:
    """Read ``valid_to``, which may be absent and never lies before ``valid_from``."""
    last = node.optional_day("valid_to")
    if last is not None and last < node.child("valid_from").day():
        raise node.child("valid_to").fail(last.isoformat(), "a day not before valid_from")
    return last


def _names(codes: Mapping[str, frozenset[str]], listed: str) -> tuple[str, ...] | None:
    return tuple(sorted(codes[listed])) if listed in codes else None


def _one_of(node: Place, allowed: tuple[str, ...] | None) -> str:
    return node.text() if allowed is None else node.one_of(allowed)


def _at_least(node: Place | None, least: int, default: int) -> int:
    if node is None:
        return default
    number = node.integer()
    if number < least:
        raise node.fail(str(number), f"≥ {least}")
    return number


def _counts(node: Place | None, names: tuple[str, ...] | None) -> tuple[tuple[str, int], ...]:
    if node is None:
        return ()
    return tuple(sorted((key, _at_least(value, 0, 0)) for key, value in node.mapping(names).children.items()))
