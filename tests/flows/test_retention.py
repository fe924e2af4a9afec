"""What is kept too long is shown, and goes with --yes: by the rule of its kind and nothing else."""

import os
from pathlib import Path

import pytest

from tests.flows.county import CONTACT_RECORDS, PEOPLE_RECORDS, MadeUpCounty

ANNA, BEA = "1;Aydin;Anna;01.02.2000;D;09999001;2021-02-15", "2;Bozkurt;Bea;03.02.2000;G;09999002;2021-02-10"


@pytest.fixture
def county(tmp_path: Path, warehouse_url: str) -> MadeUpCounty:
    made = MadeUpCounty(tmp_path / "county", warehouse_url)
    made.source("leute", PEOPLE_RECORDS, more="expect: {max_change: 100%, max_rejected: 100%}\n")
    made.source("kontakte", CONTACT_RECORDS)
    made.people(ANNA, BEA, "9;Kaputt;Kim;gestern;D;09999001;")
    made.contacts("1;2021-02-01;b;X", "2;2021-02-02;b;X")
    assert made.sync("2021-03-01").code == 8
    made.people(ANNA)  # Bea is no longer delivered
    assert made.sync("2021-03-10").code == 0
    return made


def due(county: MadeUpCounty, *words: str) -> dict[str, int]:
    done = county.run("retention", *words)
    assert done.code == 0, done.stderr
    return {rule["kind"]: rule["due"] for rule in done.document["rules"]}


def test_nothing_is_due_in_time_and_looking_changes_nothing(county: MadeUpCounty) -> None:
    assert set(due(county, "--as-of", "2021-04-01").values()) == {0}
    later = due(county, "--as-of", "2030-01-01")
    assert (later["persons"], later["archived_files"], later["quarantine_rows"]) == (1, 1, 1)
    assert due(county, "--as-of", "2030-01-01") == later


def test_what_is_due_goes_and_the_rest_stays(county: MadeUpCounty) -> None:
    outbox = county.folder / "state" / "outbox"
    outbox.mkdir(exist_ok=True)
    for name, year in (("alt.xlsx", 2020), ("neu.xlsx", 2035)):
        (outbox / name).write_text("x")
        os.utime(outbox / name, ((year - 1970) * 31_557_600,) * 2)
    gone = due(county, "--as-of", "2030-01-01", "--yes")
    assert (gone["persons"], gone["archived_files"], gone["outbox_files"]) == (1, 1, 1)
    assert [path.name for path in outbox.iterdir()] == ["neu.xlsx"]
    assert county.rows("SELECT DISTINCT person_id FROM vault.source_id") == [("1",)]
    assert county.rows("SELECT count(*) FROM raw.file WHERE removed_on IS NOT NULL") == [(1,)]
    archived = [p for p in (county.folder / "state" / "raw").rglob("*") if p.is_file() and p.suffix != ".json"]
    assert len(archived) == 2, "the newest file of each source"
    assert county.tickets(state="fixed") == []
    assert set(due(county, "--as-of", "2030-01-01").values()) == {0}
    assert county.rows("SELECT count(*) FROM ops.audit WHERE action = 'retention'") == [(1,)]


def test_whoever_is_delivered_anew_is_loaded_anew(county: MadeUpCounty) -> None:
    due(county, "--as-of", "2030-01-01", "--yes")
    county.people(ANNA, BEA)
    assert county.sync("2030-01-02").records("leute", "participants") == (2, 2, 0)


def test_the_countys_own_rules_replace_the_packs_and_mistakes_have_a_place(county: MadeUpCounty) -> None:
    (county.folder / "retention.yaml").write_text("persons: {keep_days: 10, basis: Probe}\n")
    assert due(county, "--as-of", "2021-04-01") == {"persons": 1}
    (county.folder / "retention.yaml").write_text("person: {keep_days: 10, basis: Probe}\n")
    done = county.run("retention")
    assert done.code == 3
    assert "retention.yaml:1:1" in done.stderr
