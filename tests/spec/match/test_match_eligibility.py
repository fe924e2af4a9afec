"""Every shipped rule, one fact varied at a time against a pair that fits."""

import runpy
from datetime import date

import pandas as pd
import pytest

from tasks.match import eligibility, rules_diff
from tasks.match.eligibility import eligible_pairs
from tests.spec.match.conftest import ROOT, RULES


def test_a_pair_that_meets_every_rule_is_eligible(fitting):
    pair = fitting.pair()
    assert (pair["eligible"], pair["failed_rule"], pair["failed_rules"], pair["unknown_facts"]) == ("yes", None, "", "")


REFUSED = [
    ("state.not_over", "runs", {"starts_on": None, "ends_on": date(2021, 7, 30)}),
    ("state.seat_free", "runs", {"seats_free": 0}),
    ("kind.is_measure", "runs", {"module": "F6"}),
    ("age.minimum", "runs", {"min_age": 22}),
    ("age.maximum", "runs", {"max_age": 20}),
    ("level.entry", "needs", {"current_level": "A0"}),
    ("level.entry", "needs", {"current_level": "ALPHA"}),
    ("level.target", "runs", {"target_level": "A2"}),
    ("deadline.late_entry", "runs", {"starts_on": date(2021, 6, 18)}),
    ("start.window", "runs", {"starts_on": date(2022, 8, 1), "ends_on": None}),
    ("week.hours", "needs", {"hours_max": 7.5}),
    ("week.part_time", "needs+runs", {"part_time": (True, False)}),
    ("childcare.on_site", "needs+runs", {"childcare": (True, False)}),
    ("reach.radius", "needs", {"radius_km": 11}),
    ("residence.integration_course", "persons", {"residence_status": "DULD_60B"}),
    ("residence.integration_course", "persons", {"residence_status": "DULD_60A_2_1"}),
]


@pytest.mark.parametrize(("rule", "table", "facts"), REFUSED)
def test_one_fact_beyond_a_rule_closes_the_pair_and_names_the_rule(fitting, rule, table, facts):
    for place, name in enumerate(table.split("+")):
        side = {key: value[place] if isinstance(value, tuple) else value for key, value in facts.items()}
        getattr(fitting, name)[0].update(side)
    pair = fitting.pair()
    assert (pair["eligible"], pair["failed_rule"]) == ("no", rule)


ALLOWED = [
    ("runs", {"ends_on": date(2021, 7, 31), "starts_on": date(2021, 7, 1)}),
    ("runs", {"seats_free": 1}),
    ("runs", {"min_age": 21, "max_age": 21}),
    ("runs", {"starts_on": date(2021, 6, 19)}),
    ("runs", {"starts_on": date(2022, 7, 31), "ends_on": None}),
    ("runs", {"starts_on": None, "ends_on": None}),
    ("runs", {"target_level": "B2"}),
    ("runs", {"target_level": None}),
    ("runs", {"entry_level": None}),
    ("needs", {"hours_max": 8, "radius_km": 12}),
    ("needs", {"target_level": None, "childcare": None, "part_time": None}),
    ("runs", {"mode": "online", "ags": None}),
    ("persons", {"residence_status": "DULD_60A_2_3"}),
    ("persons", {"residence_status": "DULD_60C"}),
    ("persons", {"entered_on": None}),
]


@pytest.mark.parametrize(("table", "facts"), ALLOWED)
def test_a_fact_at_the_limit_or_an_absent_limit_keeps_the_pair_open(fitting, table, facts):
    getattr(fitting, table)[0].update(facts)
    assert fitting.pair()["eligible"] == "yes"


UNKNOWN = [
    ("runs", {"seats_free": None}, "run.seats_free"),
    ("runs", {"seats_as_of": date(2021, 6, 30)}, "run.seats_as_of"),
    ("persons", {"residence_status": None}, "person.residence_status"),
    ("persons", {"residence_status": "DULD_UNB"}, "person.residence_status"),
    ("persons", {"consent_casework": None}, "person.consent"),
    ("needs", {"current_level": None}, "need.current_level"),
]


@pytest.mark.parametrize(("table", "facts", "missing"), UNKNOWN)
def test_a_fact_that_a_rule_needs_and_nobody_delivered_makes_the_pair_unknown(fitting, table, facts, missing):
    getattr(fitting, table)[0].update(facts)
    pair = fitting.pair()
    assert (pair["eligible"], pair["unknown_facts"]) == ("unknown", missing)


def test_a_seat_count_of_thirty_days_ago_is_still_fresh(fitting):
    fitting.runs[0]["seats_as_of"] = date(2021, 7, 1)
    assert fitting.pair()["eligible"] == "yes"


