"""Who is who, night by night, through the real command line (CONTRACT section 5, Identity)."""

import unicodedata
from pathlib import Path

import pytest

from tests.flows.county import (
    ENROLMENT_RECORDS,
    ENROLMENTS_HEADER,
    NAMED_RECORDS,
    OFFERS_HEADER,
    PEOPLE_RECORDS,
    MadeUpCounty,
    Outcome,
)

OFFER_RECORDS = """
  offers:
    offer_id: nr
    provider: traeger
    title: titel
    kind: {column: art, values: {T: TAFF}}
    module: {column: modul, values: {neu: F5}}
    starts_on: beginn
    ends_on: ende
"""
NAMED_HEADER = "lfd;kurs;nach;vor;geb;ags;stand;beginn"
OFFER = "K1;Werkstatt;Kurs;T;neu;2021-02-10;2021-06-30"
MUELLER = "A1;Müller;Jörg;14.06.1999;D;09999001;2021-02-01"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    """Two participant sources, offers, and a provider who writes names."""
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    made.source("amt", PEOPLE_RECORDS).source("bildung", PEOPLE_RECORDS).source("kurse", OFFER_RECORDS)
    made.source("traeger", NAMED_RECORDS, more="ids: {person: amt, offer: kurse}\n")
    made.people(name="bildung.csv")
    made.put("kurse.csv", OFFERS_HEADER, OFFER)
    made.put("traeger.csv", NAMED_HEADER)
    return made


def amt(county: MadeUpCounty, *rows: str) -> None:
    county.people(*rows, name="amt.csv")


def bildung(county: MadeUpCounty, *rows: str) -> None:
    county.people(*rows, name="bildung.csv")


def named(county: MadeUpCounty, *names: str, ags: str = "09999001") -> None:
    """The provider's list: last;first;born."""
    rows = [f"E{at};K1;{name};{ags};l;2021-02-10" for at, name in enumerate(names)]
    county.put("traeger.csv", NAMED_HEADER, *rows)


def states(county: MadeUpCounty) -> list[tuple[str, str]]:
    return county.rows("SELECT person_id, link_state FROM vault.source_id WHERE is_participant ORDER BY 1")


def entered(county: MadeUpCounty, day: str) -> int:
    return county.kpi("entered", day)[1]


def placed(county: MadeUpCounty, day: str) -> int:
    return county.kpi("placed", day)[1]


