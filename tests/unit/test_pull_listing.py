"""Which delivered file is the newest."""

from datetime import UTC, date, datetime

import pytest

from tasks.pull.listing import Candidate, choose, date_in_name, is_unfinished, matches


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("landesdatenbank_2021-03-01.csv", date(2021, 3, 1)),
        ("landesdatenbank_2021_03_01.csv", date(2021, 3, 1)),
        ("landesdatenbank20210301.csv", date(2021, 3, 1)),
        ("export_20210301143000.csv", date(2021, 3, 1)),
        ("Liste 01.03.2021.xlsx", date(2021, 3, 1)),
        ("Liste 1.3.2021.xlsx", date(2021, 3, 1)),
        ("Liste 01.03.21.xlsx", date(2021, 3, 1)),
        ("Liste_01032021.xlsx", date(2021, 3, 1)),
        ("kurse_2021-KW09.xlsx", date(2021, 3, 1)),
        ("kurse KW 9 2021.xlsx", date(2021, 3, 1)),
        ("kurse_2021-03.xlsx", date(2021, 3, 1)),
        ("2021-01-01_bis_2021-03-01.csv", date(2021, 3, 1)),
        ("fall_123456789.csv", None),
        ("schuljahr_2020-21.csv", None),
        ("liste_2021-02-30.csv", None),
        ("liste_0202-01-01.csv", None),
        ("liste.csv", None),
    ],
)
def test_date_in_name_is_read_in_the_forms_offices_write(name: str, day: date | None) -> None:
    assert date_in_name(name) == day


def at(day: int) -> datetime:
    return datetime(2021, 3, day, tzinfo=UTC)


def test_date_in_name_beats_a_later_copy_time() -> None:
    older = Candidate("a_2021-03-01.csv", at(20))
    newer = Candidate("a_2021-03-08.csv", at(9))
    assert choose([newer, older], newest_only=True) == (newer,)


def test_without_a_date_the_modification_time_decides() -> None:
    assert choose([Candidate("z.csv", at(1)), Candidate("a.csv", at(2))], newest_only=True)[0].name == "a.csv"


def test_equal_dates_go_by_name_with_numbers_as_numbers() -> None:
    names = ["a_2021-03-01_10.csv", "a_2021-03-01_9.csv", "a_2021-03-01.csv"]
    chosen = choose([Candidate(name, at(1)) for name in names], newest_only=False)
    assert [each.name for each in chosen] == list(reversed(names))


@pytest.mark.parametrize("name", ["~$liste.xlsx", ".~lock.liste.ods#", "liste.csv.part", "liste.xlsx.tmp", ".DS_Store"])
def test_office_leftovers_are_no_deliveries(name: str) -> None:
    assert is_unfinished(name)


def test_pattern_is_blind_to_case_and_unicode_form() -> None:
    assert matches("Mu\u0308tter.CSV", "m\u00fctter*.csv")