def test_one_certain_refusal_outweighs_any_number_of_unknown_facts(fitting):
    fitting.runs[0].update(seats_free=None, max_age=20)
    assert fitting.pair()["eligible"] == "no"


def test_every_failing_rule_is_kept_and_the_first_follows_the_explanation_order(fitting):
    fitting.runs[0].update(seats_free=0, max_age=20)
    fitting.needs[0].update(radius_km=1)
    pair = fitting.pair()
    assert pair["failed_rule"] == "state.seat_free"
    assert pair["failed_rules"] == "state.seat_free|age.maximum|reach.radius"


def test_who_withdrew_consent_to_case_work_appears_in_no_pair(fitting):
    fitting.persons[0]["consent_casework"] = False
    assert fitting.pairs().empty


def test_a_family_as_wanted_category_opens_all_its_kinds_and_no_other(world):
    world.person().need(category="INTEGRATION_COURSE").run("O1").run("O2", kind="IK_INTENSIV").coaching()
    assert list(world.pairs()["offer_id"]) == ["O1", "O2"]


def test_the_kinds_target_level_stands_in_for_a_missing_one(fitting):
    fitting.runs[0]["target_level"] = None
    fitting.needs[0]["target_level"] = "B2"
    assert fitting.pair()["failed_rule"] == "level.target"


class TestAge:
    @pytest.mark.parametrize(
        ("birth", "start", "verdict"),
        [
            (date(2003, 9, 1), date(2021, 9, 1), "yes"),
            (date(2003, 9, 2), date(2021, 9, 1), "no"),
            (date(2004, 2, 29), date(2022, 2, 28), "no"),
            (date(2004, 2, 29), date(2022, 3, 1), "yes"),
            (date(2003, 1, 1), date(2021, 12, 30), "unknown"),
            (date(2003, 1, 1), date(2021, 12, 31), "yes"),
            (date(2004, 1, 1), date(2021, 12, 31), "no"),
            (None, date(2021, 9, 1), "unknown"),
        ],
    )
    def test_age_counts_on_the_first_day_of_the_run_and_1_january_may_be_any_day(self, fitting, birth, start, verdict):
        fitting.persons[0]["birth_date"] = birth
        fitting.runs[0].update(starts_on=start, ends_on=None, min_age=18)
        assert fitting.pair()["eligible"] == verdict

    def test_a_run_that_has_begun_takes_the_age_of_today(self, fitting):
        fitting.persons[0]["birth_date"] = date(2003, 7, 31)
        fitting.runs[0].update(starts_on=date(2021, 7, 1), min_age=18)
        assert fitting.pair()["eligible"] == "yes"


class TestFundedModules:
    def test_a_funded_module_needs_an_open_episode(self, world):
        pair = world.person(entered_on=None).need(category="COACHING").coaching().pair(offer_id="C1")
        assert pair["failed_rule"] == "entered.funded_module"

    def test_qualification_beside_a_job_is_closed_to_section_60b(self, world):
        world.person(residence_status="DULD_60B").need(category="QUALI_BB").coaching(kind="QUALI_BB", module="F2")
        assert world.pair(offer_id="C1")["failed_rule"] == "residence.f2_not_60b"

    def test_duldung_of_unknown_norm_is_not_matched_where_the_norm_matters_and_is_elsewhere(self, world):
        world.person(residence_status="DULD_UNB").need("N1", category="QUALI_BB").need("N2", category="COACHING")
        world.coaching("F2", kind="QUALI_BB", module="F2").coaching("F1")
        assert world.pair("N1", "F2")["eligible"] == "unknown"
        assert world.pair("N2", "F1")["eligible"] == "yes"

    def test_who_entered_keeps_access_after_a_residence_permit(self, world):
        world.person(residence_status="AE_25A").need(category="COACHING").coaching()
        assert world.pair(offer_id="C1")["eligible"] == "yes"


