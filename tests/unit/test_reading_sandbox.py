"""The child process: a poisoned file costs itself and nothing else."""

import os
from pathlib import Path

import pytest

from schemas.errors import SourceUnavailable
from tasks.conform.reading import ReadLimits, ReadRequest, read_delivery

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
    import subprocess

    seen: list[str] = []
    run = subprocess.run

    def watch(command: list[str], **kwargs: object) -> object:
        seen.extend([*command, *map(str, dict(kwargs["env"]).values())])  # type: ignore[call-overload]
        return run(command, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watch)
    read_delivery(ReadRequest(delivery, password="geheim"), workdir=workdir)
    assert seen
    assert not any("geheim" in text for text in seen)
