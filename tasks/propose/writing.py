"""The proposal as a source file: valid YAML, with scores and what is left to decide as comments."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.messages import say
from tasks.propose.contents import DeliveredColumn, date_forms
from tasks.propose.layout import Layout
from tasks.propose.mapping import Match, Proposed
from tasks.propose.spelling import EXACT

PLAIN = re.compile(r"[A-Za-zÄÖÜäöüß][A-Za-zÄÖÜäöüß0-9 ._/+-]*\Z")
YAML_WORDS = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", "ja", "nein"}
TWO_WAY = {"visit": "ja", "office": "ja", "video": "ja", "phone": "nein", "message": "nein", "letter": "nein"}
"""A call or message counts only when answered; a list that does not say so must not count it."""
PURPOSES = {"statist": "statistics", "betreuung": "casework", "weiterg": "transfer", "kontakt": "contact"}


@dataclass(frozen=True)
class Draft:
    """Everything that the source file says. ``pattern`` is the file's name with its date left open."""

    name: str
    supplier: str
    pattern: str
    type: str
    layout: Layout | None
    encoding: str | None
    delimiter: str | None
    decimal: str
    dates: Sequence[str]
    ids: Mapping[str, str]
    kinds: Sequence[Proposed]
    ignored: Sequence[str]
    other_sheets: Sequence[str] = ()
    password_file: str | None = None


