"""Matching from the files to the tables and the command line, night by night (CONTRACT sections 3 to 5)."""

from pathlib import Path

import pytest

from tests.flows.matching_county import MatchingCounty

DAY, NEXT = "2021-07-31", "2021-08-01"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MatchingCounty:
    """One person with one need that one course serves."""
    return MatchingCounty(tmp_path / "county", warehouse_url).person("1").need("N1", "1").course("K1")


def test_a_proposal_whose_seats_became_unknown_stays_out_for_decision(county: MatchingCounty) -> None:
    assert county.night(DAY).status == "published"
    assert county.proposals() == [("N1", "K1", "proposed")]
    county.change("kurse", seats_free="")
    outcome = county.night(NEXT)
    assert (outcome.code, outcome.status) == (0, "published"), outcome.stderr
    assert county.proposals() == [("N1", "K1", "proposed")]
    assert county.pair("N1", "K1") == ("unknown", None)


def test_unknown_seats_are_listed_and_never_proposed_and_full_offers_neither(county: MatchingCounty) -> None:
    county.change("kurse", seats_free="").course("K2", seats_free=0)
    county.night(DAY)
    assert county.proposals() == []
    assert county.pair("N1", "K1") == ("unknown", None)
    assert county.pair("N1", "K2") == ("no", "state.seat_free")


def test_more_free_seats_than_seats_are_no_known_number(county: MatchingCounty) -> None:
    county.change("kurse", seats_max=10, seats_free=12)
    county.night(DAY)
    assert county.proposals() == []
    assert county.pair("N1", "K1") == ("unknown", None)


def test_the_same_night_twice_changes_nothing(county: MatchingCounty) -> None:
    county.person("2").need("N2", "2").course("K2", seats_free=1)
    county.night(DAY)
    query = "SELECT * FROM core.match_proposal ORDER BY proposal_id"
    before = county.rows(query)
    assert county.night(DAY).status == "nothing_new"
    assert county.rows(query) == before


def test_one_person_never_gets_two_seats_in_one_offer(county: MatchingCounty) -> None:
    for name, kind in (("N2", "COACH"), ("N3", "COACHING")):
        county.need(name, "1", category=kind, target_level=None)
    county.course("C1", kind="COACH", module="F1", weekdays=None, from_time=None, to_time=None, entry_level=None)
    county.night(DAY)
    assert sorted(offer for _, offer, _ in county.proposals()) == ["C1", "K1"]


def test_withdrawn_consent_to_case_work_leaves_no_row(county: MatchingCounty) -> None:
    county.person("2").need("N2", "2")
    county.night(DAY)
    assert len(county.proposals()) == 2
    county.add("einwilligungen", person_id="1", purpose="casework", given_on="2021-01-01", withdrawn_on=NEXT)
    county.night(NEXT)
    assert county.proposals() == [("N2", "K1", "proposed")]
    for table in ("core.need", "core.match_pair", "core.match_proposal"):
        assert county.rows(f"SELECT DISTINCT need_id FROM {table}") == [("N2",)], table


@pytest.mark.parametrize("state", ["registered", "waiting", "started", "completed"])
def test_a_need_with_an_enrolment_has_a_seat(county: MatchingCounty, state: str) -> None:
    county.course("K2").seat("E1", "K2", "1", state, starts_on="2021-06-01")
    county.night(DAY)
    assert county.proposals() == []


@pytest.mark.parametrize("state", ["proposed", "dropped", "cancelled"])
def test_an_enrolment_that_is_no_seat_leaves_the_need_open(county: MatchingCounty, state: str) -> None:
    county.course("K2", weekdays="Di").seat("E1", "K2", "1", state, starts_on="2021-06-01")
    county.night(DAY)
    assert len(county.proposals()) == 1


def test_a_rejected_pair_stays_away_and_returns_as_newly_judged_when_the_offer_changed(county: MatchingCounty) -> None:
    county.night(DAY)
    first = county.open_id("N1")
    county.decide(first, "reject", NEXT, "zu weit").night(NEXT)
    assert county.proposals() == [("N1", "K1", "rejected")]
    assert county.pair("N1", "K1") == ("no", "before.declined")
    county.change("kurse", seats_free=9, seats_as_of="2021-08-02", title="anders").night("2021-08-02")
    assert county.proposals() == [("N1", "K1", "rejected")]
    county.change("kurse", weekdays="Di|Do").night("2021-08-03")
    assert county.proposals() == [("N1", "K1", "proposed"), ("N1", "K1", "rejected")]
    assert county.rows("SELECT is_newly_judged FROM core.match_proposal WHERE state = 'proposed'") == [(True,)]
    assert county.open_id("N1") != first


