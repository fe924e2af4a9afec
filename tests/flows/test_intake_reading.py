"""How delivered files are read (CONTRACT section 5, Reading), each scenario through the command line."""

from datetime import date
from pathlib import Path

import pytest

from tests.flows.county import (
    CONTACT_RECORDS,
    PEOPLE_HEADER,
    PEOPLE_RECORDS,
    MadeUpCounty,
    standard,
)

ANNA = "1;Aydin;Anna;01.02.2000;D;09999001;"
BEKIR = "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10"
DAY = "2021-03-01"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.people(ANNA, BEKIR)
    made.contacts("1;2021-02-01;b;Weber", "2;02.02.2021;t;Weber")
    return made


def only_people(tmp_path: Path, url: str, form: str, records: str = PEOPLE_RECORDS, **more: str) -> MadeUpCounty:
    """A county with the one source ``leute``, read as ``form`` says."""
    return MadeUpCounty(tmp_path / "county", url).source("leute", records, form=form, **more)


def births(county: MadeUpCounty) -> list[date]:
    return [row[0] for row in county.visible("vault.identity_version", "birth_date")]


def test_a_clean_night_publishes_and_says_so(county: MadeUpCounty) -> None:
    done = county.sync(DAY)
    assert (done.code, done.status, done.document["published"]) == (0, "published", True)
    assert done.records("leute", "participants") == (2, 2, 0)
    assert done.records("leute", "episodes") == (1, 1, 0)
    assert done.records("kontakte", "contacts") == (2, 2, 0)
    assert done.document["as_of"] == DAY
    assert set(done.document) >= {"run_id", "as_of", "status", "published", "sources", "gates"}
    assert set(done.source("leute")["files"][0]) == {"name", "sha256", "unchanged"}


def test_newest_only_goes_by_the_date_in_the_name_before_the_file_time(county: MadeUpCounty) -> None:
    import os

    (county.inbox / "leute.csv").unlink()
    new = county.people(ANNA, BEKIR, name="leute_2021-02-20.csv")
    old = county.people(ANNA, name="leute_2021-02-13.csv")
    os.utime(new, (1, 1))
    os.utime(old, (2_000_000_000, 2_000_000_000))
    county.contacts("1;2021-02-01;b;Weber")
    done = county.sync(DAY)
    assert [file["name"] for file in done.source("leute")["files"]] == ["leute_2021-02-20.csv"]
    assert done.records("leute", "participants") == (2, 2, 0)


def test_newest_only_goes_by_the_file_time_where_no_name_holds_a_date(county: MadeUpCounty) -> None:
    import os

    (county.inbox / "leute.csv").unlink()
    os.utime(county.people(ANNA, BEKIR, name="leute_b.csv"), (1_000_000_000, 1_000_000_000))
    os.utime(county.people(ANNA, name="leute_a.csv"), (1_500_000_000, 1_500_000_000))
    assert [file["name"] for file in county.sync(DAY).source("leute")["files"]] == ["leute_a.csv"]


def test_several_files_of_a_full_delivery_count_together(tmp_path: Path, warehouse_url: str) -> None:
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', pull="newest_only: false")
    county.people(ANNA, name="leute_nord.csv")
    county.people(BEKIR, name="leute_sued.csv")
    done = county.sync(DAY)
    assert (done.code, done.records("leute", "participants")) == (0, (2, 2, 0))
    county.people(ANNA.replace("Anna", "Anne"), name="leute_nord.csv")
    done = county.sync("2021-03-02")
    assert {file["name"]: file["unchanged"] for file in done.source("leute")["files"]} == {
        "leute_nord.csv": False,
        "leute_sued.csv": True,
    }
    assert done.records("leute", "participants") == (2, 2, 0)


