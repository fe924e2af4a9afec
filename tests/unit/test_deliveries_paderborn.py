"""The shipped county's made-up deliveries: one seed, the golden facts, nothing else of weight."""

import csv
import io
import unicodedata
from datetime import date
from pathlib import Path

import pytest
import python_calamine

from config.folders import SHIPPED_COUNTY
from config.paderborn.make_deliveries import make_deliveries
from config.settings import load_county

GOLDEN = Path(__file__).parents[1] / "golden"
INBOX = SHIPPED_COUNTY / "inbox"
Rows = list[dict[str, str]]


def golden(name: str) -> Rows:
    return list(csv.DictReader(io.StringIO((GOLDEN / name).read_text(encoding="utf-8")), delimiter=";"))


def text_rows(name: str, encoding: str) -> Rows:
    (path,) = INBOX.glob(f"{name}_*")
    return list(csv.DictReader(io.StringIO(path.read_text(encoding=encoding)), delimiter=";"))


def sheet_rows(name: str, header: int = 0) -> Rows:
    (path,) = INBOX.glob(f"{name}_*")
    head, *lines = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[header:]
    return [{str(key): _shown(cell) for key, cell in zip(head, line, strict=True)} for line in lines]


def _shown(cell: object) -> str:
    return cell.strftime("%d.%m.%Y") if isinstance(cell, date) else str(cell)


def iso(day: str) -> str:
    return "-".join(reversed(day.split("."))) if day else ""


@pytest.fixture(scope="module")
def export() -> Rows:
    return text_rows("landesdatenbank", "cp1252")


@pytest.fixture(scope="module")
def by_name() -> Rows:
    return sheet_rows("traeger_ausbildung")


def folded(*names: str) -> frozenset[str]:
    """Names without accents, capitals, hyphens and order."""
    words = unicodedata.normalize("NFKD", " ".join(names)).lower().replace("-", " ")
    return frozenset("".join(char for char in words if not unicodedata.combining(char)).split())


def test_one_seed_gives_the_checked_in_bytes() -> None:
    made = make_deliveries()
    assert sorted(made) == sorted(path.name for path in INBOX.iterdir())
    assert [name for name, content in made.items() if (INBOX / name).read_bytes() != content] == []


def test_what_else_a_process_wrote_as_ods_does_not_show_in_the_delivery() -> None:
    from odf.number import DateStyle

    DateStyle(name="anything")
    (name,) = [name for name in make_deliveries() if name.endswith(".ods")]
    assert make_deliveries()[name] == (INBOX / name).read_bytes()


def test_persons_are_those_of_the_golden_set(export: Rows) -> None:
    (participants,) = load_county(SHIPPED_COUNTY, {}).source("landesdatenbank").records["participants"]
    codes = participants.columns["residence_status"].values or {}
    delivered = [
        (
            row["Fallnummer"],
            iso(row["Geburtsdatum"]),
            row["Gemeindeschlüssel"],
            codes[row["Aufenthaltsstatus"]],
            iso(row["Status seit"]),
        )
        for row in export
    ]
    assert delivered == [
        (row["person_id"], row["geburtsdatum"], row["ags"], row["status"], row["status_von"])
        for row in golden("teilnehmende.csv")
    ]


def test_stays_are_those_of_the_golden_set_with_the_return_in_a_second_block(export: Rows) -> None:
    blocks = (("Eintritt am", "Austritt am"), ("Wiedereintritt am", "Wiederaustritt am"))
    delivered = {
        (row["Fallnummer"], iso(row[entered]), iso(row[left]))
        for row in export
        for entered, left in blocks
        if row[entered]
    }
    assert delivered == {(row["person_id"], row["eintritt"], row["austritt"]) for row in golden("eintritte.csv")}
    assert [row["Fallnummer"] for row in export if row["Wiedereintritt am"]] == ["P010"]


def test_contacts_are_those_of_the_golden_set_between_letterhead_and_total() -> None:
    *rows, total = sheet_rows("kontakte", header=3)
    assert total["Fallnummer"] == "Summe"
    delivered = [
        (row["Fallnummer"], iso(row["Kontakt am"]), row["Antwort"], row["Art des Kontakts"] == "Brief") for row in rows
    ]
    assert delivered == [
        (row["person_id"], row["datum"], "ja" if row["art"] == "persoenlich" else "nein", row["art"] != "persoenlich")
        for row in golden("kontakte.csv")
    ]


