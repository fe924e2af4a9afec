"""Reading ``sources/<source>.yaml``."""

import codecs
import re
from pathlib import Path
from typing import cast, get_args

from config.codelists import Codelists
from config.folders import locate
from config.logins import read_auth
from config.mappings import Terms, read_dates, read_records
from config.sources import Expect, Format, FormatType, Ids, Pull, RowRange, Source, Supplier
from config.yaml_marks import Section
from schemas.messages import say

DEFAULT_DATES = ("%d.%m.%Y", "%Y-%m-%d")


def read_source(section: Section, inbox: str, folder: Path, codelists: Codelists) -> Source:
    """Read one source file; ``ids`` stand as written and are settled when all sources are known."""
    name = section.required_text("source")
    stem = section.reader.file.stem
    if name and name != stem:
        section.report("source", "E126", source=name, file=stem)
    form = _read_format(section.section("format"))
    dates = read_dates(section, "dates") or DEFAULT_DATES
    source = Source(
        name=stem,
        supplier=_read_supplier(section.section("supplier"), stem),
        pull=_read_pull(section.section("pull"), inbox, folder),
        format=form,
        delivery="incremental"
        if section.choice("delivery", ("full", "incremental"), "full") == "incremental"
        else "full",
        expect=_read_expect(section.section("expect")),
        dates=dates,
        ids=_read_ids(section.section("ids")),
        records=read_records(section, Terms(form.type, dates, codelists)),
        ignore=section.texts("ignore"),
    )
    section.close()
    return source


def _read_supplier(section: Section, default: str) -> Supplier:
    supplier = Supplier(section.text("name", default), section.optional_text("email"))
    section.close()
    return supplier


def _read_pull(section: Section, inbox: str, folder: Path) -> Pull:
    url = section.required_text("url").replace("{inbox}", inbox)
    for placeholder in re.findall(r"\{([A-Za-z_]+)\}", url):
        section.report("url", "E128", name=placeholder, known="inbox")
    pull = Pull(
        url=locate(url, folder),
        newest_only=section.flag("newest_only"),
        optional=section.flag("optional"),
        auth=read_auth(section, folder),
        host_key=section.secret("host_key"),
        allow_hosts=section.texts("allow_hosts"),
        max_bytes=section.integer("max_bytes", None, low=1, high=1 << 40),
        timeout_s=section.number("timeout_s", 0.0, 0.1, 86_400.0) or None,
        table=section.optional_text("table"),
        query=section.optional_text("query"),
    )
    if pull.table and pull.query:
        section.report("query", "E154", one="table", other="query")
    section.close()
    return pull


def _read_format(section: Section) -> Format:
    kind = section.choice("type", get_args(FormatType), None)
    encoding = section.optional_text("encoding")
    if encoding is not None:
        try:
            codecs.lookup(encoding)
        except (LookupError, ValueError):
            section.report("encoding", "E104", key="encoding", expected=say("E182"))
    form = Format(
        type=cast("FormatType", kind or "csv"),
        encoding=encoding,
        delimiter=_read_character(section, "delimiter", None),
        quote=_read_character(section, "quote", '"') or '"',
        decimal=section.choice("decimal", (",", "."), ","),
        sheet=section.optional_text("sheet"),
        header_row=_read_header_row(section),
        header_rows=section.integer("header_rows", 1, low=1, high=2) or 1,
        skip_footer=section.integer("skip_footer", 0, high=1_000) or 0,
        password=section.secret("password"),
    )
    section.close()
    return form


def _read_character(section: Section, key: str, default: str | None) -> str | None:
    text = section.optional_text(key)
    if text is None:
        return default
    text = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if len(text) != 1:
        section.report(key, "E104", key=key, expected=say("E183"))
        return default
    return text


def _read_header_row(section: Section) -> int | None:
    text = section.optional_text("header_row")
    if text is None or text == "auto":
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text):
        section.report("header_row", "E104", key="header_row", expected=say("E184"))
        return None
    return int(text)


def _read_expect(section: Section) -> Expect:
    rows = section.section("rows")
    expect = Expect(
        every_days=section.days("every"),
        max_change=section.share("max_change"),
        max_rejected=section.share("max_rejected"),
        rows=RowRange(rows.integer("min", None), rows.integer("max", None)),
    )
    rows.close()
    section.close()
    return expect


def _read_ids(section: Section) -> Ids:
    ids = Ids(person=section.optional_text("person"), offer=section.optional_text("offer"))
    section.close()
    return ids
