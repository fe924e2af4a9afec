"""One case manager's week, played through the command line; its transcript is a page of the docs.

``TEILHABE_WRITE_WEEK=1 pytest tests/flows/test_match_week.py`` writes the page anew.
"""

import os
from pathlib import Path

from tests.flows.matching_county import MatchingCounty

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "a-case-managers-week.md"
HEAD = """# A case manager's week with proposals

<!-- Made by tests/flows/test_match_week.py; change the test, not this page. -->

Four made-up people, three courses. Every night the deliveries are read and matched; below stands what commands print.
Our own numbers of persons are random and shown as ‹1› to ‹4›. A person decides on every proposal; decisions go into the
file that the source `entscheidungen` reads.
"""


class Week:
    """Collects text and transcripts."""

    def __init__(self, county: MatchingCounty) -> None:
        self.county, self.parts = county, [HEAD]

    def tell(self, text: str) -> None:
        self.parts.append(f"{text}\n")

    def show(self, *words: str) -> None:
        said = self.county.said(*words)
        for person in ("1", "2", "3", "4"):
            uid = self.county.uid(person)
            said = said.replace(uid[:8], f"‹{person}›     ")
        lines = [line.rstrip() for line in said.splitlines()]
        self.parts.append("\n".join(["```", f"$ teilhabe {' '.join(words)}", *lines, "```", ""]))


def play(county: MatchingCounty) -> str:
    """Play the week and return its page."""
    week = Week(county)
    county.person("1").need("N1", "1", recorded_on="2021-06-01")
    county.person("2", ags="09999002").need("N2", "2", priority=1, recorded_on="2021-07-20")
    county.person("3").need("N3", "3", category="COACHING", target_level=None, current_level=None)
    county.person("4", residence_status="DULD_60B").need("N4", "4", current_level="A0", childcare="ja")
    county.course("K1", seats_free=1, seats_min=6, title="Deutsch am Vormittag", ags="09999003", childcare="nein")
    county.course(
        "K2", seats_free=1, seats_min=6, title="Deutsch am Abend", ags="09999002", weekdays="Di|Do", childcare="ja"
    )
    county.course("C1", kind="COACH", module="F1", title="Coaching", weekdays=None, entry_level=None, target_level=None)
    county.change("kurse", 2, from_time=None, to_time=None)
    county.night("2021-08-02")
    week.tell("## Monday: what is proposed\n\nThe urgent need gets the nearer course.")
    week.show("match", "proposals")
    week.tell("Nothing for person 4. Why not, and what would open a course?")
    week.show("match", "why", "4")
    week.tell("## Tuesday: one rejection, one acceptance\n\nN1 rejected (`zu weit`), N2 accepted, N3 unclear.")
    county.decide(county.open_id("N1"), "reject", "2021-08-03", "zu weit")
    county.decide(county.open_id("N2"), "accept", "2021-08-03")
    county.decide(county.open_id("N3"), "unclear", "2021-08-03")
    county.night("2021-08-03")
    week.show("match", "proposals", "--all")
    week.tell("The rejected pair stays away, and the other course is promised to N2: N1 waits, and the reason is told.")
    week.show("match", "why", "1")
    week.tell("## Wednesday: the provider lists the accepted seat\n\nThe expected enrolment is reconciled.")
    county.seat("E1", "K2", "2", "registered").change("kurse", 1, seats_free=0, seats_as_of="2021-08-04")
    county.night("2021-08-04")
    week.show("match", "proposals")
    week.tell("## Thursday: the rejected course moves to the town of person 1\n\nThe offer changed: judged anew.")
    county.change("kurse", 0, ags="09999001").night("2021-08-05")
    week.show("match", "proposals")
    week.tell("## Friday: what stays open\n\nPerson 4 is the only one without an offer: too few for a measure.")
    county.night("2021-08-06")
    week.show("match", "gaps")
    return "\n".join(week.parts)


def test_the_page_of_the_week_shows_what_the_commands_print(tmp_path: Path, warehouse_url: str) -> None:
    page = play(MatchingCounty(tmp_path / "county", warehouse_url))
    if os.environ.get("TEILHABE_WRITE_WEEK"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8")
    for line in ("N1 ", "rejected (decided)", "accepted (decided)", "Neu beurteilt"):
        assert line in page, line
