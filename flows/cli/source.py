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
    check.add_argument("name", metavar="NAME|DATEI", help="eine Quelle, oder eine Datei als ihre Lieferung")
    check.add_argument("--source", metavar="NAME", help="wessen Lieferung die Datei ist (sonst nach dem Dateinamen)")
    check.set_defaults(action=check_source)
    new = add_verb(nouns, "new", "für eine unbekannte Datei eine Quelle vorschlagen")
    new.add_argument("file", metavar="DATEI")
    new.add_argument("--name", metavar="NAME", help="Name der Quelle (sonst aus dem Dateinamen)")
    new.add_argument("--kind", metavar="SATZART", help="diese Satzart vorschlagen (sonst die am besten passende)")
    new.add_argument("--sheet", metavar="BLATT", help="dieses Blatt (sonst das am besten passende)")
    new.add_argument("--password-file", metavar="DATEI", help="Datei mit dem Kennwort der Arbeitsmappe")
    new.add_argument(
        "--keep-others", action="store_true", help="keine andere Quelle ergänzen; sagt stattdessen, was dort fehlt"
    )
    new.add_argument("--force", action="store_true", help="eine vorhandene Quelle überschreiben")
    new.set_defaults(action=new_source)


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
    """Read one delivery as the night would, and list what would change and what would be rejected; nothing is kept."""
    from collections import Counter

    from flows.checking import check_delivery
    from flows.cli.opening import config_dir_of
    from flows.cli.sync import answer_of
    from schemas.gates import spoken
    from schemas.messages import say

    checked = check_delivery(config_dir_of(args), args.name, args.source)
    summary, preview = checked.summary, checked.preview
    answer = answer_of(summary)
    findings = _findings(checked)
    by_rule = Counter((f["rule"], f["severity"]) for f in findings)
    lines = list(answer.lines)
    if preview.compared:
        rows = [[kind, *change.values()] for kind, change in preview.changes.items()]
        lines += ["", *table(say("preview_headings").split("|"), rows, right=(1, 2, 3, 4))]
        lines += [
            say("gate_passed" if gate.passed else "E804", gate=gate.gate, detail=spoken(gate.detail))
            for gate in preview.gates
        ]
    else:
        lines += ["", say("preview_none")]
    if findings:
        counts = [[rule, severity, count] for (rule, severity), count in sorted(by_rule.items())]
        lines += ["", *table(say("check_rule_headings").split("|"), counts, right=(2,))]
        keys = ("file", "sheet", "row", "column", "rule", "severity")
        places = [[f[key] for key in keys] for f in findings[:SHOWN_FINDINGS]]
        lines += ["", *table(say("check_headings").split("|"), places, right=(2,))]
    document = {
        **answer.document,
        "preview": preview.changes if preview.compared else None,
        "rows_by_rule": {rule: count for (rule, _), count in sorted(by_rule.items())},
        "findings": findings,
    }
    return Answer(document, lines, answer.exit_code)


def _findings(checked: "Checked") -> "list[dict[str, object]]":  # type: ignore[name-defined]  # noqa: F821
    from schemas.rules import row_message

    found: list[dict[str, object]] = [
        {
            "file": delivery.files[one.file].name,
            "sheet": one.sheet,
            "row": one.row,
            "kind": one.kind,
            "column": one.column,
            "rule": one.rule,
            "severity": severity,
            "message": row_message(one.rule, one.column),
        }
        for delivery in checked.summary.deliveries
        for severity, group in (("error", delivery.errors), ("warning", delivery.warnings))
        for one in group
    ]
    return found + [
        {
            **{key: row[key] for key in ("file", "sheet", "row", "kind")},
            "column": row["column_name"],
            "rule": row["rule"],
            "severity": "error",
            "message": row["message"],
        }
        for row in checked.preview.tickets
    ]


def new_source(args: argparse.Namespace) -> Answer:
    """Propose a source file for an unknown file and write it into the county's folder."""
    from pathlib import Path

    from config.settings import load_county
    from flows.cli.opening import config_dir_of
    from flows.proposing import Choice, propose_source, save_source
    from schemas.errors import UsageError
    from schemas.kinds import KINDS
    from schemas.messages import say

    if args.kind is not None and args.kind not in KINDS:
        raise UsageError("E814", file=args.file)
    folder = Path(config_dir_of(args))
    secret = Path(args.password_file) if args.password_file else None
    if secret is not None and not secret.is_file():
        raise UsageError("E815", file=secret.name)
    county = load_county(folder)
    draft = propose_source(county, Path(args.file), Choice(args.name, args.kind, args.sheet, secret))
    target, *amended = save_source(folder, county, draft, force=args.force, keep_others=args.keep_others)
    matches = [
        {
            "kind": found.kind.name,
            "column": name,
            "header": match.delivered.header,
            "score": min(match.score, 100),
            "values_open": len(match.values.open) if match.values else 0,
        }
        for found in draft.kinds
        for block in found.blocks
        for name, match in block.items()
    ]
    missing = [f"{found.kind.name}.{name}" for found in draft.kinds for name in found.missing]
    rows = [list(match.values()) for match in matches]
    lines = [
        say("propose_written", file=target),
        "",
        *table(say("propose_headings").split("|"), rows, right=(3, 4)),
        "",
    ]
    lines += [f"{name}: {say('propose_missing')}" for name in missing]
    lines += [say("propose_amended", file=path.name) for path in amended]
    if draft.ignored:
        lines.append(say("propose_ignored", columns=", ".join(draft.ignored)))
    lines.append(say("propose_next", name=draft.name))
    document = {
        "source": draft.name,
        "path": str(target),
        "columns": matches,
        "missing": missing,
        "ignored": list(draft.ignored),
        "amended": [str(path) for path in amended],
    }
    return Answer(document, lines)
