"""From an unknown file to a source file: look, find the table, propose, write, read it back."""

import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from config.county import County
from config.settings import ID_KINDS, load_county
from config.sources import Source
from schemas.errors import ConfigInvalid, SourceUnavailable, UsageError
from schemas.kinds import KINDS
from tasks.conform.reading import Peek, RawSheet, ReadRequest, peek_delivery, read_delivery
from tasks.propose.contents import DeliveredColumn, decimal_sign
from tasks.propose.layout import Layout, find_layout
from tasks.propose.learned import learn
from tasks.propose.mapping import REFERENCES, Known, Proposed, propose_kinds
from tasks.propose.spelling import fold, likeness
from tasks.propose.synonyms import SYNONYMS, names_of
from tasks.propose.writing import Draft, common_dates, write_source

KNOWN_FROM = 88
DISTINCT_KEPT = 5_000
SELF_DESCRIBING = ("openqcat", "hsds")


@dataclass(frozen=True)
class Choice:
    """What the user fixes by hand: the source's name, its kind, the sheet; None: the proposal decides."""

    name: str | None = None
    kind: str | None = None
    sheet: str | None = None
    password_file: Path | None = None

    @property
    def password(self) -> str | None:
        """The workbook's password, from its file."""
        return self.password_file.read_text("utf-8").strip() if self.password_file else None


def propose_source(county: County, path: Path, choice: Choice) -> Draft:
    """Look at a file and propose its source.

    Raises:
        SourceUnavailable: the file cannot be read. UsageError: E814 nothing in it is known, E815 there is none.
    """
    if not path.is_file():
        raise UsageError("E815", file=path.name)
    known = learn(county.sources, county.codelists)
    with tempfile.TemporaryDirectory() as folder:
        (look := Path(folder) / "look").mkdir()
        peeked = peek_delivery(ReadRequest(path=path, password=choice.password), workdir=look)
        if peeked.type in SELF_DESCRIBING:
            # The format names the rest itself; what an offer is to the programme stands in no catalogue.
            found = [Proposed(KINDS["offers"], ({},), missing=("kind", "module"))]
            return _draft(county, path, choice, peeked, (), None, found, ())
        layout, others = _layout(peeked, known, choice.sheet)
        (read := Path(folder) / "read").mkdir()
        sheets = read_delivery(_request(path, peeked, layout, choice), workdir=read)
        columns = _columns(max(sheets, key=lambda sheet: sheet.rows))
    kinds = propose_kinds(columns, known, choice.kind)
    if not kinds:
        raise UsageError("E814", file=path.name)
    return _draft(county, path, choice, peeked, columns, layout, kinds, others)


def _layout(peeked: Peek, known: Known, wanted: str | None) -> tuple[Layout | None, tuple[str, ...]]:
    """Return the table of the sheet that fits best, and the names of the other sheets that look like tables."""
    words = [name for kind, columns in SYNONYMS.items() for column in columns for name in names_of(kind, column)]
    learned = {name for names in known.headings.values() for name in names}
    seen: dict[str, bool] = {}

    def is_known(heading: str) -> bool:
        if heading not in seen:
            bare = re.sub(r"\d+\.?", " ", heading)
            seen[heading] = fold(heading) in learned or any(likeness(bare, word) >= KNOWN_FROM for word in words)
        return seen[heading]

    if not peeked.sheets:
        return None, ()
    found = [
        (sheet, find_layout(sheet["name"], sheet["top"], sheet["last"], sheet["merged"], is_known))
        for sheet in peeked.sheets
        if wanted is None or sheet["name"] == wanted
    ]
    tables = [(sheet, layout) for sheet, layout in found if layout is not None]
    if not tables:
        raise SourceUnavailable("E351", file=wanted or str(peeked.sheets[0]["name"]))
    sheet, best = max(tables, key=lambda item: (item[1].hits >= 2, item[1].hits * min(item[0]["rows"], 5)))
    others = tuple(str(s["name"]) for s, layout in tables if s is not sheet and layout.hits >= 2)
    first = peeked.sheets[0]["name"]
    shown = Layout(
        None if sheet["name"] == first else best.sheet, best.header_row, best.header_rows, best.skip_footer, best.hits
    )
    return shown, others


