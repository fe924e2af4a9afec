"""The embedded server comes up once, and again after every kind of end."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from schemas.errors import WarehouseUnreachable
from tasks.warehouse.embedded import (
    ServerInfo,
    ensure_server,
    forgotten_homes,
    remove_server,
    server_status,
    stop_server,
)
from tasks.warehouse.lifecycle import processes_in
from tasks.warehouse.osuser import server_user

ROOT = Path(__file__).resolve().parents[2]
SYSTEM_15 = Path("/usr/lib/postgresql/15/bin")
START = "import sys; from pathlib import Path; from tasks.warehouse.embedded import ensure_server; "
CHILD = START + "s = ensure_server(Path(sys.argv[1])); print(s.port, s.data_dir)"


@pytest.fixture
def state(system_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A state folder of our own that only we may enter."""
    monkeypatch.setenv("TEILHABE_PG", "wheel")
    monkeypatch.delenv("TEILHABE_PG_BIN", raising=False)
    folder = Path(tempfile.mkdtemp(prefix="state-", dir=system_dir)) / "state"
    yield folder
    remove_server(folder)
    shutil.rmtree(folder.parent)


def connect(server: ServerInfo, **other: object) -> psycopg.Connection:
    url = make_url(server.url)
    asked = {"host": url.host, "port": url.port, "user": url.username, "password": url.password, "dbname": url.database}
    return psycopg.connect(**{**asked, **other}, autocommit=True)


def postmaster(server: ServerInfo) -> int:
    return int((server.data_dir / "postmaster.pid").read_text().splitlines()[0])


def test_callers_at_once_get_one_server(state: Path):
    children = [
        subprocess.Popen([sys.executable, "-c", CHILD, str(state)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    answers = {child.communicate(timeout=120)[0] for child in children}
    assert len(answers) == 1
    server = ensure_server(state)
    assert answers == {f"{server.port} {server.data_dir}\n"}
    masters = [pid for pid in processes_in(server.data_dir) if pid == postmaster(server)]
    assert len(masters) == 1


def test_server_outlives_the_command_that_started_it(state: Path):
    subprocess.run([sys.executable, "-c", CHILD, str(state)], cwd=ROOT, check=True, capture_output=True, timeout=120)
    found = server_status(state)
    assert found is not None
    assert found.running


def test_killed_postmaster_comes_back_with_what_was_committed(state: Path):
    server = ensure_server(state)
    with connect(server) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS value")
    os.kill(postmaster(server), signal.SIGKILL)
    again = ensure_server(state)
    assert again.port == server.port
    with connect(again) as conn:
        assert conn.execute("SELECT value FROM kept").fetchone() == (42,)


def test_a_query_that_never_looks_up_does_not_block_recovery(state: Path):
    server = ensure_server(state)
    busy = connect(server)
    busy.pgconn.send_query(b"SELECT count(*) FROM generate_series(1, 10000000000)")
    os.kill(postmaster(server), signal.SIGKILL)
    assert ensure_server(state).running
    busy.close()


@pytest.mark.parametrize("moment", [0.4, 0.8, 1.2])
def test_killed_starter_leaves_nothing_that_blocks_the_next(state: Path, moment: float):
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(state)], cwd=ROOT, stdout=subprocess.DEVNULL)
    time.sleep(moment)
    child.kill()
    child.wait()
    server = ensure_server(state)
    with connect(server) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
    assert not list(server.data_dir.parent.glob("making-*"))


def test_killed_initdb_is_done_again(state: Path):
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(state)], cwd=ROOT, start_new_session=True)
    until = time.monotonic() + 60
    while not (found := list(state.parent.parent.glob("*/making-*/data/PG_VERSION"))) and time.monotonic() < until:
        time.sleep(0.005)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    assert found or server_user() is None
    assert ensure_server(state).running


def test_recycled_process_number_is_not_a_server(state: Path):
    server = ensure_server(state)
    stop_server(state)
    lines = [
        str(os.getpid()),
        str(server.data_dir),
        "0",
        str(server.port),
        str(server.socket_dir),
        "127.0.0.1",
        "0 0",
        "",
    ]
    (server.data_dir / "postmaster.pid").write_text("\n".join(lines))
    assert ensure_server(state).running


def test_zombie_postmaster_is_not_a_server(state: Path):
    server = ensure_server(state)
    stop_server(state)
    zombie = subprocess.Popen(["/bin/true"])
    while Path(f"/proc/{zombie.pid}/stat").read_text().split()[2] != "Z":
        time.sleep(0.01)
    lines = [
        str(zombie.pid),
        str(server.data_dir),
        "0",
        str(server.port),
        str(server.socket_dir),
        "127.0.0.1",
        "0 0",
        "",
    ]
    (server.data_dir / "postmaster.pid").write_text("\n".join(lines))
    assert ensure_server(state).running
    zombie.wait()