def test_headers_match_after_trimming_nfc_and_case_folding(tmp_path: Path, warehouse_url: str) -> None:
    records = PEOPLE_RECORDS.replace("last_name: nach", "last_name: Müllername")
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', records)
    county.put("leute.csv", " ID ;  mu\u0308LLERNAME ;VOR;Geb;status;Ags;Eintritt", ANNA)
    assert county.sync(DAY).records("leute", "participants") == (1, 1, 0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_bom_utf8_then_cp1252_unless_the_source_says_otherwise(
    tmp_path: Path, warehouse_url: str, encoding: str
) -> None:
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"')
    text = f"{PEOPLE_HEADER}\n1;Çöl;Peña;01.02.2000;D;09999001;\n"
    (county.inbox / "leute.csv").write_bytes(text.encode(encoding))
    assert county.sync(DAY).code == 0
    assert county.visible("vault.identity_version", "last_name, first_name") == [("Çöl", "Peña")]


def test_row_numbers_count_the_rows_above_the_header(tmp_path: Path, warehouse_url: str) -> None:
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"')
    county.put("leute.csv", "Kreis Probe", "", PEOPLE_HEADER, ANNA, "", BEKIR.replace("03.02.2000", "kaputt"))
    done = county.sync(DAY)
    assert (done.code, done.records("leute", "participants")) == (8, (2, 1, 1))
    assert county.tickets() == [("leute.csv", None, 6, "participants", "geb", "bad_date")]


def test_header_row_auto_takes_the_row_where_most_mapped_headers_stand(tmp_path: Path, warehouse_url: str) -> None:
    county = only_people(tmp_path, warehouse_url, "type: excel, header_row: auto")
    header = PEOPLE_HEADER.split(";")
    county.workbook(
        "leute.xlsx", [["id", "nach", "Liste"], ["Stand", 44000], [], header, ANNA.split(";"), BEKIR.split(";")]
    )
    done = county.sync(DAY)
    assert (done.code, done.records("leute", "participants")) == (0, (2, 2, 0))


def test_header_row_by_number_and_skip_footer_by_the_last_filled_rows(tmp_path: Path, warehouse_url: str) -> None:
    county = only_people(tmp_path, warehouse_url, "type: excel, header_row: 3, skip_footer: 2")
    rows = [["Logo"], [], PEOPLE_HEADER.split(";"), ANNA.split(";"), BEKIR.split(";"), [], ["Summe", 2], ["Ende"], []]
    county.workbook("leute.xlsx", rows)
    done = county.sync(DAY)
    assert (done.code, done.records("leute", "participants")) == (0, (2, 2, 0))


def test_two_header_rows_join_with_a_blank_and_the_lower_alone_matches_if_unique(
    tmp_path: Path, warehouse_url: str
) -> None:
    records = PEOPLE_RECORDS.replace("last_name: nach", "last_name: Person Name").replace(
        "first_name: vor", "first_name: Person Vorname"
    )
    county = only_people(tmp_path, warehouse_url, "type: excel, header_rows: 2", records)
    upper = ["Nummer", "Person", "", "", "Lage", "", ""]
    lower = ["id", "Name", "Vorname", "geb", "status", "ags", "eintritt"]
    county.workbook("leute.xlsx", [upper, lower, ANNA.split(";")])
    done = county.sync(DAY)
    assert (done.code, done.records("leute", "participants")) == (0, (1, 1, 0))
    assert county.visible("vault.identity_version", "last_name, first_name") == [("Aydin", "Anna")]


def test_the_first_visible_sheet_is_read_and_named(tmp_path: Path, warehouse_url: str) -> None:
    import xlsxwriter

    county = only_people(tmp_path, warehouse_url, "type: excel")
    with xlsxwriter.Workbook(county.inbox / "leute.xlsx") as book:
        hidden, shown = book.add_worksheet("Alt"), book.add_worksheet("Neu")
        shown.activate()
        shown.set_first_sheet()
        hidden.hide()
        for page, row in ((hidden, ANNA), (shown, BEKIR.replace("03.02.2000", "x"))):
            page.write_row(0, 0, PEOPLE_HEADER.split(";"))
            page.write_row(1, 0, row.split(";"))
    done = county.sync(DAY)
    assert done.records("leute", "participants") == (1, 0, 1)
    assert county.tickets()[0][:3] == ("leute.xlsx", "Neu", 2)


@pytest.mark.parametrize(("is_1904", "serial"), [(False, 36557), (True, 36557 - 1462)])
def test_a_number_in_a_date_column_is_a_serial_date_of_the_books_system(
    tmp_path: Path, warehouse_url: str, is_1904: bool, serial: int
) -> None:
    import xlsxwriter

    county = only_people(tmp_path, warehouse_url, "type: excel")
    with xlsxwriter.Workbook(county.inbox / "leute.xlsx", {"date_1904": is_1904}) as book:
        page = book.add_worksheet("Liste")
        page.write_row(0, 0, PEOPLE_HEADER.split(";"))
        page.write_row(1, 0, ["1", "Aydin", "Anna", serial, "D", "09999001"])
        page.write_row(2, 0, ["2", "Bozkurt", "Bekir", str(serial), "D", "09999001"])
        page.write_row(3, 0, ["3", "Celik", "Cem", 19999, "D", "09999001"])
    done = county.sync(DAY)
    assert done.records("leute", "participants") == (3, 2, 1)
    assert births(county) == [date(2000, 2, 1), date(2000, 2, 1)]


def test_a_serial_number_in_a_text_file_is_no_date(county: MadeUpCounty) -> None:
    county.people(ANNA.replace("01.02.2000", "36557"), BEKIR)
    assert county.sync(DAY).records("leute", "participants") == (2, 1, 1)


def test_default_fills_empty_cells_only(tmp_path: Path, warehouse_url: str) -> None:
    records = PEOPLE_RECORDS.replace(
        "    ags: ags", '    ags: {column: ags, default: "09999003"}\n    sex: {column: mw, default: x}'
    )
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', records)
    county.put("leute.csv", f"{PEOPLE_HEADER};mw", "1;A;B;01.02.2000;D;;;", "2;C;D;02.02.2000;D;09999001;;f")
    assert county.sync(DAY).code == 0
    assert county.visible("core.participant_version", "ags, sex") == [("09999001", "f"), ("09999003", "x")]


def test_a_default_stands_in_for_a_missing_column(tmp_path: Path, warehouse_url: str) -> None:
    records = PEOPLE_RECORDS.replace("    ags: ags", '    ags: {column: ags, default: "09999003"}')
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', records)
    county.put("leute.csv", "id;nach;vor;geb;status;eintritt", "1;A;B;01.02.2000;D;")
    assert county.sync(DAY).code == 0
    assert county.visible("core.participant_version", "ags") == [("09999003",)]


def test_a_default_does_not_mend_a_wrong_cell(tmp_path: Path, warehouse_url: str) -> None:
    records = PEOPLE_RECORDS.replace("    ags: ags", '    ags: {column: ags, default: "09999003"}')
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', records)
    county.people("1;A;B;01.02.2000;D;0999;")
    assert county.sync(DAY).records("leute", "participants") == (1, 0, 1)


OFFERS = """
  offers:
    offer_id: nr
    provider: {const: VHS}
    title: titel
    kind: {column: art, values: {1: KIND_ONE, zwei: KIND_ONE}}
    module: {column: modul, values: {neu: F2, regel: REGEL}}
    weekdays: {column: tage, split: ","}
    part_time: teilzeit
    childcare: kinder
    cost_eur: preis
    seats_max: plaetze
    seats_free: frei
    ags: ort
    starts_on: {column: beginn, dates: ["%Y%m%d"]}
"""
OFFER_HEADER = "nr;titel;art;modul;tage;teilzeit;kinder;preis;plaetze;frei;ort;beginn"


def offers(tmp_path: Path, url: str, *rows: str) -> MadeUpCounty:
    kind = (Path("config/programmes/durchstarten/codelists/offer_kinds.csv").read_text().splitlines()[1]).split(",")[0]
    made = only_people(tmp_path, url, 'type: csv, delimiter: ";", decimal: ","', OFFERS.replace("KIND_ONE", kind))
    made.put("leute.csv", OFFER_HEADER, *rows)
    return made


def test_values_split_const_own_dates_numbers_and_booleans(tmp_path: Path, warehouse_url: str) -> None:
    county = offers(
        tmp_path,
        warehouse_url,
        "1;Kurs;1;neu;Mo, Di;ja;x;1.234,50;12;3;09999001;20210301",
        "2;Kurs;Zwei;REGEL;;nein;;99,9;;;;",
        "3;Kurs;zwei;F3;Fr;WAHR;x;0;10;12;;",
    )
    assert county.sync(DAY).code == 0
    columns = "offer_id, provider, module, weekdays, part_time, childcare, cost_eur::text, seats_max, seats_free"
    assert county.visible("core.offer_version", columns) == [
        ("1", "VHS", "F2", "Mo|Di", True, True, "1234.50", 12, 3),
        ("2", "VHS", "REGEL", None, False, False, "99.90", None, None),
        ("3", "VHS", "F3", "Fr", True, True, "0.00", 10, None),
    ]
    assert county.visible("core.offer_version", "starts_on")[0] == (date(2021, 3, 1),)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [("ja", True), ("Nein", False), ("yes", True), ("NO", False), ("1", True), ("0", False), ("WAHR", True),
     ("falsch", False)],
)  # fmt: skip
def test_booleans_read_what_offices_write(tmp_path: Path, warehouse_url: str, word: str, meaning: bool) -> None:
    county = offers(tmp_path, warehouse_url, f"1;Kurs;1;neu;;{word};;;;;;")
    assert county.sync(DAY).code == 0
    assert county.visible("core.offer_version", "part_time") == [(meaning,)]