def _request(path: Path, peeked: Peek, layout: Layout | None, choice: Choice) -> ReadRequest:
    if layout is None:
        return ReadRequest(path=path, type=peeked.type)
    return ReadRequest(
        path=path,
        type=peeked.type,
        encoding=peeked.encoding,
        delimiter=peeked.delimiter,
        sheet=layout.sheet,
        header_row=layout.header_row,
        header_rows=layout.header_rows,
        skip_footer=layout.skip_footer,
        password=choice.password,
    )


def _columns(sheet: RawSheet) -> list[DeliveredColumn]:
    """Return the distinct texts of every named column; a column of ever new texts is cut, it is no code list."""
    counters: list[Counter[str]] = [Counter() for _ in sheet.header]
    for batch in sheet.batches():
        for position, counter in enumerate(counters):
            if len(counter) < DISTINCT_KEPT:
                counter.update(text for text in batch.column(position + 1).to_pylist() if text is not None)
    return [
        DeliveredColumn(position, name, counters[position], sheet.is_workbook)
        for position, name in enumerate(sheet.header)
        if name
    ]


def _draft(
    county: County,
    path: Path,
    choice: Choice,
    peeked: Peek,
    columns: "tuple[DeliveredColumn, ...] | list[DeliveredColumn]",
    layout: Layout | None,
    kinds: list[Proposed],
    others: tuple[str, ...],
) -> Draft:
    matches = [match for found in kinds for block in found.blocks for match in block.values()]
    used = {match.delivered.position for match in matches}
    dates = [match.delivered for match in matches if match.column.type == "date"]
    numbers = [match.delivered for match in matches if match.column.type == "number"]
    name = choice.name or source_name(path)
    return Draft(
        name=name,
        supplier=name,
        pattern=name_pattern(path),
        type=peeked.type,
        layout=layout,
        encoding=peeked.encoding,
        delimiter=peeked.delimiter,
        decimal=decimal_sign(numbers),
        dates=common_dates(dates),
        ids=_ids(county.sources, name, kinds),
        kinds=kinds,
        ignored=[column.header for column in columns if column.position not in used],
        other_sheets=others,
        password_file=str(choice.password_file.resolve()) if choice.password_file else None,
    )


def _ids(sources: tuple[Source, ...], name: str, kinds: list[Proposed]) -> dict[str, str]:
    """Say whose ids are used where several sources bring them: those that most of the county's other sources use."""
    ids = {}
    for role, kind in ID_KINDS:
        column = f"{role}_id"
        uses = any(column in block or column in found.missing for found in kinds for block in found.blocks)
        candidates = [source.name for source in sources if source.delivers(kind) and source.name != name]
        brings = any(found.kind.name == kind for found in kinds)
        if uses and not brings and len(candidates) > 1 and column in REFERENCES:
            used = Counter(getattr(source.ids, role) for source in sources)
            ids[role] = max(candidates, key=lambda candidate: used[candidate])
    return ids


DATE_IN_NAME = re.compile(
    r"(\d{4}[-_.]?\d\d[-_.]?\d\d|\d\d[-_.]?\d\d[-_.]?\d{4}|\d{4}[-_]?KW\d\d?|KW\d\d?[-_]?\d{4}|\d{4}[-_]\d\d|20\d\d)"
)


def source_name(path: Path) -> str:
    """Return a source's name from a file's: small ASCII letters, digits and underscores, no date."""
    bare = fold(DATE_IN_NAME.sub(" ", path.name.split(".")[0]))
    return "_".join(bare.split()) or "quelle"


