"""Why not, who gains and loses by a change of law, what stays unmet and what would help."""

from dataclasses import replace
from datetime import date

import pytest

from schemas.errors import UsageError
from tasks.match.fairness import fairness_table
from tasks.match.gaps import cluster_unmet
from tasks.match.measures import propose_measures
from tasks.match.rules_diff import rules_diff
from tasks.match.seats import unmet_needs
from tasks.match.why import explain_person, shortest_ways


def why(world, offer_id=None, proposals=None):
    return explain_person(world.data(), world.rules(), world.order(), "p1", offer_id, proposals)


class TestWhy:
    def test_every_offer_of_the_wanted_family_is_explained_and_others_are_not(self, fitting):
        fitting.run("O2", kind="IK_INTENSIV").coaching()
        found = why(fitting)
        assert list(found["offer_id"]) == ["O1", "O2"]
        assert list(found["failed_rule"]) == [None, "kind.wanted"]

    def test_a_missing_level_leads_to_a_certificate(self, fitting):
        fitting.needs[0]["current_level"] = "A0"
        row = why(fitting).iloc[0]
        assert (row["failed_rule"], row["steps"]) == ("level.entry", 1)
        assert "Zertifikat A1" in row["way_de"]
        assert "certificate A1" in row["way_en"]

    def test_the_run_with_the_fewest_steps_is_the_shortest_way_in(self, fitting):
        fitting.needs[0].update(current_level="A0", childcare=True)
        fitting.runs[0]["childcare"] = False
        fitting.run("O2", childcare=True)
        ways = shortest_ways(why(fitting))
        assert list(ways["offer_id"]) == ["O2"]
        assert list(ways["steps"]) == [1]

    def test_law_in_the_way_points_to_counselling_and_never_to_another_status(self, fitting):
        fitting.persons[0]["residence_status"] = "DULD_60B"
        row = why(fitting).iloc[0]
        assert bool(row["counselling"])
        assert "beratung" in row["way_de"]
        assert "status" not in (row["way_de"] + row["way_en"]).lower()
        assert row["legal_source"].startswith("§ 44 Abs. 4")
        assert shortest_ways(why(fitting)).empty

    def test_a_missing_fact_is_named_in_words(self, fitting):
        fitting.runs[0]["seats_free"] = None
        row = why(fitting).iloc[0]
        assert (row["eligible"], row["missing_de"], row["missing_en"]) == ("unknown", "freie Plätze", "free seats")

    def test_the_proposed_run_comes_first_and_one_offer_may_be_asked_for(self, fitting):
        fitting.run("O2", ags="05774032")
        proposals = fitting.assign().proposals
        assert list(why(fitting, proposals=proposals)["offer_id"]) == ["O2", "O1"]
        assert list(why(fitting, offer_id="O1")["offer_id"]) == ["O1"]

    def test_a_need_without_any_offer_of_its_family_gives_an_empty_list(self, world):
        assert why(world.person().need().coaching()).empty

    @pytest.mark.parametrize(
        ("facts", "error"), [({"consent_casework": False}, "E644"), ({"person_uid": "p2"}, "E640")]
    )
    def test_an_unknown_or_withdrawn_person_is_a_usage_error_without_the_key(self, fitting, facts, error):
        fitting.persons[0].update(facts)
        with pytest.raises(UsageError, match=error) as caught:
            why(fitting)
        assert "p1" not in str(caught.value)


class TestRulesDiff:
    def test_the_law_of_9_february_2026_shows_who_loses_which_offer(self, fitting):
        fitting.person("p2", residence_status="AE_25A").need("N2", "p2")
        fitting.runs[0].update(starts_on=date(2026, 3, 1), ends_on=None)
        fitting.as_of = date(2026, 2, 8)
        before, rules_before = fitting.data(), fitting.rules()
        fitting.as_of = date(2026, 2, 9)
        found = rules_diff(before, rules_before, fitting.data(), fitting.rules(), fitting.order())
        assert found[["person_uid", "offer_id", "before", "after", "effect"]].to_numpy().tolist() == [
            ["p1", "O1", "yes", "no", "loses"]
        ]
        assert found["rule"][0] == "residence.integration_course"
        assert "09.02.2026" in found["reason_de"][0]

    def test_the_same_rules_change_nothing(self, fitting):
        data, rules = fitting.data(), fitting.rules()
        assert rules_diff(data, rules, data, rules, fitting.order()).empty

    def test_a_dropped_rule_shows_the_gain_and_the_rule_that_stood_in_the_way(self, fitting):
        fitting.runs[0]["max_age"] = 18
        data, rules = fitting.data(), fitting.rules()
        fewer = [rule for rule in rules if rule.rule_id != "age.maximum"]
        found = rules_diff(data, rules, data, fewer, fitting.order())
        assert list(zip(found["effect"], found["rule"], strict=True)) == [("gains", "age.maximum")]


