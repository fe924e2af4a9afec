"""Prefect side of the match stage: which offer serves which need, and why not."""

from tasks.match.assign import assign_seats
from tasks.match.eligibility import eligible_pairs
from tasks.match.facts_of_day import is_past, read_facts, store_assignment, store_pairs
from tasks.run import Run
from tasks.step import step


@step("match offers to needs")
def match_needs(run: Run) -> int:
    """Judge every open need against every run, propose seats, and return how many proposals are out for decision."""
    rules, order = run.rules.on(run.as_of), run.rules.order_on(run.as_of)
    with run.session() as session:
        facts = read_facts(session, run.county, run.as_of)
        pairs = eligible_pairs(facts, rules, order)
        store_pairs(session, pairs)
        if is_past(session, run.as_of):
            return 0  # a replayed day: what was proposed and decided since then stands
        assignment = assign_seats(pairs, facts, rules, order)
        return store_assignment(session, assignment, run.run_id, run.as_of)
