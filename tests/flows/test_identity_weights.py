"""New weights of identity show what they change before they rule, and rule only once somebody accepted them."""

from pathlib import Path

import pytest

from config.folders import SHIPPED_WEIGHTS
from tests.flows.county import MadeUpCounty
from tests.flows.test_identity import amt, bildung, named, placed
from tests.flows.test_identity import county as county  # noqa: PLC0414, the fixture

NOUR = "A1;Khaled;Noureddine;14.06.1999;D;09999001;2021-02-01"


def stricter(folder: Path, name: str = "strenger.yaml") -> Path:
    """Weights under which no score links."""
    text = SHIPPED_WEIGHTS.read_text("utf-8").replace("link_score: 3.0", "link_score: 300.0")
    file = folder / name
    file.write_text(text.replace("version: 3", "version: 4"), encoding="utf-8")
    return file


@pytest.fixture
def linked(county: MadeUpCounty) -> MadeUpCounty:
    """One name and one id that a score links to another."""
    amt(county, NOUR)
    bildung(county, "B1;Chaled;Nureddin;14.06.1999;D;09999001;2021-02-01")
    named(county, "Chalid;Noureddin;14.06.1999")
    assert county.sync("2021-03-01").code == 0
    assert placed(county, "2021-03-01") == 1
    assert county.rows("SELECT count(DISTINCT person_uid) FROM vault.source_id") == [(1,)]
    return county


def test_the_difference_is_shown_by_place_and_nothing_is_applied(linked: MadeUpCounty, tmp_path: Path) -> None:
    outcome = linked.run("identity", "weights", "diff", str(stricter(tmp_path)))
    assert outcome.code == 0, outcome.stderr
    assert outcome.document["summary"] == {"lost": 1, "would_lose": 1}
    lost, would = outcome.document["rows"]
    assert (lost["source"], lost["file"], lost["row"], lost["after_uid"]) == ("traeger", "traeger.csv", 2, None)
    assert {would["person_id"], would["other_id"]} == {"A1", "B1"}
    assert "haled" not in outcome.stdout
    assert linked.run("identity", "weights", "show").document["rules"] is True
    linked.sync("2021-03-02")
    assert placed(linked, "2021-03-02") == 1
    same = linked.run("identity", "weights", "diff", str(SHIPPED_WEIGHTS)).document
    assert same == {"summary": {}, "rows": []}


def test_weights_that_nobody_accepted_never_rule(linked: MadeUpCounty) -> None:
    (linked.folder / "identity").mkdir()
    stricter(linked.folder / "identity", "weights.yaml")
    refused = linked.sync("2021-03-02")
    assert (refused.code, refused.document["error"]["code"]) == (3, "E406")
    assert linked.run("identity", "weights", "show").document["rules"] is False
    assert placed(linked, "2021-03-01") == 1


def test_accepted_weights_rule_from_the_next_night_on_and_known_ids_keep_their_persons(
    linked: MadeUpCounty, tmp_path: Path
) -> None:
    accepted = linked.run("identity", "weights", "accept", str(stricter(tmp_path)), "--reason", "Probe gelesen")
    assert accepted.document["changes"] == {"lost": 1, "would_lose": 1}, accepted.stderr
    assert linked.sync("2021-03-02").code == 0
    assert placed(linked, "2021-03-02") == 0
    assert placed(linked, "2021-03-01") == 1, "what was known then stays"
    ids = linked.rows("SELECT person_id, link_state FROM vault.source_id WHERE is_participant ORDER BY 1")
    assert ids == [("A1", "linked"), ("B1", "linked")]
    back = linked.run("identity", "weights", "accept", str(SHIPPED_WEIGHTS), "--reason", "doch nicht")
    assert back.document["changes"] == {"gained": 1, "would_gain": 1}
    linked.sync("2021-03-03")
    assert placed(linked, "2021-03-03") == 1
    audit = linked.rows("SELECT reason, detail ->> 'version' FROM ops.audit WHERE action = 'weights' ORDER BY audit_id")
    assert audit == [(None, "3"), ("Probe gelesen", "4"), ("doch nicht", "3")]


def test_a_file_that_is_no_weights_file_is_refused(linked: MadeUpCounty, tmp_path: Path) -> None:
    odd = tmp_path / "odd.yaml"
    for text, code in (("- 1", "E400"), ("version: 3", "E401"), ("a: [", "E400")):
        odd.write_text(text)
        outcome = linked.run("identity", "weights", "diff", str(odd))
        assert (outcome.code, outcome.document["error"]["code"]) == (3, code)
    assert linked.run("identity", "weights", "diff", str(tmp_path / "none.yaml")).code == 2
