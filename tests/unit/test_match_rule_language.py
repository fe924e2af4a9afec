"""The condition language: what it reads, what it refuses and where."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.facts import FACTS
from config.rule_language import parse_condition
from config.rule_tree import Junction, Kind, RuleFault, facts_in

CODES = {"funding_modules": frozenset({"F1", "F2", "REGEL"})}


def refused(text):
    with pytest.raises(RuleFault) as caught:
        parse_condition(text, FACTS, CODES)
    return caught.value.code, caught.value.offset


@pytest.mark.parametrize(
    "text",
    [
        "run.seats_free >= 1",
        "run.max_age is unknown or person.age <= run.max_age",
        "not (need.childcare and not run.childcare)",
        "run.module in ['F1', 'F2'] and run.starts_on - as_of <= 365",
        "run.entry_level <= 'B1' or need.current_level > run.entry_level",
        "run.starts_on >= 2026-02-09",
        "true",
    ],
)
def test_a_sentence_over_named_facts_is_read(text):
    assert parse_condition(text, FACTS, CODES) is not None


def test_and_binds_closer_than_or():
    tree = parse_condition("run.childcare or run.part_time and need.childcare", FACTS)
    assert isinstance(tree, Junction)
    assert (tree.word, len(tree.items)) == ("or", 2)


def test_all_facts_of_a_condition_are_named():
    tree = parse_condition("not need.childcare or run.childcare is known and pair.distance_km <= 5", FACTS)
    assert facts_in(tree) == {"need.childcare", "run.childcare", "pair.distance_km"}


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        ("run.seat_free >= 1", "E605", 0),
        ("run.seats_free >= 'x'", "E606", 15),
        ("run.kind < 'A'", "E606", 9),
        ("run.seats_free", "E606", 0),
        ("run.module == 'F9'", "E608", 14),
        ("run.entry_level == 'B7'", "E608", 19),
        ("run.childcare and", "E604", 17),
        ("run.childcare run.part_time", "E604", 14),
        ("run.module in []", "E604", 15),
        ("need.childcare == 1", "E606", 15),
        ("run.starts_on + run.ends_on >= as_of", "E606", 14),
        ("run.starts_on >= 2026-02-30", "E604", 17),
        ("(run.childcare", "E604", 14),
        ("run.childcare; import os", "E604", 13),
        ("__import__('os')", "E605", 0),
        ("", "E604", 0),
    ],
)
def test_a_fault_names_its_kind_and_the_offset(text, code, offset):
    assert refused(text) == (code, offset)


@pytest.mark.parametrize("fact", ["person.sex", "person.nationality", "person.name"])
def test_sex_nationality_and_name_cannot_be_named_in_a_rule(fact):
    assert refused(f"{fact} == 'x'")[0] == "E605"


@given(st.text(alphabet="abcrun.need()[]'=<>!+-, 0129_andortis", max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else_happens(text):
    with contextlib.suppress(RuleFault):
        assert parse_condition(text, FACTS).kind is Kind.BOOL
