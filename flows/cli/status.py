"""``teilhabe status``: Monday morning on one screen."""

import argparse
from typing import Any

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer, table

GO_ON = {
    "did_not_run": "teilhabe sync --direct",
    "run_died": "teilhabe sync --direct",
    "run_failed": "teilhabe doctor",
    "release_ahead": "teilhabe doctor",
}
"""The one command that goes on where the trouble is not a source's."""


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    add_verb(verbs, "status", "letzte Läufe, Alter der Daten, offene Arbeit").set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Read the last runs, the freshness of every source and what waits."""
    from flows.cli.opening import config_dir_of, county_of, open_session
    from flows.parameters import today_in
    from flows.watching import sentence, troubles
    from tasks.publish.state import read_state

    county = county_of(args)
    with open_session(args) as session:
        state = read_state(session, county, today_in(county))
    causes = troubles(config_dir_of(args))
    state["troubles"] = [sentence(cause) for cause in causes]
    if causes and causes[0].kind in GO_ON:
        state["next"] = GO_ON[causes[0].kind]
    return Answer(state, _lines(state))


def _lines(state: dict[str, Any]) -> list[str]:
    from schemas.messages import say

    shown = state["shown"]
    head = say("status_nothing_shown") if shown is None else say("status_shown", **shown)
    runs = [
        (
            run["started_at"][:16].replace("T", " "),
            run["kind"],
            run["as_of"],
            say(f"status_{run['status']}", as_of=run["as_of"]),
        )
        for run in state["runs"]
    ]
    sources = [
        (
            s["source"],
            s["last_delivery"],
            s["age_days"],
            say(f"state_{s['state']}"),
            s["open_rows"],
            say("state_overdue") if s["overdue"] else None,
        )
        for s in state["sources"]
    ]
    lines = [
        head,
        *(f"! {trouble}" for trouble in state["troubles"]),
        "",
        *table(say("status_run_headings").split("|"), runs),
        "",
    ]
    lines += table(say("status_source_headings").split("|"), sources, right=(2, 4))
    work = state["open_work"]
    return [*lines, "", say("status_open_work", **work), say("status_next", command=state["next"])]