def gap_world(world, count=10):
    for number in range(count):
        world.person(f"p{number}", ags="05774032" if number % 3 else "05774008")
        world.need(f"N{number}", f"p{number}", radius_km=12)
    return world.run(seats_free=0)


def clusters_of(world):
    assignment = world.assign()
    unmet = unmet_needs(world.data(), world.pairs(), assignment.proposals, 30)
    return assignment, cluster_unmet(world.data(), unmet, world.order())


class TestGaps:
    def test_an_open_need_without_seat_or_proposal_is_unmet_and_names_its_obstacle(self, fitting):
        fitting.runs[0]["seats_free"] = 0
        unmet = unmet_needs(fitting.data(), fitting.pairs(), fitting.assign().proposals, 91)
        row = unmet.iloc[0]
        assert (row["open_days"], row["is_overdue"], row["main_obstacle"]) == (91, False, "state.seat_free")
        fitting.as_of = date(2021, 8, 1)
        assert unmet_needs(fitting.data(), fitting.pairs(), fitting.assign().proposals, 91)["is_overdue"][0]

    def test_a_need_with_a_proposal_is_not_unmet(self, fitting):
        assert unmet_needs(fitting.data(), fitting.pairs(), fitting.assign().proposals, 30).empty

    def test_enough_unmet_needs_of_one_kind_become_a_proposed_measure_where_most_can_reach_it(self, world):
        assignment, clusters = clusters_of(gap_world(world))
        row = clusters.iloc[0]
        assert (row["needs_count"], row["category"], row["ags"], bool(row["is_proposed"])) == (
            10,
            "IK_ALLG",
            "05774032",
            True,
        )
        effect = propose_measures(world.data(), world.rules(), world.order(), clusters, assignment).iloc[0]
        assert (effect["seats"], effect["needs_gained"], effect["persons_gained"]) == (10, 10, 10)

    def test_fewer_than_the_smallest_group_is_listed_and_not_proposed(self, world):
        assignment, clusters = clusters_of(gap_world(world, count=9))
        assert not clusters["is_proposed"].any()
        assert propose_measures(world.data(), world.rules(), world.order(), clusters, assignment).empty

    def test_a_measure_that_law_closes_to_its_members_gains_nobody(self, world):
        world.as_of = date(2026, 2, 9)
        gap_world(world).runs[0].update(starts_on=date(2026, 3, 1), ends_on=None)
        assignment, clusters = clusters_of(world)
        effect = propose_measures(world.data(), world.rules(), world.order(), clusters, assignment)
        assert list(effect["needs_gained"]) == [0]

    def test_needs_with_childcare_form_a_cluster_of_their_own(self, world):
        gap_world(world).needs[0]["childcare"] = True
        _, clusters = clusters_of(world)
        assert sorted(clusters["needs_count"]) == [1, 9]


class TestFairness:
    def test_coverage_and_overrides_are_counted_by_group(self, fitting):
        fitting.person("p2", sex="m", residence_status="DULD_60C").need("N2", "p2", recorded_on=date(2021, 7, 1))
        fitting.runs[0]["seats_free"] = 1
        first = fitting.assign()
        fitting.next_night(first, days=0).decide(first.proposals["proposal_id"][0], "reject")
        table = fairness_table(fitting.data(), fitting.pairs(), fitting.assign().proposals)
        by_sex = table[table["dimension"] == "sex"].set_index("member")
        assert by_sex["proposed_count"].to_dict() == {"f": 0, "m": 1}
        assert by_sex["rejected_count"].to_dict() == {"f": 1, "m": 0}
        assert by_sex.loc["f", "override_share"] == 1
        assert set(table["dimension"]) == {"all", "sex", "residence_group", "commune"}

    def test_members_of_a_dimension_add_up_to_all_needs(self, fitting):
        fitting.person("p2", sex=None, ags=None, residence_status=None).need("N2", "p2")
        table = fairness_table(fitting.data(), fitting.pairs(), fitting.assign().proposals)
        assert set(table.groupby("dimension")["needs_count"].sum()) == {2}


def test_a_mixed_uuid_and_text_person_key_is_one_key(fitting):
    import uuid

    uid = uuid.UUID(int=7)
    fitting.persons[0]["person_uid"] = uid
    fitting.needs[0]["person_uid"] = str(uid)
    fitting.enrolled(uid, offer_id="O1", kind="IK_ALLG")
    assert "before.enrolled" in fitting.pair()["failed_rules"]


def test_the_order_of_levels_belongs_to_the_order_not_to_the_code(world):
    world.person("p1").person("p2").run(seats_free=1)
    world.need("N1", "p1", priority=1, recorded_on=date(2021, 7, 1)).need("N2", "p2", recorded_on=date(2021, 1, 1))
    waiting_first = replace(world.order(), levels=("waiting_days", "priority_one_served"))
    assert list(world.assign().proposals["need_id"]) == ["N1"]
    assert list(world.assign(waiting_first).proposals["need_id"]) == ["N2"]
