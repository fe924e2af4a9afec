"""JSON, openQ-cat 1.1 and HSDS 3.0 become offers; persons stay at the door."""

import json
from pathlib import Path
from typing import Any

import pytest

from tasks.conform.reading import ReadLimits, ReadRequest
from tasks.conform.reading.formats import read_sheets
from tasks.conform.reading.html_text import strip_html
from tasks.conform.reading.json_file import flatten
from tasks.conform.reading.refusal import Refused

PERSON = "Zzyzxmann"


def read(folder: Path, content: str | bytes, kind: str) -> list[dict[str, str]]:
    """Return the rows as header to text, empty cells left out."""
    import pyarrow as pa

    path = folder / "lieferung"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    rows: list[dict[str, str]] = []
    for reply in read_sheets(ReadRequest(path, type=kind), ReadLimits(), folder):
        with pa.ipc.open_file(folder / reply["path"]) as file:
            data = file.read_all().to_pylist()
        rows += [{reply["header"][int(k[1:])]: v for k, v in row.items() if k != "row" and v} for row in data]
    return rows


def service(product: str, course: str, *, offer: bool, inner: str = "", mode: str = "new") -> str:
    contact = f"<CONTACT><NAME>{PERSON}</NAME><EMAIL>{PERSON}@example.org</EMAIL></CONTACT>"
    course_part = (
        f"<COURSE_ID>{course}</COURSE_ID><MODULE_COURSE><MAX_PARTICIPANTS>20</MAX_PARTICIPANTS></MODULE_COURSE>"
    )
    education = f'<SERVICE_MODULE><EDUCATION type="{str(offer).lower()}">{course_part}</EDUCATION></SERVICE_MODULE>'
    details = f"<SERVICE_DETAILS><TITLE>Kurs B2 für Anfänger</TITLE>{contact}{inner}{education}</SERVICE_DETAILS>"
    ids = f"<PRODUCT_ID>{product}</PRODUCT_ID><SUPPLIER_ID_REF>T1</SUPPLIER_ID_REF>"
    return f'<SERVICE mode="{mode}">{ids}{details}</SERVICE>'


def catalogue(*services: str, around: str = "NEW_CATALOG", encoding: str = "utf-8") -> bytes:
    supplier = "<SUPPLIER_ID>T1</SUPPLIER_ID><SUPPLIER_NAME>Träger</SUPPLIER_NAME>"
    supplier += f"<CONTACT><NAME>{PERSON}</NAME></CONTACT>"
    head = "<CATALOG><GENERATION_DATE>2026-11-22T02:00:00</GENERATION_DATE></CATALOG>"
    head = f"<HEADER>{head}<SUPPLIER>{supplier}</SUPPLIER></HEADER>"
    body = f"<{around}>{''.join(services)}</{around}>"
    text = f'<?xml version="1.0" encoding="{encoding}"?><OPENQCAT version="1.1">{head}{body}</OPENQCAT>'
    return text.encode(encoding)


DATE = "<SERVICE_DATE><START_DATE>2027-02-01T00:00:00.000+01:00</START_DATE></SERVICE_DATE>"


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-15"])
def test_an_offer_with_two_runs_gives_two_rows_in_both_encodings(tmp_path: Path, encoding: str) -> None:
    text = "<DESCRIPTION_LONG>&lt;p&gt;Für &lt;b&gt;alle&lt;/b&gt;&lt;/p&gt;</DESCRIPTION_LONG>"
    parts = [service("1", "1", offer=True, inner=text)]
    parts += [service(run, "1", offer=False, inner=DATE) for run in ("11", "12")]
    rows = read(tmp_path, catalogue(*parts, encoding=encoding), "openqcat")
    assert [(r["offer_id"], r["run_id"], r["starts_on"], r["provider"]) for r in rows] == [
        ("1", "11", "2027-02-01", "Träger"),
        ("1", "12", "2027-02-01", "Träger"),
    ]
    assert {r["openqcat.description"] for r in rows} == {"Für alle"}


def test_an_offer_without_runs_gives_one_row_without_a_run(tmp_path: Path) -> None:
    (row,) = read(tmp_path, catalogue(service("1", "1", offer=True)), "openqcat")
    assert (row["offer_id"], "run_id" in row, row["seats_max"], row["verified_on"]) == ("1", False, "20", "2026-11-22")


def test_an_update_catalogue_says_what_each_row_is(tmp_path: Path) -> None:
    body = (
        f"<DELETE>{service('1', '1', offer=True, mode='delete')}</DELETE>{service('2', '2', offer=True, mode='update')}"
    )
    rows = read(tmp_path, catalogue(body, around="UPDATE_CATALOG"), "openqcat")
    assert [(r["offer_id"], r["openqcat.mode"]) for r in rows] == [("1", "delete"), ("2", "update")]


