"""A marker name in every typed field of every kind, in headerless files, sheets and broken files: it stays inside.

Names may stand in the vault, in the archive, in the supplier's own feedback and in
the review workbook. Free texts (titles, reasons) are kept as written and are not asked here.
"""

import json
import zipfile
from pathlib import Path

import pytest

from schemas.kinds import KINDS, Kind
from tests.flows.county import MadeUpCounty
from tests.leak.test_leak import tables_with_marker

MARKER = "Zzyzxmarkerfamilie"
GOOD = {
    "date": "2021-02-01",
    "bool": "ja",
    "int": "1",
    "number": "1",
    "residence_status": "DULD_60A_2_1",
    "offer_kind": "IK_ALLG",
    "offer_kind_or_family": "IK_ALLG",
    "module": "REGEL",
    "cefr": "A1",
    "ags": "09999001",
    "nationality": "SYR",
    "postcode": "11111",
}
ALLOWED = ("raw", "postgresql", "outbox")


def good_cell(kind: Kind, name: str) -> str:
    column = kind.column(name)
    if name == "birth_date":
        return "1999-06-14"
    if column.values:
        return column.values[0]
    return GOOD.get(column.vocabulary or column.type, MARKER if column.personal else f"{name}1")


def rows_of(kind: Kind) -> list[list[str]]:
    """One good row, then one for each typed column with the marker in it."""
    names = [column.name for column in kind.columns]
    good = [good_cell(kind, name) for name in names]
    rows = [good]
    for at, column in enumerate(kind.columns):
        if column.type in ("date", "bool", "int", "number", "code"):
            row = [
                f"{cell}{at}" if names[i].endswith("_id") and names[i] != "person_id" else cell
                for i, cell in enumerate(good)
            ]
            row[at] = f"{MARKER} {at}"
            if kind.name == "participants":
                row[0] = f"person_id{at + 10}"
            rows.append(row)
    return rows


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    """Every kind as CSV, participants also as JSON and as a workbook whose sheet bears the name."""
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    for kind in KINDS.values():
        names = [column.name for column in kind.columns]
        records = f"\n  {kind.name}:\n" + "".join(f"    {name}: {name}\n" for name in names)
        more = "expect: {max_rejected: 100%, max_change: 100%}\n"
        if kind.name not in ("participants", "offers"):
            more += "ids: {person: s_participants, offer: s_offers}\n"
        made.source(f"s_{kind.name}", records, more=more)
        made.put(f"s_{kind.name}.csv", *(";".join(row) for row in [names, *rows_of(kind)]))
    people = KINDS["participants"]
    names = [column.name for column in people.columns]
    records = "\n  participants:\n" + "".join(f"    {name}: {name}\n" for name in names)
    more = "expect: {max_rejected: 100%, max_change: 100%}\n"
    made.source("j_leute", records, form="type: json", more=more)
    (made.inbox / "j_leute.json").write_text(
        json.dumps([dict(zip(names, row, strict=True)) for row in rows_of(people)])
    )
    made.source("x_leute", records, form="type: excel", more=more)
    made.workbook("x_leute.xlsx", [names, *rows_of(people)], sheet="Liste")
    return made


def assert_inside(county: MadeUpCounty) -> None:
    assert tables_with_marker(county.url) == []
    state = county.folder / "state"
    for path in state.rglob("*"):
        if path.is_file() and path.relative_to(state).parts[0] not in ALLOWED:
            assert MARKER.encode() not in path.read_bytes(), path.name
    for path in county.folder.rglob("*"):
        assert MARKER not in path.name


COMMANDS = (
    "status",
    "doctor",
    "source list",
    "source check s_participants",
    "source check x_leute",
    "quarantine list",
    "quarantine show s_participants",
    "quarantine feedback",
    "review list --all",
    "review export",
    "match proposals",
    "match gaps",
    "kpi",
    "kpi --exact",
    "explain contacted --period 2020/21",
    "identity weights show",
    "privacy record",
    "retention --as-of 2040-01-01",
)


def test_no_typed_field_of_any_kind_lets_a_name_out(county: MadeUpCounty) -> None:
    outcome = county.sync("2021-03-01")
    assert outcome.document["published"] is True, outcome.stderr
    assert MARKER not in outcome.stdout + outcome.stderr
    assert len(county.tickets()) > 20, "the broken cells were seen"
    for words in COMMANDS:
        done = county.run(*words.split())
        assert MARKER not in done.stdout + done.stderr, words
    assert_inside(county)


def test_a_file_without_header_or_in_pieces_lets_no_name_out(county: MadeUpCounty) -> None:
    """Where the header is missing the first person's cells are taken for one; errors about it name no cell."""
    person = rows_of(KINDS["participants"])[0]
    headerless = county.put("s_participants.csv", ";".join(person), ";".join(person))
    broken = county.inbox / "x_leute.xlsx"
    with zipfile.ZipFile(broken, "w") as book:
        book.writestr("xl/workbook.xml", f"<workbook><sheets><sheet name='{MARKER}'/>")
    (county.inbox / "j_leute.json").write_text('[{"last_name": "' + MARKER + '", "first_name": ')
    for words in (
        ("sync", "--direct", "--as-of", "2021-03-01"),
        ("sync", "--dry-run"),
        ("source", "check", "s_participants"),
        ("source", "check", "x_leute"),
        ("source", "check", "j_leute"),
        ("source", "new", str(headerless)),
        ("source", "new", str(broken)),
        ("status",),
        ("quarantine", "list"),
        ("quarantine", "feedback"),
    ):
        done = county.run(*words)
        assert MARKER not in done.stdout + done.stderr, words
    assert_inside(county)
