"""Seats that are promised but not listed are never given twice, and the order that config states is checked."""

from pathlib import Path

import pytest

from tests.flows.matching_county import MatchingCounty

FIRST, SECOND, THIRD, FOURTH, FIFTH = "2021-07-31", "2021-08-01", "2021-08-02", "2021-08-03", "2021-08-04"
ORDER = Path(__file__).parents[2] / "config" / "programmes" / "durchstarten" / "rules" / "matching.yaml"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MatchingCounty:
    """One seat, one need; seven others, and courses nobody asks for, so that a change stays a small part."""
    county = MatchingCounty(tmp_path / "county", warehouse_url).person("1").need("N1", "1").course("K1", seats_free=1)
    for number in "3456789":
        county.person(number).need(f"N{number}", number, category="EQ").course(f"V{number}", kind="BVB")
    return county


def published(county: MatchingCounty, day: str) -> MatchingCounty:
    outcome = county.night(day)
    assert outcome.status == "published", outcome.stdout
    return county


def test_an_accepted_seat_is_held_also_when_its_need_is_closed(county: MatchingCounty) -> None:
    published(county, FIRST)
    county.decide(county.open_id("N1"), "accept", SECOND).change("bedarfe", closed_on=SECOND)
    published(county.person("2").need("N2", "2"), SECOND)
    assert county.proposals() == [("N1", "K1", "accepted")]
    assert [row["need_id"] for row in county.run("match", "proposals").document["expected"]] == ["N1"]


def test_a_proposal_that_became_unclear_keeps_its_seat_from_others(county: MatchingCounty) -> None:
    published(county, FIRST)
    county.change("bedarfe", current_level="").person("2").need("N2", "2", priority=1)
    published(county, SECOND)
    assert county.pair("N1", "K1") == ("unknown", None)
    assert county.proposals() == [("N1", "K1", "proposed")]


def test_a_proposal_that_became_unclear_keeps_its_hours_and_its_offer(county: MatchingCounty) -> None:
    published(county, FIRST)
    county.change("bedarfe", current_level="").change("kurse", seats_free=2)
    german = {"category": "BSK_B2", "target_level": "B2"}
    county.need("A2", "1", **german).course("K2", kind="BSK_B2", target_level="B2")
    county.need("A3", "1").need("A4", "1", **german).course("K4", kind="BSK_B2", target_level="B2", weekdays="Sa")
    published(county, SECOND)
    assert county.pair("A2", "K2") == ("yes", None)
    assert len(county.proposals()) == 2
    assert {offer for _, offer, _ in county.proposals()} == {"K1", "K4"}


def test_a_seat_that_was_accepted_and_dropped_may_be_proposed_and_accepted_again(county: MatchingCounty) -> None:
    published(county, FIRST)
    first = county.open_id("N1")
    published(county.decide(first, "accept", SECOND).seat("E7", "K1", "7", "cancelled"), SECOND)
    published(county.seat("E1", "K1", "1", "started", starts_on=SECOND), THIRD)
    published(county.change("plaetze", 1, state="dropped", ends_on=THIRD), FOURTH)
    assert county.proposals() == [("N1", "K1", "accepted"), ("N1", "K1", "proposed")]
    second = county.open_id("N1")
    assert second != first
    published(county.decide(second, "accept", FIFTH), FIFTH)
    assert county.proposals() == [("N1", "K1", "accepted")] * 2
    published(county, "2021-08-05")
    assert county.proposals() == [("N1", "K1", "accepted")] * 2
    assert [row["proposal_id"] for row in county.run("match", "proposals").document["expected"]] == [second]


