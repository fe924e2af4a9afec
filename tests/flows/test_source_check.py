"""``source check`` says what a delivery would do, and leaves nothing behind."""

from pathlib import Path

from tests.flows.county import MadeUpCounty, standard

TABLES = (
    "ops.run",
    "ops.load",
    "raw.file",
    "raw.delivery",
    "quarantine.row",
    "core.participant_version",
    "vault.source_id",
)
FIRST = [f"{n};N{n};V{n};0{n}.02.2000;D;09999001;" for n in range(1, 9)]


def counts(county: MadeUpCounty) -> list[int]:
    return [county.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]


def known_county(tmp_path: Path, url: str) -> MadeUpCounty:
    county = standard(tmp_path / "county", url)
    county.people(*FIRST)
    county.contacts("1;2021-02-01;b;x")
    assert county.sync("2021-03-01").code == 0
    return county


def test_a_file_shows_what_is_new_changed_and_gone(tmp_path: Path, warehouse_url: str) -> None:
    county = known_county(tmp_path, warehouse_url)
    before = counts(county)
    file = tmp_path / "leute [neu].csv"
    rows = [
        "1;N1;V1;01.02.2000;G;09999001;",
        *FIRST[1:7],
        "20;N;V;03.03.2000;D;09999001;",
        "21;N;V;31.02.2000;D;09999001;",
    ]
    file.write_text("\n".join(["id;nach;vor;geb;status;ags;eintritt", *rows]) + "\n")
    outcome = county.run("source", "check", str(file))
    assert outcome.code == 8
    assert outcome.document["preview"]["participants"] == {"before": 8, "new": 1, "changed": 1, "gone": 1}
    assert outcome.document["rows_by_rule"] == {"bad_date": 1}
    assert outcome.records("leute", "participants") == (9, 8, 1)
    assert counts(county) == before, "no trace"
    assert not list((county.folder / "state" / "work").glob("*"))


def test_rows_that_only_the_warehouse_rejects_are_named(tmp_path: Path, warehouse_url: str) -> None:
    county = known_county(tmp_path, warehouse_url)
    file = tmp_path / "kontakte.csv"
    file.write_text("id;am;art;wer\n1;2021-02-01;b;x\n77;2021-02-02;b;x\n")
    outcome = county.run("source", "check", str(file), "--source", "kontakte")
    assert (outcome.code, outcome.document["rows_by_rule"]) == (8, {"unknown_person": 1})
    assert [f["row"] for f in outcome.document["findings"]] == [3]


def test_a_gate_that_would_close_shows_before_the_night(tmp_path: Path, warehouse_url: str) -> None:
    county = known_county(tmp_path, warehouse_url)
    path = county.folder / "sources" / "leute.yaml"
    path.write_text(path.read_text().replace("records:", "expect: {max_change: 30%}\nrecords:"))
    county.people(*FIRST[:2])
    outcome = county.run("source", "check", "leute")
    assert outcome.code == 5
    assert outcome.document["preview"]["participants"]["gone"] == 6
    assert [gate["gate"] for gate in outcome.document["gates"] if not gate["passed"]] == ["max_change:leute"]


def test_without_a_warehouse_the_file_is_still_read(tmp_path: Path) -> None:
    county = standard(tmp_path / "county", "")
    county.people(*FIRST)
    outcome = county.run("source", "check", "leute")
    assert (outcome.code, outcome.document["preview"]) == (0, None)
    assert not (county.folder / "state").exists(), "no trace"


def test_a_file_of_nobody_asks_whose_it_is(tmp_path: Path) -> None:
    county = standard(tmp_path / "county", "postgresql://nobody@127.0.0.1:1/none")
    file = tmp_path / "fremd.csv"
    file.write_text("a;b\n1;2\n")
    assert county.run("source", "check", str(file)).code == 2
    assert county.run("source", "check", "gibtsnicht").code == 2