def pairs(county: MadeUpCounty, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = county.run("review", "list", *words).document["pairs"]
    return found


def decide(county: MadeUpCounty, verb: str, number: object, reason: str = "Akte geprüft") -> Outcome:
    outcome = county.run("review", verb, str(number), "--reason", reason)
    assert outcome.code == 0, outcome.stderr
    return outcome


LETTERS = "bdfgklm"
BORN = ("14.06.1999", "25.02.2001", "07.11.1997", "30.08.2000", "16.03.1998", "21.12.1996", "09.10.2002")
SAME = [
    "Müller;Jörg",
    unicodedata.normalize("NFD", "Müller;Jörg"),
    "MUELLER;joerg",
    "Muller;Jorg",
    " Mül ler ; Jörg",
    "Mül-ler;Jörg",
    "Jörg;Müller",
]


def families(at: int, spelling: str) -> tuple[str, str]:
    """One person a spelling: as the office writes her, and as another writes the same name."""
    office = f"A{at};Müller{LETTERS[at] * 3};Jörg;{BORN[at]};D;09999001;2021-02-01"
    last_first = spelling.split(";")
    tail = LETTERS[at] * 3
    named_first = last_first[0].strip().casefold().startswith(("jör", "joe"))
    written = f"{last_first[0]};{last_first[1]}{tail}" if named_first else f"{last_first[0]}{tail};{last_first[1]}"
    return office, f"{written};{BORN[at]}"


@pytest.mark.parametrize("other", [False, True], ids=["same-night", "next-night"])
def test_equal_names_and_dates_of_two_sources_are_one_person(county: MadeUpCounty, other: bool) -> None:
    everybody = [families(at, spelling) for at, spelling in enumerate(SAME)]
    amt(county, *(office for office, _ in everybody))
    if other:
        county.sync("2021-03-01")
        assert entered(county, "2021-03-01") == len(SAME)
    bildung(county, *(f"B{at};{written};D;09999002;2021-02-15" for at, (_, written) in enumerate(everybody)))
    outcome = county.sync("2021-03-02")
    assert outcome.code == 0, outcome.stderr
    assert states(county) == sorted((f"{source}{at}", "linked") for source in "AB" for at in range(len(SAME)))
    assert entered(county, "2021-03-02") == len(SAME)
    shown = {(p["own_id"], p["other_id"], p["reason"]) for p in pairs(county, "--all") if p["state"] == "linked"}
    assert shown == {(f"B{at}", f"A{at}", "safe_key") for at in range(len(SAME))}


SPELLINGS = [
    ("Groß;Jörn", "Gross;Joern", "safe_key"),
    ("Sørensen;Åse", "Sorensen;Ase", "safe_key"),
    ("Sørensen;Bjørn", "Soerensen;Bjoern", "safe_key"),
    ("Al-Hasan;Yusra", "Yusra;al hasan", "safe_key"),
    ("Al Masri;Lina", "Almasri;Lina", "safe_key"),
    ("Abd al-Rahman;Tarek", "Abdulrahman;Tarek", "score"),
    ("El-Khatib;Samira", "Al Khatib;Samira", "score"),
    ("Chaled;Noureddine", "Khalid;Nureddin", "score"),
    ("Gebre Meskel;Haben", "Gebremeskel;Haben", "safe_key"),
]


def test_spellings_of_one_name_are_one_person_through_the_command_line(county: MadeUpCounty) -> None:
    days = [f"{day:02d}.03.1999" for day in range(2, 2 + len(SPELLINGS))]
    amt(county, *(f"A{at};{one};{days[at]};D;09999001;2021-02-01" for at, (one, _, _) in enumerate(SPELLINGS)))
    bildung(county, *(f"B{at};{two};{days[at]};D;09999001;2021-02-01" for at, (_, two, _) in enumerate(SPELLINGS)))
    named(county, *(f"{two};{days[at]}" for at, (_, two, _) in enumerate(SPELLINGS)))
    assert county.sync("2021-03-01").code == 0
    found = {str(p["own_id"]): (p["other_id"], p["reason"], p["state"]) for p in pairs(county, "--all") if p["own_id"]}
    assert found == {f"B{at}": (f"A{at}", rule, "linked") for at, (_, _, rule) in enumerate(SPELLINGS)}
    assert placed(county, "2021-03-01") == len(SPELLINGS)


def test_an_enrolment_by_name_is_placed_by_the_safe_key(county: MadeUpCounty) -> None:
    everybody = [families(at, spelling) for at, spelling in enumerate(SAME)]
    amt(county, *(office for office, _ in everybody))
    named(county, *(written for _, written in everybody), ags="")
    assert county.sync("2021-03-01").code == 0
    assert placed(county, "2021-03-01") == len(SAME)


UNSURE = [
    ("14.06.1999", "15.06.1999", "one_digit"),
    ("14.06.1999", "14.06.1998", "one_digit"),
    ("04.06.1999", "06.04.1999", "swapped"),
    ("01.01.1999", "01.01.1999", "first_january"),
    ("14.06.1999", "01.01.1999", "placeholder"),
]


def family(at: int) -> str:
    return ("Petrosyan", "Okafor", "Yilmaz", "Diallo", "Haidari", "Tesfay")[at]


@pytest.mark.parametrize("other", [False, True], ids=["same-night", "next-night"])
def test_an_unsure_birth_date_makes_two_persons_until_somebody_decides(county: MadeUpCounty, other: bool) -> None:
    amt(county, *(f"A{at};{family(at)};Ruben;{one};D;09999001;2021-02-01" for at, (one, _, _) in enumerate(UNSURE)))
    if other:
        county.sync("2021-03-01")
    bildung(county, *(f"B{at};{family(at)};Ruben;{two};D;09999002;2021-02-15" for at, (_, two, _) in enumerate(UNSURE)))
    assert county.sync("2021-03-02").code == 0
    assert entered(county, "2021-03-02") == 10
    found = {(str(p["own_id"]), str(p["other_id"])): p for p in pairs(county)}
    for at, (_, _, level) in enumerate(UNSURE):
        assert f'"birth_date": "{level}"' in str(found[f"B{at}", f"A{at}"]["evidence"])
        decide(county, "accept", found[f"B{at}", f"A{at}"]["review_id"])
    assert county.sync("2021-03-03").document["published"] is True
    assert entered(county, "2021-03-03") == 5
    assert county.kpi("entered", "2021-03-02") == ("2021-03-02", 10), "what was known then stays"
    known = county.run("kpi", "--exact", "--known-on", "2021-03-02", "--period", "2020/21").document["rows"]
    assert {r["numerator"] for r in known if r["kpi"] == "entered" and r["dimension"] == "all"} == {10}
    assert {state for person_id, state in states(county) if person_id.startswith("B")} == {"linked"}


def test_an_enrolment_in_review_is_not_placed_until_somebody_decides(county: MadeUpCounty) -> None:
    cases = [*UNSURE, ("14.06.1999", "", "missing")]
    amt(county, *(f"A{at};{family(at)};Ruben;{one};D;09999001;2021-02-01" for at, (one, _, _) in enumerate(cases)))
    named(county, *(f"{family(at)};Ruben;{two}" for at, (_, two, _) in enumerate(cases)))
    assert county.sync("2021-03-01").code == 0
    assert placed(county, "2021-03-01") == 0
    found = {(pair["own_row"], pair["other_id"]): pair for pair in pairs(county)}
    for at, (_, _, level) in enumerate(cases):
        pair = found[at + 2, f"A{at}"]
        assert f'"birth_date": "{level}"' in str(pair["evidence"])
        assert pair["own_file"] == "traeger.csv"
        decide(county, "accept", pair["review_id"])
    county.sync("2021-03-02")
    assert placed(county, "2021-03-02") == len(cases)
    assert placed(county, "2021-03-01") == 0


def test_a_birth_date_further_apart_is_never_linked_by_itself(county: MadeUpCounty) -> None:
    amt(county, MUELLER)
    bildung(county, "B7;Müller;Jörg;28.02.1996;D;09999001;2021-02-15")
    named(county, "Müller;Jörg;28.02.1994")
    assert county.sync("2021-03-01").code in (0, 8)
    assert entered(county, "2021-03-01") == 2
    assert placed(county, "2021-03-01") == 0
    assert {state for _, state in states(county)} <= {"single", "review"}


def test_nobody_becomes_a_participant_by_an_enrolment(county: MadeUpCounty) -> None:
    amt(county, MUELLER)
    named(county, "Novak;Milan;03.03.2000")
    outcome = county.sync("2021-03-01")
    assert outcome.code == 8
    assert county.tickets() == [("traeger.csv", None, 2, "enrolments", None, "unknown_person")]
    message = county.rows("SELECT message FROM quarantine.row")[0][0]
    assert "Novak" not in message
    assert states(county) == [("A1", "single")]
    amt(county, MUELLER, "A2;Novak;Milan;03.03.2000;D;09999001;2021-02-02")
    assert county.sync("2021-03-02").code == 0
    assert placed(county, "2021-03-02") == 1


def test_decisions_stand_until_a_later_one_and_both_are_in_the_audit(county: MadeUpCounty) -> None:
    amt(county, MUELLER.replace("14.06", "01.01"))
    bildung(county, "B7;Müller;Jörg;01.01.1999;D;09999002;2021-02-15")
    county.sync("2021-03-01")
    number = pairs(county)[0]["review_id"]
    decide(county, "split", number, "zwei Akten")
    county.sync("2021-03-02")
    assert entered(county, "2021-03-02") == 2
    assert pairs(county) == []
    bildung(county, "B7;Müller;Jörg;01.01.1999;G;09999002;2021-02-15")
    county.sync("2021-03-03")
    assert pairs(county) == [], "nobody is asked twice"
    assert states(county) == [("A1", "single"), ("B7", "split")]
    decide(county, "accept", number, "Pass gesehen")
    county.sync("2021-03-04")
    assert entered(county, "2021-03-04") == 1
    decide(county, "split", number, "doch Zwillinge")
    county.sync("2021-03-05")
    assert [entered(county, f"2021-03-0{day}") for day in range(1, 6)] == [2, 2, 2, 1, 2]
    audit = county.rows("SELECT action, reason FROM ops.audit WHERE action LIKE 'review%%' ORDER BY audit_id")
    assert audit == [
        ("review split", "zwei Akten"),
        ("review accepted", "Pass gesehen"),
        ("review split", "doch Zwillinge"),
    ]


def test_a_split_holds_against_the_safe_key(county: MadeUpCounty) -> None:
    amt(county, MUELLER)
    bildung(county, "B7;Müller;Jörg;14.06.1999;D;09999002;2021-02-01")
    named(county, "Müller;Jörg;14.06.1999")
    county.sync("2021-03-01")
    assert (entered(county, "2021-03-01"), placed(county, "2021-03-01")) == (1, 1)
    number = next(pair["review_id"] for pair in pairs(county, "--all") if pair["own_id"] == "B7")
    decide(county, "split", number, "zwei Menschen")
    county.sync("2021-03-02")
    assert entered(county, "2021-03-02") == 2
    assert placed(county, "2021-03-02") == 0, "the name fits both: a person decides"
    assert {pair["reason"] for pair in pairs(county)} == {"safe_key_shared"}
    bildung(county, "B7;Mueller;Jörg;14.06.1999;D;09999002;2021-02-01")
    county.sync("2021-03-03")
    assert entered(county, "2021-03-03") == 2
    decide(county, "accept", next(pair["review_id"] for pair in pairs(county) if pair["other_id"] == "B7"))
    county.sync("2021-03-04")
    assert placed(county, "2021-03-04") == 1


def test_a_replay_from_the_archive_keeps_decisions_and_past_figures(county: MadeUpCounty) -> None:
    amt(county, MUELLER.replace("14.06", "01.01"))
    bildung(county, "B7;Müller;Jörg;01.01.1999;D;09999002;2021-02-15")
    named(county, "Müller;Jörg;")
    county.sync("2021-03-01")
    for pair in pairs(county):
        if pair["own_id"] == "B7":
            decide(county, "accept", pair["review_id"])
    mention = next(pair for pair in pairs(county) if pair["own_id"] is None)
    decide(county, "accept", mention["review_id"])
    county.sync("2021-03-02")
    before = [(entered(county, day), placed(county, day)) for day in ("2021-03-01", "2021-03-02")]
    assert before == [(2, 0), (1, 1)]
    assert county.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe").code == 0
    assert [(entered(county, day), placed(county, day)) for day in ("2021-03-01", "2021-03-02")] == before
    assert pairs(county) == []


def test_a_corrected_birth_date_links_what_waited(county: MadeUpCounty) -> None:
    amt(county, MUELLER.replace("14.06", "01.01"))
    bildung(county, "B7;Müller;Jörg;14.06.1999;D;09999002;2021-02-01")
    named(county, "Müller;Jörg;14.06.1999")
    county.sync("2021-03-01")
    assert (entered(county, "2021-03-01"), placed(county, "2021-03-01")) == (2, 1)
    amt(county, MUELLER)
    county.sync("2021-03-02")
    assert (entered(county, "2021-03-02"), placed(county, "2021-03-02")) == (1, 1)
    assert pairs(county) == []
    assert states(county) == [("A1", "linked"), ("B7", "linked")]


def test_a_corrected_birth_date_parts_what_was_linked_by_itself(county: MadeUpCounty) -> None:
    amt(county, MUELLER)
    bildung(county, "B7;Müller;Jörg;14.06.1999;D;09999002;2021-02-15")
    county.sync("2021-03-01")
    bildung(county, "B7;Müller;Jörg;15.06.1999;D;09999002;2021-02-15")
    county.sync("2021-03-02")
    assert [entered(county, day) for day in ("2021-03-01", "2021-03-02")] == [1, 2]
    assert [(pair["own_id"], pair["reason"]) for pair in pairs(county)] == [("B7", "birth_one_digit")]
    assert states(county) == [("A1", "single"), ("B7", "review")]


def test_a_decided_link_survives_a_correction(county: MadeUpCounty) -> None:
    amt(county, MUELLER)
    bildung(county, "B7;Müller;Jörg;15.06.1999;D;09999002;2021-02-15")
    county.sync("2021-03-01")
    decide(county, "accept", pairs(county)[0]["review_id"])
    bildung(county, "B7;Miller;George;25.07.1998;D;09999002;2021-02-15")
    county.sync("2021-03-02")
    assert entered(county, "2021-03-02") == 1
    assert pairs(county) == []


def test_a_wrong_choice_among_candidates_is_put_right(county: MadeUpCounty) -> None:
    amt(county, MUELLER, MUELLER.replace("A1", "A2").replace("1999", "1997").replace("001;", "002;"))
    named(county, "Müller;Jörg;")
    county.sync("2021-03-01")
    found = {str(pair["other_id"]): pair["review_id"] for pair in pairs(county)}
    assert set(found) == {"A1", "A2"}
    decide(county, "accept", found["A1"])
    decide(county, "accept", found["A2"], "die andere Akte")
    county.sync("2021-03-02")
    rows = county.rows(
        "SELECT p.person_id FROM vault.source_id AS p INNER JOIN vault.source_id AS m ON p.person_uid = m.person_uid "
        "WHERE p.is_participant AND NOT m.is_participant"
    )
    assert rows == [("A2",)]
    assert placed(county, "2021-03-02") == 1


def test_twins_are_asked_about(county: MadeUpCounty) -> None:
    amt(
        county,
        "A1;Ahmadzai;Hasan;14.06.1999;D;09999001;2021-02-01",
        "A2;Ahmadzai;Husain;14.06.1999;D;09999001;2021-02-01",
    )
    named(county, "Ahmadzai;H;14.06.1999", "Ahmadzai;Husain;14.06.1999")
    county.sync("2021-03-01")
    assert entered(county, "2021-03-01") == 2
    assert placed(county, "2021-03-01") == 1
    assert {str(pair["other_id"]) for pair in pairs(county) if pair["own_id"] is None} == {"A1", "A2"}


def test_another_spelling_of_the_same_source_is_asked_about_on_any_night(county: MadeUpCounty) -> None:
    first = "A1;Ahmadzai;Zahra;14.06.1999;D;09999001;2021-02-01"
    amt(county, first)
    county.sync("2021-03-01")
    amt(county, first, "A2;Ahmedzay;Zahraa;14.06.1999;D;09999001;2021-02-01")
    county.sync("2021-03-02")
    assert [pair["reason"] for pair in pairs(county)] == ["same_source"]
    assert entered(county, "2021-03-02") == 2


def test_a_held_delivery_leaves_no_link_to_a_person_who_is_not_loaded(county: MadeUpCounty) -> None:
    county.source("amt", PEOPLE_RECORDS, more="expect: {max_change: 30%}\n")
    amt(county, *(MUELLER.replace("A1", f"A{n}").replace("Müller", f"Muster{n}berg") for n in range(4)))
    county.sync("2021-03-01")
    amt(county, MUELLER.replace("A1", "A9"))
    named(county, "Müller;Jörg;14.06.1999")
    assert county.sync("2021-03-02").code == 5
    assert county.run("rerun", "--source", "amt", "--accept", "--reason", "neue Liste").code in (0, 8)
    county.sync("2021-03-03")
    assert county.tickets() == []
    assert placed(county, "2021-03-03") == 1


@pytest.mark.usefixtures("however_names_are_kept")
def test_a_suppliers_id_that_begins_like_a_mention_is_an_id_like_any_other(county: MadeUpCounty) -> None:
    county.source("plaetze", ENROLMENT_RECORDS, more="ids: {person: amt, offer: kurse}\n")
    amt(county, "~17;Aydin;Anna;01.02.2000;D;09999001;2021-02-01")
    county.put("plaetze.csv", ENROLMENTS_HEADER, "P1;K1;~17;l;2021-02-10")
    night = county.sync("2021-03-01")
    assert night.code == 0, night.stdout
    assert placed(county, "2021-03-01") == 1
    assert county.rows("SELECT person_id, is_participant FROM vault.source_id") == [("~17", True)]
    assert county.run("erase", "amt:~17", "--reason", "Antrag").document["archive"] == {"amt": 1, "plaetze": 1}
