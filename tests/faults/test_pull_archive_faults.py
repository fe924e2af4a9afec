"""The archive under a full disk, a killed writer and two writers at once."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.errors import PipelineError
from tasks.pull.archive import Archive

KEY = b"k" * 32


PUT = """
import sys
from pathlib import Path
from tasks.pull.archive import Archive
print(Archive(Path(sys.argv[1]), b"k" * 32).put(Path(sys.argv[2])))
"""


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_full_disk_is_said_clearly_and_leaves_no_half_file(tmp_path: Path, key: bytes | None) -> None:
    delivery = tmp_path / "delivery.csv"
    delivery.write_bytes(os.urandom(3 << 20))
    archive = Archive(tmp_path / "raw", key)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    try:
        with pytest.raises(PipelineError) as caught:
            archive.put(delivery)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.code == "E213"
    assert [path for path in archive.root.rglob("*") if path.is_file()] == []
    assert archive.verify() == ()


def test_two_writers_of_the_same_delivery_leave_one_whole_object(tmp_path: Path) -> None:
    delivery = tmp_path / "delivery.csv"
    delivery.write_bytes(os.urandom(2 << 20))
    command = [sys.executable, "-c", PUT, str(tmp_path / "raw"), str(delivery)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    identities = [writer.communicate(timeout=60)[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    archive = Archive(tmp_path / "raw", KEY)
    assert len(set(identities)) == 1
    assert archive.verify() == ()
    assert len([path for path in archive.root.rglob("*") if path.is_file()]) == 1


KILLED_REWRITE = """
import os, signal, sys
from pathlib import Path
from tasks.pull.archive import Archive
archive = Archive(Path(sys.argv[1]))
archive._store = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
archive.rewrite(sys.argv[2], Path(sys.argv[3]))
"""


def test_killed_erasure_leaves_a_readable_object_and_is_finished_by_the_next(tmp_path: Path) -> None:
    delivery, cleaned = tmp_path / "delivery.csv", tmp_path / "cleaned.csv"
    delivery.write_bytes(b"keep\nerase\n")
    cleaned.write_bytes(b"keep\n")
    archive = Archive(tmp_path / "raw")
    sha256 = archive.put(delivery)
    ended = subprocess.run(
        [sys.executable, "-c", KILLED_REWRITE, str(archive.root), sha256, str(cleaned)], check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL
    assert archive.verify() == ()
    archive.rewrite(sha256, cleaned)
    assert archive.open_copy(sha256, tmp_path / "work").read_bytes() == b"keep\n"
