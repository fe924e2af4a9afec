"""The review workbook: open pairs side by side, a column for the decision, and what came back.

It holds names and birth dates, so it is made in memory and leaves as bytes; where
it may be written its flow says. Nothing in it is a formula.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.messages import say
from tasks.identify.folding import fold_name

SHEET = "Prüfliste"
COLUMNS = (
    "number",
    "decision",
    "reason",
    "own_name",
    "other_name",
    "name_level",
    "own_birth",
    "other_birth",
    "birth_level",
    "own_ags",
    "other_ags",
    "commune_level",
    "score",
    "doubt",
    "own_place",
    "other_place",
)
"""Keys of the columns, in order; their headings are the messages ``sheet_<key>``."""
_WIDTHS = (5, 13, 24, 20, 20, 20, 11, 11, 17, 10, 10, 11, 7, 18, 22, 22)
_ROW_HEIGHT = 48  # points: three lines, for no office program fits heights to wrapped text it did not write
_SHOWN = ("own_name", "other_name", "own_birth", "other_birth")
"""What must still stand in a row that comes back: that it is the pair that was decided on."""
_NAME_TERMS = ("exact", "romanised", "near", "prefix", "conflict", "dropped")
_WORDS = {
    "verbinden": "accept",
    "accept": "accept",
    "link": "accept",
    "trennen": "split",
    "split": "split",
}
LONGEST_REASON = 500
SHORTEST_PART = 3


@dataclass(frozen=True)
class Filled:
    """One row with a decision: its row as shown, and the text of its cells by column key."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Decided:
    """One decision to apply."""

    row: int
    number: int
    decision: str
    reason: str


@dataclass(frozen=True)
class Refused:
    """One row that is not applied: place and rule, never a value."""

    row: int
    column: str
    rule: str


def headings() -> list[str]:
    """Return the headings in the reader's language."""
    return [say(f"sheet_{key}") for key in COLUMNS]


def headings_of(header: Sequence[str]) -> dict[str, int]:
    """Return the position of each column in a sheet that came back, in whichever language it was written."""
    from schemas.messages import CATALOGUE

    places = {name.strip().casefold(): at for at, name in enumerate(header)}
    found = {}
    for key in COLUMNS:
        message = CATALOGUE[f"sheet_{key}"]
        at = places.get(message.de.casefold(), places.get(message.en.casefold()))
        if at is not None:
            found[key] = at
    return found


def row_of(pair: Mapping[str, Any]) -> dict[str, Any]:
    """Return the cells of one open pair by column key."""
    evidence = pair["evidence"] or {}
    return {
        "number": pair["review_id"],
        "decision": None,
        "reason": None,
        "own_name": _name(pair["own_last"], pair["own_first"]),
        "other_name": _name(pair["other_last"], pair["other_first"]),
        "name_level": _name_words(evidence.get("name") or {}),
        "own_birth": pair["own_birth"] or "",
        "other_birth": pair["other_birth"] or "",
        "birth_level": _word("birth", evidence.get("birth_date")),
        "own_ags": pair["own_ags"] or "",
        "other_ags": pair["other_ags"] or "",
        "commune_level": _word("commune", evidence.get("commune")),
        "score": pair["score"],
        "doubt": _word("doubt", pair["reason"]),
        "own_place": _place(pair, "own"),
        "other_place": _place(pair, "other"),
    }


def _name(last: str | None, first: str | None) -> str:
    return ", ".join(part for part in (last, first) if part)


def _word(group: str, code: object) -> str:
    from schemas.messages import CATALOGUE

    key = f"{group}_{code}"
    return say(key) if key in CATALOGUE else str(code or "")


def _name_words(levels: Mapping[str, Any]) -> str:
    if levels.get("same_after_folding"):
        return say("name_same")
    words = [f"{levels[term]} {say(f'name_{term}')}" for term in _NAME_TERMS if levels.get(term)]
    return ", ".join([say("name_joined")] * bool(levels.get("joined")) + words)


def _place(pair: Mapping[str, Any], side: str) -> str:
    parts = [pair[f"{side}_source"], pair[f"{side}_id"], pair[f"{side}_file"], pair[f"{side}_sheet"]]
    shown = " · ".join(str(part) for part in parts if part)
    return f"{shown} · {say('sheet_row')} {pair[f'{side}_row']}" if pair[f"{side}_row"] else shown


