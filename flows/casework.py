"""Case managers' workbooks: a file each with the proposals for her own persons, filled in and read back by a night."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from config.county import County
from config.sources import Source
from schemas.errors import UsageError
from schemas.messages import CATALOGUE, language, say
from tasks.casework.pages import Facts, Row, Setting, caseload_of
from tasks.casework.workbook import Caseload, Form, once_each, safe_stem, write_caseload
from tasks.run import Run
from tasks.warehouse.runs import last_published, write_audit

CHANGES_OF = timedelta(days=7)
NEEDED = ("proposal_id", "decision", "reason", "decided_by", "decided_on")


@dataclass(frozen=True)
class Order:
    """What is asked for: one case manager or all (None), names beside case numbers, changes since a day."""

    caseworker: str | None
    with_names: bool
    since: date | None


@dataclass(frozen=True)
class Shares:
    """All that the workbooks of one published day are made from, a share a case manager."""

    as_of: date
    source: Source
    form: Form
    setting: Setting
    shares: list[Facts]


@dataclass(frozen=True)
class WrittenCaseload:
    """One workbook and what it holds."""

    path: Path
    caseworker: str
    proposals: int
    waiting: int
    changes: int


def write_workbooks(run: Run, order: Order, folder: Path) -> tuple[Source, list[WrittenCaseload]]:
    """Write a workbook for each case manager with proposals or open needs; who got what stands in the audit.

    Raises:
        UsageError: E691 nobody of the name that is asked for; see :func:`read_shares`.
    """
    found = read_shares(run, order)
    shares = found.shares
    if order.caseworker is not None:
        shares = [share for share in shares if share.caseworker == order.caseworker]
        if not shares:
            raise UsageError("E691")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stems = once_each([safe_stem(share.caseworker or say("casework_nobody")) for share in shares])
    written = [
        _write(caseload_of(share, found.form, found.setting), folder / name_of(found.source, stem), found.form)
        for share, stem in zip(shares, stems, strict=True)
    ]
    with run.session() as session:
        for one in written:
            detail = {"proposals": one.proposals, "needs": one.waiting, "names": order.with_names}
            write_audit(session, "caseload", object_=one.path.name, detail=detail)
    return found.source, written


def read_shares(run: Run, order: Order) -> Shares:
    """Read the newest published day and split it by case manager.

    Raises:
        UsageError: E690 no source reads workbooks back, E806 nothing published.
    """
    source = reading_source(run.county)
    with run.session() as session:
        shown = last_published(session)
        if shown is None:
            raise UsageError("E806")
        as_of = shown["as_of"]
        since = order.since or as_of - CHANGES_OF
        persons = {row["person_uid"]: row for row in session.rows_of("casework/persons", as_of=as_of)}
        proposals = session.rows_of("casework/proposals", since=since)
        waiting = session.rows_of("casework/waiting", as_of=as_of)
    setting = _setting(run, as_of, since, with_names=order.with_names)
    return Shares(as_of, source, form_of(source), setting, _shares(persons, proposals, waiting))


def name_of(source: Source, stem: str) -> str:
    """Return the file name under which the source reads a workbook back."""
    return _pattern(source).replace("*", stem)


def reading_source(county: County) -> Source:
    """Return the source that reads the workbooks back: excel, decisions, one ``*`` in its file name; E690 without."""
    for source in county.sources:
        mappings = source.records.get("decisions", ())
        if source.format.type != "excel" or not mappings or not _holds_one_star(source):
            continue
        if all(mappings[0].columns.get(name) and mappings[0].columns[name].column for name in NEEDED):
            return source
    raise UsageError("E690")


def form_of(source: Source) -> Form:
    """Return sheet, headers and words as the source maps them."""
    mapping = source.records["decisions"][0].columns
    words = [word for word, code in (mapping["decision"].values or {}).items() if code]
    return Form(
        sheet=source.format.sheet or say("casework_sheet_proposals"),
        header_row=source.format.header_row or 1,
        headers={name: str(mapping[name].column) for name in NEEDED},
        words=tuple(words) or ("accept", "reject", "unclear"),
    )


def _holds_one_star(source: Source) -> bool:
    return _pattern(source).count("*") == 1 and _pattern(source).lower().endswith(".xlsx")


def _pattern(source: Source) -> str:
    return source.pull.url.rpartition("/")[2]


def _shares(persons: dict[str, Row], proposals: list[Row], waiting: list[Row]) -> list[Facts]:
    """Split rows by the person's case manager; persons whom no delivery describes belong to nobody's workbook."""

    def mine(rows: list[Row]) -> dict[str, list[Row]]:
        known = [row for row in rows if row["person_uid"] in persons]
        by_name = sorted(known, key=lambda row: persons[row["person_uid"]]["caseworker"] or "")
        groups = groupby(by_name, key=lambda row: persons[row["person_uid"]]["caseworker"] or "")
        return {name: list(group) for name, group in groups}

    proposed, unmet = mine(proposals), mine(waiting)
    return [Facts(name, persons, proposed.get(name, []), unmet.get(name, [])) for name in sorted({*proposed, *unmet})]


def _setting(run: Run, as_of: date, since: date, *, with_names: bool) -> Setting:
    county = run.county
    kinds = {kind.code: kind.label_de for kind in county.codelists.offer_kinds}
    communes = {commune.ags: commune.name for commune in county.codelists.communes}
    rules = {rule.rule_id: rule for rule in run.rules.on(as_of)}

    def label_of(code: str) -> str:
        return kinds.get(code) or (say(f"family_{code}") if f"family_{code}" in CATALOGUE else code)

    def rule_of(rule_id: str) -> str:
        rule = rules.get(rule_id)
        return rule_id if rule is None else rule.reason_en if language() == "en" else rule.reason_de

    def commune_of(ags: str | None) -> str:
        return communes.get(ags or "", ags or "")

    return Setting(county.name, as_of, since, label_of, commune_of, rule_of, with_names)


def _write(caseload: Caseload, path: Path, form: Form) -> WrittenCaseload:
    write_caseload(path, caseload, form)
    counts = (len(page.rows) for page in (caseload.proposals, caseload.waiting, caseload.changes))
    return WrittenCaseload(path, caseload.caseworker, *counts)
