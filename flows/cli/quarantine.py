"""``teilhabe quarantine``: rejected rows, by place and rule."""

import argparse

from flows.cli.arguments import Verbs, add_verb, reason
from flows.cli.output import Answer, table

COLUMNS = (
    "quarantine_id, source, file, sheet, row, kind, column_name, rule, message, state, as_of, resolved_on, "
    "run_id::text AS run_id"
)


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "quarantine", "abgewiesene Zeilen: ansehen, auf sich beruhen lassen")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    listing = add_verb(nouns, "list", "offene Zeilen nach Quelle und Regel")
    listing.add_argument("--all", action="store_true", help="auch behobene und auf sich beruhende Zeilen")
    listing.add_argument(
        "--warnings", action="store_true", help="Hinweise der neuesten Lieferungen: geladen, zu prüfen"
    )
    listing.set_defaults(action=list_rows)
    show = add_verb(nouns, "show", "alle Zeilen einer Quelle oder eine Nummer")
    show.add_argument("what", metavar="QUELLE|NR")
    show.set_defaults(action=show_rows)
    waive = add_verb(nouns, "waive", "eine Zeile auf sich beruhen lassen")
    waive.add_argument("number", metavar="NR", type=int)
    waive.add_argument(
        "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
    )
    waive.set_defaults(action=waive_row)
    feedback = add_verb(nouns, "feedback", "Lieferungen mit markierten Zellen für die Lieferanten schreiben")
    feedback.add_argument("source", metavar="QUELLE", nargs="?", help="nur diese Quelle")
    feedback.add_argument("--out", metavar="ORDNER", help="Zielordner (sonst state/outbox)")
    feedback.set_defaults(action=write_back)


def list_rows(args: argparse.Namespace) -> Answer:
    """List open rows, or the remarks on rows that were loaded."""
    if args.warnings:
        return _warnings(args)
    return _rows(args, "TRUE" if args.all else "state = 'open'", {})


def show_rows(args: argparse.Namespace) -> Answer:
    """Show the rows of a source, or one row by number."""
    if args.what.isdecimal():
        return _rows(args, "quarantine_id = :number", {"number": int(args.what)}, with_text=True)
    return _rows(args, "source = :source AND state = 'open'", {"source": args.what}, with_text=True)


def _rows(args: argparse.Namespace, where: str, binds: dict[str, object], *, with_text: bool = False) -> Answer:
    from flows.cli.opening import open_session
    from schemas.messages import say

    with open_session(args) as session:
        rows = session.rows(
            f"SELECT {COLUMNS} FROM quarantine.row WHERE county = :county AND {where} ORDER BY source, file, "
            "sheet, row, rule",
            **binds,
        )
    keys = ("quarantine_id", "source", "file", "sheet", "row", "kind", "column_name", "rule", "state")
    lines = table(say("quarantine_headings").split("|"), [[row[key] for key in keys] for row in rows], right=(0, 4))
    if with_text:
        lines += ["", *(f"{row['quarantine_id']}: {row['message']}" for row in rows)]
    return Answer({"rows": rows}, lines if rows else [say("quarantine_empty")])


def _warnings(args: argparse.Namespace) -> Answer:
    from flows.cli.opening import open_session
    from schemas.messages import say

    with open_session(args) as session:
        rows = session.rows_of("feedback/remarks")
    keys = ("source", "file", "sheet", "row", "kind", "column_name", "rule")
    lines = table(say("remark_headings").split("|"), [[row[key] for key in keys] for row in rows], right=(3,))
    messages = dict.fromkeys(f"{row['rule']}: {row['message']}" for row in rows)
    return Answer({"rows": rows}, [*lines, "", *messages] if rows else [say("remark_empty")])


def waive_row(args: argparse.Namespace) -> Answer:
    """Waive one open row, with a reason that the audit keeps."""
    from flows.cli.opening import county_of, open_session
    from flows.parameters import today_in
    from schemas.errors import UsageError
    from schemas.messages import say
    from tasks.warehouse.runs import write_audit

    with open_session(args) as session:
        count = session.do(
            "UPDATE quarantine.row SET state = 'waived', resolved_on = :today "
            "WHERE county = :county AND quarantine_id = :number AND state = 'open'",
            number=args.number,
            today=today_in(county_of(args)),
        )
        if count == 0:
            raise UsageError("E807", number=args.number)
        write_audit(session, "waive", object_=f"quarantine {args.number}", reason=args.reason)
    return Answer({"waived": count}, [say("quarantine_waived", count=count)])


def write_back(args: argparse.Namespace) -> Answer:
    """Write the suppliers' sheets back, broken cells marked."""
    import uuid
    from pathlib import Path

    from flows.cli.opening import config_dir_of
    from flows.feedback import write_feedback
    from flows.parameters import today_in
    from schemas.errors import SourceUnavailable
    from schemas.messages import say
    from tasks.run import Run, county_at

    county = county_at(config_dir_of(args))
    run = Run(config_dir_of(args), str(uuid.uuid4()), today_in(county), only=(args.source,) if args.source else ())
    assert run.sources  # an unknown name is refused here
    folder = Path(args.out).resolve() if args.out else county.state / "outbox"
    written = write_feedback(run, args.source, folder)
    done, failed = [w for w in written if not w.error], [w for w in written if w.error]
    files = [{"path": str(w.path), "source": w.source, "file": w.file, "marked": w.marked} for w in done]
    skipped = [{"source": w.source, "file": w.file, "error": w.error} for w in failed]
    lines = [say("feedback_written", file=w.path.name, source=w.source, marked=w.marked) for w in done]
    lines += [say("feedback_skipped", file=w.file, source=w.source, error=w.error) for w in failed]
    code = SourceUnavailable.exit_code if failed else 0
    return Answer({"files": files, "skipped": skipped}, lines or [say("quarantine_empty")], code)