def test_an_accepted_proposal_holds_its_seat_until_the_provider_lists_it(county: MatchingCounty) -> None:
    county.change("kurse", seats_free=1).person("2").need("N2", "2", recorded_on="2021-05-02")
    county.night(DAY)
    assert county.proposals() == [("N1", "K1", "proposed")]
    county.decide(county.open_id("N1"), "accept", NEXT).night(NEXT)
    assert county.proposals() == [("N1", "K1", "accepted")]
    listed = county.run("match", "proposals").document
    assert [row["need_id"] for row in listed["expected"]] == ["N1"]
    county.seat("E1", "K1", "1", "registered").night("2021-08-02")
    assert county.proposals("proposed") == [("N2", "K1", "proposed")]
    assert county.run("match", "proposals").document["expected"] == []


def test_a_replay_leaves_proposals_and_decisions_as_they_were(county: MatchingCounty) -> None:
    county.person("2").need("N2", "2")
    county.night(DAY)
    county.decide(county.open_id("N1"), "reject", NEXT).night(NEXT)
    county.night("2021-08-02")
    query = (
        "SELECT proposal_id, need_id, state, first_proposed_on, state_on, cause FROM core.match_proposal "
        "ORDER BY proposal_id"
    )
    before = county.rows(query)
    outcome = county.run("rerun", "--since", DAY, "--from-raw", "--reason", "Probe")
    assert outcome.code == 0, outcome.stderr
    assert county.rows(query) == before


def test_a_need_of_each_of_two_suppliers_may_bear_the_same_number(county: MatchingCounty) -> None:
    county.person("2").night(DAY)
    records = "\n  needs:\n" + "".join(
        f"    {name}: {name}\n" for name in ("need_id", "person_id", "category", "recorded_on", "current_level")
    )
    county.source("zweite", records, more="ids: {person: leute, offer: kurse}\n")
    county.put("zweite.csv", "need_id;person_id;category;recorded_on;current_level", "N1;2;SPRACH_SONST;2021-06-01;A1")
    assert county.night(NEXT).status == "published"
    assert len(county.proposals("proposed")) == 2


def test_a_status_that_begins_later_is_not_yet_the_status(county: MatchingCounty) -> None:
    county.change("leute", status_from="2020-01-01").change("bedarfe", category="IK_ALLG").change(
        "kurse", kind="IK_ALLG"
    )
    county.night(DAY)
    assert county.pair("N1", "K1") == ("yes", None)
    county.change("leute", residence_status="DULD_60B", status_from="2021-08-15").night(NEXT)
    assert county.pair("N1", "K1") == ("yes", None)
    county.night("2021-08-15")
    assert county.pair("N1", "K1") == ("no", "residence.integration_course")


def course_of_law(county: MatchingCounty) -> MatchingCounty:
    county.change("bedarfe", category="INTEGRATION_COURSE", recorded_on="2025-12-01").change(
        "kurse", kind="IK_ALLG", starts_on="2026-03-01", ends_on="2026-10-30", seats_as_of="2026-02-01"
    )
    return county


def test_the_law_of_9_february_2026_in_rules_diff_and_in_why(county: MatchingCounty) -> None:
    course_of_law(county).night("2026-02-08")
    assert county.proposals() == [("N1", "K1", "proposed")]
    found = county.run("rules", "diff", "2026-02-08", "2026-02-09").document
    assert found["summary"] == [{"effect": "loses", "rule": "residence.integration_course", "persons": 1}]
    assert [(row["need_id"], row["offer_id"], row["by_rule"]) for row in found["rows"]] == [("N1", "K1", True)]
    uid = county.uid("1")
    row = county.run("match", "why", uid[:13], "--as-of", "2026-02-08").document["rows"][0]
    assert (row["eligible"], row["proposed"]) == ("yes", True)
    row = county.run("match", "why", "1", "K1", "--as-of", "2026-02-09").document["rows"][0]
    assert (row["eligible"], row["failed_rule"]) == ("no", "residence.integration_course")
    assert "Trägerrundschreiben" in row["legal_source"]
    assert row["counselling"] is True
    county.night("2026-02-09")
    assert county.rows("SELECT state, cause FROM core.match_proposal") == [("expired", "impossible")]