def test_an_acceptance_that_is_taken_back_as_unclear_is_out_for_decision_again(county: MatchingCounty) -> None:
    published(county, FIRST)
    proposal = county.open_id("N1")
    published(county.decide(proposal, "accept", SECOND), SECOND)
    assert county.proposals() == [("N1", "K1", "accepted")]
    county.change("entscheidungen", 0, decision="unclear", decided_on=THIRD)
    published(county.person("2").need("N2", "2"), THIRD)
    assert county.proposals() == [("N1", "K1", "unclear")]
    assert county.run("match", "proposals").document["expected"] == []
    published(county.change("entscheidungen", 0, decision="accept", decided_on=FOURTH), FOURTH)
    assert county.proposals() == [("N1", "K1", "accepted")]


def unmet(county: MatchingCounty) -> int:
    rows = county.run("kpi", "--exact").document["rows"]
    found = [row for row in rows if (row["kpi"], row["dimension"], row["mode"]) == ("unmet_needs", "all", "cumulative")]
    return int(max(found, key=lambda row: str(row["period"]))["numerator"])


def test_a_need_whose_accepted_seat_was_dropped_is_unmet_again(county: MatchingCounty) -> None:
    published(county, FIRST)
    others = unmet(county)
    published(county.decide(county.open_id("N1"), "accept", SECOND).change("kurse", seats_free=0), SECOND)
    published(county.seat("E1", "K1", "1", "registered"), THIRD)
    assert unmet(county) == others
    published(county.change("plaetze", 0, state="cancelled", ends_on=FOURTH), FOURTH)
    assert county.proposals() == [("N1", "K1", "accepted")]
    assert unmet(county) == others + 1


def test_an_accepted_seat_in_a_run_that_is_withdrawn_opens_the_need_again(county: MatchingCounty) -> None:
    published(county, FIRST)
    county.decide(county.open_id("N1"), "accept", SECOND).course("K2", weekdays="Sa")
    published(county, SECOND)
    assert county.proposals() == [("N1", "K1", "accepted")]
    county.tables["kurse"] = [row for row in county.tables["kurse"] if row["offer_id"] != "K1"]
    published(county, THIRD)
    assert county.proposals() == [("N1", "K1", "expired"), ("N1", "K2", "proposed")]
    assert county.run("match", "proposals").document["expected"] == []
    # The run comes back (it was left out by mistake): what was decided holds again.
    published(county.course("K1", seats_free=1), FOURTH)
    assert county.proposals() == [("N1", "K1", "accepted"), ("N1", "K2", "expired")]


def test_odd_decisions_and_shrinking_courses_do_what_a_case_manager_expects(county: MatchingCounty) -> None:
    county.change("kurse", seats_free=4)
    for number in ("11", "12", "13"):
        county.person(number).need(f"N{number}", number)
    published(county, FIRST)
    assert len(county.proposals("proposed")) == 4
    first, twelfth = county.open_id("N1"), county.open_id("N12")
    # A wrong number books nothing.
    county.decide(first, "accept", SECOND).decide("0" * 20, "accept", SECOND)
    county.change("kurse", seats_free=1).change("bedarfe", len(county.tables["bedarfe"]) - 1, closed_on=SECOND)
    published(county, SECOND)
    assert county.proposals("accepted") == [("N1", "K1", "accepted")]
    # One seat is promised to N1: none is left for the others, and N13 wants none any more.
    causes = dict(county.rows("SELECT need_id, cause FROM core.match_proposal WHERE state = 'expired'"))
    assert causes == {"N11": "displaced", "N12": "displaced", "N13": "need_closed"}
    stray = county.run("match", "proposals").document["decisions_without_proposal"]
    assert [row["proposal_id"] for row in stray] == ["0" * 20]
    # No after yes frees the seat; a late yes to an expired proposal takes it.
    county.tables["entscheidungen"].clear()
    county.decide(first, "reject", THIRD, "zu weit").decide(twelfth, "accept", THIRD)
    published(county, THIRD)
    assert county.proposals("accepted") == [("N12", "K1", "accepted")]
    assert county.pair("N1", "K1") == ("no", "before.declined")
    assert [row["need_id"] for row in county.run("match", "proposals").document["expected"]] == ["N12"]
    assert county.proposals("proposed") == []


