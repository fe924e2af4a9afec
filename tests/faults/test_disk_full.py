"""A file system that is really full: the archive of a county on a tmpfs of a few pages, then with room again."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.night import FIRST, SECOND, first_night, seen_by_readers


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that is a file system of its own; mounting wants root and the right to mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("this machine lets nobody mount a small file system")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as sink:
        while True:
            sink.write(b"x" * 4096)


def test_a_full_disk_publishes_nothing_half_and_the_next_night_with_room_goes_on(
    small_disk: Path, warehouse_url: str
) -> None:
    county = first_night(small_disk / "county", warehouse_url)
    before = seen_by_readers(warehouse_url)
    with pytest.raises(OSError, match="No space"):
        fill(small_disk / "filler")
    full = county.sync(SECOND)
    # Files that cannot be kept make their sources unreadable (4); where not even the work folder can be made, a defect.
    assert full.code in (1, 4), full
    assert "Familie" not in full.stderr + full.stdout
    ends = county.rows("SELECT count(*) FROM ops.run WHERE ended_at IS NULL OR status = 'running'")
    assert ends == [(0,)]
    states = {str(row[0]) for row in county.rows("SELECT DISTINCT as_of FROM mart.offer")}
    assert states <= {FIRST, SECOND}
    assert seen_by_readers(warehouse_url) == before or full.document["published"] is True
    (small_disk / "filler").unlink()
    again = county.sync(SECOND)
    assert (again.code, again.document["published"]) == (8, True), again
    assert not (county.folder / "state" / "work").exists()
    assert county.rows("SELECT count(*) FROM raw.delivery WHERE state NOT IN ('loaded', 'unreadable')") == [(0,)]
