"""The house still reads like the data's way: rooms, names, sizes, links, pages made from code."""

import re
import subprocess
from pathlib import Path

import pytest

from flows.reference import FOLDER, HEAD, PAGES
from schemas.messages import CATALOGUE, say
from schemas.rules import RULES

ROOT = Path(__file__).resolve().parents[2]
CODE = ("flows", "tasks", "schemas", "config")


def tracked(*patterns: str) -> list[Path]:
    done = subprocess.run(["git", "ls-files", *patterns], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode != 0:
        pytest.skip("this copy is no git checkout")
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def test_no_cupboards() -> None:
    cupboards = [
        path for path in tracked() if re.search(r"(^|/)(utils?|helpers?|common|misc)(\.py|/)", path.as_posix())
    ]
    assert cupboards == []


ROOMS = {"flows", "tasks", "schemas", "sql", "config", "tests", "docs", "bench", ".ci"}
ROOT_FILES = {
    *(".gitignore", ".importlinter", ".sqlfluff", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "SECURITY.md"),
    *("mkdocs.yml", "prefect.yaml", "publiccode.yml", "pyproject.toml", "requirements.lock"),
}


def test_nothing_stands_at_the_top_that_does_not_belong_there() -> None:
    """A bench once left seven files of a foreign solver beside the README, and they were committed."""
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} - ROOMS - ROOT_FILES == set()


def test_no_file_grew_past_its_purpose() -> None:
    grown = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in tracked("*.py")
        if path.relative_to(ROOT).parts[0] in CODE
    }
    assert {name: lines for name, lines in grown.items() if lines > 300} == {}


def test_nothing_is_left_open() -> None:
    wanted = re.compile("TO" + "DO|FIX" + "ME|raise NotImplemented" + "Error")
    assert [path for path in tracked("*.py", "*.sql") if wanted.search(path.read_text("utf-8"))] == []


def test_links_of_the_docs_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in tracked("*.md")
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("name", list(PAGES))
def test_reference_pages_are_those_that_the_code_makes(name: str) -> None:
    assert (FOLDER / name).read_text("utf-8") == HEAD + PAGES[name](), "run make docs"


def test_every_sentence_stands_in_both_languages_with_the_same_parameters() -> None:
    uneven = [
        code
        for code, message in CATALOGUE.items()
        if not (message.de and message.en)
        or set(re.findall(r"\{(\w+)", message.de)) != set(re.findall(r"\{(\w+)", message.en))
    ]
    assert uneven == []


def test_every_rule_says_what_is_wrong_and_what_to_do_in_both_languages() -> None:
    assert all(rule.de and rule.en and rule.todo_de and rule.todo_en for rule in RULES.values())


def test_ci_calls_exactly_make_test() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines[-1] == "make test"


def test_a_sentence_without_parameters_shows_braces_once() -> None:
    """It used to print „outbox: {{url: …}}“, which no reader may copy."""
    assert "{type: excel}" in say("E690")
    assert "{{" not in say("E690")
