"""``teilhabe review``: pairs in the identity grey zone; a person decides."""

import argparse

from flows.cli.arguments import Verbs, add_verb, reason
from flows.cli.output import Answer, table

EVERY_STATE = "open,linked,accepted,split,obsolete"


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "review", "fragliche Personenpaare: ansehen, verbinden, trennen")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    listing = add_verb(nouns, "list", "offene Paare mit Belegen, ohne Namen")
    listing.add_argument("--all", action="store_true", help="auch von selbst verbundene und entschiedene Paare")
    listing.set_defaults(action=list_pairs)
    export = add_verb(nouns, "export", "offene Paare als Arbeitsmappe mit beiden Datensätzen (enthält Namen)")
    export.add_argument("file", metavar="DATEI", nargs="?", help="xlsx in einem Ordner mit 0700 (sonst state/outbox)")
    export.set_defaults(action=export_sheet)
    back = add_verb(nouns, "import", "Entscheidungen aus der Arbeitsmappe übernehmen")
    back.add_argument("file", metavar="DATEI")
    back.set_defaults(action=import_sheet)
    for name, text in (("accept", "dasselbe: verbinden"), ("split", "nicht dasselbe: trennen")):
        verb = add_verb(nouns, name, text)
        verb.add_argument("number", metavar="NR", type=int)
        verb.add_argument(
            "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
        )
        verb.set_defaults(action=decide)


def list_pairs(args: argparse.Namespace) -> Answer:
    """List open pairs: who in which source, why it is doubtful, evidence by field level."""
    from flows.cli.opening import open_session
    from schemas.messages import say

    with open_session(args) as session:
        rows = session.rows_of("identify/pairs", states=EVERY_STATE if args.all else "open")
    keys = ("review_id", "own_source", "own_file", "own_row", "other_source", "other_id", "score", "reason", "state")
    cells = [[row[key] for key in keys] for row in rows]
    lines = table(say("review_headings").split("|"), cells, right=(0, 3, 6)) if rows else [say("review_empty")]
    return Answer({"pairs": rows}, lines)


def decide(args: argparse.Namespace) -> Answer:
    """Record a decision; it stands until a later one with a reason replaces it, and shows at the next publish."""
    from flows.cli.opening import config_dir_of, open_session
    from flows.parameters import today_in
    from schemas.messages import say
    from tasks.identify.decisions import accept_pair, split_pair
    from tasks.run import county_at
    from tasks.warehouse.runs import last_published

    act = accept_pair if args.noun == "accept" else split_pair
    with open_session(args) as session:
        last = last_published(session)
        act(session, args.number, args.reason, last["as_of"] if last else today_in(county_at(config_dir_of(args))))
    return Answer({"pair": args.number, "decision": args.noun}, [say(f"review_{args.noun}_done", number=args.number)])


def export_sheet(args: argparse.Namespace) -> Answer:
    """Write the workbook of the open pairs."""
    from pathlib import Path

    from flows.cli.opening import config_dir_of
    from flows.reviewing import export_pairs
    from schemas.messages import say

    path, count = export_pairs(config_dir_of(args), Path(args.file) if args.file else None)
    return Answer({"file": str(path), "pairs": count}, [say("review_exported", count=count, file=path)])


def import_sheet(args: argparse.Namespace) -> Answer:
    """Take over decisions; exit 2 where a row is wrong."""
    from pathlib import Path

    from flows.cli.opening import config_dir_of
    from flows.reviewing import import_decisions
    from schemas.messages import say

    found = import_decisions(config_dir_of(args), Path(args.file))
    cells = [[row[key] for key in ("file", "sheet", "cell", "rule", "message")] for row in found.wrong]
    counts = {"applied": found.applied, "wrong": len(found.wrong), "open": found.open_rows}
    lines = [say("review_imported", **counts), *(table(say("review_row_headings").split("|"), cells) if cells else [])]
    return Answer({**counts, "rows": found.wrong}, lines, exit_code=2 if found.wrong else 0)