class TestHistory:
    @pytest.mark.parametrize("state", ["registered", "waiting", "started"])
    def test_a_person_is_not_proposed_an_offer_they_already_attend(self, fitting, state):
        fitting.enrolled(offer_id="O1", run_id="0", kind="IK_ALLG", state=state, ends_on=date(2021, 12, 1))
        assert "before.enrolled" in fitting.pair()["failed_rules"]

    def test_a_completed_offer_does_not_come_back(self, fitting):
        fitting.enrolled(offer_id="O1", kind="IK_ALLG", state="completed", ends_on=date(2021, 3, 1))
        assert fitting.pair()["failed_rule"] == "before.completed"

    def test_a_dropped_offer_may_be_tried_again(self, fitting):
        fitting.enrolled(offer_id="O1", kind="IK_ALLG", state="dropped", ends_on=date(2021, 3, 1))
        assert fitting.pair()["eligible"] == "yes"

    def test_a_running_course_at_the_same_hour_clashes_and_at_another_hour_does_not(self, fitting):
        fitting.run("O2", kind="BSK_B2", weekdays="Mi-Fr", from_time="11:00", to_time="14:00")
        fitting.enrolled(offer_id="O2", kind="BSK_B2")
        assert fitting.pair()["failed_rule"] == "week.clash"
        fitting.runs[1].update(from_time="12:00")
        assert fitting.pair()["eligible"] == "yes"

    def test_coaching_by_appointment_never_clashes(self, fitting):
        fitting.coaching("X").enrolled(offer_id="X", kind="COACH")
        assert fitting.pair()["eligible"] == "yes"

    def test_a_course_without_hours_counts_as_all_day(self, fitting):
        fitting.enrolled(offer_id="other", kind="BSK_B2", starts_on=date(2021, 8, 1), ends_on=date(2021, 10, 1))
        assert fitting.pair()["failed_rule"] == "week.clash"
        fitting.enrolments[0]["ends_on"] = date(2021, 8, 31)
        assert fitting.pair()["eligible"] == "yes"


class TestLawChanges:
    def test_gestattung_loses_the_integration_course_on_9_february_2026(self, fitting):
        fitting.runs[0].update(starts_on=date(2026, 3, 1), ends_on=date(2026, 9, 30))
        fitting.as_of = date(2026, 2, 8)
        assert fitting.pair()["eligible"] == "yes"
        fitting.as_of = date(2026, 2, 9)
        assert fitting.pair()["failed_rule"] == "residence.integration_course"

    @pytest.mark.parametrize(
        ("kind", "after"), [("BSK_A2", "no"), ("BSK_B1", "no"), ("BSK_C1", "no"), ("BSK_B2", "yes")]
    )
    def test_most_job_language_levels_close_to_the_target_group_on_1_january_2025(self, fitting, kind, after):
        fitting.needs[0].update(category="JOB_LANGUAGE", target_level="A2")
        fitting.runs[0].update(kind=kind, starts_on=date(2025, 2, 1), ends_on=None)
        fitting.as_of = date(2024, 12, 31)
        assert fitting.pair()["eligible"] == "yes"
        fitting.as_of = date(2025, 1, 1)
        assert fitting.pair()["eligible"] == after

    def test_section_104c_is_to_be_checked_by_a_person_from_31_december_2025(self, fitting):
        fitting.persons[0]["residence_status"] = "AE_104C"
        fitting.runs[0].update(starts_on=date(2026, 1, 15), ends_on=None)
        fitting.as_of = date(2025, 12, 30)
        assert fitting.pair()["eligible"] == "yes"
        fitting.as_of = date(2025, 12, 31)
        assert fitting.pair()["eligible"] == "unknown"


def test_delivered_row_order_does_not_change_the_pairs(world):
    world.person("p1").person("p2").need("N2", "p2").need("N1", "p1").run("O2").run("O1")
    straight = world.pairs()
    for rows in (world.persons, world.needs, world.runs):
        rows.reverse()
    pd.testing.assert_frame_equal(straight, world.pairs())


def test_in_a_large_county_surely_refused_pairs_are_left_out_and_all_others_are_the_same(monkeypatch):
    made_up = runpy.run_path(str(ROOT / "bench" / "match" / "instances.py"))
    for shape in (made_up["Shape"](80, 60), made_up["Shape"](80, 60, communes=9, seed=2)):
        data = made_up["county"](shape, date(2025, 3, 1))
        rules, order = RULES.on(data.as_of), RULES.order_on(data.as_of)
        everything = eligible_pairs(data, rules, order)
        with monkeypatch.context() as patch:
            patch.setattr(eligibility, "MOST_LISTED", 0)
            listed = eligible_pairs(data, rules, order)
        assert len(listed) < len(everything) / 2
        still = everything[everything["eligible"] != "no"].reset_index(drop=True)
        pd.testing.assert_frame_equal(listed[listed["eligible"] != "no"].reset_index(drop=True), still)


def test_in_a_large_county_rules_diff_lists_every_pair_that_the_law_closes(monkeypatch):
    made_up = runpy.run_path(str(ROOT / "bench" / "match" / "instances.py"))
    before, after = (made_up["county"](made_up["Shape"](60, 60), day) for day in (date(2026, 2, 8), date(2026, 2, 9)))
    sides = (before, RULES.on(before.as_of), after, RULES.on(after.as_of), RULES.order_on(after.as_of))
    whole = rules_diff.rules_diff(*sides)
    assert "residence.integration_course" in set(whole["rule"])
    monkeypatch.setattr(rules_diff, "MOST_LISTED", 100)
    pd.testing.assert_frame_equal(rules_diff.rules_diff(*sides), whole)