def test_unmapped_kind_or_module_rejects_the_offer_and_an_optional_cell_is_left_empty(
    tmp_path: Path, warehouse_url: str
) -> None:
    county = offers(
        tmp_path,
        warehouse_url,
        "1;Kurs;drei;neu;;;;;;;;",
        "2;Kurs;1;unklar;;;;;;;;",
        "3;Kurs;1;neu;;vielleicht;;viel;;;0999;31.02.2021",
    )
    done = county.sync(DAY)
    assert (done.code, done.records("leute", "offers")) == (8, (3, 1, 2))
    assert [(row[2], row[4], row[5]) for row in county.tickets()] == [
        (2, "art", "unmapped_value"),
        (3, "modul", "unmapped_value"),
    ]
    empty = county.visible("core.offer_version", "part_time, cost_eur, ags, starts_on")
    assert empty == [(None, None, None, None)]
    warned = county.rows("SELECT column_name FROM quarantine.warning WHERE row = 4 ORDER BY 1")
    assert {name for (name,) in warned} == {"teilzeit", "preis", "ort", "beginn"}


WIDE = """
  participants:
    person_id: id
    last_name: nach
    first_name: vor
    birth_date: geb
    residence_status: {column: status, values: {D: DULD_60A_2_1, G: GEST_55}}
    ags: ags
  contacts:
    - {person_id: id, contact_on: k1, channel: {column: a1, values: {b: visit}}, two_way: {const: ja}}
    - {person_id: id, contact_on: k2, channel: {column: a2, values: {b: visit}}, two_way: {const: ja}}
"""
WIDE_HEADER = "id;nach;vor;geb;status;ags;k1;a1;k2;a2"


