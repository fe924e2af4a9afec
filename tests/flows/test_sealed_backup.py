"""A backup of a county with sealed names: its dump tells nobody, it wants its key, the erased stay away."""

import tarfile
from pathlib import Path

import pytest

from tests.conftest import _database
from tests.faults.test_database_old import elsewhere
from tests.flows.county import MadeUpCounty
from tests.flows.test_sealed_vault import HEADER, KEY, OTHER, REASON, ROWS, found, guessed, stored
from tests.flows.test_sealed_vault import county as county  # noqa: PLC0414, the fixture


def test_a_dump_tells_nobody_and_comes_back_with_its_key_alone(
    county: MadeUpCounty, tmp_path: Path, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEILHABE_VAULT_KEY", KEY)
    assert county.sync("2021-03-01").code == 0
    file = tmp_path / "sicherung.tar.gz"
    written = county.run("backup", str(file))
    assert written.document["names_key"] == county.run("vault", "status").document["key"]
    with tarfile.open(file) as tar:
        dump = tar.extractfile("database.sql")
        assert dump is not None
        text = dump.read().decode()
    assert "vault.identity_version" in text
    assert (found(text), guessed(text)) == ([], [])
    ((uid,),) = county.rows("SELECT person_uid::text FROM vault.source_id WHERE person_id = '2' AND source = 'leute'")
    assert county.run("erase", uid, *REASON, "--yes").code == 0
    for url in _database(server_url, "template0"):
        other = elsewhere(county, tmp_path / "neu", url)
        for key in ("", OTHER):
            monkeypatch.setenv("TEILHABE_VAULT_KEY", key)
            refused = other.run("restore", str(file))
            assert (refused.code, refused.document["error"]["code"]) == (3, "E410")
        assert other.rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'vault'") == [(0,)], "nothing was begun"
        monkeypatch.setenv("TEILHABE_VAULT_KEY", f"{OTHER},{KEY}")
        restored = other.run("restore", str(file))
        assert (restored.code, restored.document["erased_again"]) == (0, 1), restored
        gone = "SELECT count(*) FROM vault.source_id WHERE person_id = '2' OR source = 'plaetze'"
        assert other.rows(gone) == [(0,)], "the participant, and the seat that names her by name"
        # The old file lies there once more, with a row that is new.
        other.put("leute.csv", HEADER, *ROWS, "7;Neu;Nadja;01.02.2000;D;09999001;;")
        assert other.sync("2021-03-02").code in (0, 8)
        assert other.rows(gone) == [(0,)]
        assert other.rows("SELECT count(*) FROM vault.source_id WHERE source = 'leute'") == [(3,)]
        assert found(stored(other)) == []
