"""The life of a proposal: made, kept, decided, expired; a person decides."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest


def placed(assignment):
    return list(zip(assignment.proposals["need_id"], assignment.proposals["offer_id"], strict=True))


def values(assignment):
    return dict(zip(assignment.levels["level"], assignment.levels["value"], strict=True))


def test_an_empty_county_has_an_empty_plan(world):
    assignment = world.assign()
    assert assignment.proposals.empty
    assert assignment.ended.empty
    assert len(assignment.levels) == 7


def test_a_fitting_pair_is_proposed_with_reasons_in_both_languages(fitting):
    proposal = fitting.assign().proposals.iloc[0]
    assert (proposal["state"], proposal["rank"], proposal["first_proposed_on"]) == ("proposed", 1, date(2021, 7, 31))
    assert [line["de"] for line in proposal["reasons"] if line["side"] != "for"] == [
        "Mindestgröße 10: belegt 0, vorgeschlagen 1."
    ]
    assert all(line["de"] and line["en"] for line in proposal["reasons"])


def test_a_proposal_names_the_next_best_offer_and_the_next_need_in_line(fitting):
    fitting.runs[0].update(seats_free=1, seats_min=1)
    fitting.run("O2", ags="05774016", seats_free=0).run("O3", ags="05774016", seats_free=1, weekdays="Fr")
    for number in (2, 3, 4):
        fitting.person(f"p{number}").need(f"N{number}", f"p{number}", recorded_on=date(2021, 6, number))
    first = fitting.assign().proposals.set_index("need_id").loc["N1"]
    said = [line["de"] for line in first["reasons"] if line["side"] == "note"]
    assert "Nächstbestes Angebot: O3." in said
    assert "Nächster Bedarf für diesen Platz: N3." in said


def test_full_offer_is_never_proposed(fitting):
    fitting.runs[0]["seats_free"] = 0
    assert placed(fitting.assign()) == []


def test_an_unknown_number_of_seats_is_listed_and_never_proposed_by_itself(fitting):
    fitting.runs[0]["seats_free"] = None
    assert list(fitting.pairs()["eligible"]) == ["unknown"]
    assert placed(fitting.assign()) == []


def test_the_urgent_need_gets_the_only_seat(world):
    world.person("p1").person("p2").run(seats_free=1)
    world.need("N1", "p1", recorded_on=date(2020, 1, 1)).need("N2", "p2", priority=1)
    assert placed(world.assign()) == [("N2", "O1")]


def test_two_persons_with_one_measure_each_come_before_one_person_with_two(world):
    world.person("p1").person("p2").coaching("C1", seats_free=1).run("O1", seats_free=1)
    world.need("N1", "p1", category="COACHING", recorded_on=date(2020, 1, 1))
    world.need("N2", "p1", recorded_on=date(2020, 1, 1)).need("N3", "p2", recorded_on=date(2021, 7, 30))
    assert placed(world.assign()) == [("N1", "C1"), ("N3", "O1")]


def test_the_longer_wait_decides_between_equals(world):
    world.person("p1").person("p2").run(seats_free=1)
    world.need("N1", "p1", recorded_on=date(2021, 5, 2)).need("N2", "p2", recorded_on=date(2021, 5, 1))
    assert placed(world.assign()) == [("N2", "O1")]


def test_the_nearer_run_is_chosen_when_all_else_is_equal(fitting):
    fitting.run("O0", ags="05774016").run("O9", ags="05774032")
    assert placed(fitting.assign()) == [("N1", "O9")]


def test_two_measures_of_one_person_never_overlap_in_time(world):
    world.person().need("N1").need("N2", category="BSK_B1").run("O1", seats_free=5)
    world.run("O2", kind="BSK_B1", weekdays="Mi")
    assert len(placed(world.assign())) == 1
    world.runs[1]["weekdays"] = "Di"
    assert placed(world.assign()) == [("N1", "O1"), ("N2", "O2")]


def test_a_module_quota_limits_the_plan(world):
    for number in range(3):
        world.person(f"p{number}").need(f"N{number}", f"p{number}", category="COACHING")
    world.coaching("C1", seats_free=2).coaching("C2", seats_free=2)
    assert len(placed(world.assign())) == 3
    assert len(placed(world.assign(replace(world.order(), module_quota=(("F1", 1),))))) == 1


def test_a_person_gets_no_more_proposals_than_the_order_allows(world):
    world.person()
    for number in range(4):
        world.need(f"N{number}", category="COACHING").coaching(f"C{number}")
    assert len(placed(world.assign())) == 3


def test_a_need_with_a_seat_gets_no_proposal(fitting):
    fitting.enrolled(offer_id="other", kind="IK_ALLG", state="waiting")
    assert placed(fitting.assign()) == []


def test_a_course_completed_before_the_need_was_recorded_does_not_serve_it(fitting):
    fitting.enrolled(offer_id="other", kind="IK_ALLG", state="completed", ends_on=date(2021, 4, 30))
    assert placed(fitting.assign()) == [("N1", "O1")]


class TestNextNight:
    def test_the_same_night_twice_changes_nothing(self, fitting):
        fitting.person("p2").need("N2", "p2").run("O2")
        pd.testing.assert_frame_equal(fitting.assign().proposals, fitting.assign().proposals)

    def test_a_proposal_out_for_decision_stays_although_a_nearer_run_appears(self, fitting):
        first = fitting.assign()
        fitting.next_night(first).run("O9", ags="05774032")
        second = fitting.assign()
        assert placed(second) == [("N1", "O1")]
        assert list(second.proposals["proposal_id"]) == list(first.proposals["proposal_id"])
        assert list(second.proposals["kept"]) == [True]
        assert second.ended.empty

    def test_an_urgent_need_may_take_the_seat_of_an_open_proposal_and_the_list_says_so(self, fitting):
        fitting.runs[0]["seats_free"] = 1
        first = fitting.assign()
        fitting.next_night(first).person("p2").need("N2", "p2", priority=1)
        second = fitting.assign()
        assert placed(second) == [("N2", "O1")]
        assert second.ended[["proposal_id", "state", "cause"]].to_numpy().tolist() == [
            [first.proposals["proposal_id"][0], "expired", "displaced"]
        ]

    def test_a_proposal_that_became_impossible_ends(self, fitting):
        fitting.next_night(fitting.assign()).runs[0]["seats_free"] = 0
        second = fitting.assign()
        assert placed(second) == []
        assert list(second.ended["cause"]) == ["impossible"]

    def test_a_proposal_whose_seats_became_unknown_stays_out_for_decision(self, fitting):
        fitting.next_night(fitting.assign()).runs[0]["seats_free"] = None
        second = fitting.assign()
        assert placed(second) == [("N1", "O1")]
        assert any(line["side"] == "against" for line in second.proposals["reasons"][0])

    def test_an_undecided_proposal_expires_and_returns_under_a_new_id(self, fitting):
        first = fitting.assign()
        fitting.next_night(first, days=28)
        assert fitting.assign().ended.empty
        fitting.next_night(first, days=1)
        second = fitting.assign()
        assert list(second.ended["cause"]) == ["too_old"]
        assert second.proposals["proposal_id"][0] != first.proposals["proposal_id"][0]


class TestDecisions:
    def test_a_rejected_pair_does_not_return_while_nothing_changed(self, fitting):
        fitting.next_night(fitting.assign())
        fitting.decide(fitting.proposals[0]["proposal_id"], "reject", "zu weit")
        night = fitting.assign()
        assert placed(night) == []
        assert list(night.ended["state"]) == ["rejected"]
        fitting.next_night(night, days=100)
        fitting.runs[0].update(seats_free=9, starts_on=date(2021, 12, 1))
        assert fitting.pair()["failed_rules"].split("|")[0] != "state.seat_free"

    @pytest.mark.parametrize(
        ("table", "facts"),
        [("needs", {"radius_km": 50}), ("runs", {"from_time": "10:00"}), ("runs", {"ags": "05774032"})],
    )
    def test_a_rejected_pair_returns_as_newly_judged_when_need_or_offer_changed(self, fitting, table, facts):
        first = fitting.assign()
        fitting.next_night(first).decide(first.proposals["proposal_id"][0], "reject")
        getattr(fitting, table)[0].update(facts)
        second = fitting.assign().proposals
        assert list(second["newly_judged"]) == [True]
        assert second["proposal_id"][0] != first.proposals["proposal_id"][0]

    @pytest.mark.parametrize("facts", [{"seats_free": 1}, {"verified_on": date(2021, 7, 31)}, {"title": "neu"}])
    def test_another_seat_count_or_title_does_not_bring_a_rejected_pair_back(self, fitting, facts):
        first = fitting.assign()
        fitting.next_night(first).decide(first.proposals["proposal_id"][0], "reject")
        fitting.runs[0].update(facts)
        assert placed(fitting.assign()) == []

    def test_a_change_of_law_brings_a_rejected_pair_back_as_newly_judged(self, world):
        world.as_of = date(2024, 12, 30)
        world.person(residence_status="AE_25A").need(category="BSK_B2", target_level="B2", current_level="B1")
        world.run(kind="BSK_B2", starts_on=date(2025, 2, 1), ends_on=None, entry_level="B1", target_level="B2")
        first = world.assign()
        world.next_night(first).decide(first.proposals["proposal_id"][0], "reject")
        assert placed(world.assign()) == []
        world.as_of = date(2025, 1, 1)
        assert list(world.assign().proposals["newly_judged"]) == [True]

    def test_an_accepted_proposal_becomes_an_expected_enrolment_that_holds_its_seat(self, fitting):
        fitting.runs[0]["seats_free"] = 1
        first = fitting.assign()
        fitting.next_night(first).decide(first.proposals["proposal_id"][0], "accept")
        fitting.person("p2").need("N2", "p2")
        second = fitting.assign()
        assert placed(second) == []
        assert list(second.ended["state"]) == ["accepted"]

    def test_the_providers_list_replaces_the_expected_enrolment(self, fitting):
        fitting.runs[0]["seats_free"] = 1
        first = fitting.assign()
        fitting.next_night(first).decide(first.proposals["proposal_id"][0], "accept")
        fitting.enrolled(offer_id="O1", kind="IK_ALLG", state="registered").person("p2").need("N2", "p2")
        assert placed(fitting.assign()) == [("N2", "O1")]

    def test_an_accepted_seat_that_the_provider_cancels_opens_the_need_again(self, fitting):
        first = fitting.run("O2", ags="05774016").assign()
        fitting.next_night(first).decide(first.proposals["proposal_id"][0], "accept")
        assert placed(fitting.assign()) == []
        fitting.enrolled(offer_id="O1", kind="IK_ALLG", state="cancelled")
        assert len(placed(fitting.assign())) == 1

    def test_an_unclear_decision_leaves_the_proposal_out_for_decision(self, fitting):
        first = fitting.assign()
        fitting.next_night(first).decide(first.proposals["proposal_id"][0], "unclear")
        assert list(fitting.assign().proposals["state"]) == ["unclear"]

    def test_a_late_acceptance_of_an_expired_proposal_still_stands(self, fitting):
        first = fitting.assign()
        fitting.next_night(first, days=5).decide(first.proposals["proposal_id"][0], "accept")
        fitting.proposals[0]["state"] = "expired"
        night = fitting.assign()
        assert list(night.ended["state"]) == ["accepted"]
        assert placed(night) == []

    def test_a_rejection_judges_the_content_of_the_last_night(self, fitting):
        first = fitting.assign()
        fitting.next_night(first).needs[0]["radius_km"] = 50
        second = fitting.assign()
        fitting.next_night(second).decide(first.proposals["proposal_id"][0], "reject")
        assert placed(fitting.assign()) == []

    def test_a_later_rejection_replaces_an_acceptance(self, fitting):
        first = fitting.assign()
        number = first.proposals["proposal_id"][0]
        fitting.next_night(first).decide(number, "accept")
        fitting.as_of = date(2021, 8, 2)
        fitting.decide(number, "reject")
        assert list(fitting.assign().ended["state"]) == ["rejected"]

    def test_a_rejection_for_want_of_time_holds_ninety_days_and_then_comes_back_under_a_new_id(self, fitting):
        fitting.runs[0]["starts_on"] = date(2021, 12, 1)
        night = fitting.assign()
        number = night.proposals["proposal_id"][0]
        fitting.next_night(night, days=0).decide(number, "reject", "keine Zeit")
        fitting.proposals[0]["state"] = "rejected"
        fitting.as_of = date(2021, 10, 29)
        assert placed(fitting.assign()) == []
        fitting.as_of = date(2021, 10, 30)
        back = fitting.assign().proposals
        assert list(back["newly_judged"]) == [True]
        assert back["proposal_id"][0] != number

    def test_the_last_decision_on_a_proposal_counts(self, fitting):
        first = fitting.assign()
        number = first.proposals["proposal_id"][0]
        fitting.next_night(first).decide(number, "unclear")
        fitting.as_of = date(2021, 8, 2)
        fitting.decide(number, "accept")
        assert list(fitting.assign().ended["state"]) == ["accepted"]


@pytest.mark.parametrize("fact", [{"residence_status": "DULD_60A_2_3"}, {"sex": "m"}, {"nationality": "NAM"}])
def test_status_sex_and_nationality_never_change_who_gets_a_seat(world, fact):
    for number in range(4):
        world.person(f"p{number}").need(f"N{number}", f"p{number}")
    world.run(seats_free=2)
    before = placed(world.assign())
    for person in world.persons[::2]:
        person.update(fact)
    assert placed(world.assign()) == before


def test_value_meets_bound_on_every_level(world):
    for number in range(5):
        world.person(f"p{number}").need(f"N{number}", f"p{number}", priority=number % 3 + 1)
    levels = world.run(seats_free=2).run("O2", seats_free=1).assign().levels
    assert list(levels["value"]) == list(levels["bound"])
    assert levels.set_index("level").loc["priority_one_served", "value"] == 2


def test_delivered_row_order_does_not_change_the_plan(world):
    for number in range(6):
        world.person(f"p{number}").need(f"N{number}", f"p{number}", priority=number % 3 + 1)
    world.run("O1", seats_free=2).run("O2", seats_free=1).run("O3", kind="IK_INTENSIV", seats_free=9)
    straight = world.assign()
    for rows in (world.persons, world.needs, world.runs):
        rows.reverse()
    pd.testing.assert_frame_equal(straight.proposals, world.assign().proposals)
