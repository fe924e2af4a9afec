"""A backup comes back into an empty warehouse, also of another PostgreSQL major; the archive replays to the same."""

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