def write_source(draft: Draft) -> str:
    """Return the text of ``sources/<name>.yaml``."""
    lines = [
        *(f"# {line}" for line in say("propose_head", file=draft.pattern).split("\n")),
        f"source: {draft.name}",
        f"supplier: {{name: {quoted(draft.supplier)}}}",
        f'pull: {{url: "{{inbox}}/{draft.pattern}", newest_only: true}}',
        f"format: {{{', '.join(_format(draft))}}}",
    ]
    lines += [f"# {say('propose_other_sheet', sheet=sheet)}" for sheet in draft.other_sheets]
    lines += [
        f"delivery: full   # {say('propose_delivery')}",
        f"expect: {{max_change: 30%, max_rejected: 10%}}   # {say('propose_expect')}",
    ]
    if draft.dates:
        lines.append(f"dates: [{', '.join(json.dumps(form) for form in draft.dates)}]")
    if draft.ids:
        ids = ", ".join(f"{role}: {name}" for role, name in draft.ids.items())
        lines.append(f"ids: {{{ids}}}   # {say('propose_ids')}")
    if draft.ignored:
        lines += [f"ignore:   # {say('propose_ignore')}", *(f"  - {quoted(name)}" for name in draft.ignored)]
    lines.append("records:")
    for found in draft.kinds:
        lines += _kind(found, draft)
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a YAML scalar that reads back as ``text``."""
    is_plain = PLAIN.match(text) and text == text.strip() and text.casefold() not in YAML_WORDS
    return text if is_plain else json.dumps(text, ensure_ascii=False)


def _format(draft: Draft) -> list[str]:
    parts = [f"type: {draft.type}"]
    if draft.encoding:
        parts.append(f"encoding: {draft.encoding}")
    if draft.delimiter:
        parts.append(f"delimiter: {json.dumps(draft.delimiter)}")
    if draft.password_file:
        parts.append(f"password_file: {json.dumps(draft.password_file, ensure_ascii=False)}")
    layout = draft.layout
    if layout is not None:
        if layout.sheet is not None:
            parts.append(f"sheet: {quoted(layout.sheet)}")
        parts.append(f"header_row: {layout.header_row if layout.header_rows == 2 else 'auto'}")
        if layout.header_rows == 2:
            parts.append("header_rows: 2")
        if layout.skip_footer:
            parts.append(f"skip_footer: {layout.skip_footer}")
        parts.append(f"decimal: {json.dumps(draft.decimal)}")
    return parts


def _kind(found: Proposed, draft: Draft) -> list[str]:
    if not found.blocks[0] and not found.missing:
        return [f"  {found.kind.name}: {{}}"]
    lines = [f"  {found.kind.name}:"]
    many = len(found.blocks) > 1
    for block in found.blocks:
        own = [line for name in found.kind.names for line in _column(found, block, name, draft)]
        lines += [f"    {'- ' if many and i == 0 else '  ' if many else ''}{line}" for i, line in enumerate(own)]
    return lines


def _column(found: Proposed, block: Mapping[str, Match], name: str, draft: Draft) -> list[str]:
    match = block.get(name)
    if match is None:
        if name in found.missing:
            return [f"{name}: {quoted(say('propose_placeholder', column=name))}   # {say('propose_missing')}"]
        return _fixed(found.kind.name, name, block)
    remark = f"   # {min(match.score, EXACT)} %"
    header = quoted(match.delivered.header)
    own_dates = _own_dates(match, draft.dates)
    values = match.values
    if values is None or not (values.found or values.open):
        dates = ", ".join(json.dumps(form) for form in own_dates)
        return [f"{name}: {{column: {header}, dates: [{dates}]}}{remark}" if own_dates else f"{name}: {header}{remark}"]
    lines = [f"{name}:{remark}", f"  column: {header}"]
    if values.found:
        lines.append("  values:")
        lines += [
            f"    {quoted_key(text)}: {quoted_value(value)}   # {min(score, EXACT)} %"
            for text, (value, score) in values.found.items()
        ]
    lines += [f"  #   {quoted_key(text)}: …   {say('propose_open_value')}" for text in values.open]
    return lines


def quoted_key(text: str) -> str:
    """Return a text as a key of a value map, always in quotes."""
    return json.dumps(text, ensure_ascii=False)


def quoted_value(value: str) -> str:
    """Return a canonical value; digits keep their leading zero in quotes."""
    return value if re.match(r"[A-Za-z]", value) and value not in YAML_WORDS else json.dumps(value)


def _own_dates(match: Match, common: Sequence[str]) -> tuple[str, ...]:
    forms = date_forms(match.delivered) if match.column.type == "date" else ()
    return forms if any(form not in common for form in forms) else ()


def _fixed(kind: str, name: str, block: Mapping[str, Match]) -> list[str]:
    """Fill what no heading names, on the careful side, and say so."""
    if (kind, name) == ("consents", "purpose"):
        header = block["given_on"].delivered.header.casefold() if "given_on" in block else ""
        purpose = next((value for word, value in PURPOSES.items() if word in header), "casework")
        return [f"purpose: {{const: {purpose}}}   # {say('propose_check')}"]
    if (kind, name) != ("contacts", "two_way"):
        return []
    channel = block.get("channel")
    if channel is None or channel.values is None:
        return [f"two_way: {{const: nein}}   # {say('propose_two_way')}"]
    texts = {text: value for text, (value, _) in channel.values.found.items()}
    texts |= {text: text.casefold() for text in channel.delivered.texts if text.casefold() in TWO_WAY}
    lines = [f"two_way:   # {say('propose_two_way')}", f"  column: {quoted(channel.delivered.header)}", "  values:"]
    lines += [f"    {quoted_key(text)}: {TWO_WAY[value]}" for text, value in texts.items() if value in TWO_WAY]
    return lines if texts else [f"two_way: {{const: nein}}   # {say('propose_two_way')}"]


def common_dates(columns: Sequence[DeliveredColumn]) -> tuple[str, ...]:
    """Return the date formats of the file, the most frequent first; day/month and month/day never together."""
    counted: dict[str, int] = {}
    for column in columns:
        for form in date_forms(column):
            counted[form] = counted.get(form, 0) + 1
    ordered = sorted(counted, key=lambda form: -counted[form])
    if "%d/%m/%Y" in ordered and "%m/%d/%Y" in ordered:
        ordered.remove(min(("%d/%m/%Y", "%m/%d/%Y"), key=lambda form: counted[form]))
    return tuple(ordered)
