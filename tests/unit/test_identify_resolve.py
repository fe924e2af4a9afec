"""Each rule of the contract's Identity section, by name, on the smallest table that shows it."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from schemas.errors import StepFailed
from tasks.identify.block import Blocks
from tasks.identify.encode import encode
from tasks.identify.resolve import decisions_of, resolve_mentions
from tasks.identify.weights import read_weights

WEIGHTS = read_weights()
PADERBORN, BUEREN = "05774032", "05774012"
BYSTANDERS = [
    ("B1", "Petrosyan", "Ani", dt.date(1995, 10, 12), PADERBORN),
    ("B2", "Okafor", "Joy", dt.date(2000, 2, 8), BUEREN),
    ("B3", "Yıldız", "Yusuf", dt.date(2001, 10, 16), PADERBORN),
    ("B4", "Diallo", "Aïssatou", dt.date(1996, 8, 12), BUEREN),
    ("B5", "Haidari", "Rahmatullah", dt.date(1996, 5, 24), PADERBORN),
    ("B6", "Tesfay", "Selam", dt.date(1998, 7, 18), BUEREN),
]


def persons(*rows):
    return pd.DataFrame([*rows, *BYSTANDERS], columns=["person_key", "last_name", "first_name", "birth_date", "ags"])


def mention(last, first, born, ags=PADERBORN, text=""):
    row = ("M1", last, first, born, ags, text)
    return pd.DataFrame([row], columns=["mention_key", "last_name", "first_name", "birth_date", "ags", "birth_text"])


def rule(mentions, table, decisions=None):
    return next(decisions_of(resolve_mentions(mentions, table, WEIGHTS, decisions)))


def decided(*rows):
    return pd.DataFrame(rows, columns=["mention_key", "person_key", "link"])


ZAHRA = ("P1", "Ahmadzai", "Zahra", dt.date(1999, 6, 14), PADERBORN)
BORN = dt.date(1999, 6, 14)


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("AHMADZAI", "zahra"),
        ("Zahra", "Ahmadzai"),
        ("Zahra Ahmadzai", None),
        ("Ahmadzai, Zahra", ""),
        ("Ähmadzai", "Zähra"),
    ],
)
def test_equal_name_after_folding_and_equal_birth_date_is_linked_by_itself(last, first):
    ruling = rule(mention(last, first, BORN), persons(ZAHRA))
    assert (ruling.state, ruling.person_key, ruling.rule) == ("linked", "P1", "safe_key")


def test_safe_key_ignores_the_commune():
    assert rule(mention("Ahmadzai", "Zahra", BORN, BUEREN), persons(ZAHRA)).state == "linked"


def test_safe_key_shared_by_two_persons_goes_to_review_with_both():
    ruling = rule(mention("Ahmadzai", "Zahra", BORN), persons(ZAHRA, ("P2", "Zahra", "Ahmadzai", BORN, BUEREN)))
    assert (ruling.state, ruling.rule) == ("review", "safe_key_shared")
    assert {key for key, _, _ in ruling.candidates} == {"P1", "P2"}


def test_two_spellings_of_one_person_are_not_two_persons():
    ruling = rule(mention("Ahmadzai", "Zahra", BORN), persons(ZAHRA, ("P1", "Ahmedzay", "Zahra", BORN, BUEREN)))
    assert (ruling.state, ruling.rule) == ("linked", "safe_key")


@pytest.mark.parametrize(
    ("last", "first"),
    [
        ("Ahmedzay", "Zahraa"),
        ("Achmadzai", "Sahra"),
        ("Ahmadsai", "Zahra"),
        ("Zehra", "Ahmadzay"),
        ("Ahmed Zai", "Zahra"),
    ],
)
def test_another_spelling_with_equal_birth_date_is_linked_by_score(last, first):
    ruling = rule(mention(last, first, BORN), persons(ZAHRA))
    assert (ruling.state, ruling.person_key, ruling.rule) == ("linked", "P1", "score")


@pytest.mark.parametrize(
    ("known", "last", "first"),
    [
        pytest.param(("P1", "Gebremeskel", "Kidane", BORN, PADERBORN), "Gebre Meskel", "Kedane", id="tigrinya-split"),
        pytest.param(
            ("P1", "Teklehaimanot Dauit", "Luwam", BORN, PADERBORN), "Teklehaimanot", "Luuam", id="tigrinya-dropped"
        ),
        pytest.param(
            ("P1", "al-Jubūrī", "ʿAbd ar-Raḥmān", BORN, PADERBORN), "Dschuburi", "Abdulrahman", id="arabic-german"
        ),
        pytest.param(("P1", "El-Cubûrî", "Şirwan", BORN, PADERBORN), "AlJuburi", "Schirwan", id="kurdish"),
        pytest.param(("P1", "Qurbani", "Gholam Reza", BORN, PADERBORN), "Ghurbani", "Gholamreza", id="dari-joined"),
        pytest.param(("P1", "Cabdi Axmed", "Jamac", BORN, PADERBORN), "Abdi Ahmed", "Jama", id="somali"),
        pytest.param(("P1", "Diallo", "Ousmane", BORN, PADERBORN), "Jallow", "Usman", id="west-african"),
    ],
)
def test_romanisations_are_linked_by_score(known, last, first):
    assert rule(mention(last, first, BORN), persons(known)).state == "linked"


@pytest.mark.parametrize(
    ("known", "named", "reason"),
    [
        pytest.param(dt.date(1999, 1, 1), dt.date(1999, 1, 1), "birth_first_january", id="both-1-january"),
        pytest.param(BORN, dt.date(1999, 1, 1), "birth_placeholder", id="mention-1-january"),
        pytest.param(dt.date(1999, 1, 1), BORN, "birth_placeholder", id="person-1-january"),
        pytest.param(BORN, None, "birth_missing", id="mention-missing"),
        pytest.param(None, BORN, "birth_missing", id="person-missing"),
        pytest.param(BORN, dt.date(1999, 6, 15), "birth_one_digit", id="one-digit"),
        pytest.param(BORN, dt.date(1989, 6, 14), "birth_one_digit", id="one-digit-of-the-year"),
        pytest.param(dt.date(1999, 6, 4), dt.date(1999, 4, 6), "birth_swapped", id="day-month-swap"),
    ],
)
def test_an_uncertain_birth_date_always_goes_to_review(known, named, reason):
    ruling = rule(mention("Ahmadzai", "Zahra", named), persons(("P1", "Ahmadzai", "Zahra", known, PADERBORN)))
    assert (ruling.state, ruling.person_key, ruling.rule) == ("review", None, reason)
    assert ruling.candidates[0][0] == "P1"


def test_a_lone_year_goes_to_review():
    ruling = rule(mention("Ahmadzai", "Zahra", None, text="1999"), persons(ZAHRA))
    assert (ruling.state, ruling.rule) == ("review", "birth_year_only")


@pytest.mark.parametrize("born", [dt.date(1999, 7, 25), dt.date(2003, 2, 28), dt.date(1999, 6, 29)])
def test_a_birth_date_further_apart_is_never_linked_by_itself(born):
    assert rule(mention("Ahmadzai", "Zahra", born), persons(ZAHRA)).state != "linked"


def test_a_stranger_is_not_a_participant():
    ruling = rule(mention("Novak", "Milan", dt.date(1990, 3, 3)), persons(ZAHRA))
    assert (ruling.state, ruling.person_key, ruling.rule, ruling.candidates) == ("none", None, "below_floor", ())


@pytest.mark.parametrize("first", ["Maryam", "Fatema", "Zohal"])
def test_a_twin_who_is_not_in_the_table_is_not_linked(first):
    assert rule(mention("Ahmadzai", first, BORN), persons(ZAHRA)).state != "linked"


def test_twins_in_the_table_are_told_apart_by_the_first_name():
    twins = persons(("P1", "Ahmadzai", "Hasan", BORN, PADERBORN), ("P2", "Ahmadzai", "Husain", BORN, PADERBORN))
    assert rule(mention("Ahmadzay", "Hasan", BORN), twins).person_key == "P1"
    assert rule(mention("Ahmadzay", "Hussein", BORN), twins).person_key == "P2"


@pytest.mark.parametrize("first", ["H", "Hasain", "Husan", None])
def test_a_twin_in_the_table_vetoes_what_could_be_either(first):
    twins = persons(("P1", "Ahmadzai", "Hasan", BORN, PADERBORN), ("P2", "Ahmadzai", "Husain", BORN, PADERBORN))
    assert rule(mention("Ahmadzai", first, BORN), twins).state == "review"


def test_brother_and_sister_with_one_letter_between_them_are_not_linked():
    assert (
        rule(mention("Ahmadzai", "Amina", BORN), persons(("P1", "Ahmadzai", "Amin", BORN, PADERBORN))).state != "linked"
    )


def test_one_name_part_alone_is_never_linked_by_score():
    assert rule(mention("Ahmadzay", None, BORN), persons(ZAHRA)).state != "linked"


def test_a_must_link_holds_against_every_score():
    ruling = rule(mention("Novak", "Milan", dt.date(1990, 3, 3)), persons(ZAHRA), decided(("M1", "P1", "must")))
    assert (ruling.state, ruling.person_key, ruling.rule) == ("linked", "P1", "decided")


def test_a_cannot_link_holds_against_the_safe_key():
    ruling = rule(mention("Ahmadzai", "Zahra", BORN), persons(ZAHRA), decided(("M1", "P1", "cannot")))
    assert (ruling.state, ruling.candidates) == ("none", ())


def test_a_link_to_a_person_who_is_gone_decides_nothing():
    assert rule(mention("Ahmadzai", "Zahra", BORN), persons(ZAHRA), decided(("M1", "P9", "must"))).person_key == "P1"


def test_a_pair_decided_both_ways_is_refused():
    with pytest.raises(StepFailed, match="E405"):
        rule(mention("Ahmadzai", "Zahra", BORN), persons(ZAHRA), decided(("M1", "P1", "must"), ("M1", "P1", "cannot")))


def test_review_offers_at_most_three_candidates_best_first():
    same = [(f"P{i}", "Ahmadzai", "Zahra", dt.date(1990 + i, 6, 14), PADERBORN) for i in range(5)]
    ruling = rule(mention("Ahmadzai", "Zahra", None), persons(*same))
    scores = [score for _, score, _ in ruling.candidates]
    assert (ruling.state, len(scores)) == ("review", 3)
    assert scores == sorted(scores, reverse=True)


def test_evidence_names_levels_and_never_values():
    ruling = rule(mention("Ahmadzay", "Zahra", BORN, BUEREN), persons(ZAHRA))
    evidence = ruling.candidates[0][2]
    assert evidence["birth_date"] == "exact"
    assert evidence["commune"] == "other"
    levels = {"exact": 1, "romanised": 1, "near": 0, "prefix": 0, "conflict": 0, "dropped": 0}
    assert evidence["name"] == levels | {"joined": False, "same_after_folding": False}
    assert "hmadza" not in str(evidence).casefold()


def test_empty_tables_give_no_candidates():
    assert rule(mention("Ahmadzai", "Zahra", BORN), persons().iloc[:0]).state == "none"
    assert resolve_mentions(mention("A", "B", BORN).iloc[:0], persons(), WEIGHTS).empty


def test_an_empty_name_is_never_linked():
    nameless = persons(("P1", "", "", BORN, PADERBORN))
    assert rule(mention(None, None, BORN), nameless).state == "none"


@pytest.mark.parametrize("double", [["M1", "M1"], ["M1", None]])
def test_a_mention_key_that_is_empty_or_stands_twice_is_refused(double):
    twice = pd.concat([mention("Ahmadzai", "Zahra", BORN)] * 2).assign(mention_key=double)
    with pytest.raises(StepFailed, match="E404") as caught:
        resolve_mentions(twice, persons(ZAHRA), WEIGHTS)
    assert "Ahmadzai" not in str(caught.value)


def test_permuted_rows_give_the_same_rulings():
    table = persons(ZAHRA, *[(f"P{i}", "Ahmadi", "Ali", dt.date(1990 + i, 1, 1), PADERBORN) for i in range(2, 9)])
    mentions = pd.concat(
        [
            mention("Ahmadzay", "Zahra", BORN),
            mention("Ali Ahmadi", None, None),
            mention("Ahmedi", "Aly", dt.date(1995, 1, 1)),
        ]
    ).assign(mention_key=["M1", "M2", "M3"])
    expected = resolve_mentions(mentions, table, WEIGHTS).set_index("mention_key")
    for seed in range(5):
        order = np.random.default_rng(seed)
        shuffled = resolve_mentions(
            mentions.sample(frac=1, random_state=order), table.sample(frac=1, random_state=order), WEIGHTS
        )
        pd.testing.assert_frame_equal(shuffled.set_index("mention_key").loc[expected.index], expected)


# Spellings that part company in more than one reading, and names of one part.


@pytest.mark.parametrize(
    ("last", "first"), [("Benali", "Redouane"), ("Benali", "Ridouan"), ("Ben Ali", "Ridwan"), ("Benali", "Rédouane")]
)
def test_parts_near_in_any_one_reading_are_near(last, first):
    found = rule(mention(last, first, BORN), persons(("P1", "Benali", "Ridwan", BORN, PADERBORN)))
    assert (found.state, found.person_key) == ("linked", "P1")


def test_a_part_that_stands_twice_is_laid_on_two_parts():
    table = persons(("P1", "Bouazza", "Naeema Naeema", BORN, PADERBORN))
    found = rule(mention("Bouazza", "Naeema Nayma", BORN), table)
    assert found.candidates[0][2]["name"]["conflict"] == 0
    assert found.state == "linked"


def test_an_only_name_links_where_nothing_else_stands_on_either_side():
    table = persons(("P1", None, "Samiollah", BORN, PADERBORN))
    assert rule(mention("unbekannt", "Samiollah", BORN), table).state == "linked"
    assert rule(mention("Karimi", "Samiollah", BORN), table).rule == "too_few_name_parts"


# More than CROWD persons on one day.

LETTERS = "bcdfghklmnprstvz"


def crowd(count: int, born: dt.date) -> pd.DataFrame:
    """Persons of one birth date; every name part is borne by dozens."""
    rows = [
        (
            f"C{at:05d}",
            f"Al{LETTERS[at % 16]}adi",
            f"{LETTERS[at // 16 % 16]}ami{LETTERS[at // 256 % 16]}",
            born,
            PADERBORN,
        )
        for at in range(count)
    ]
    return persons(*rows)


@pytest.mark.parametrize("born", [BORN, dt.date(1999, 1, 1)])
def test_pairs_grow_with_a_crowd_and_not_with_its_square(born):
    for count in (1000, 3000):
        _, (people,) = (encoded := encode([crowd(count, born)], ["person_key"]))
        at, _to = Blocks(encoded[0], people).candidates(people, np.arange(len(people)))
        assert len(at) < 400 * count


def test_a_date_that_a_crowd_bears_links_equal_names_only():
    table = crowd(400, BORN)
    one = table.iloc[7]
    found = rule(mention(one["first_name"], one["last_name"].upper(), BORN), table)
    assert (found.rule, found.person_key) == ("safe_key", one["person_key"])
    near = pd.concat([table, persons(("P1", "Tschaudhri", "Redouane", BORN, PADERBORN)).iloc[:1]])
    found = rule(mention("Chaudhry", "Ridwan", BORN), near)
    assert found.state != "linked"
    assert rule(mention("Chaudhry", "Ridwan", BORN), near.tail(1)).state == "linked"


def test_one_name_borne_by_a_crowd_is_a_question_with_three_candidates_in_any_order_of_rows():
    table = crowd(400, BORN).assign(last_name="Alhadi", first_name="Sami")
    found = rule(mention("Sami", "Al-Hadi", BORN), table)
    assert (found.state, found.rule) == ("review", "safe_key_shared")
    shuffled = rule(mention("Sami", "Al-Hadi", BORN), table.sample(frac=1, random_state=3))
    assert found == shuffled
    assert len(found.candidates) == 3
