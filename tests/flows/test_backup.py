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
    for part in (0.5, 0.97, 0.999):
        cut.write_bytes(file.read_bytes()[: int(file.stat().st_size * part)])
        assert refused(cut) == (2, "E823"), part
    assert refused(rewritten(file, {"county": "09998"})) == (2, "E823")
    assert refused(rewritten(file, {"schema": "9999"})) == (7, "E511")
    assert refused(rewritten(file, {}, ("raw/../../leads-out", b"x"))) == (2, "E823")
    assert other.run("restore", str(file)).code == 0
    assert other.rows(FIGURES) == county.rows(FIGURES)
