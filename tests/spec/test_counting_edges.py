"""The edge cases of DOMAIN.md section 2, each as a readable case."""

from datetime import date

import pytest

from tasks.publish.figures import compute_figures
from tasks.warehouse.statements import read_sql
from tests.spec.facts import FAR, Facts

D = date


def test_contacted_twice_by_two_workers_is_one_person(facts: Facts) -> None:
    facts.person("a")
    facts.contact("a", D(2020, 9, 1))
    facts.contact("a", D(2020, 10, 1))
    assert facts.figures().count("contacted") == 1


def test_two_source_ids_of_one_person_count_once(facts: Facts) -> None:
    facts.person("a")
    facts.person("b", same_as="a")
    facts.contact("a", D(2020, 9, 1))
    facts.contact("b", D(2020, 9, 5))
    facts.entry("b", D(2020, 9, 6))
    assert facts.figures().six()[:2] == (1, 1)


def test_entry_without_a_contact_implies_one(facts: Facts) -> None:
    facts.person("a")
    facts.entry("a", D(2020, 9, 1))
    assert facts.figures().six()[:2] == (1, 1)


def test_entry_before_the_first_contact_is_the_anchor(facts: Facts) -> None:
    facts.person("a", born=D(1993, 9, 15))
    facts.entry("a", D(2020, 9, 1))
    facts.contact("a", D(2021, 10, 1))
    assert facts.figures().count("contacted") == 1


def test_turning_28_after_the_contact_does_not_remove(facts: Facts) -> None:
    facts.person("a", born=D(1992, 9, 2))
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 1


def test_28_on_the_contact_day_is_not_target(facts: Facts) -> None:
    facts.person("a", born=D(1992, 9, 1))
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 0


