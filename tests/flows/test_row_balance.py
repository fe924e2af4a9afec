"""Rows read = loaded + rejected + double + blank + footer, per sheet and delivery, whatever is delivered."""

import csv
import io
import random
from pathlib import Path

import pytest

from tests.flows.county import (
    CONTACT_RECORDS,
    PEOPLE_HEADER,
    PEOPLE_RECORDS,
    MadeUpCounty,
    standard,
)

DAYS = [f"2021-03-{n:02d}" for n in range(1, 29)]
CELLS = {
    "id": ["1", "2", "3", "4", "5", "x 6", ""],
    "nach": ["Aydin", "O'Neil; Ann", 'Zi"tat', ""],
    "vor": ["Anna", "Zeile\nzwei"],
    "geb": ["01.02.2000", "2000-02-03", "31.02.2000", "44000"],
    "status": ["D", "G", "Q", ""],
    "ags": ["09999001", "09999009", "05774032", "77"],
    "eintritt": ["", "2021-02-10", "gestern"],
}


def made_rows(chance: random.Random) -> list[list[str]]:
    """Rows of every fate: good, broken, the same again, blank, too short, too long."""
    rows: list[list[str]] = []
    for _ in range(chance.randrange(0, 40)):
        kind = chance.random()
        if rows and kind < 0.2:
            rows.append(list(chance.choice(rows)))
        elif kind < 0.3:
            rows.append([])
        else:
            good = kind < 0.6
            row = [chance.choice(values[:2] if good else values) for values in CELLS.values()]
            row[0] = str(len(rows) + 10) if good else row[0]
            rows.append([*row, "zu viel"] if kind > 0.97 else row[:4] if kind > 0.94 else row)
    return rows


def as_csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(PEOPLE_HEADER.split(";"))
    writer.writerows(rows)
    return text.getvalue()


def balance(county: MadeUpCounty, source: str = "leute") -> dict[str, int]:
    """Return the sums of the newest delivery as the table has them."""
    parts = ("read", "loaded", "rejected", "duplicate", "blank", "footer", "suppressed")
    sums = ", ".join(f"sum(rows_{part})::int" for part in parts)
    (row,) = county.rows(
        f"SELECT {sums} FROM ops.sheet_count WHERE delivery_id = (SELECT max(delivery_id) FROM raw.delivery "
        "WHERE source = %s)",
        source,
    )
    return dict(zip(parts, row, strict=True))


@pytest.mark.parametrize("seed", range(3))
def test_no_row_of_a_random_file_is_lost_or_counted_twice(tmp_path: Path, warehouse_url: str, seed: int) -> None:
    chance = random.Random(seed)
    county = standard(tmp_path / "county", warehouse_url)
    county.contacts()
    for day in DAYS[:4]:
        rows = made_rows(chance)
        (county.inbox / "leute.csv").write_text(as_csv(rows), encoding="utf-8")
        done = county.sync(day)
        assert done.code in (0, 8)
        found = balance(county)
        assert done.source("leute")["rows"] == found
        assert found["read"] == len(rows) == sum(count for part, count in found.items() if part != "read")
        assert found["blank"] == sum(not any(cell.strip() for cell in row) for row in rows)
        tickets = {row[2] for row in county.tickets()}
        assert found["rejected"] == len(tickets)
        doubles = county.run("quarantine", "list", "--warnings").document["rows"]
        assert found["duplicate"] == sum(row["rule"] == "duplicate_row" for row in doubles)
        assert found["loaded"] == done.records("leute", "participants")[1], "one person a loaded row"
        again = county.sync(day)
        assert again.source("leute")["rows"] == found, "unchanged files answer as they did"


def test_a_long_list_names_a_person_often_and_no_row_of_it_is_double(tmp_path: Path, warehouse_url: str) -> None:
    county = MadeUpCounty(tmp_path / "county", warehouse_url)
    county.source("leute", PEOPLE_RECORDS.replace("  episodes:\n    person_id: id\n    entered_on: eintritt\n", "")
                  + CONTACT_RECORDS[1:], form='type: csv, delimiter: ";", skip_footer: 1')  # fmt: skip
    person = "1;N;V;01.02.2000;D;09999001"
    first, second = f"{person};01.02.2021;b;x", f"{person};02.02.2021;b;x"
    county.put("leute.csv", "id;nach;vor;geb;status;ags;am;art;wer", first, second, second, "",
               "2;N;V;31.02.2000;D;09999001;;;", "Summe;;;;;;;;")  # fmt: skip
    done = county.sync(DAYS[0])
    assert done.source("leute")["rows"] == {
        "read": 6, "loaded": 2, "rejected": 1, "duplicate": 1, "blank": 1, "footer": 1, "suppressed": 0,
    }  # fmt: skip
    assert done.records("leute", "participants") == (2, 1, 1)
    assert done.records("leute", "contacts") == (2, 2, 0)


