"""``teilhabe quarantine``: rejected rows, by place and rule."""

import argparse

from flows.cli.arguments import Verbs, add_verb
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
    listing.set_defaults(action=list_rows)
    show = add_verb(nouns, "show", "alle Zeilen einer Quelle oder eine Nummer")
    show.add_argument("what", metavar="QUELLE|NR")
    show.set_defaults(action=show_rows)
    waive = add_verb(nouns, "waive", "eine Zeile auf sich beruhen lassen")
    waive.add_argument("number", metavar="NR", type=int)
    waive.add_argument("--reason", metavar="TEXT", required=True, help="Begründung (ohne Namen von Personen)")
    waive.set_defaults(action=waive_row)


def list_rows(args: argparse.Namespace) -> Answer:
    """List open rows."""
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
