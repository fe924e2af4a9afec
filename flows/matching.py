"""Questions to the matching of a day: why (not), and where seats are missing. Asking never writes."""

import uuid
from datetime import date

import pandas as pd

from flows.parameters import today_in
from schemas.errors import UsageError
from tasks.match.assign import assign_seats
from tasks.match.eligibility import eligible_pairs
from tasks.match.facts_of_day import read_facts
from tasks.match.gaps import cluster_unmet
from tasks.match.inputs import MatchInput
from tasks.match.measures import propose_measures
from tasks.match.seats import unmet_needs
from tasks.match.why import explain_person
from tasks.run import Run, county_at


def _facts(config_dir: str, as_of: date | None) -> tuple[Run, MatchInput]:
    run = Run(config_dir, str(uuid.uuid4()), as_of or today_in(county_at(config_dir)))
    with run.session() as session:
        return run, read_facts(session, run.county, run.as_of)


def why_of(config_dir: str, as_of: date | None, person: str, offer: str | None) -> pd.DataFrame:
    """Return the reasons for one person; ``person`` is a person_uid or the beginning of exactly one.

    Raises:
        UsageError: E812 nobody or several begin like this, E640 no open need.
    """
    run, facts = _facts(config_dir, as_of)
    uids = facts.persons["person_uid"].astype(str)
    found = uids[uids.str.startswith(person.lower())]
    if len(found) != 1:
        raise UsageError("E812", count=len(found))
    rules, order = run.rules.on(run.as_of), run.rules.order_on(run.as_of)
    out = facts.open_proposals[facts.open_proposals["state"].isin(["proposed", "unclear"])]
    return explain_person(facts, rules, order, str(found.iloc[0]), offer, out)


def gaps_of(config_dir: str, as_of: date | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return clusters of unmet needs and the effect of each proposed measure (see ``tasks/match/gaps.py``)."""
    run, facts = _facts(config_dir, as_of)
    rules, order = run.rules.on(run.as_of), run.rules.order_on(run.as_of)
    pairs = eligible_pairs(facts, rules, order)
    assignment = assign_seats(pairs, facts, rules, order)
    unmet = unmet_needs(facts, pairs, assignment.proposals, run.county.thresholds.unmet_after_days)
    clusters = cluster_unmet(facts, unmet, order)
    return clusters, propose_measures(facts, rules, order, clusters, assignment)
