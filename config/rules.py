"""Eligibility rules and the matching order, read from ``rules/*.yaml`` and checked when read.

A rule is dated data: id, version, first and last day in force, step of the fixed
explanation order, condition, legal source, approver, reason in German and
English. Two versions of one id never hold on the same day. Every fault is a
`ConfigInvalid` that names ``file:line:column``.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path

from config.facts import FACTS
from config.matching_order import MatchingOrder, last_day, read_order
from config.rule_language import parse_condition
from config.rule_tree import Node, RuleFault, facts_in
from config.yaml_places import MappingNode, Place, load_places
from schemas.errors import ConfigInvalid

STEPS = (
    "state",
    "kind",
    "consent",
    "declined_or_completed",
    "age",
    "residence_status",
    "entered",
    "entry_level",
    "target_level",
    "deadline",
    "start_window",
    "weekly_availability",
    "childcare",
    "reachability",
)
WAYS_IN = (
    "certificate",
    "childcare",
    "part_time",
    "later_start",
    "new_seat",
    "ask_provider",
    "transport",
    "entry",
    "age",
)
MOST_RULES = 64
_REQUIRED = ("id", "version", "step", "valid_from", "condition", "legal_source", "approver", "reason")
_OPTIONAL = ("valid_to", "applies_when", "on_fail", "way_in", "counselling", "needs_check")


@dataclass(frozen=True)
class Rule:
    """One version of one rule.

    ``on_fail`` is ``no`` or ``unknown``: a failing rule of the second sort asks for
    a check by a person and does not exclude. ``way_in`` names what would open the
    offer; ``counselling`` marks rules that no case manager can change (law): the
    answer there is a hint to counselling. Absent ``valid_to``: still in force.
    """

    rule_id: str
    version: int
    step: str
    valid_from: date
    valid_to: date | None
    condition: Node
    applies_when: Node | None
    on_fail: str
    legal_source: str
    approver: str
    reason_de: str
    reason_en: str
    way_in: str | None
    counselling: bool
    place: str

    @property
    def key(self) -> str:
        """Return ``id@version``."""
        return f"{self.rule_id}@{self.version}"

    @property
    def facts(self) -> frozenset[str]:
        """Return every fact that the rule reads."""
        scope = facts_in(self.applies_when) if self.applies_when is not None else frozenset()
        return facts_in(self.condition) | scope

    def holds_on(self, day: date) -> bool:
        """Tell whether this version is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class RulePack:
    """All versions of all rules of a county, in explanation order, and the matching orders."""

    rules: tuple[Rule, ...]
    orders: tuple[MatchingOrder, ...]

    def on(self, day: date) -> tuple[Rule, ...]:
        """Return the rules in force on ``day``, in explanation order."""
        return tuple(rule for rule in self.rules if rule.holds_on(day))

    def order_on(self, day: date) -> MatchingOrder:
        """Return the matching order in force on ``day``; the newest when several hold."""
        held = [order for order in self.orders if order.holds_on(day)]
        if not held:
            raise ConfigInvalid("E612", place="rules/", day=day.isoformat())
        return max(held, key=lambda order: order.valid_from)

    def fingerprint(self, day: date) -> str:
        """Return a short hash of the rule versions in force on ``day``."""
        return hashlib.sha256("|".join(rule.key for rule in self.on(day)).encode()).hexdigest()[:12]


def read_rules(files: Iterable[Path], codes: Mapping[str, frozenset[str]] | None = None) -> RulePack:
    """Read rule files into a checked pack.

    Args:
        files: YAML files with a top-level ``rules`` list, ``matching`` list, or both.
        codes: known codes by list (``offer_kinds``, ``offer_families``, ``residence_statuses``,
            ``residence_groups``, ``funding_modules``, ``modes``); a list that is absent is not checked.

    Raises:
        ConfigInvalid: unknown key, missing key, unreadable condition, unknown fact or code,
            types that do not fit, or two versions in force at once; with file, line and column.
    """
    rules: list[Rule] = []
    orders: list[MatchingOrder] = []
    paths = sorted(files)
    if not paths:
        raise ConfigInvalid("E611", place="rules/")
    for path in paths:
        top = load_places(path).mapping(allowed=("rules", "matching"))
        rules += [_read_rule(item.mapping(allowed=_REQUIRED + _OPTIONAL), codes) for item in top.items_of("rules")]
        orders += [read_order(item, codes) for item in top.items_of("matching")]
    _refuse_overlaps(rules)
    _refuse_too_many(rules)
    rules.sort(key=lambda rule: (STEPS.index(rule.step), rule.rule_id, rule.version))
    return RulePack(tuple(rules), tuple(orders))


def _read_rule(node: MappingNode, codes: Mapping[str, frozenset[str]] | None) -> Rule:
    node.require(_REQUIRED)
    reason = node.child("reason").mapping(allowed=("de", "en"))
    reason.require(("de", "en"))
    scope = node.get("applies_when")
    way_in = node.get("way_in")
    return Rule(
        rule_id=node.child("id").text(),
        version=node.child("version").integer(),
        step=node.child("step").one_of(STEPS),
        valid_from=node.child("valid_from").day(),
        valid_to=last_day(node),
        condition=_read_condition(node.child("condition"), codes),
        applies_when=_read_condition(scope, codes) if scope else None,
        on_fail=node.child("on_fail").one_of(("no", "unknown")) if node.get("on_fail") else "no",
        legal_source=node.child("legal_source").text(),
        approver=node.child("approver").text(),
        reason_de=reason.child("de").text(),
        reason_en=reason.child("en").text(),
        way_in=way_in.one_of(WAYS_IN) if way_in else None,
        counselling=node.child("counselling").flag() if node.get("counselling") else False,
        place=node.child("id").place,
    )


def _read_condition(node: Place, codes: Mapping[str, frozenset[str]] | None) -> Node:
    try:
        return parse_condition(node.text(), FACTS, codes)
    except RuleFault as fault:
        code, offset, params = fault.code, fault.offset, fault.params
    raise ConfigInvalid(code, place=node.place_at(offset), **params)


def _refuse_too_many(rules: list[Rule]) -> None:
    """Refuse more rules than a pair's marks can hold."""
    ids = {rule.rule_id: rule.place for rule in rules}
    if len(ids) > MOST_RULES:
        raise ConfigInvalid("E613", place=list(ids.values())[MOST_RULES], most=MOST_RULES)


def _refuse_overlaps(rules: list[Rule]) -> None:
    for one, other in combinations(sorted(rules, key=lambda rule: (rule.rule_id, rule.valid_from)), 2):
        if one.rule_id != other.rule_id:
            continue
        if one.version == other.version or one.valid_to is None or other.valid_from <= one.valid_to:
            raise ConfigInvalid(
                "E607", place=other.place, rule=one.rule_id, first=str(one.version), second=str(other.version)
            )
