"""``teilhabe source``: suppliers, and what one delivery would do."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer, table

SHOWN_FINDINGS = 50


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "source", "Lieferanten: auflisten, eine Lieferung prüfen")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    add_verb(nouns, "list", "alle Quellen").set_defaults(action=list_sources)
    check = add_verb(nouns, "check", "eine Lieferung lesen und prüfen, ohne sie zu laden")
    check.add_argument("name", metavar="NAME")
    check.set_defaults(action=check_source)


def list_sources(args: argparse.Namespace) -> Answer:
    """List the sources of the county; addresses without secrets."""
    from flows.cli.opening import county_of
    from schemas.messages import say

    documents = [
        {
            "source": source.name,
            "supplier": source.supplier.name,
            "url": source.pull.shown_url,
            "format": source.format.type,
            "delivery": source.delivery,
            "every_days": source.expect.every_days,
            "kinds": list(source.records),
        }
        for source in county_of(args).sources
    ]
    keys = ("source", "supplier", "every_days", "delivery")
    rows = [[*(document[key] for key in keys), ", ".join(document["kinds"])] for document in documents]  # type: ignore[arg-type]
    return Answer({"sources": documents}, table(say("source_headings").split("|"), rows, right=(2,)))


def check_source(args: argparse.Namespace) -> Answer:
    """Read one delivery as the night would, and list what would be rejected; nothing is kept."""
    from flows.cli.opening import config_dir_of
    from flows.cli.sync import answer_of
    from flows.nightly import sync
    from flows.parameters import RunRequest
    from schemas.messages import say
    from schemas.rules import row_message

    summary = sync(RunRequest(config_dir_of(args), sources=(args.name,), dry=True))
    answer = answer_of(summary)
    findings = [
        {
            "file": delivery.files[found.file].name,
            "sheet": found.sheet,
            "row": found.row,
            "kind": found.kind,
            "column": found.column,
            "rule": found.rule,
            "severity": severity,
            "message": row_message(found.rule, found.column),
        }
        for delivery in summary.deliveries
        for severity, group in (("error", delivery.errors), ("warning", delivery.warnings))
        for found in group
    ]
    rows = [
        [f[key] for key in ("file", "sheet", "row", "column", "rule", "severity")] for f in findings[:SHOWN_FINDINGS]
    ]
    lines = (
        [*answer.lines, "", *table(say("check_headings").split("|"), rows, right=(2,))] if findings else answer.lines
    )
    code = answer.exit_code or (8 if any(f["severity"] == "error" for f in findings) else 0)
    return Answer({**answer.document, "findings": findings, "exit_code": code}, lines, code)