def test_contact_persons_of_openqcat_are_dropped_at_the_door(tmp_path: Path) -> None:
    rows = read(tmp_path, catalogue(service("1", "1", offer=True)), "openqcat")
    assert PERSON not in json.dumps(rows)


def test_openqcat_with_a_doctype_and_other_xml_are_refused(tmp_path: Path) -> None:
    for content, code in (
        (b'<?xml version="1.0"?><!DOCTYPE a><OPENQCAT/>', "E376"),
        (b"<?xml version='1.0'?><a/>", "E359"),
    ):
        with pytest.raises(Refused) as caught:
            read(tmp_path, content, "openqcat")
        assert caught.value.code == code


def hsds(**more: Any) -> dict[str, Any]:
    person = {"name": PERSON, "email": f"{PERSON}@example.org", "phones": [{"number": "1"}]}
    schedule = {"id": "s1", "dtstart": "2027-02-01", "until": "2027-07-30", "byday": "MO,TH", "opens_at": "09:00:00"}
    address = {"postal_code": "33098", "city": "Paderborn", "attention": PERSON}
    location = {"location_type": "physical", "addresses": [address], "contacts": [person]}
    return {
        "id": "a",
        "name": "Kurs",
        "status": "active",
        "description": "<p>Für alle</p>",
        "email": f"{PERSON}@example.org",
        "contacts": [person],
        "minimum_age": 18,
        "organization": {"id": "o", "name": "Träger", "contacts": [person]},
        "schedules": [schedule, {**schedule, "id": "s2"}],
        "service_at_locations": [{"location": location, "contacts": [person]}],
        **more,
    }


def test_hsds_gives_a_row_a_schedule_without_persons(tmp_path: Path) -> None:
    rows = read(tmp_path, json.dumps({"contents": [hsds()]}), "hsds")
    assert [(r["offer_id"], r["run_id"], r["provider"], r["mode"], r["weekdays"]) for r in rows] == [
        ("a", "s1", "Träger", "onsite", "Mo|Do"),
        ("a", "s2", "Träger", "onsite", "Mo|Do"),
    ]
    assert (rows[0]["min_age"], rows[0]["postcode"], rows[0]["hsds.description"]) == ("18", "33098", "Für alle")
    assert PERSON not in json.dumps(rows)


def test_hsds_organization_names_the_provider_of_its_services(tmp_path: Path) -> None:
    document = {"id": "o", "name": "Träger", "services": [hsds(organization=None, schedules=[])]}
    (row,) = read(tmp_path, json.dumps(document), "hsds")
    assert (row["provider"], "run_id" in row) == ("Träger", False)


def test_json_lists_at_the_top_and_by_name(tmp_path: Path) -> None:
    rows = [{"id": 1.50, "a": {"b": "x"}}, {"id": 2, "tags": ["u", "v"], "ok": True, "leer": None}]
    expected = [{"id": "1.5", "a.b": "x"}, {"id": "2", "tags": "u|v", "ok": "true"}]
    assert read(tmp_path, json.dumps(rows), "json") == expected
    assert read(tmp_path, json.dumps({"kurse": rows, "seite": 1}), "json") == expected


def test_numbers_stay_as_written(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"a": 1.50, "b": 12345678901234567890}]', "json") == [
        {"a": "1.50", "b": "12345678901234567890"}
    ]


def test_json_that_is_no_list_of_objects_is_refused(tmp_path: Path) -> None:
    for content in ('"text"', "[1, 2]"):
        with pytest.raises(Refused) as caught:
            read(tmp_path, content, "json")
        assert caught.value.code == "E358"


def test_lists_of_objects_are_joined_by_name() -> None:
    assert flatten({"orte": [{"plz": "1"}, {"plz": "2"}]}) == {"orte.plz": "1|2"}


def test_html_becomes_lines_of_text() -> None:
    assert strip_html("<p>A &amp; B</p><ul><li>x<li>y</ul><script>z</script>") == "A & B\nx\ny"


def test_the_made_up_catalogue_gives_its_one_run(tmp_path: Path) -> None:
    content = (Path(__file__).parents[1] / "fixtures" / "openqcat_v1_1_synthetic.xml").read_bytes()
    (row,) = read(tmp_path, content, "openqcat")
    picked = {
        name: row[name] for name in ("offer_id", "run_id", "provider", "mode", "part_time", "cost_eur", "ends_on")
    }
    assert picked == {
        "offer_id": "1000",
        "run_id": "1001",
        "provider": "Beispiel Träger gGmbH",
        "mode": "onsite",
        "part_time": "ja",
        "cost_eur": "0.00",
        "ends_on": "2027-07-30",
    }
