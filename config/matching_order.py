"""The order in which goods are weighed when seats are short; the steering body owns it."""

from dataclasses import dataclass
from datetime import date

from config.yaml_places import Place

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


def read_order(item: Place) -> MatchingOrder:
    """Read one dated matching order."""
    node = item.mapping(allowed=_KEYS)
    node.require(("version", "valid_from", "approver", "levels"))
    return MatchingOrder(
        version=node.child("version").integer(),
        valid_from=node.child("valid_from").day(),
        valid_to=node.optional_day("valid_to"),
        approver=node.child("approver").text(),
        levels=tuple(level.one_of(LEVELS) for level in node.child("levels").items()),
        max_per_person=node.optional_integer("max_per_person", 3),
        proposal_expires_days=node.optional_integer("proposal_expires_days", 28),
        module_quota=_counts(node.get("module_quota")),
        minimum_group=_counts(node.get("minimum_group")),
        gap_minimum_size=_counts(node.get("gap_minimum_size")),
        rejection_days=_counts(node.get("rejection_days")),
        flexible_families=frozenset(family.text() for family in node.items_of("flexible_families")),
    )


def _counts(node: Place | None) -> tuple[tuple[str, int], ...]:
    if node is None:
        return ()
    return tuple(sorted((key, value.integer()) for key, value in node.mapping().children.items()))