def test_wide_blocks_make_a_record_each_and_an_empty_key_date_makes_none(tmp_path: Path, warehouse_url: str) -> None:
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', WIDE)
    county.put(
        "leute.csv",
        WIDE_HEADER,
        "1;A;B;01.02.2000;D;09999001;2021-02-01;b;2021-02-05;b",
        "2;C;D;02.02.2000;D;09999001;2021-02-02;b;;",
        "3;E;F;03.02.2000;D;09999001;;;;",
    )
    done = county.sync(DAY)
    assert (done.code, done.records("leute", "participants"), done.records("leute", "contacts")) == (
        0,
        (3, 3, 0),
        (3, 3, 0),
    )


def test_a_wide_row_is_rejected_as_a_whole_and_what_was_good_before_stays(tmp_path: Path, warehouse_url: str) -> None:
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', WIDE)
    good = "1;A;B;01.02.2000;D;09999001;2021-02-01;b;2021-02-05;b"
    other = "2;C;D;02.02.2000;D;09999001;2021-02-02;b;;"
    county.put("leute.csv", WIDE_HEADER, good, other)
    assert county.sync(DAY).code == 0
    before = county.visible("core.contact_version", "contact_on")
    for broken in (good.replace("2021-02-05;b", "2021-02-31;b"), good.replace("2021-02-05;b", "2021-02-05;q")):
        county.put("leute.csv", WIDE_HEADER, broken, other)
        done = county.sync("2021-03-02")
        assert (done.code, done.records("leute", "participants")) == (8, (2, 1, 1))
        assert done.records("leute", "contacts") == (3, 1, 2)
        assert [row[2:4] for row in county.tickets()] == [(2, "contacts")]
        assert county.visible("core.contact_version", "contact_on") == before
    assert len(county.visible("core.participant_version", "ref_id")) == 2