def test_a_rule_pack_is_compared_before_it_is_applied(county: MatchingCounty) -> None:
    county.night(DAY)
    pack = county.folder / "entwurf"
    pack.mkdir()
    (pack / "eigene.yaml").write_text(
        "rules:\n  - id: own.minimum\n    version: 1\n    step: age\n    valid_from: 2020-01-01\n"
        "    condition: person.age >= 25\n    legal_source: Entwurf\n    approver: niemand\n"
        "    reason: {de: Erst ab 25., en: From 25 on.}\n"
    )
    found = county.run("rules", "diff", DAY, "--pack", str(pack)).document
    assert [(row["effect"], row["rule"]) for row in found["rows"]] == [("loses", "own.minimum")]
    assert county.run("rules", "diff", DAY).code == 2


def test_the_steering_bodys_decision_is_recorded_and_cited(county: MatchingCounty) -> None:
    county.tables["kurse"].clear()
    for number in range(2, 9):
        county.person(str(number), ags="09999002").need(f"N{number}", str(number))
    county.course("K9", kind="COACH", module="F1").night(DAY)
    gaps = county.run("match", "gaps").document
    assert [(c["category"], c["persons_count"], c["is_proposed"]) for c in gaps["clusters"]] == [
        ("SPRACH_SONST", 8, True)
    ]
    measure = gaps["measures"][0]
    assert (measure["persons_gained"], measure["waiting_before"], measure["waiting_after"]) == (8, 8, 0)
    cluster = gaps["clusters"][0]["cluster_id"]
    assert county.run("match", "decide", cluster, "approve", "--reason", "Bedarf", "--on", DAY).code == 0
    assert county.run("match", "decide", "G00000000", "approve", "--reason", "x").code == 2
    county.course("K1", module="F5", kind="SPRACH_SONST", need_cluster=cluster).seat("E1", "K1", "2", "registered")
    county.night(NEXT)
    decided = county.run("match", "gaps").document["decisions"]
    assert [(d["decision"], d["offers_citing"], d["enrolments_citing"]) for d in decided] == [("approve", 1, 1)]


def test_fairness_shows_groups_to_case_work_and_no_mart_holds_them(county: MatchingCounty) -> None:
    county.night(DAY)
    rows = county.run("match", "fairness").document["rows"]
    assert {row["dimension"] for row in rows} == {"all", "sex", "residence_group", "commune"}
    assert next(row for row in rows if row["dimension"] == "all")["coverage_share"] == 1


def test_a_fitting_offer_that_others_get_says_so(county: MatchingCounty) -> None:
    county.change("kurse", seats_free=1).person("2").need("N2", "2", priority=1).night(DAY)
    row = county.run("match", "why", "1").document["rows"][0]
    assert (row["eligible"], row["proposed"]) == ("yes", False)
    assert "Zuteilungsordnung" in row["reason_de"]


def test_a_participant_in_review_keeps_her_seat_in_figures_and_expected_enrolments(county: MatchingCounty) -> None:
    county.change("kurse", seats_free=1).change("leute", last_name="Petrosyan", first_name="Ruben")
    county.person("2", last_name="Petrosyan", first_name="Ruben", birth_date="2000-06-16")
    county.tables["bedarfe"].clear()
    county.need("N2", "2").night(DAY)
    assert county.rows("SELECT link_state FROM vault.source_id WHERE person_id = '2'") == [("review",)]
    county.decide(county.open_id("N2"), "accept", NEXT).night(NEXT)
    assert [row["need_id"] for row in county.run("match", "proposals").document["expected"]] == ["N2"]
    county.seat("E1", "K1", "2", "registered").need("N3", "2").night("2021-08-10")
    assert county.run("match", "proposals").document["expected"] == []
    rows = county.run("kpi", "--exact", "--period", "2020/21", "--mode", "cumulative").document["rows"]
    unmet = next(row for row in rows if row["kpi"] == "unmet_needs" and row["dimension"] == "all")
    assert (unmet["numerator"], unmet["denominator"]) == (0, 2)