def test_a_decision_on_a_proposal_of_somebody_who_withdrew_books_nothing(county: MatchingCounty) -> None:
    county.change("kurse", seats_free=4).person("2").need("N2", "2")
    published(county, FIRST)
    proposal = county.open_id("N2")
    county.add("einwilligungen", person_id="2", purpose="casework", given_on="2021-01-01", withdrawn_on=SECOND)
    county.decide(proposal, "accept", SECOND)
    published(county, SECOND)
    assert county.proposals() == [("N1", "K1", "proposed")]
    assert county.run("match", "proposals").document["expected"] == []


def test_why_names_needs_that_no_offer_is_for(county: MatchingCounty) -> None:
    published(county.person("2").need("N2", "2", category="COACH"), FIRST)
    document = county.run("match", "why", "2").document
    assert (document["rows"], document["needs_without_offer"]) == ([], ["N2"])
    assert "Ohne ein Angebot der gesuchten Art oder Familie in der Lieferung: N2" in county.said("match", "why", "2")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("- proposals_kept ", "- waiting_days "),
        ("max_per_person: 3", "max_per_person: 0"),
        ("module_quota: {}", "module_quota: {F9: 3}"),
        ("module_quota: {}", "module_quota: {F1: -3}"),
        ("proposal_expires_days: 28", "proposal_expires_days: 0"),
        ("minimum_group: {default: 8", "minimum_group: {COCHING: 8"),
        ("flexible_families: [COACHING", "flexible_families: [COCHING"),
        ("valid_from: 2020-05-01", "valid_from: 2020-05-01\n    valid_to: 2020-04-30"),
    ],
)
def test_an_order_that_cannot_be_meant_is_refused_with_its_place(county: MatchingCounty, old: str, new: str) -> None:
    text = ORDER.read_text(encoding="utf-8")
    (county.folder / "rules").mkdir()
    (county.folder / "rules" / "matching.yaml").write_text(text.replace(old, new), encoding="utf-8")
    assert old in text
    outcome = county.night(FIRST)
    assert (outcome.code, "matching.yaml:" in outcome.stderr) == (3, True)


def test_a_countys_own_quota_and_maximum_hold(county: MatchingCounty) -> None:
    text = ORDER.read_text(encoding="utf-8")
    text = text.replace("max_per_person: 3", "max_per_person: 1").replace("quota: {}", "quota: {F1: 2}")
    (county.folder / "rules").mkdir()
    (county.folder / "rules" / "matching.yaml").write_text(text, encoding="utf-8")
    free = {"weekdays": None, "from_time": None, "to_time": None, "entry_level": None, "target_level": None}
    county.course("C1", kind="COACH", module="F1", **free)
    for number in ("1", "7", "8", "9"):
        county.need(f"C{number}", number, category="COACHING", target_level=None)
    published(county, FIRST)
    assert sum(offer == "C1" for _, offer, _ in county.proposals()) == 2
    owners = county.rows("SELECT count(*), count(DISTINCT person_uid) FROM core.match_proposal")
    assert owners == [(3, 3)]


def test_clusters_of_unmet_needs_add_up_to_the_figure_when_seats_vanish_from_a_list(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = MatchingCounty(tmp_path / "county", warehouse_url).course("C1", kind="COACH", seats_free=0)
    county.county_yaml("disclosure: {method: rounding, release: nightly}")
    for number in range(1, 11):
        county.person(str(number)).need(f"N{number}", str(number), category="COACHING", target_level=None)
        county.seat(f"E{number}", "C1", str(number), starts_on="2021-07-01")
    clusters = "SELECT cluster, needs_count FROM mart.unmet_need ORDER BY cluster"
    published(county, FIRST)
    assert (unmet(county), county.rows(clusters)) == (0, [])
    county.tables["plaetze"] = []
    published(county, SECOND)
    assert (unmet(county), county.rows(clusters)) == (10, [("COACHING", 10)])