def make_workbook(pairs: Sequence[Mapping[str, Any]]) -> bytes:
    """Return the workbook of the open pairs."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        page = book.add_worksheet(SHEET)
        _fill(book, page, pairs)
    return buffer.getvalue()


def _fill(book: Any, page: Any, pairs: Sequence[Mapping[str, Any]]) -> None:
    header = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#E6ECF2"})
    shades = [
        {
            fill: book.add_format(
                {
                    "valign": "top",
                    "text_wrap": True,
                    "bottom": 1,
                    "bottom_color": "#C8CED6",
                    **({"bg_color": fill} if fill else {}),
                }
            )
            for fill in (*tones, "#FFF4CC", "#FBE3D6")
        }
        for tones in (("",), ("#F5F7F9",))
    ]
    for at, text in enumerate(headings()):
        page.write_string(0, at, text, header)
        page.set_column(at, at, _WIDTHS[at])
    page.set_row(0, 32)
    group, before = 0, None
    for line, pair in enumerate(pairs, start=1):
        if before is not None and pair["ref_id"] != before:
            group = 1 - group
        before = pair["ref_id"]
        page.set_row(line, _ROW_HEIGHT)
        cells = row_of(pair)
        tone = ("", "#F5F7F9")[group]
        differing = {
            key
            for one, other in (("own_name", "other_name"), ("own_birth", "other_birth"), ("own_ags", "other_ags"))
            if cells[one] != cells[other]
            for key in (one, other)
        }
        for at, key in enumerate(COLUMNS):
            fill = "#FFF4CC" if key in ("decision", "reason") else "#FBE3D6" if key in differing else tone
            _write(page, line, at, cells[key], shades[group][fill])
    if pairs:
        words = [say("sheet_word_accept"), say("sheet_word_split")]
        page.data_validation(1, 1, len(pairs), 1, {"validate": "list", "source": words, "ignore_blank": True})
        page.autofilter(0, 0, len(pairs), len(COLUMNS) - 1)
    page.set_paper(8)  # A3
    page.freeze_panes(1, 3)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _write(page: Any, line: int, at: int, value: object, style: Any) -> None:
    if isinstance(value, int | float):
        page.write_number(line, at, value, style)
    elif value:
        page.write_string(line, at, str(value), style)
    else:
        page.write_blank(line, at, None, style)


def check_rows(rows: Sequence[Filled], pairs: Mapping[int, Mapping[str, Any]]) -> tuple[list[Decided], list[Refused]]:
    """Judge each row with a decision; a row without one says nothing.

    Args:
        rows: what came back, every row that has a decision or a reason.
        pairs: the pairs that are open now, by number, as in ``sql/identify/review_rows.sql``.

    Returns:
        Decisions to apply, splits before links; and the rows that break a rule: one that
        names no open pair, twice the same pair, two links of one id, a decision that is none, a
        reason that is missing, too long or names the person, or a row whose names are no longer the pair's.
    """
    numbers = Counter(_text(row, "number") for row in rows)
    links = [_number(row) for row in rows if _WORDS.get(_text(row, "decision").casefold()) == "accept"]
    linked = Counter(pairs[number]["ref_id"] for number in links if number is not None and number in pairs)
    good, bad = [], []
    for row in rows:
        found = _broken(row, pairs, numbers, linked)
        if found is None:
            number = _number(row)
            assert number is not None
            decision = _WORDS[_text(row, "decision").casefold()]
            good.append(Decided(row.row, number, decision, _text(row, "reason")))
        else:
            bad.append(Refused(row.row, *found))
    return sorted(good, key=lambda one: (one.decision == "accept", one.row)), bad


def _broken(
    row: Filled, pairs: Mapping[int, Mapping[str, Any]], numbers: Mapping[str, int], linked: Mapping[int, int]
) -> tuple[str, str] | None:
    """Return column key and rule of the first rule that a row breaks."""
    number = _number(row)
    pair = pairs.get(number) if number is not None else None
    if pair is None:
        return "number", "review_pair_unknown"
    shown, reason = row_of(pair), _text(row, "reason")
    decision = _WORDS.get(_text(row, "decision").casefold())
    names = [pair[key] for key in ("own_last", "own_first", "other_last", "other_first")]
    changed = next((key for key in _SHOWN if _text(row, key) != str(shown[key]).strip()), None)
    rules = (
        (numbers[_text(row, "number")] > 1, "number", "review_pair_twice"),
        (decision is None, "decision", "review_decision_unknown"),
        (changed is not None, changed or "", "review_row_changed"),
        (not 0 < len(reason) <= LONGEST_REASON, "reason", "review_reason_missing"),
        (names_person(reason, names), "reason", "review_reason_names"),
        (decision == "accept" and linked[pair["ref_id"]] > 1, "decision", "review_two_links"),
    )
    return next(((column, rule) for is_broken, column, rule in rules if is_broken), None)


def _text(row: Filled, key: str) -> str:
    return (row.cells.get(key) or "").strip()


def _number(row: Filled) -> int | None:
    text = _text(row, "number").removesuffix(".0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def names_person(reason: str, names: Sequence[str | None]) -> bool:
    """Tell whether a reason holds a part of one of these names, in any spelling: an audit may not."""
    parts = {part for name in names for part in fold_name(name or "").split() if len(part) >= SHORTEST_PART}
    return not parts.isdisjoint(fold_name(reason).split())
