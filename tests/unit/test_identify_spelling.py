"""Readings of one name part: romanisations agree, other names do not."""

import pytest
import yaml

from config.folders import SAME_NAMES
from tasks.identify.folding import fold_name
from tasks.identify.spelling import koelner, readings, same_names, split_parts


def alike(one: str, other: str) -> bool:
    return any(x == y for x, y in zip(readings(fold_name(one)), readings(fold_name(other)), strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mohammad", "Muhammed"), ("Mouhamed", "Mohamad"), ("Hussein", "Husayn"), ("Housein", "Hosain"),
        ("Khalid", "Chalid"), ("Xalid", "Khalid"), ("Cherif", "Sherif"), ("Scherif", "Sharif"),
        ("Qasim", "Kasem"), ("Ghasem", "Qasim"), ("Djuburi", "Cubûrî"), ("Dschuburi", "Juboori"),
        ("Youssouf", "Yusuf"), ("Junus", "Yunus"), ("Axmed", "Ahmed"), ("Cabdi", "Abdi"),
        ("Joseph", "Josef"), ("Fatimah", "Fatima"), ("Mehdi", "Mahdi"), ("Reza", "Riza"),
        ("Abdurrahman", "Abdelrahman"), ("Abdulkarim", "Abdel-Karim".replace("-", "")), ("AlHasan", "Hasan"),
        ("Dawit", "Dauit"), ("Luwam", "Luuam"), ("Diallo", "Jallow"), ("Amir", "Ameer"), ("Çelik", "Tschelik"),
    ],
)  # fmt: skip
def test_romanisations_of_one_name_agree_in_one_reading(one, other):
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hasan", "Husain"),
        ("Amin", "Amina"),
        ("Karim", "Akram"),
        ("Salim", "Salma"),
        ("Ali", "Ayla"),
        ("Hamid", "Ahmad"),
    ],
)
def test_names_of_siblings_are_not_taken_for_spellings(one, other):
    assert not alike(one, other)


def test_articles_and_words_for_unknown_are_no_name_parts():
    assert split_parts("al hasan bin omar") == ["hasan", "omar"]
    assert split_parts("unbekannt") == []
    assert split_parts("n n") == []


def test_servant_of_is_one_part_with_what_follows():
    assert split_parts("abd al rahman") == ["abdulrahman"]
    assert split_parts("abdul rahman karimi") == ["abdulrahman", "karimi"]


@pytest.mark.parametrize(("name", "code"), [("muller", "657"), ("schmidt", "862"), ("mayer", "67"), ("meier", "67")])
def test_koelner_phonetik_gives_the_known_codes(name, code):
    assert koelner(name) == code


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Serhii", "Sergej"),
        ("Oleksandr", "Alexander"),
        ("Mykola", "Nikolaj"),
        ("Yevhen", "Jewgenij"),
        ("Halyna", "Galina"),
    ],
)
def test_a_name_in_two_languages_is_one_name(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"), [("Oleksandr", "Oleksandra"), ("Olena", "Olha"), ("Yevhen", "Yevheniia"), ("Petro", "Pavlo")]
)
def test_two_listed_names_stay_two(one: str, other: str) -> None:
    assert not alike(one, other)


def test_no_form_is_listed_for_two_names() -> None:
    lists = yaml.safe_load(SAME_NAMES.read_text("utf-8")).values()
    forms = [(fold_name(form), line) for lines in lists for line in lines for form in line.split("/")]
    assert len({line for _, line in forms}) == len(set(same_names().values()))
    assert all(same_names()[form] == fold_name(line.split("/")[0]) for form, line in forms)