def name_pattern(path: Path) -> str:
    """Return the file's name with its date left open, as a pattern for ``pull``."""
    if not DATE_IN_NAME.search(path.stem):
        return f"{path.stem}*{path.suffix}"
    return DATE_IN_NAME.sub("*", path.stem, count=1) + path.suffix


def save_source(
    config_dir: Path, county: County, draft: Draft, *, force: bool, keep_others: bool = False
) -> list[Path]:
    """Write ``sources/<name>.yaml`` and read the county back; what does not pass is taken away again.

    Where the new source is the second one that brings persons or offers, the others
    must say whose ids they use: they get the line that keeps what was true so far.

    Args:
        config_dir: the county's folder.
        county: as it stands without the new source.
        draft: what to write.
        force: an existing file of that name may be replaced.
        keep_others: touch no other file; E817 names the lines that the others need first, and nothing is written.

    Returns:
        The new file, then the files that got that line.
    """
    target = config_dir / "sources" / f"{draft.name}.yaml"
    if target.exists() and not force:
        raise UsageError("E813", file=target.name)
    needed = _needed_ids(county, draft)
    if keep_others and needed:
        lines = "; ".join(f"{source}.yaml: {_ids_line(said)}" for source, said in needed.items())
        raise UsageError("E817", lines=lines)
    others = {config_dir / "sources" / f"{source}.yaml": said for source, said in needed.items()}
    texts = {target: write_source(draft), **{path: _with_ids(path.read_text("utf-8"), s) for path, s in others.items()}}
    before = {path: path.read_text("utf-8") if path.exists() else None for path in texts}
    for path, text in texts.items():
        path.write_text(text, "utf-8")
    try:
        load_county(config_dir)
    except ConfigInvalid:
        for path, old in before.items():
            if old is None:
                path.unlink()
            else:
                path.write_text(old, "utf-8")
        raise
    return list(texts)


def _needed_ids(county: County, draft: Draft) -> dict[str, dict[str, str]]:
    """Return by source whose ids it used beyond doubt only because nobody else brought that kind."""
    brought = {found.kind.name for found in draft.kinds}
    needed = {}
    for source in county.sources:
        if source.name == draft.name:
            continue
        said = {
            role: name
            for role, kind in ID_KINDS
            if kind in brought
            and (name := getattr(source.ids, role)) not in (None, source.name, draft.name)
            and [other.name for other in county.sources if other.delivers(kind)] == [name]
        }
        if said:
            needed[source.name] = said
    return needed


def _ids_line(said: dict[str, str]) -> str:
    return f"ids: {{{', '.join(f'{role}: {name}' for role, name in said.items())}}}"


def _with_ids(text: str, said: dict[str, str]) -> str:
    """Return a source file with these ids said; what it says already stays."""
    block = re.search(r"^ids:[ \t]*(#.*)?\n((?:[ \t]+.*\n)+)", text, re.MULTILINE)
    flow = re.search(r"^ids:[ \t]*\{(.*?)\}", text, re.MULTILINE)
    there = (block or flow)[0] if block or flow else ""  # type: ignore[index]
    new = {role: name for role, name in said.items() if not re.search(rf"\b{role}[ \t]*:", there)}
    if not new:
        return text
    pairs = [f"{role}: {name}" for role, name in new.items()]
    if flow:
        inner = ", ".join([*([flow[1].strip()] if flow[1].strip() else []), *pairs])
        return f"{text[: flow.start()]}ids: {{{inner}}}{text[flow.end() :]}"
    if block:
        indent = re.match(r"[ \t]+", block[2])[0]  # type: ignore[index]
        return text[: block.end()] + "".join(f"{indent}{pair}\n" for pair in pairs) + text[block.end() :]
    return re.sub(r"^records:", f"{_ids_line(new)}\nrecords:", text, count=1, flags=re.MULTILINE)