def test_each_sheet_and_file_of_a_delivery_has_its_own_line(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.source("leute", PEOPLE_RECORDS, pull="newest_only: false")
    county.people("1;N;V;01.02.2000;D;09999001;", "", name="leute_nord.csv")
    county.people("2;N;V;31.02.2000;D;09999001;", "1;N;V;01.02.2000;D;09999001;", name="leute_sued.csv")
    county.contacts()
    assert county.sync(DAYS[0]).code == 8
    assert county.rows(
        "SELECT file, rows_read, rows_loaded, rows_rejected, rows_duplicate, rows_blank FROM ops.sheet_count "
        "WHERE file LIKE 'leute%' ORDER BY place"
    ) == [("leute_nord.csv", 2, 1, 0, 0, 1), ("leute_sued.csv", 2, 0, 1, 1, 0)]


def test_a_row_that_is_let_in_later_moves_from_rejected_to_loaded(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url, contacts_delivery="incremental")
    county.people()
    county.contacts("1;2021-02-01;b;x", "1;2021-02-31;b;x", "2;2021-02-01;b;x")
    county.sync(DAYS[0])
    assert (balance(county, "kontakte")["loaded"], balance(county, "kontakte")["rejected"]) == (0, 3)
    county.people("1;N;V;01.02.2000;D;09999001;")
    done = county.sync(DAYS[1])
    assert (balance(county, "kontakte")["loaded"], balance(county, "kontakte")["rejected"]) == (1, 2)
    assert done.source("kontakte")["rows"]["loaded"] == 1
    (quality,) = county.rows("SELECT rows_received, rows_rejected FROM mart.supplier_quality WHERE source = 'kontakte'")
    assert quality == (3, 2)


def test_a_birth_date_that_a_contact_forbids_counts_as_rejected(tmp_path: Path, warehouse_url: str) -> None:
    county = standard(tmp_path / "county", warehouse_url)
    county.people("1;N;V;01.02.2000;D;09999001;", "2;M;W;01.02.2021;D;09999001;")
    county.contacts("1;2021-02-01;b;x", "2;2021-02-01;b;x")
    assert county.sync(DAYS[0]).code == 8
    found = balance(county)
    assert (found["read"], found["loaded"], found["rejected"]) == (2, 1, 1)
    (quality,) = county.rows("SELECT rows_received, rows_rejected FROM mart.supplier_quality WHERE source = 'leute'")
    assert quality == (2, 1)


def test_supplier_quality_counted_by_hand(tmp_path: Path, warehouse_url: str) -> None:
    """Day 1: 4 rows, 2 broken (one by two rules). Day 3: one mended. Day 8: the other; 0 open, 2 and 7 days."""
    county = standard(tmp_path / "county", warehouse_url)
    good = [f"{n};N{n};V;01.02.2000;D;09999001;" for n in range(1, 5)]
    county.contacts()
    county.people(good[0], good[1], "3;N3;V;31.02.2000;Q;09999001;", "4;N4;V;31.02.2000;D;09999001;")
    assert county.sync("2021-03-01").code == 8
    county.people(*good[:3], "4;N4;V;31.02.2000;D;09999001;")
    assert county.sync("2021-03-03").code == 8
    county.people(*good)
    assert county.sync("2021-03-08").code == 0
    assert county.rows(
        "SELECT delivered_as_of::text, rows_received, rows_rejected, reject_share::float, open_rows, "
        "median_days_to_fix::float, state, supplier FROM mart.supplier_quality "
        "WHERE source = 'leute' ORDER BY delivery_id"
    ) == [
        ("2021-03-01", 4, 2, 0.5, 0, 2.0, "loaded", "leute"),
        ("2021-03-03", 4, 1, 0.25, 0, 7.0, "loaded", "leute"),
        ("2021-03-08", 4, 0, 0.0, 0, None, "loaded", "leute"),
    ]
