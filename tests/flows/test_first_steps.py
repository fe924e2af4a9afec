"""The newcomer's pages are true: README and tutorial are run command by command, what they print is compared."""

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 900


@pytest.fixture
def desk(tmp_path: Path, system_dir: Path) -> Path:
    """A folder that looks like a fresh clone to the commands: the shipped county with a state of its own."""
    assert system_dir.is_dir()
    wanted = shutil.ignore_patterns("state", "__pycache__")
    shutil.copytree(ROOT / "config" / "paderborn", tmp_path / "config" / "paderborn", ignore=wanted)
    return tmp_path


def environment(desk: Path) -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith("TEILHABE_W")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**mine, "PATH": path, "TEILHABE_CONFIG": str(desk / "config" / "paderborn"), "TEILHABE_PG": "wheel"}


def ran(desk: Path, command: str) -> tuple[int, list[str]]:
    """Run a line as a person would type it; return the exit code and what was printed."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=desk, env=environment(desk), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, f"{command}\n{done.stderr[-2000:]}"
    return done.returncode, [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]


def ran_here(desk: Path, command: str) -> tuple[int, list[str]]:
    """Run a plain ``teilhabe`` line in this process: the same words, without the seconds of a start; else as typed."""
    from flows.cli import main
    from tasks.run import forget

    if re.search(r"[|;&<>$`]", command) or not command.startswith("teilhabe ") or " sync" in command:
        return ran(desk, command)
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        patch.chdir(desk)
        for name in set(os.environ) - set(environment(desk)):
            patch.delenv(name)
        for name, value in environment(desk).items():
            patch.setenv(name, value)
        code = main(shlex.split(command)[1:])
        forget(str((desk / ("demo" if "--config demo" in command else "config/paderborn")).resolve()))
    assert "Traceback" not in out.getvalue(), command
    return code, [line.rstrip() for line in out.getvalue().splitlines()]


def said_by(page: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a page's console blocks, each with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line != "…":
                found[-1][1].append(line.rstrip())
    return found


def test_what_readme_and_tutorial_say_is_what_the_commands_print(desk: Path) -> None:
    readme, tutorial = ((ROOT / name).read_text("utf-8") for name in ("README.md", "docs/tutorial.md"))
    steps = said_by(tutorial)
    assert len(steps) > 15
    five = re.search(r"## The next five minutes\n\n```\n(.*?)```", readme, flags=re.DOTALL)
    assert five is not None
    typed = [line.split("  #", 1)[0].strip() for line in five[1].splitlines()]
    later = [(line, []) for line in typed if line.startswith(("teilhabe", "psql")) and line != "teilhabe db stop"]
    code, _ = ran(desk, "teilhabe sync --direct")
    assert code in (0, 8)
    try:
        for command, printed in [*later, *steps]:
            if command.startswith("psql") and shutil.which("psql") is None:
                continue
            code, lines = ran_here(desk, command)
            assert code == 0, f"{command}\n" + "\n".join(lines[-8:])
            missing = [line for line in printed if line and line not in lines]
            assert missing == [], f"{command}\n" + "\n".join(lines[:40])
    finally:
        for folder in ("demo", "config/paderborn"):
            if (desk / folder / "state").is_dir():
                ran(desk, f"teilhabe --config {folder} db stop")


def test_a_reader_that_closes_early_has_seen_enough(desk: Path) -> None:
    assert ran(desk, "teilhabe rules list --json | true; echo ${PIPESTATUS[0]}") == (0, ["0"])
