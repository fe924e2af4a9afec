"""Would an outsider learn more than the rule allows? Refuses what protects too little.

Knows only what was published (this release and all earlier ones). For each
protected cell it computes by linear programmes how many values remain possible.
A release is refused when it leaves fewer than the rule asks for, unless exact
totals and earlier releases alone already leave no more: that is not this
release's doing. Source: method after Fischetti and Salazar-Gonzalez (2001), Management Science 47(7); the
rule and its reasons stand in docs/decisions/0070-disclosure-control.md.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from schemas.errors import GateClosed
from tasks.publish.disclosure.audit_intervals import EDGE, Prober
from tasks.publish.disclosure.audit_model import Model, Reader, build_model, drop_contradictions
from tasks.publish.disclosure.audit_reading import Finding, Release, read_release
from tasks.publish.disclosure.quantities import Cell

MENDABLE = ("too_narrow", "contradiction")


@dataclass(frozen=True)
class AuditRule:
    """How much must stay open.

    Attributes:
        base: what rounded counts are multiples of; persons.
        min_count: values that must stay possible for a hidden count. Under rounding half the base, rounded up, and
            no more than this: exact totals stand beside the members, where one member holds all, more is not to be had.
        strict: ask for ``base`` values of each rounded count: what a release aims at before it is content with less.
        whole: solve in whole numbers (slower; counts are whole, so an outsider may too).
    """

    base: int = 5
    min_count: int = 5
    whole: bool = False
    strict: bool = False

    def values_of_rounded(self, base: int) -> int:
        """Return how many values must stay possible for a count rounded to ``base``."""
        return min(base if self.strict else max(2, -(-base // 2)), self.min_count)


@dataclass(frozen=True)
class AuditResult:
    """Findings (none: the release may go out), how many cells were checked, assumptions dropped."""

    findings: tuple[Finding, ...]
    checked: int
    dropped: int

    @property
    def clean(self) -> bool:
        """Return whether nothing was found."""
        return not self.findings

    @property
    def is_mendable(self) -> bool:
        """Return whether hiding more may help; a slip, as a true count among rounded ones, is a defect."""
        return all(finding.reason in MENDABLE for finding in self.findings)

    def as_frame(self) -> pd.DataFrame:
        """Return one row a finding: reason, period, mode, quantity, dimension, member."""
        return pd.DataFrame(self.findings, columns=list(Finding._fields))

    def refuse(self, release_id: str) -> None:
        """Raise when anything was found.

        Raises:
            GateClosed: E702, with the names of at most ten cells.
        """
        if self.findings:
            names = ["/".join(finding) for finding in self.findings[:10]]
            raise GateClosed("E702", count=len(self.findings), release=release_id, cells=", ".join(names))


def audit_release(
    published: pd.DataFrame,
    earlier: Sequence[Release],
    rule: AuditRule | None = None,
    dimensions: Collection[str] | None = None,
    *,
    all_anew: bool = False,
) -> AuditResult:
    """Audit one release against everything published before it, oldest first.

    Args:
        published: all rows of the release, totals too; columns period, mode, kpi, dimension, member, numerator,
            denominator, value, protection.
        earlier: each earlier release as an outsider reads it; see :func:`read_releases`.
        rule: what must stay open; the default is base 5, min_count 5.
        dimensions: audit these alone (dimensions share nothing but exact totals); None: all.
        all_anew: hold earlier releases to the rule too, as if they were under audit.

    Returns:
        Findings with reason ``too_narrow``, or a slip that needs no arithmetic: ``rate_not_from_shown_counts``,
        ``two_values``, ``not_additive``, ``not_a_multiple``, ``shown_though_suppressed``, ``contradiction``.
    """
    rule = rule or AuditRule()
    newest, findings = read_release(published, rule.base)
    findings += _not_multiples(newest)
    releases = [*earlier, newest]
    number = len(releases) - 1
    given = {cell.dimension for seen in newest.values() for cell in seen.cells()}
    checked = dropped = 0
    for dimension in sorted(given if dimensions is None else given.intersection(dimensions)):
        reader = Reader(releases, dimension)
        if not reader.slots:
            continue
        model = build_model(reader, None if all_anew else number)
        dropped += drop_contradictions(model)
        targets = _targets(reader, model, rule, number)
        checked += len(targets)
        findings += _narrow(model, targets, rule.whole)
    return AuditResult(tuple(dict.fromkeys(findings)), checked, dropped)


def read_releases(frames: Iterable[pd.DataFrame]) -> list[Release]:
    """Read releases oldest first, without those that say word for word what the one before said."""
    told: list[Release] = []
    for frame in frames:
        release, _ = read_release(frame)
        if not told or told[-1] != release:
            told.append(release)
    return told


def _not_multiples(release: Release) -> list[Finding]:
    return [
        Finding("not_a_multiple", *key, *cell)
        for key, seen in release.items()
        for cell, count in sorted(seen.rounded.items())
        if count % seen.base
    ]


Targets = dict[int, tuple[float, list[Finding], float]]


def _targets(reader: Reader, model: Model, rule: AuditRule, newest: int) -> Targets:
    """Return column -> (values that must stay open, the cells to report if not, below what a count is small).

    A count that several tables show is reported by its cells of the newest release, if there are any.
    """
    targets: Targets = {}
    for slot, members in sorted(reader.slots.items(), reverse=True):
        (number, period, mode), quantity = slot
        seen = reader.seen[slot[0]]
        for member in members:
            cell = Cell(quantity, reader.dimension, member)
            if cell in seen.exact:
                continue
            is_rounding = cell in seen.rounded or seen.method == "rounding"
            need = rule.values_of_rounded(seen.base) if is_rounding else rule.min_count
            need = min(need, _possible(reader.total(slot)))
            column = model.column[slot, member]
            known, names, _ = targets.get(column, (need, [], 0.0))
            if number == newest or not names:
                names = [*names, Finding("too_narrow", period, mode, *cell)]
            targets[column] = (min(need, known), names, np.inf if cell in seen.rounded else rule.min_count)
    return targets


def _possible(total: int) -> int:
    """Return how many values a small public total can leave to a member: as many as persons, two for one person."""
    return max(min(total, 1) + 1, total)


def _narrow(model: Model, targets: Targets, whole: bool) -> list[Finding]:
    prober = Prober(model, model.low, model.high, whole)
    prober.settle({column: need for column, (need, _, _) in targets.items()})
    if not prober.feasible:
        first = next(iter(targets.values()))[1][0]
        return [first._replace(reason="contradiction", quantity="*", member="*")]
    left = prober.values()
    suspects = {
        column: need
        for column, (need, _, small) in targets.items()
        # A hidden count that is certainly not small gives nobody away, however well it is known.
        if left[column] < need and prober.least[column] < small - EDGE and prober.most[column] > EDGE
    }
    if not suspects:
        return []
    before = Prober(model, model.low_before, model.high_before, whole)
    before.settle(suspects)
    allowed = before.values()
    narrow = [column for column in suspects if left[column] < min(suspects[column], allowed[column])]
    return [finding for column in narrow for finding in targets[column][1]]
