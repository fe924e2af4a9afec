"""Every step of the explanation order from delivered files to ``match_pair`` and ``match why``, at its boundary days.

One county a day, one person, need and course a case; the pair of equal number is looked at.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.rules import STEPS, RulePack, read_rules
from tests.flows.matching_county import MatchingCounty

DAY = "2021-07-31"
FUNDED = {"category": "COACHING", "target_level": None, "current_level": None}
COACHING = {
    "kind": "COACH",
    "module": "F1",
    "entry_level": None,
    "target_level": None,
    "weekdays": None,
    "from_time": None,
    "to_time": None,
}


def shipped() -> RulePack:
    """Return the rules that the project ships."""
    return read_rules((Path(__file__).parents[2] / "config/programmes/durchstarten/rules").glob("*.yaml"))


@dataclass(frozen=True)
class Case:
    """What is varied against a pair that fits, and the verdict with its first failing rule or missing fact."""

    verdict: str
    because: str | None = None
    person: dict[str, object] = field(default_factory=dict)
    need: dict[str, object] = field(default_factory=dict)
    course: dict[str, object] = field(default_factory=dict)
    seat: dict[str, object] | None = None


def no(rule: str, **facts: dict[str, object]) -> Case:
    return Case("no", rule, **facts)  # type: ignore[arg-type]


def yes(**facts: dict[str, object]) -> Case:
    return Case("yes", None, **facts)  # type: ignore[arg-type]


def unknown(fact: str, **facts: dict[str, object]) -> Case:
    return Case("unknown", fact, **facts)  # type: ignore[arg-type]


CASES = [
    yes(),
    # state: the run's last day still counts; seats free, unknown, more than there are; counted 30 and 31 days ago
    yes(course={"starts_on": "2021-07-01", "ends_on": "2021-07-31"}),
    no("state.seat_free", course={"seats_free": 0}),
    yes(course={"seats_free": 1}),
    unknown("run.seats_free", course={"seats_free": None}),
    unknown("run.seats_free", course={"seats_free": 11}),
    yes(course={"seats_as_of": "2021-07-01"}),
    unknown("run.seats_as_of", course={"seats_as_of": "2021-06-30"}),
    # kind: participation management is no measure; a family opens its kinds
    no("kind.is_measure", need={**FUNDED, "category": "THM"}, course={**COACHING, "kind": "THM", "module": "F6"}),
    yes(need={"category": "LANGUAGE"}),
    # declined or completed before
    no("before.enrolled", seat={"state": "registered"}),
    no("before.completed", seat={"state": "completed", "starts_on": "2021-01-10", "ends_on": "2021-03-01"}),
    yes(seat={"state": "dropped", "starts_on": "2021-01-10", "ends_on": "2021-03-01"}),
    yes(seat={"state": "cancelled"}),
    # age on the day the run begins: a birthday on it, the day after; upper limit; born on 1 January
    yes(person={"birth_date": "2003-09-01"}, course={"min_age": 18}),
    no("age.minimum", person={"birth_date": "2003-09-02"}, course={"min_age": 18}),
    yes(person={"birth_date": "1993-09-02"}, course={"max_age": 27}),
    no("age.maximum", person={"birth_date": "1993-09-01"}, course={"max_age": 27}),
    unknown("person.age", person={"birth_date": "2003-01-01"}, course={"min_age": 18}),
    yes(person={"birth_date": "2002-01-01"}, course={"min_age": 18}),
    no("age.minimum", person={"birth_date": "2004-02-29"}, course={"min_age": 18, "starts_on": "2022-02-28"}),
    yes(person={"birth_date": "2004-02-29"}, course={"min_age": 18, "starts_on": "2022-03-01", "ends_on": None}),
    # residence status: known, norm known where it matters, section 60b and F2, over on the day, not begun
    unknown("person.residence_status", person={"residence_status": "UNBEKANNT"}),
    unknown("person.residence_status", person={"status_from": "2021-08-01"}),
    yes(person={"status_from": "2021-07-31"}),
    unknown("person.residence_status", person={"status_from": "2020-01-01", "status_until": "2021-07-30"}),
    yes(person={"status_from": "2020-01-01", "status_until": "2021-07-31"}),
    unknown(
        "person.residence_status",
        person={"residence_status": "DULD_UNB"},
        need={**FUNDED, "category": "QUALI_BB"},
        course={**COACHING, "kind": "QUALI_BB", "module": "F2"},
    ),
    yes(person={"residence_status": "DULD_UNB"}, need=FUNDED, course=COACHING),
    no(
        "residence.f2_not_60b",
        person={"residence_status": "DULD_60B"},
        need={**FUNDED, "category": "QUALI_BB"},
        course={**COACHING, "kind": "QUALI_BB", "module": "F2"},
    ),
    no(
        "residence.integration_course",
        person={"residence_status": "DULD_60A_2_1"},
        need={"category": "INTEGRATION_COURSE"},
        course={"kind": "IK_ALLG"},
    ),
    yes(
        person={"residence_status": "DULD_60A_2_3"},
        need={"category": "INTEGRATION_COURSE"},
        course={"kind": "IK_ALLG"},
    ),
    unknown(
        "person.residence_status",
        person={"residence_status": "DULD_UNB"},
        need={"category": "INTEGRATION_COURSE"},
        course={"kind": "IK_ALLG"},
    ),
    no(
        "residence.programme_group",
        person={"residence_status": "NE", "entered": None},
        need=FUNDED,
        course=COACHING,
    ),
    yes(person={"residence_status": "NE"}, need=FUNDED, course=COACHING),
    # entered where funded: on the day, the day after, left the day before
    no("entered.funded_module", person={"entered": None}, need=FUNDED, course=COACHING),
    yes(person={"entered": "2021-07-31"}, need=FUNDED, course=COACHING),
    no("entered.funded_module", person={"left": "2021-07-30"}, need=FUNDED, course=COACHING),
    yes(person={"left": "2021-07-31"}, need=FUNDED, course=COACHING),
    yes(person={"entered": None}),
    # entry level and target level
    no("level.entry", need={"current_level": "A0"}),
    no("level.entry", need={"current_level": "ALPHA"}, course={"entry_level": "A0"}),
    yes(need={"current_level": "A2"}),
    unknown("need.current_level", need={"current_level": None}),
    yes(need={"current_level": None}, course={"entry_level": None}),
    no("level.target", course={"target_level": "A2"}),
    yes(course={"target_level": "B2"}),
    unknown("run.target_level", course={"target_level": None}),
    yes(need={"target_level": None}, course={"target_level": None}),
    # deadline: 42 days after the first day, 43 days after; coaching takes entry at any time
    yes(course={"starts_on": "2021-06-19"}),
    no("deadline.late_entry", course={"starts_on": "2021-06-18"}),
    yes(need=FUNDED, course={**COACHING, "starts_on": "2021-02-01"}),
    yes(course={"starts_on": None, "ends_on": None}),
    # start window: 365 days ahead, 366 days ahead
    yes(course={"starts_on": "2022-07-31", "ends_on": None}),
    no("start.window", course={"starts_on": "2022-08-01", "ends_on": None}),
    # weekly availability: hours, part time, a clash
    yes(need={"hours_max": 6}),
    no("week.hours", need={"hours_max": "5,5"}),
    unknown("run.hours_week", need={"hours_max": 6}, course={"hours_week": None}),
    no("week.part_time", need={"part_time": "ja"}, course={"part_time": "nein"}),
    yes(need={"part_time": "nein"}, course={"part_time": "nein"}),
    unknown("run.part_time", need={"part_time": "ja"}),
    no("week.clash", seat={"offer": "R1", "state": "started", "starts_on": "2021-06-01"}),
    yes(course={"from_time": "14:00", "to_time": "17:00"}, seat={"offer": "R1", "state": "started"}),
    # childcare
    no("childcare.on_site", need={"childcare": "ja"}, course={"childcare": "nein"}),
    yes(need={"childcare": "ja"}, course={"childcare": "ja"}),
    unknown("run.childcare", need={"childcare": "ja"}),
    yes(need={"childcare": "nein"}, course={"childcare": "nein"}),
    # reachability: Ort1 to Ort2 13.1 km as the crow flies
    yes(need={"radius_km": 14}, course={"ags": "09999002"}),
    no("reach.radius", need={"radius_km": 13}, course={"ags": "09999002"}),
    yes(need={"radius_km": 0}),
    yes(need={"radius_km": 1}, course={"ags": None, "mode": "online"}),
    no("reach.radius", need={"radius_km": 1}, course={"ags": "09999002", "mode": "hybrid"}),
    unknown("pair.distance_km", need={"radius_km": 14}, course={"ags": None}),
    yes(course={"ags": None}),
]


def delivered(county: MatchingCounty) -> MatchingCounty:
    """Write every case; R1 runs all week at the hours of the other courses and is wanted by nobody."""
    county.course("R1", kind="BSK_B2", starts_on="2021-06-01")
    for number, case in enumerate(CASES):
        facts = dict(case.person)
        entered, left = facts.pop("entered", "2021-02-01"), facts.pop("left", None)
        county.person(str(number), entered=None, **facts)
        if entered:
            county.add("eintritte", person_id=str(number), entered_on=entered, left_on=left)
        county.need(f"N{number}", str(number), **case.need)
        county.course(f"K{number}", **case.course)
        if case.seat:
            seat = dict(case.seat)
            county.seat(f"E{number}", str(seat.pop("offer", f"K{number}")), str(number), **seat)
    return county


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, module_warehouse_url: str) -> MatchingCounty:
    """All cases in one county, one night."""
    county = MatchingCounty(tmp_path_factory.mktemp("rules") / "county", module_warehouse_url)
    outcome = delivered(county).night(DAY)
    assert (outcome.code, outcome.status) == (0, "published"), outcome.stderr
    return county


@pytest.mark.parametrize("number", range(len(CASES)))
def test_each_boundary_has_its_verdict_and_its_first_reason(night: MatchingCounty, number: int) -> None:
    case = CASES[number]
    found = night.rows(
        "SELECT eligible, failed_rule, unknown_facts FROM core.match_pair WHERE need_id = %s AND offer_id = %s",
        f"N{number}",
        f"K{number}",
    )
    assert len(found) == 1
    eligible, failed, missing = found[0]
    told = failed if eligible == "no" else missing[0] if missing else None
    assert (eligible, told) == (case.verdict, case.because), case


TOLD = {
    "state": "Kein freier Platz.",
    "kind": "Teilhabemanagement ist keine Maßnahme.",
    "declined_or_completed": "In diesem Angebot bereits angemeldet.",
    "age": "Bei Beginn zu jung für das Angebot.",
    "residence_status": "Qualifizierung neben der Arbeit ist mit einer Duldung nach § 60b nicht möglich.",
    "entered": "Geförderte Bausteine setzen den Eintritt ins Programm voraus.",
    "entry_level": "Das Eingangsniveau ist noch nicht erreicht.",
    "target_level": "Das Angebot führt nicht bis zum angestrebten Niveau.",
    "deadline": "Der Durchgang läuft schon zu lange.",
    "start_window": "Der Durchgang beginnt erst in mehr als einem Jahr.",
    "weekly_availability": "Mehr Wochenstunden, als möglich sind.",
    "childcare": "Kinderbetreuung ist nötig und fehlt am Ort.",
    "reachability": "Liegt außerhalb des erreichbaren Umkreises.",
}


@pytest.mark.parametrize("step", sorted(TOLD, key=STEPS.index))
def test_why_tells_the_first_reason_of_each_step_in_both_languages(
    night: MatchingCounty, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {rule.rule_id: rule for rule in shipped().on(date.fromisoformat(DAY))}
    number = next(n for n, case in enumerate(CASES) if case.verdict == "no" and rules[str(case.because)].step == step)
    rule = rules[str(CASES[number].because)]
    assert rule.reason_de == TOLD[step]
    assert rule.reason_de in night.said("match", "why", str(number), f"K{number}")
    monkeypatch.setenv("TEILHABE_LANG", "en")
    assert rule.reason_en in night.said("match", "why", str(number), f"K{number}")
    row = next(r for r in night.run("match", "why", str(number), f"K{number}").document["rows"])
    assert (row["failed_rule"], row["legal_source"]) == (rule.rule_id, rule.legal_source)
    assert row["counselling"] is (step == "residence_status")
    assert not row["counselling"] or (row["steps"] is None and "counselling" in row["way_en"])


def test_why_names_the_missing_fact_in_both_languages(night: MatchingCounty, monkeypatch: pytest.MonkeyPatch) -> None:
    number = next(n for n, case in enumerate(CASES) if case.because == "run.childcare")
    assert "Zu klären: Kinderbetreuung am Ort" in night.said("match", "why", str(number), f"K{number}")
    monkeypatch.setenv("TEILHABE_LANG", "en")
    assert "To be checked: childcare on site" in night.said("match", "why", str(number), f"K{number}")


def test_why_answers_for_a_named_offer_of_another_kind_and_for_one_that_is_over(night: MatchingCounty) -> None:
    row = night.run("match", "why", "0", "R1").document["rows"][0]
    assert (row["eligible"], row["failed_rule"]) == ("no", "kind.wanted")
    assert row["reason_de"] == "Es wurde eine andere Angebotsart gesucht."
    over = next(n for n, case in enumerate(CASES) if case.course.get("ends_on") == "2021-07-31")
    asked = ("match", "why", str(over), f"K{over}", "--as-of")
    assert night.run(*asked, DAY).document["rows"][0]["eligible"] == "yes"
    row = night.run(*asked, "2021-08-01").document["rows"][0]
    assert (row["failed_rule"], row["reason_de"]) == ("state.not_over", "Der Durchgang ist beendet.")
    assert f"K{over}" not in {
        r["offer_id"] for r in night.run("match", "why", "0", "--as-of", "2021-08-01").document["rows"]
    }


def test_why_refuses_an_unknown_offer_and_an_unknown_person(night: MatchingCounty) -> None:
    assert night.run("match", "why", "0", "K999").code == 2
    assert night.run("match", "why", "nobody").code == 2
    assert night.run("match", "why", "0", "K1").document["rows"][0]["offer_id"] == "K1"


def test_consent_comes_before_every_other_reason(tmp_path: Path, warehouse_url: str) -> None:
    county = MatchingCounty(tmp_path / "county", warehouse_url).person("1").need("N1", "1").course("K1")
    county.add("einwilligungen", person_id="1", purpose="casework", given_on="2021-01-01", withdrawn_on="2021-08-01")
    county.night(DAY)
    assert county.pair("N1", "K1") == ("yes", None)
    county.night("2021-08-01")
    assert county.pair("N1", "K1") == ("absent", None)
    outcome = county.run("match", "why", "1", "K1")
    assert (outcome.code, "E644" in outcome.stderr) == (2, True)


LAW = [
    # kind, status, the last day of the old law, verdict before, verdict from the next day on, rule
    ("IK_ALLG", "GEST_55", "2026-02-08", "yes", "no", "residence.integration_course"),
    ("IK_ALLG", "DULD_60A_2_3", "2026-02-08", "yes", "no", "residence.integration_course"),
    ("IK_ALLG", "AE_25_5", "2026-02-08", "yes", "no", "residence.integration_course"),
    ("IK_ALLG", "AE_25_1_2", "2026-02-08", "yes", "yes", None),
    ("BSK_B1", "GEST_55", "2024-12-31", "yes", "no", "residence.job_language"),
    ("BSK_B2", "GEST_55", "2024-12-31", "yes", "yes", None),
    ("BSK_B1", "AE_25_1_2", "2024-12-31", "yes", "yes", None),
    ("BSK_B1", "DULD_60B", "2024-12-31", "no", "no", "residence.job_language"),
    ("SPRACH_SONST", "AE_104C", "2025-12-30", "yes", "unknown", None),
    ("SPRACH_SONST", "AE_104C_UE", "2025-12-30", "yes", "yes", None),
]


def test_the_three_changes_of_law_on_the_day_before_and_the_day(tmp_path: Path, warehouse_url: str) -> None:
    county = MatchingCounty(tmp_path / "county", warehouse_url)
    for number, (kind, status, *_) in enumerate(LAW):
        county.person(str(number), residence_status=status).need(f"N{number}", str(number), category=kind)
        dates = {"starts_on": None, "ends_on": None, "seats_as_of": None}
        county.course(f"K{number}", kind=kind, **dates)
    assert county.night("2026-03-01").status == "published"
    for number, (kind, status, last, before, after, rule) in enumerate(LAW):
        for day, verdict in ((date.fromisoformat(last), before), (date.fromisoformat(last) + timedelta(1), after)):
            row = county.run("match", "why", str(number), f"K{number}", "--as-of", day.isoformat()).document["rows"][0]
            assert row["eligible"] == verdict, (kind, status, day)
            assert row["failed_rule"] == (rule if verdict == "no" else None)
            assert row["counselling"] is (verdict == "no")
    days = sorted({last for _, _, last, *_ in LAW})
    for last in days:
        following = (date.fromisoformat(last) + timedelta(1)).isoformat()
        found = county.run("rules", "diff", last, following).document["rows"]
        own = [
            (row["need_id"], row["effect"], row["by_rule"])
            for row in found
            if row["need_id"][1:] == row["offer_id"][1:]
        ]
        words = {("yes", "no"): "loses", ("yes", "unknown"): "becomes_unclear"}
        assert own == [
            (f"N{number}", words[before, after], True)
            for number, (_, _, day, before, after, _) in enumerate(LAW)
            if day == last and before != after
        ]
