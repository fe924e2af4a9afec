"""Questions to the matching of a day: why (not), who gains and loses, where seats are missing. Asking never writes."""

import uuid
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from config.rules import RulePack, read_rules
from flows.parameters import today_in
from schemas.errors import UsageError
from tasks.match.assign import assign_seats
from tasks.match.eligibility import eligible_pairs
from tasks.match.facts_of_day import read_facts, with_sources
from tasks.match.fairness import fairness_table
from tasks.match.gaps import cluster_unmet
from tasks.match.inputs import SEPARATOR, MatchInput
from tasks.match.measures import propose_measures
from tasks.match.rules_diff import rules_diff
from tasks.match.seats import unmet_needs
from tasks.match.why import explain_person, shortest_ways
from tasks.run import Run, county_at, rule_codes
from tasks.warehouse.runs import last_published, write_audit

OPEN = ("proposed", "unclear")


@dataclass(frozen=True)
class Why:
    """The answer to "why (not)?": a row a need and run, the shortest way a closed need, needs without a run."""

    as_of: date
    rows: pd.DataFrame
    shortest: pd.DataFrame
    without_offer: list[str]


@dataclass(frozen=True)
class Gaps:
    """Clusters of unmet needs, the effect of each proposed measure, and what the steering body decided so far."""

    as_of: date
    clusters: pd.DataFrame
    measures: pd.DataFrame
    decisions: pd.DataFrame


def _run(config_dir: str, as_of: date | None) -> Run:
    """Open a run for the day that is asked about: by itself the day that is shown, before the first publish today."""
    county = county_at(config_dir)
    run = Run(config_dir, str(uuid.uuid4()), as_of or today_in(county))
    if as_of is None:
        with run.session() as session:
            shown = last_published(session)
        if shown is not None:
            run = Run(config_dir, run.run_id, shown["as_of"])
    return run


def _facts(run: Run) -> MatchInput:
    with run.session() as session:
        return read_facts(session, run.county, run.as_of)


def why_of(config_dir: str, as_of: date | None, person: str, offer: str | None) -> Why:
    """Return the reasons for one person: a supplier's own id, a person_uid, or the beginning of exactly one.

    Raises:
        UsageError: E812 nobody or several are meant, E640 no open need, E645 no such offer, E644 no consent.
    """
    run = _run(config_dir, as_of)
    with run.session() as session:
        meant = session.rows_of("match/uids_of", word=person)
        facts = read_facts(session, run.county, run.as_of, asked=offer)
    found = [row for row in meant if row["is_own_id"]] or meant
    if len(found) != 1:
        raise UsageError("E812", count=len(found))
    rules, order = run.rules.on(run.as_of), run.rules.order_on(run.as_of)
    out = facts.open_proposals[facts.open_proposals["state"].isin(OPEN)]
    uid = str(found[0]["person_uid"])
    rows = explain_person(facts, rules, order, uid, offer, out)
    mine = facts.needs.loc[(facts.needs["person_uid"].astype(str) == uid), "need_id"]
    bare = sorted(need.rpartition(SEPARATOR)[2] for need in set(mine) - set(rows["need_id"]))
    return Why(run.as_of, with_sources(rows), with_sources(shortest_ways(rows)), bare)


def gaps_of(config_dir: str, as_of: date | None) -> Gaps:
    """Return clusters of unmet needs and the effect of each proposed measure (see ``tasks/match/gaps.py``)."""
    run = _run(config_dir, as_of)
    with run.session() as session:
        facts = read_facts(session, run.county, run.as_of)
        decisions = session.frame("match/cluster_decisions")
    rules, order = run.rules.on(run.as_of), run.rules.order_on(run.as_of)
    pairs = eligible_pairs(facts, rules, order)
    assignment = assign_seats(pairs, facts, rules, order)
    unmet = unmet_needs(facts, pairs, assignment.proposals, run.county.thresholds.unmet_after_days)
    clusters = cluster_unmet(facts, unmet, order)
    measures = propose_measures(facts, rules, order, clusters, assignment)
    clusters["need_ids"] = [[need.rpartition(SEPARATOR)[2] for need in ids] for ids in clusters["need_ids"]]
    return Gaps(run.as_of, clusters, measures, decisions)


def record_cluster_decision(config_dir: str, cluster: str, decision: str, reason: str, day: date) -> None:
    """Write down what the steering body decided about a cluster; offers cite it as ``need_cluster``.

    Raises:
        UsageError: E641 no such cluster among today's and those decided on before.
    """
    found = gaps_of(config_dir, None)
    clusters = found.clusters.rename(columns={"cluster_id": "cluster"})
    columns = ["cluster", "category", "target_level", "ags", "needs_count", "persons_count"]
    known = pd.concat([clusters[columns], found.decisions[columns]]).drop_duplicates("cluster")
    row = known[known["cluster"] == cluster]
    if row.empty:
        raise UsageError("E641", cluster=cluster)
    facts = {str(key): value for key, value in row.astype(object).where(row.notna(), None).iloc[0].items()}
    run = _run(config_dir, None)
    with run.session() as session:
        session.do(
            "DELETE FROM core.cluster_decision WHERE county = :county AND cluster = :cluster AND decided_on = :day",
            cluster=cluster,
            day=day,
        )
        made = {"decided_on": day, "cluster_decision": decision, "body": run.county.steering_body, "reason": reason}
        session.insert("core.cluster_decision", [{**facts, **made}])
        write_audit(session, f"cluster_{decision}", object_=cluster, reason=reason)


def fairness_of(config_dir: str, as_of: date | None) -> tuple[date, pd.DataFrame]:
    """Return coverage, waiting and override rates by sex, status group and commune; exact, for case work alone."""
    run = _run(config_dir, as_of)
    facts = _facts(run)
    pairs = eligible_pairs(facts, run.rules.on(run.as_of), run.rules.order_on(run.as_of))
    out = facts.open_proposals[facts.open_proposals["state"].isin(OPEN)]
    return run.as_of, fairness_table(facts, pairs, out)


def diff_of(config_dir: str, before: date, after: date, pack: str | None) -> pd.DataFrame:
    """Return who gains and who loses which offer between two days, or by another rule pack on the second day.

    ``pack`` is a folder of rule files; a file replaces the county's of the same name,
    as in a county's own folder. ``by_rule`` tells a change of rules from one that
    time alone brings (a run that began too long ago).
    """
    run = Run(config_dir, str(uuid.uuid4()), after)
    with run.session() as session:
        old = read_facts(session, run.county, before)
        new = old if before == after else read_facts(session, run.county, after)
    changed = run.rules if pack is None else _other_pack(run, Path(pack))
    rules_before, rules_after = run.rules.on(before), changed.on(after)
    found = rules_diff(old, rules_before, new, rules_after, changed.order_on(after))
    versions = {str(rule.condition) + str(rule.applies_when) + rule.on_fail + rule.rule_id for rule in rules_before}
    versions ^= {str(rule.condition) + str(rule.applies_when) + rule.on_fail + rule.rule_id for rule in rules_after}
    moved = {
        rule.rule_id
        for rule in (*rules_before, *rules_after)
        if str(rule.condition) + str(rule.applies_when) + rule.on_fail + rule.rule_id in versions
    }
    return with_sources(found.assign(by_rule=found["rule"].isin(moved)))


def _other_pack(run: Run, folder: Path) -> RulePack:
    files = {path.name: path for path in run.county.rule_files}
    mine = sorted(folder.glob("*.yaml"))
    if not mine:
        raise UsageError("E642", place=folder.name)
    return read_rules([*(files | {path.name: path for path in mine}).values()], rule_codes(run.county))
