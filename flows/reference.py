"""Reference pages made from the code: commands, keys, kinds, rules, KPIs, exit codes. ``make docs`` writes them."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from config.folders import SHIPPED_COUNTY
from config.settings import load_county
from flows.cli import build_parser
from flows.config_reference import config_page
from flows.dictionary import page_of_new_warehouse
from schemas import errors
from schemas.kinds import KINDS
from schemas.rules import RULES

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
HEAD = "<!-- Made by `make docs`; change the code, not this page. -->\n"


def commands_page() -> str:
    """Return the page of all commands with their help."""
    parts = [
        "# Commands",
        "",
        "Exit codes stand in [exit-codes.md](exit-codes.md), JSON forms in [../json/](../json/README.md).",
        "",
    ]
    for words, parser in _leaves(build_parser(), ("teilhabe",)):
        usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
        parts += [f"## {' '.join(words)}", "", parser.description or "", "", f"`{usage}`", ""]
        options = [(", ".join(a.option_strings) or a.metavar or a.dest, a.help) for a in parser._actions if a.help]
        parts += ["| argument | meaning |", "|---|---|", *(f"| `{name}` | {text} |" for name, text in options), ""]
    return "\n".join(parts)


def _leaves(
    parser: argparse.ArgumentParser, words: tuple[str, ...]
) -> list[tuple[tuple[str, ...], argparse.ArgumentParser]]:
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not nested:
        return [(words, parser)]
    return [leaf for name, below in nested[0].choices.items() for leaf in _leaves(below, (*words, name))]


def kinds_page() -> str:
    """Return the page of record kinds and their canonical columns."""
    parts = ["# Record kinds", "", "`*` required. The contract, section 2, is their source.", ""]
    for kind in KINDS.values():
        ends = "lasts: it ends" if kind.lasting else "event: it is retracted"
        ends += " when a full delivery drops it"
        parts += [
            f"## {kind.name}",
            "",
            f"Key: {', '.join(kind.key)}. {ends}.",
            "",
            "| column | type | values |",
            "|---|---|---|",
        ]
        for column in kind.columns:
            name = f"{column.name}{'*' if column.required else ''}"
            values = ", ".join(column.values) or (f"list {column.vocabulary}" if column.vocabulary else column.unit)
            parts.append(f"| {name} | {column.type} | {values} |")
        parts.append("")
    return "\n".join(parts)


def rules_page() -> str:
    """Return the page of row rules."""
    parts = ["# Rules for rows", "", "An error rejects the row, a warning loads it with a remark.", ""]
    parts += ["| rule | weight | what is wrong | was ist zu tun | what to do |", "|---|---|---|---|---|"]
    parts += [f"| `{r.id}` | {r.severity} | {r.en} | {r.todo_de} | {r.todo_en} |" for r in RULES.values()]
    return "\n".join([*parts, ""])


def kpis_page() -> str:
    """Return the page of the shipped KPI definitions and targets."""
    parts = ["# KPIs", "", "Definitions of the programme pack *Durchstarten*; how they are counted: "]
    parts[-1] += "[counting](../explanation/counting.md)."
    parts += ["", "| code | Kennzahl | Zähler | Nenner | unit | targets |", "|---|---|---|---|---|---|"]
    for one in load_county(SHIPPED_COUNTY, {}).kpis:
        targets = ", ".join(f"{year}: {target:g}" for year, target in one.targets.items())
        cells = (
            f"`{one.kpi}`",
            one.label_de,
            one.numerator_text,
            one.denominator_text or "–",
            one.unit,
            targets or "–",
        )
        parts.append("| " + " | ".join(cells) + " |")
    return "\n".join([*parts, ""])


def exit_codes_page() -> str:
    """Return the page of exit codes and the error families behind them."""
    parts = [
        "# Exit codes",
        "",
        "Of several causes the first of 1, 7, 6, 3, 5, 4, 8 is returned.",
        "",
        "| code | meaning |",
        "|---:|---|",
    ]
    parts.append("| 0 | done |")
    families: dict[int, list[str]] = {}
    for family in vars(errors).values():
        if isinstance(family, type) and issubclass(family, errors.PipelineError):
            families.setdefault(family.exit_code, []).append(" ".join((family.__doc__ or "").split()))
    parts += [f"| {code} | {'<br>'.join(texts)} |" for code, texts in sorted(families.items())]
    return "\n".join([*parts, "| 8 | published, with rows in quarantine |", ""])


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "record-kinds.md": kinds_page,
    "rules.md": rules_page,
    "kpis.md": kpis_page,
    "exit-codes.md": exit_codes_page,
    "config-keys.md": config_page,
}


def main() -> int:
    """Write every page."""
    for name, page in PAGES.items():
        (FOLDER / name).write_text(HEAD + page(), "utf-8")
    (FOLDER / "warehouse.md").write_text(HEAD + page_of_new_warehouse(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
