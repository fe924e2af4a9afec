"""The database's own disk is full: a cluster on a tmpfs of a few megabytes, then with room again."""

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.warehouse.embedded import ensure_server, remove_server, stop_server
from tests.faults.night import FIRST, SECOND, facts, first_night, seen_by_readers, slow
from tests.flows.county import MadeUpCounty

ROOMS = (0, 64_000, 300_000, 1_500_000)
"""Bytes that are left when the night begins: it stops at its start, in a COPY, or in its publish."""
SMALL = {"max_wal_size": "32MB", "min_wal_size": "32MB", "fsync": "off"}


@pytest.fixture
def small_disk(system_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of 160 MB that the database's account may enter; mounting wants root and the right to mount."""
    folder = Path(tempfile.mkdtemp(prefix="disk-", dir=system_dir))
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0711", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode != 0:
        folder.rmdir()
        pytest.skip("this machine lets nobody mount a small file system")
    monkeypatch.setenv("TEILHABE_SYSTEM_DIR", str(folder))
    monkeypatch.setenv("TEILHABE_PG", "wheel")
    monkeypatch.delenv("TEILHABE_PG_BIN", raising=False)
    yield folder
    remove_server(folder / "kreis" / "state")
    subprocess.run(["umount", "-l", str(folder)], check=True)
    folder.rmdir()


def fill(file: Path, *, leave: int) -> None:
    """Fill the disk but for ``leave`` bytes."""
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as sink:
        while True:
            sink.write(b"x" * min(65536, max(4096, shutil.disk_usage(file.parent).free - leave)))
            if shutil.disk_usage(file.parent).free <= leave:
                return


@slow
def test_a_full_database_disk_loses_nothing_and_the_next_night_with_room_goes_on(
    small_disk: Path, tmp_path: Path, warehouse_url: str
) -> None:
    whole = first_night(tmp_path / "kreis", warehouse_url)
    assert whole.sync(SECOND).code == 8
    expected = facts(warehouse_url)

    url = ensure_server(small_disk / "kreis" / "state", SMALL).url
    county: MadeUpCounty = first_night(small_disk / "kreis", url)
    # From here on the county's own embedded server: the next command starts it again where it has stopped.
    text = (county.folder / "county.yaml").read_text()
    (county.folder / "county.yaml").write_text(text.replace(f"warehouse: {url}", "warehouse: ''"))
    before, filler, codes = seen_by_readers(url), small_disk / "filler", []
    for room in ROOMS:
        fill(filler, leave=room)
        full = county.sync(SECOND)
        codes.append(full.code)
        assert "Familie" not in full.stderr + full.stdout
        filler.unlink()
        if full.code in (1, 4, 7):
            status = county.run("status")  # brings the server up again where the full disk stopped it
            assert status.code == 0, (room, status)
            assert status.document["shown"]["as_of"] == FIRST
            assert seen_by_readers(url) == before
    assert codes[0] in (1, 7), codes
    again = county.sync(SECOND)
    assert (again.code, facts(url) == expected) == (8, True), (codes, again)
    assert county.rows("SELECT count(*) FROM ops.run WHERE ended_at IS NULL OR status = 'running'") == [(0,)]
    stop_server(county.folder / "state")