def test_permit_after_the_contact_does_not_remove(facts: Facts) -> None:
    facts.person("a", status_from=D(2018, 1, 1), known=D(2020, 10, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    facts.person("a", status="AE_25B", status_from=D(2020, 12, 1), known=D(2021, 1, 1))
    assert facts.figures().count("contacted") == 1


def test_permit_before_the_contact_is_not_target(facts: Facts) -> None:
    facts.person("a", status="AE_25B", status_from=D(2018, 1, 1))
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 0


def test_move_inside_the_county_keeps_the_commune_of_the_anchor_day(facts: Facts) -> None:
    facts.person("a", ags="05774032", known=D(2020, 10, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    facts.person("a", ags="05774004", known=D(2021, 2, 1))
    figures = facts.figures()
    assert figures.count("contacted", dimension="commune", member="05774032") == 1
    assert figures.count("contacted", dimension="commune", member="05774004") == 0


def test_move_out_of_the_county_after_the_contact_does_not_remove(facts: Facts) -> None:
    facts.person("a", known=D(2020, 10, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    facts.person("a", ags="05711000", known=D(2021, 2, 1))
    assert facts.figures().count("contacted") == 1


def test_living_outside_at_the_contact_is_not_target(facts: Facts) -> None:
    facts.person("a", ags="05711000")
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 0


def test_first_delivered_ags_holds_for_all_earlier_days(facts: Facts) -> None:
    facts.person("a", ags="05774008", ags_from=D(2021, 5, 1))
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted", dimension="commune", member="05774008") == 1


def test_move_with_its_own_day_counts_from_that_day(facts: Facts) -> None:
    facts.person("a", ags="05774032", known=D(2020, 10, 1))
    facts.person("a", ags="05774004", ags_from=D(2020, 8, 15), known=D(2021, 2, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    assert facts.figures().count("contacted", dimension="commune", member="05774004") == 1


def test_17_at_the_first_contact_counts_from_the_later_one(facts: Facts) -> None:
    facts.person("a", born=D(2003, 1, 10))
    facts.contact("a", D(2020, 12, 1))
    facts.contact("a", D(2021, 3, 1))
    figures = facts.figures()
    assert figures.count("contacted") == 1
    assert figures.count("contacted", dimension="age_band", member="18-20") == 1


def test_17_at_the_only_contact_does_not_count(facts: Facts) -> None:
    facts.person("a", born=D(2003, 1, 10))
    facts.contact("a", D(2020, 12, 1))
    assert facts.figures().count("contacted") == 0


def test_17_at_contact_and_18_at_entry_counts_from_the_entry(facts: Facts) -> None:
    facts.person("a", born=D(2003, 1, 10))
    facts.contact("a", D(2020, 12, 1))
    facts.entry("a", D(2021, 2, 1))
    assert facts.figures().six()[:2] == (1, 1)


@pytest.mark.parametrize(
    ("contact", "expected"), [(D(2022, 2, 28), 0), (D(2022, 3, 1), 1), (D(2024, 2, 28), 1), (D(2024, 2, 29), 1)]
)
def test_29_february_completes_the_year_on_1_march_in_other_years(facts: Facts, contact: date, expected: int) -> None:
    facts.person("a", born=D(2004, 2, 29))
    facts.contact("a", contact)
    assert facts.figures().count("contacted", period="2023/24") == expected


def test_29_february_ends_27_on_28_february(facts: Facts) -> None:
    facts.person("a", born=D(1996, 2, 29))
    facts.contact("a", D(2024, 2, 28))
    facts.person("b", born=D(1996, 2, 29))
    facts.contact("b", D(2024, 2, 29))
    assert facts.figures().count("contacted", period="2023/24") == 1


def test_unknown_status_never_counts_silently(facts: Facts) -> None:
    facts.person("a", status="UNBEKANNT")
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 0


def test_duldung_of_unknown_norm_is_primary(facts: Facts) -> None:
    facts.person("a", status="DULD_UNB")
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted", dimension="residence_group", member="primary") == 1


def test_before_status_from_the_status_is_unknown(facts: Facts) -> None:
    facts.person("a", status_from=D(2020, 10, 1))
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 0


def test_after_status_until_the_status_is_unknown(facts: Facts) -> None:
    facts.person("a", status_from=D(2019, 1, 1), status_until=D(2020, 8, 1))
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 0


@pytest.mark.parametrize(("second_from", "expected"), [(D(2020, 10, 30), 1), (D(2020, 10, 31), 0)])
def test_a_gap_of_90_days_between_two_target_periods_is_bridged(facts: Facts, second_from: date, expected: int) -> None:
    facts.person("a", status_from=D(2019, 1, 1), status_until=D(2020, 7, 31), known=D(2020, 8, 1))
    facts.person("a", status="GEST_55", status_from=second_from, known=D(2020, 11, 1))
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == expected


def test_same_status_from_with_another_code_is_a_correction(facts: Facts) -> None:
    facts.person("a", status="AE_25B", status_from=D(2019, 1, 1), known=D(2020, 8, 1))
    facts.person("a", status="GEST_55", status_from=D(2019, 1, 1), known=D(2020, 11, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    assert facts.figures(D(2020, 10, 15)).count("contacted") == 0
    assert facts.figures(D(2020, 11, 15)).count("contacted", dimension="residence_group", member="secondary") == 1


def test_a_status_change_without_a_day_holds_from_its_as_of_day(facts: Facts) -> None:
    facts.person("a", status="AE_25B", known=D(2020, 8, 1))
    facts.person("a", status="GEST_55", known=D(2020, 11, 1))
    facts.contact("a", D(2020, 10, 31), known=D(2020, 11, 1))
    assert facts.figures().count("contacted") == 0
    facts.contact("a", D(2020, 11, 1), known=D(2020, 11, 1))
    assert facts.figures().count("contacted") == 1


def test_first_status_without_a_day_holds_for_all_earlier_days(facts: Facts) -> None:
    facts.person("a")
    facts.contact("a", D(2020, 5, 2))
    assert facts.figures().count("contacted") == 1


def test_a_corrected_birth_date_corrects_all_days(facts: Facts) -> None:
    facts.person("a", born=D(1980, 1, 2), known=D(2020, 10, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    facts.person("a", born=D(1998, 1, 2), known=D(2020, 12, 1))
    assert facts.figures(D(2020, 11, 1)).count("contacted") == 0
    assert facts.figures(D(2020, 12, 1)).count("contacted") == 1


def test_a_recorded_exception_counts_and_stands_under_other(facts: Facts) -> None:
    complete = {
        "exception_reason": "Härtefall",
        "exception_approved_by": "Leitung",
        "exception_from": D(2020, 8, 1),
    }
    facts.person("a", status="AE_25B", **complete)
    facts.contact("a", D(2020, 9, 1))
    figures = facts.figures()
    assert figures.count("contacted") == 1
    assert figures.count("contacted", dimension="residence_group", member="other") == 1


@pytest.mark.parametrize("missing", ["exception_reason", "exception_approved_by", "exception_from"])
def test_an_incomplete_exception_does_not_count(facts: Facts, missing: str) -> None:
    complete = {"exception_reason": "x", "exception_approved_by": "y", "exception_from": D(2020, 8, 1)}
    facts.person("a", status="AE_25B", **{**complete, missing: None})
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 0


def test_an_exception_counts_from_its_day(facts: Facts) -> None:
    complete = {"exception_reason": "x", "exception_approved_by": "y", "exception_from": D(2020, 9, 2)}
    facts.person("a", ags="05711000", **complete)
    facts.contact("a", D(2020, 9, 1))
    assert facts.figures().count("contacted") == 0


def test_a_letter_without_answer_is_an_attempt(facts: Facts) -> None:
    facts.person("a")
    facts.contact("a", D(2020, 9, 1), two_way=False)
    assert facts.figures().count("contacted") == 0


def _entered(facts: Facts, name: str = "a") -> None:
    facts.person(name)
    facts.contact(name, D(2020, 9, 1))
    facts.entry(name, D(2020, 9, 10))


def test_f6_only_is_not_placed(facts: Facts) -> None:
    _entered(facts)
    facts.offer("thm", kind="THM", module="F6")
    facts.enrol("a", "thm", D(2020, 10, 1))
    assert facts.figures().six() == (1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize("state", ["proposed", "registered", "waiting", "cancelled"])
def test_never_started_is_not_placed(facts: Facts, state: str) -> None:
    _entered(facts)
    facts.offer("c")
    facts.enrol("a", "c", D(2020, 10, 1), state=state)
    assert facts.figures().count("placed") == 0


def test_started_then_dropped_is_placed_and_a_dropout(facts: Facts) -> None:
    _entered(facts)
    facts.offer("c")
    facts.enrol("a", "c", D(2020, 10, 1), state="dropped")
    figures = facts.figures()
    assert figures.count("placed") == 1
    assert float(figures.cell("dropout_rate")["value"]) == 1.0


def test_started_before_entry_was_brought_along(facts: Facts) -> None:
    _entered(facts)
    facts.offer("c")
    facts.enrol("a", "c", D(2020, 9, 9))
    assert facts.figures().count("placed") == 0


def test_started_on_the_day_of_entry_is_placed(facts: Facts) -> None:
    _entered(facts)
    facts.offer("c")
    facts.enrol("a", "c", D(2020, 9, 10))
    assert facts.figures().count("placed") == 1


def test_in_a_course_but_never_entered_is_not_placed(facts: Facts) -> None:
    facts.person("a")
    facts.contact("a", D(2020, 9, 1))
    facts.offer("c")
    facts.enrol("a", "c", D(2020, 10, 1))
    assert facts.figures().six() == (1, 0, 0, 0, 0, 0)


def test_two_new_measures_count_once(facts: Facts) -> None:
    _entered(facts)
    facts.offer("c")
    facts.offer("t", kind="TAFF", module="F5")
    facts.enrol("a", "c", D(2020, 10, 1))
    facts.enrol("a", "t", D(2020, 11, 1))
    assert facts.figures().six() == (1, 1, 1, 0, 0, 1)


def test_new_and_regular_count_in_both_and_once_in_placed(facts: Facts) -> None:
    _entered(facts)
    facts.offer("c")
    facts.offer("k", kind="IK_ALLG", module="REGEL")
    facts.enrol("a", "c", D(2020, 10, 1))
    facts.enrol("a", "k", D(2020, 11, 1))
    assert facts.figures().six() == (1, 1, 1, 1, 1, 1)


def test_exit_and_reentry_is_one_person_with_two_episodes(facts: Facts) -> None:
    facts.person("a")
    facts.entry("a", D(2020, 9, 10), left=D(2021, 1, 1))
    facts.entry("a", D(2021, 3, 1))
    facts.offer("c")
    facts.enrol("a", "c", D(2021, 2, 1))
    assert facts.figures().six() == (1, 1, 1, 0, 0, 1)


def test_regular_offer_that_f5_pays_later_is_judged_on_the_start_day(facts: Facts) -> None:
    for name in ("a", "b"):
        _entered(facts, name)
    facts.offer("k", kind="IK_ALLG", module="REGEL", known=D(2020, 9, 15))
    facts.offer("k", kind="IK_ALLG", module="F5", module_from=D(2020, 11, 1), known=D(2020, 12, 1))
    facts.enrol("a", "k", D(2020, 10, 1))
    facts.enrol("b", "k", D(2020, 11, 1))
    assert facts.figures().six() == (2, 2, 1, 1, 0, 2)


def test_a_module_change_without_a_day_holds_from_its_as_of_day(facts: Facts) -> None:
    _entered(facts)
    facts.offer("k", kind="IK_ALLG", module="REGEL", known=D(2020, 9, 15))
    facts.offer("k", kind="IK_ALLG", module="F5", known=D(2020, 12, 1))
    facts.enrol("a", "k", D(2020, 11, 30))
    assert facts.figures().six() == (1, 1, 0, 1, 0, 1)


def test_an_empty_start_takes_the_runs_start(facts: Facts) -> None:
    _entered(facts)
    facts.offer("c", run_id="1", starts_on=D(2020, 10, 1))
    facts.enrol("a", "c", None, run_id="1")
    assert facts.figures().count("placed") == 1


def test_no_start_anywhere_does_not_count(facts: Facts) -> None:
    _entered(facts)
    facts.offer("c", run_id="1")
    facts.enrol("a", "c", None, run_id="1")
    assert facts.figures().count("placed") == 0


def test_a_start_after_the_knowledge_day_does_not_count_yet(facts: Facts) -> None:
    facts.person("a", known=D(2020, 9, 20))
    facts.entry("a", D(2020, 9, 10), known=D(2020, 9, 20))
    facts.offer("c", known=D(2020, 9, 20))
    facts.enrol("a", "c", D(2020, 10, 1), known=D(2020, 9, 20))
    assert facts.figures(D(2020, 9, 30)).count("placed") == 0
    assert facts.figures(D(2020, 10, 1)).count("placed") == 1


def test_withdrawn_statistics_consent_leaves_the_count_from_that_day(facts: Facts) -> None:
    facts.person("a", known=D(2020, 10, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    facts.consent("a", "statistics", D(2020, 9, 1), None, D(2020, 10, 1))
    facts.consent("a", "statistics", D(2020, 9, 1), D(2020, 12, 1), D(2020, 12, 2))
    assert facts.figures(D(2020, 11, 30)).count("contacted") == 1
    assert facts.figures(D(2020, 12, 2)).count("contacted") == 0


def test_withdrawn_casework_consent_leaves_the_caseload_not_the_count(facts: Facts) -> None:
    _entered(facts)
    facts.staff("s1", 1.0, D(2020, 5, 1))
    facts.consent("a", "casework", D(2020, 9, 1), D(2021, 2, 1), D(2021, 8, 1))
    figures = facts.figures()
    assert figures.count("entered") == 1
    assert figures.count("caseload_per_fte") == 0


def test_caseload_counts_full_time_posts_not_heads(facts: Facts) -> None:
    _entered(facts)
    facts.staff("s1", 0.5, D(2020, 5, 1))
    facts.staff("s2", 0.25, D(2020, 5, 1))
    facts.staff("s3", 1.0, D(2020, 5, 1), role="coach")
    cell = facts.figures().cell("caseload_per_fte")
    assert (int(cell["numerator"]), float(cell["denominator"])) == (1, 0.75)
    assert cell["target_met"] is True


def test_contacted_in_one_year_and_entered_in_the_next_counts_in_both_figures_of_the_later(facts: Facts) -> None:
    facts.person("a")
    facts.contact("a", D(2021, 6, 1))
    facts.entry("a", D(2021, 9, 1))
    figures = facts.figures()
    assert figures.six("2021/22", "period")[:2] == (1, 1)
    assert figures.six("2020/21", "period")[:2] == (1, 0)


def test_cohort_follows_to_the_knowledge_day(facts: Facts) -> None:
    facts.person("a")
    facts.contact("a", D(2021, 6, 1))
    facts.entry("a", D(2021, 9, 1))
    facts.offer("c")
    facts.enrol("a", "c", D(2021, 10, 1))
    figures = facts.figures()
    assert figures.six("2020/21", "cohort") == (1, 1, 1, 0, 0, 1)
    assert figures.six("2021/22", "cohort") == (1, 1, 1, 0, 0, 1), "the anchor is found anew: the entry implies one"
    assert figures.six("2022/23", "cohort") == (0, 0, 0, 0, 0, 0)


def test_days_count_from_anchor_to_entry_and_never_below_zero(facts: Facts) -> None:
    facts.person("a")
    facts.contact("a", D(2020, 9, 1))
    facts.entry("a", D(2020, 9, 11))
    facts.person("b", born=D(2003, 1, 10))
    facts.entry("b", D(2020, 12, 1))
    facts.contact("b", D(2021, 2, 1))
    facts.person("c")
    facts.contact("c", D(2020, 9, 1))
    cell = facts.figures().cell("days_to_entry")
    assert (int(cell["numerator"]), int(cell["denominator"]), float(cell["value"])) == (2, 3, 5.0)


def test_a_retracted_contact_is_gone_from_its_knowledge_day(facts: Facts) -> None:
    facts.person("a", known=D(2020, 10, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    facts.retract("core.contact_version", f"a|{D(2020, 9, 1)}", D(2020, 11, 1))
    assert facts.figures(D(2020, 10, 31)).count("contacted") == 1
    assert facts.figures(D(2020, 11, 1)).count("contacted") == 0


def test_a_vanished_participant_keeps_past_counts(facts: Facts) -> None:
    facts.person("a", known=D(2020, 10, 1))
    facts.contact("a", D(2020, 9, 1), known=D(2020, 10, 1))
    facts.person("a", known=D(2020, 11, 1), ended_on=D(2020, 11, 1))
    assert facts.figures().count("contacted") == 1


def test_a_vanished_participant_has_no_known_status_later(facts: Facts) -> None:
    facts.person("a", known=D(2020, 10, 1))
    facts.person("a", known=D(2020, 11, 1), ended_on=D(2020, 11, 1))
    facts.contact("a", D(2020, 11, 2), known=D(2020, 12, 1))
    assert facts.figures().count("contacted") == 0


def test_the_first_school_year_is_the_one_that_holds_the_programmes_start(facts: Facts) -> None:
    periods = {key[1] for key in facts.figures(D(2021, 8, 2)).rows}
    assert periods == {"2019/20", "2020/21", "2021/22"}


def test_a_contact_before_the_programme_does_not_count(facts: Facts) -> None:
    facts.person("a")
    facts.contact("a", D(2020, 4, 30))
    assert facts.figures().count("contacted", period="2019/20", mode="period") == 0


def test_targets_follow_the_school_year(facts: Facts) -> None:
    figures = facts.figures()
    assert float(figures.cell("entry_rate", "2020/21")["target"]) == pytest.approx(0.30)
    assert float(figures.cell("entry_rate", "2021/22")["target"]) == pytest.approx(0.60)
    assert figures.cell("entry_rate", "2020/21")["target_met"] is None


def test_a_team_is_found_by_the_name_or_the_id_of_a_post_and_counts_once(facts: Facts) -> None:
    begin = date(2020, 5, 1)
    facts.staff("w7", 1.0, begin, name="Weber", team="Nord")
    facts.staff("weber", 1.0, date(2020, 9, 1), name=" WEBER ", team="Nord")
    facts.staff("x", 1.0, begin, name="Ohne Gruppe")
    for name, worker in (("a", "Weber"), ("b", "W7"), ("c", "Ohne Gruppe"), ("d", "niemand"), ("e", None)):
        facts.person(name, caseworker=worker)
        facts.contact(name, date(2020, 10, 1))
    figures = facts.figures()
    assert figures.count("contacted", dimension="team", member="Nord") == 2
    assert figures.count("contacted", dimension="team", member="other") == 3


def test_a_team_costs_no_comparison_of_every_person_with_every_post(facts: Facts) -> None:
    """One hundred thousand persons and a thousand posts took minutes: the join is by equality, not by a list of two."""
    facts.staff("w7", 1.0, date(2020, 5, 1), name="Weber", team="Nord")
    facts.person("a", caseworker="Weber")
    facts.contact("a", date(2020, 10, 1))
    compute_figures(facts.session, facts.county, FAR, FAR)
    for setting in ("enable_hashjoin", "enable_mergejoin"):
        assert facts.session.value(f"SELECT current_setting('{setting}')") == "on"
    facts.session.do("SET LOCAL enable_nestloop = off")
    query = read_sql("marts/kpi/person_figure").split(" AS\n", 1)[1]
    plan = facts.session.rows(f"EXPLAIN {query}")
    lines = [next(iter(row.values())) for row in plan]
    assert not [line for line in lines if "Nested Loop" in line], "every join can be a hash or merge join"