def test_stopped_server_stays_stopped_and_keeps_port_and_data(state: Path):
    assert server_status(state) is None
    assert stop_server(state) is None
    server = ensure_server(state)
    with connect(server) as conn:
        conn.execute("CREATE TABLE kept (value int)")
    stopped = stop_server(state)
    assert stopped is not None
    assert not stopped.running
    assert not server_status(state).running
    assert processes_in(server.data_dir) == []
    again = ensure_server(state)
    assert (again.port, again.url) == (server.port, server.url)
    with connect(again) as conn:
        assert conn.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_taken_port_moves_the_server_and_is_recorded(state: Path):
    server = ensure_server(state)
    stop_server(state)
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind(("127.0.0.1", server.port))
        stranger.listen()
        moved = ensure_server(state)
        assert moved.port != server.port
        assert moved.running
    assert server_status(state).port == moved.port


def test_copied_state_is_a_server_of_its_own(system_dir: Path, state: Path):
    if server_user() is not None:
        system_dir.chmod(0o755)
        state.parent.chmod(0o755)
        state.mkdir(mode=0o755)
        (state / "postgresql").mkdir(mode=0o755)
    server = ensure_server(state)
    stop_server(state)
    copy = state.parent / "copy"
    shutil.copytree(state, copy, copy_function=shutil.copy2)
    if server_user() is not None:
        subprocess.run(["cp", "-a", f"{state}/.", str(copy)], check=True)
    try:
        first, second = ensure_server(state), ensure_server(copy)
        assert first.port == server.port
        assert second.port != first.port
        assert second.data_dir != first.data_dir
        assert second.data_dir.is_relative_to(copy)
    finally:
        remove_server(copy)


def test_deleted_state_leaves_no_running_server_and_is_named(state: Path):
    if server_user() is None:
        pytest.skip("only root keeps clusters outside state")
    server = ensure_server(state)
    home = server.data_dir.parent
    shutil.rmtree(state)
    fresh = ensure_server(state)
    assert fresh.data_dir != server.data_dir
    assert processes_in(server.data_dir) == []
    assert home in forgotten_homes()
    shutil.rmtree(home)


def test_cluster_keeps_its_major_whatever_is_newer(state: Path, monkeypatch: pytest.MonkeyPatch):
    if not SYSTEM_15.exists():
        pytest.skip("Debian's PostgreSQL 15 is not installed (apt-get install postgresql-15)")
    monkeypatch.setenv("TEILHABE_PG_BIN", str(SYSTEM_15))
    monkeypatch.delenv("TEILHABE_PG")
    assert ensure_server(state).version.startswith("15.")
    stop_server(state)
    monkeypatch.delenv("TEILHABE_PG_BIN")
    monkeypatch.setenv("TEILHABE_PG", "wheel")
    assert ensure_server(state).version.startswith("15.")


def test_cluster_of_an_absent_major_is_refused_with_the_way_on(state: Path):
    server = ensure_server(state)
    stop_server(state)
    version = server.data_dir / "PG_VERSION"
    version.write_text("9\n")
    with pytest.raises(WarehouseUnreachable, match="teilhabe restore") as caught:
        ensure_server(state)
    assert caught.value.code == "E503"
    version.write_text("18\n")


def test_everything_about_the_server_is_private(state: Path):
    server = ensure_server(state)
    for folder in (server.data_dir, server.socket_dir, server.log_file.parent, state / "postgresql"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in (state / "postgresql" / "superuser.password", state / "postgresql" / "server.json", server.log_file):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid != 0
    for wrong in ({"password": "wrong"}, {"host": str(server.socket_dir), "password": "wrong"}):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            connect(server, **wrong)
    assert make_url(server.url).password not in repr(server)


def test_refused_values_stay_out_of_the_server_log(state: Path):
    server = ensure_server(state)
    with connect(server) as conn:
        conn.execute("CREATE TABLE persons (born date CHECK (born > '1900-01-01'), name text UNIQUE)")
        for born, name in (("Markerfrau", "x"), ("1800-01-01", "Markerfrau"), ("2000-01-01", "Markerfrau")):
            for _ in range(2):
                try:
                    conn.execute("INSERT INTO persons VALUES (%s::text::date, %s)", [born, name])
                except psycopg.Error:
                    continue
    log = server.log_file.read_text()
    assert "ready to accept connections" in log
    assert "Markerfrau" not in log


def test_pointer_is_readable_and_holds_no_secret(state: Path):
    server = ensure_server(state)
    text = (state / "postgresql" / "server.json").read_text()
    assert json.loads(text)["port"] == server.port
    assert make_url(server.url).password not in text
