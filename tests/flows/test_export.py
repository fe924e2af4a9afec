"""Any table of mart leaves as CSV, Parquet and data package, and reads back equal."""

import csv
import hashlib
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.flows.county import OFFER_RECORDS, OFFERS_HEADER, MadeUpCounty, standard


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", warehouse_url)
    made.people("1;Aydin;Anna;01.02.2000;D;09999001;2021-02-05")
    made.contacts("1;2021-02-01;b;u")
    assert made.sync("2021-03-01").code == 0
    return made


def test_a_data_package_names_every_table_and_column_with_key_and_meaning(county: MadeUpCounty, tmp_path: Path) -> None:
    outcome = county.run("export", "--out", str(tmp_path / "out"))
    assert outcome.code == 0, outcome.stderr
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    tables = county.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'mart'")
    assert {f"{name}.csv" for (name,) in tables} == {resource["path"] for resource in package["resources"]}
    for resource in package["resources"]:
        content = (tmp_path / "out" / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
        assert all(set(row) == {field["name"] for field in resource["schema"]["fields"]} for row in rows)
        assert all(field["description"] for field in resource["schema"]["fields"])
    kpi = next(resource for resource in package["resources"] if resource["name"] == "kpi")
    assert kpi["schema"]["primaryKey"][:2] == ["county", "kpi"]
    assert {field["name"]: field["type"] for field in kpi["schema"]["fields"]}["value"] == "number"


def test_csv_and_parquet_hold_the_same_rows_as_the_table(county: MadeUpCounty, tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        assert county.run("export", "mart.kpi", "--format", form, "--out", str(tmp_path)).code == 0
    (count,) = county.rows("SELECT count(*) FROM mart.kpi")[0]
    parquet = pq.read_table(tmp_path / "kpi.parquet").to_pylist()
    with (tmp_path / "kpi.csv").open(encoding="utf-8") as file:
        text = list(csv.DictReader(file))
    assert len(parquet) == len(text) == count > 0
    for one, other in zip(parquet, text, strict=True):
        assert one["kpi"] == other["kpi"]
        assert one["as_of"] == date.fromisoformat(other["as_of"])
        assert one["value"] == (float(other["value"]) if other["value"] else None)


def test_what_a_package_calls_required_is_filled_in_every_row(county: MadeUpCounty, tmp_path: Path) -> None:
    county.source("kurse", OFFER_RECORDS).put("kurse.csv", OFFERS_HEADER, "K1;VHS;Deutsch;K;regel;2021-02-20;")
    assert county.sync("2021-03-02").code == 0
    assert county.run("export", "--out", str(tmp_path)).code == 0
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    required = {
        (resource["name"], field["name"])
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
        if field.get("constraints", {}).get("required")
    }
    assert ("kpi", "period") in required
    for resource in package["resources"]:
        with (tmp_path / resource["path"]).open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        empty = {(resource["name"], name) for row in rows for name, text in row.items() if text == ""}
        assert empty & required == set(), "a run without a number has an empty key"
    assert ("offer", "run_id") not in required


def test_an_empty_warehouse_leaves_as_empty_tables_with_their_types(tmp_path: Path, warehouse_url: str) -> None:
    made = standard(tmp_path / "county", warehouse_url)
    for form in ("package", "parquet"):
        assert made.run("export", "--format", form, "--out", str(tmp_path / form)).code == 0
    table = pq.read_table(tmp_path / "parquet" / "release.parquet")
    assert (table.num_rows, str(table.schema.field("published_at").type)) == (0, "timestamp[us, tz=UTC]")
    assert (tmp_path / "package" / "offer.csv").read_text("utf-8").count("\n") == 1, "the header alone"


def test_only_tables_of_mart_leave(county: MadeUpCounty, tmp_path: Path) -> None:
    outcome = county.run("export", "source_id", "--out", str(tmp_path))
    assert outcome.code == 2
    assert list(tmp_path.glob("source_id*")) == []


def test_bi_reads_figures_with_german_labels(county: MadeUpCounty) -> None:
    rows = county.rows(
        "SELECT label_de, dimension_label_de, member_label_de FROM mart.kpi_labelled WHERE kpi = 'contacted' "
        "AND mode = 'cumulative' AND member IN ('all', 'primary', '09999001') ORDER BY dimension"
    )
    assert set(rows) == {
        ("Kontaktierte Personen", "Gesamt", "Gesamt"),
        ("Kontaktierte Personen", "Kommune", "Ort1"),
        ("Kontaktierte Personen", "Zielgruppe", "Duldung (primäre Zielgruppe)"),
    }
