"""A backup comes back into an empty warehouse, also of another PostgreSQL major; the archive replays to the same."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from tests.flows.county import MadeUpCounty, standard

FIGURES = (
    "SELECT kpi, period, mode, as_of, dimension, member, numerator, value FROM internal.kpi ORDER BY 1, 2, 3, 4, 5, 6"
)


@pytest.fixture
def county(tmp_path: Path, bare_url: str) -> MadeUpCounty:
    made = standard(tmp_path / "county", bare_url)
    made.people("1;Aydin;Anna;01.02.2000;D;09999001;", "2;Bozkurt;Bekir;03.02.2000;G;09999002;2021-02-10")
    made.contacts("1;2021-02-01;b;", "2;2021-02-02;b;")
    assert made.sync("2021-03-01").code == 0
    return made


@pytest.fixture
def empty_pg15(pg15_server_url: str) -> str:
    import psycopg
    from sqlalchemy.engine import make_url

    url = make_url(pg15_server_url)
    with psycopg.connect(
        url.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as conn:
        conn.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")
        conn.execute("CREATE DATABASE restored TEMPLATE template0")
    return url.set(database="restored").render_as_string(hide_password=False)


def test_a_backup_comes_back_on_an_older_major_and_replays(
    county: MadeUpCounty, tmp_path: Path, empty_pg15: str
) -> None:
    file = tmp_path / "sicherung.tar.gz"
    written = county.run("backup", str(file))
    assert (written.code, written.document["county"]) == (0, "09999")
    assert file.stat().st_mode & 0o777 == 0o600
    figures = county.rows(FIGURES)
    other = standard(tmp_path / "other", empty_pg15)
    assert other.run("restore", str(file)).code == 0
    assert other.rows(FIGURES) == figures
    done = other.run("rerun", "--since", "2021-03-01", "--from-raw", "--reason", "Probe")
    assert (done.code, done.status) == (0, "published")
    assert other.rows(FIGURES) == figures


def test_nothing_is_overwritten(county: MadeUpCounty, tmp_path: Path) -> None:
    file = tmp_path / "sicherung.tar.gz"
    county.run("backup", str(file))
    assert county.run("backup", str(file)).code == 2
    done = county.run("restore", str(file))
    assert (done.code, done.document["error"]["code"]) == (2, "E822")


def test_a_damaged_file_is_refused(tmp_path: Path, bare_url: str) -> None:
    county = standard(tmp_path / "county", bare_url)
    file = tmp_path / "kaputt.tar.gz"
    file.write_bytes(b"no backup")
    done = county.run("restore", str(file))
    assert (done.code, done.document["error"]["code"]) == (2, "E823")


def rewritten(file: Path, note: dict[str, str], *more: tuple[str, bytes]) -> Path:
    """Return a copy of a backup with another note and further members."""
    other = file.with_name("anders.tar.gz")
    with tarfile.open(file) as old, tarfile.open(other, "w:gz") as new:
        for member in old:
            content = old.extractfile(member)
            data = content.read() if content else b""
            if member.name == "backup.json":
                data = json.dumps({**json.loads(data), **note}).encode()
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
        for name, data in more:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    return other


def test_a_backup_that_is_not_whole_not_ours_or_too_new_leaves_everything_empty(
    county: MadeUpCounty, tmp_path: Path, empty_pg15: str
) -> None:
    """Cut short behind the database's dump, of another county, of a newer schema, with a path that leads out."""
    file = tmp_path / "sicherung.tar.gz"
    assert county.run("backup", str(file)).code == 0
    other = standard(tmp_path / "other", empty_pg15)

    def refused(path: Path) -> tuple[int, str]:
        done = other.run("restore", str(path))
        assert not (other.folder / "state" / "raw").exists()
        assert other.rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'core'") == [(0,)]
        return done.code, done.document["error"]["code"]

    cut = tmp_path / "kurz.tar.gz"
    for part in (0.5, 0.97, 0.999, 0.99999):
        cut.write_bytes(file.read_bytes()[: int((file.stat().st_size - 1) * part)])
        assert refused(cut) == (2, "E823"), part
    assert refused(rewritten(file, {"county": "09998"})) == (2, "E823")
    assert refused(rewritten(file, {"schema": "9999"})) == (7, "E511")
    assert refused(rewritten(file, {}, ("raw/../../leads-out", b"x"))) == (2, "E823")
    assert other.run("restore", str(file)).code == 0
    assert other.rows(FIGURES) == county.rows(FIGURES)


def test_a_sealed_backup_tells_no_name_without_its_key_and_comes_back_with_it(
    county: MadeUpCounty, tmp_path: Path, empty_pg15: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searched as it lies and unpacked: names, ids and the keys that would open pseudonyms."""
    plain, file = tmp_path / "offen.tar.gz", tmp_path / "sicherung.sealed"
    told = county.run("backup", str(plain))
    assert told.document["sealed"] is False
    with tarfile.open(plain) as tar:
        dump = tar.extractfile("database.sql")
        assert dump is not None
        assert b"Bozkurt" in dump.read(), "a plain dump tells names"
    monkeypatch.setenv("TEILHABE_BACKUP_KEY", "ab" * 32)
    assert county.run("backup", str(file)).document["sealed"] is True
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_bytes()
    assert not any(word in content for word in (b"Bozkurt", b"database.sql", b"\x1f\x8b\x08"))
    other = standard(tmp_path / "other", empty_pg15)
    cut = tmp_path / "kurz.sealed"
    cut.write_bytes(content[:-1])
    assert other.run("restore", str(cut)).document["error"]["code"] == "E823"
    for wrong in ("", "cd" * 32):
        monkeypatch.setenv("TEILHABE_BACKUP_KEY", wrong)
        refused = other.run("restore", str(file))
        assert (refused.code, refused.document["error"]["code"]) == (2, "E826")
    monkeypatch.setenv("TEILHABE_BACKUP_KEY", f"{'ef' * 32},{'ab' * 32}")  # an older key still opens
    assert other.run("restore", str(file)).code == 0
    assert other.rows(FIGURES) == county.rows(FIGURES)


def test_a_key_for_backups_that_is_none_is_refused_before_anything_is_written(
    county: MadeUpCounty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEILHABE_BACKUP_KEY", "zu kurz")
    done = county.run("backup", str(tmp_path / "x.sealed"))
    assert (done.code, done.document["error"]["code"]) == (3, "E215")
    assert not (tmp_path / "x.sealed").exists()