def test_enrolments_of_three_providers_are_those_of_the_golden_set(export: Rows, by_name: Rows) -> None:
    person_of = {(folded(row["Nachname"], row["Vorname"]), row["Geburtsdatum"]): row["Fallnummer"] for row in export}
    language = {"läuft": "begonnen"}
    delivered = {
        (r["Teilnahme-Nr."], r["Fallnummer"], iso(r["Beginn"]), r["Status"])
        for r in text_rows("traeger_coaching", "utf-8-sig")
    }
    delivered |= {
        (r["Nr."], r["Fallnummer Kreis"], iso(r["Kursbeginn"]), language.get(r["Kursstatus"], r["Kursstatus"]))
        for r in sheet_rows("traeger_sprache")
    }
    delivered |= {
        (r["Vorgang"], person_of[folded(r["Name"], r["Vorname"]), r["geboren am"]], iso(r["Start"]), r["Stand"])
        for r in by_name
    }
    assert delivered == {
        (row["vermittlung_id"], row["person_id"], row["beginn"], row["status"]) for row in golden("vermittlungen.csv")
    }
    assert len(delivered) == 76


def test_every_enrolment_names_a_run_that_is_offered_in_its_kind_and_module() -> None:
    (offers,) = load_county(SHIPPED_COUNTY, {}).source("angebote").records["offers"]
    kinds, modules = offers.columns["kind"].values or {}, offers.columns["module"].values or {}
    runs = {
        (row["Angebotsnummer"], row["Durchführung"]): (
            kinds[row["Angebotsart"]],
            modules[row["Finanzierung"]],
            iso(row["Beginn"]),
            iso(row["Ende"]),
        )
        for row in sheet_rows("angebote")
    }
    named = {r["Teilnahme-Nr."]: (r["Angebot"], r["Durchführung"]) for r in text_rows("traeger_coaching", "utf-8-sig")}
    named |= {r["Nr."]: (r["Kurs"], r["Kursdurchgang"]) for r in sheet_rows("traeger_sprache")}
    named |= {r["Vorgang"]: (r["Maßnahme"], r["Durchlauf"]) for r in sheet_rows("traeger_ausbildung")}
    for row in golden("vermittlungen.csv"):
        kind, module, starts_on, ends_on = runs[named[row["vermittlung_id"]]]
        assert (kind, module) == (row["angebotsart"], row["baustein"])
        assert starts_on <= row["beginn"] <= ends_on


def test_no_two_persons_share_a_folded_name(export: Rows) -> None:
    assert len({folded(row["Nachname"], row["Vorname"]) for row in export}) == len(export) == 130


def test_nobody_born_on_1_january_is_recognised_by_name_alone(by_name: Rows) -> None:
    assert [row["Vorgang"] for row in by_name if row["geboren am"].startswith("01.01.")] == []


def test_free_seats_never_exceed_the_seats() -> None:
    for row in sheet_rows("angebote"):
        if row["freie Plätze"]:
            assert 0 <= float(row["freie Plätze"]) <= float(row["Plätze"])


def test_every_commune_was_visited_and_the_steering_body_met_three_times_in_2020_21() -> None:
    visited = {
        row["Gemeindeschlüssel"] for row in text_rows("netzwerk", "utf-8-sig")
        if row["Partner"] == "Kommune" and "2020-08-01" <= iso(row["Datum"]) <= "2021-07-31"
    }  # fmt: skip
    county = load_county(SHIPPED_COUNTY, {})
    assert visited == set(county.communes)
    held = [iso(row["Datum"]) for row in text_rows("sitzungen", "utf-8-sig") if row["Gremium"] == county.steering_body]
    assert held == ["2020-09-10", "2020-11-03", "2021-05-11"]


def test_every_delivered_header_that_a_source_reads_exists(export: Rows) -> None:
    county = load_county(SHIPPED_COUNTY, {})
    delivered = {
        "landesdatenbank": export, "bedarfe": text_rows("bedarfe", "utf-8"),
        "personal": text_rows("personal", "cp1252"),
        "netzwerk": text_rows("netzwerk", "utf-8-sig"), "sitzungen": text_rows("sitzungen", "utf-8-sig"),
        "traeger_coaching": text_rows("traeger_coaching", "utf-8-sig"),
        "traeger_sprache": sheet_rows("traeger_sprache"),
        "traeger_ausbildung": sheet_rows("traeger_ausbildung"), "angebote": sheet_rows("angebote"),
        "kontakte": sheet_rows("kontakte", header=3),
    }  # fmt: skip
    for name, rows in delivered.items():
        for mappings in county.source(name).records.values():
            for mapping in mappings:
                assert set(mapping.headers) <= set(rows[0])


def test_every_delivered_word_is_mapped() -> None:
    county = load_county(SHIPPED_COUNTY, {})
    for name, rows in (
        ("bedarfe", text_rows("bedarfe", "utf-8")),
        ("angebote", sheet_rows("angebote")),
        ("landesdatenbank", text_rows("landesdatenbank", "cp1252")),
    ):
        for mappings in county.source(name).records.values():
            for column in (one for mapping in mappings for one in mapping.columns.values()):
                if column.values is not None and column.column is not None:
                    assert {row[column.column] for row in rows} - {""} <= set(column.values)
