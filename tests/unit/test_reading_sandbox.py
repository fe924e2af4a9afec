"""The child process: a poisoned file costs itself and nothing else."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from schemas.errors import SourceUnavailable
from tasks.conform.reading import ReadLimits, ReadRequest, read_delivery, shared_reader
from tasks.conform.reading.reader import ROOT, reader_for

MARKER = "Zzyzxmann"


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    path = tmp_path / "lieferung.csv"
    path.write_text(f"Nr;Name\n1;{MARKER}\n")
    return path


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def refusal(request: ReadRequest, workdir: Path, **limits: int) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as caught:
        read_delivery(request, ReadLimits(**limits), workdir=workdir)
    assert caught.value.__cause__ is None
    assert MARKER not in str(caught.value)
    return caught.value


def test_a_delivery_comes_back_through_the_child(delivery: Path, workdir: Path) -> None:
    (sheet,) = read_delivery(ReadRequest(delivery), workdir=workdir)
    assert [batch.to_pylist() for batch in sheet.batches()] == [[{"row": 2, "c0": "1", "c1": MARKER}]]
    assert (sheet.file, sheet.rows, sheet.path.parent) == ("lieferung.csv", 1, workdir)


def test_a_file_that_takes_too_much_memory_is_stopped(delivery: Path, workdir: Path) -> None:
    delivery.write_text('[{"x": "' + "y" * 200_000_000 + '"}]')
    error = refusal(ReadRequest(delivery, type="json"), workdir, memory_mb=400)
    assert error.code in {"E304", "E305"}
    assert error.exit_code == 4


def test_a_file_that_takes_too_long_is_stopped(delivery: Path, workdir: Path) -> None:
    delivery.write_text("a;b\n" + '1;"x\n' * 3_000_000)
    # No other limit may speak first, however fast the machine is.
    limits = {"cpu_seconds": 1, "wall_seconds": 2, "bytes_per_second": 10**12, "findings": 10**9, "memory_mb": 4096}
    assert refusal(ReadRequest(delivery), workdir, fast=False, **limits).code == "E303"


def test_nested_json_does_not_end_in_a_crash(delivery: Path, workdir: Path) -> None:
    delivery.write_text("[" * 100_000)
    assert refusal(ReadRequest(delivery, type="json"), workdir).code == "E302"


def test_links_folders_and_pipes_are_refused_unopened(delivery: Path, workdir: Path) -> None:
    link, pipe = delivery.with_name("link.csv"), delivery.with_name("pipe.csv")
    link.symlink_to(delivery)
    os.mkfifo(pipe)
    for path in (link, pipe, workdir):
        assert refusal(ReadRequest(path), workdir).code == "E362"


def test_a_missing_and_an_oversized_file_are_refused(delivery: Path, workdir: Path) -> None:
    assert refusal(ReadRequest(delivery.with_name("fehlt.csv")), workdir).code == "E360"
    assert refusal(ReadRequest(delivery), workdir, file_bytes=3).code == "E363"


def test_a_file_that_changes_while_it_is_read_is_refused(
    delivery: Path, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tasks.conform.reading.sandbox as sandbox

    run = sandbox._run_child

    def grow_meanwhile(*args: object) -> object:
        reply = run(*args)  # type: ignore[arg-type]
        with delivery.open("a") as file:
            file.write("2;spät\n")
        return reply

    monkeypatch.setattr(sandbox, "_run_child", grow_meanwhile)
    assert refusal(ReadRequest(delivery), workdir).code == "E361"


def test_too_many_columns_rows_and_findings_are_refused(delivery: Path, workdir: Path) -> None:
    delivery.write_text("a;b;c\n" + "1\n" * 50)
    assert refusal(ReadRequest(delivery), workdir, columns=2).code == "E353"
    assert refusal(ReadRequest(delivery), workdir, rows=10).code == "E352"
    assert refusal(ReadRequest(delivery), workdir, findings=10).code == "E354"


def test_a_password_never_stands_on_the_command_line(
    delivery: Path, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    start = subprocess.Popen

    def watch(command: list[str], **kwargs: object) -> object:
        seen.extend([*command, *map(str, dict(kwargs["env"]).values())])  # type: ignore[call-overload]
        return start(command, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", watch)
    read_delivery(ReadRequest(delivery, password="geheim"), workdir=workdir)
    assert seen
    assert not any("geheim" in text for text in seen)


def readers() -> list[int]:
    """Return the reader processes that this process has started and that still run."""
    own = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in own if b"tasks.conform.reading.child" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_files_of_one_night_are_read_by_forks_of_one_process_that_a_poisoned_one_leaves_alone(
    delivery: Path, workdir: Path
) -> None:
    poisoned = delivery.with_name("gift.json")
    poisoned.write_text('[{"x": "' + "y" * 200_000_000 + '"}]')
    with shared_reader():
        assert read_delivery(ReadRequest(delivery), workdir=workdir)[0].rows == 1
        (reader,) = readers()
        for _ in range(2):
            assert read_delivery(ReadRequest(delivery), workdir=workdir)[0].rows == 1
            assert refusal(ReadRequest(poisoned, type="json"), workdir, memory_mb=400).code in {"E304", "E305"}
            assert readers() == [reader]
        # A fork of a process with more threads than one may hang; and no delivered file is open in it.
        assert len(list(Path(f"/proc/{reader}/task").iterdir())) == 1
        open_files = [str(link.readlink()) for link in Path(f"/proc/{reader}/fd").iterdir()]
        assert all(name == os.devnull or name.startswith("pipe:") for name in open_files), open_files
    assert readers() == []


def test_a_reader_that_was_killed_is_replaced_for_the_next_file(delivery: Path, workdir: Path) -> None:
    with shared_reader():
        read_delivery(ReadRequest(delivery), workdir=workdir)
        (reader,) = readers()
        os.kill(reader, signal.SIGKILL)
        while Path(f"/proc/{reader}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
            pass
        assert read_delivery(ReadRequest(delivery), workdir=workdir)[0].rows == 1


def test_whoever_is_told_a_password_reads_no_other_file() -> None:
    with shared_reader():
        with reader_for(alone=False) as one, reader_for(alone=False) as other:
            assert one is other
        with reader_for(alone=True) as own:
            assert own is not one
            assert own.is_alive
        assert not own.is_alive
        assert one.is_alive


def test_the_reader_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    starter = tmp_path / "starter.py"
    starter.write_text(
        "import os\nfrom tasks.conform.reading.reader import Reader\nreader = Reader()\n"
        "print(reader._process.pid, flush=True)\nos.kill(os.getpid(), 9)\n"
    )
    pid = int(subprocess.run([sys.executable, starter], stdout=subprocess.PIPE, check=False, cwd=ROOT).stdout)
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}").exists() and Path(f"/proc/{pid}/cmdline").read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.02)