def test_a_row_whose_key_date_broke_keeps_what_it_may_stand_for_and_nothing_else(county: MadeUpCounty) -> None:
    county.contacts("1;2021-02-01;b;Weber", "1;2021-02-02;t;Weber", "2;2021-02-03;b;Weber", ";2021-02-04;b;Weber")
    county.sync(DAY)
    county.contacts("1;2021-02-31;b;Weber", ";2021-02-04;b;Weber")
    done = county.sync("2021-03-02")
    assert (done.code, done.records("kontakte", "contacts")) == (8, (2, 0, 2))
    assert county.visible("core.contact_version", "contact_on") == [(date(2021, 2, 1),)]


def test_the_first_ever_wide_row_that_is_broken_brings_nothing(tmp_path: Path, warehouse_url: str) -> None:
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', WIDE)
    county.put("leute.csv", WIDE_HEADER, "1;A;B;31.02.2000;D;09999001;2021-02-01;b;;")
    done = county.sync(DAY)
    assert (done.code, done.records("leute", "participants"), done.records("leute", "contacts")) == (
        8,
        (1, 0, 1),
        (1, 0, 1),
    )
    assert county.visible("core.contact_version", "ref_id") == []


def test_contacts_are_keyed_by_person_day_channel_and_caseworker(county: MadeUpCounty) -> None:
    county.contacts(
        "1;2021-02-01;b;Weber",
        "1;2021-02-01;b;Kranz",
        "1;2021-02-01;t;Weber",
        "1;2021-02-01;b;Weber",
        "1;2021-02-01;b;",
    )
    done = county.sync(DAY)
    assert (done.code, done.records("kontakte", "contacts")) == (0, (4, 4, 0))


def test_ags_of_the_county_must_stand_in_the_list_and_others_are_accepted(county: MadeUpCounty) -> None:
    county.people(
        "1;A;B;01.02.2000;D;09999099;", "2;C;D;02.02.2000;D;05774032;", "3;E;F;03.02.2000;D;999;",
        "4;G;H;04.02.2000;D;;",
    )  # fmt: skip
    done = county.sync(DAY)
    assert done.records("leute", "participants") == (4, 1, 3)
    assert [(row[2], row[5]) for row in county.tickets() if row[3] == "participants"] == [
        (2, "unknown_ags"),
        (4, "bad_ags"),
        (5, "missing_value"),
    ]


def test_one_ticket_a_row_and_rule_names_no_value(county: MadeUpCounty) -> None:
    county.people("1;A;B;31.02.2000;Zzz;09999001;", BEKIR)
    done = county.sync(DAY)
    assert [row[4:] for row in county.tickets() if row[0] == "leute.csv"] == [
        ("geb", "bad_date"),
        ("status", "unmapped_value"),
    ]
    messages = " ".join(row[0] for row in county.rows("SELECT message FROM quarantine.row"))
    assert "Zzz" not in messages + done.stdout + done.stderr
    assert "31.02.2000" not in messages + done.stdout + done.stderr


def test_na_is_namibia_and_not_empty(tmp_path: Path, warehouse_url: str) -> None:
    records = PEOPLE_RECORDS.replace(
        "    ags: ags", "    ags: ags\n    nationality: {column: staat, values: {NA: NAM}}"
    )
    county = only_people(tmp_path, warehouse_url, 'type: csv, delimiter: ";"', records)
    county.put("leute.csv", f"{PEOPLE_HEADER};staat", f"{ANNA};NA", f"{BEKIR};XXA")
    assert county.sync(DAY).code == 0
    assert county.visible("core.participant_version", "nationality") == [("NAM",), ("XXA",)]


def test_a_delivery_of_headers_only_is_read_as_no_rows(county: MadeUpCounty) -> None:
    county.contacts()
    done = county.sync(DAY)
    assert (done.code, done.records("kontakte", "contacts")) == (0, (0, 0, 0))


def test_contacts_records_text_is_used() -> None:
    assert "two_way" in CONTACT_RECORDS
