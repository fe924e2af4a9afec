"""``teilhabe keys``: which keys there are, and a new one in the place of an old one."""

import argparse

from flows.cli.arguments import Verbs, add_verb, reason
from flows.cli.output import Answer, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "keys", "Schlüssel außerhalb der Datenbank: ansehen, wechseln")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    add_verb(nouns, "list", "Kennungen, Rechte und Alter der Schlüssel").set_defaults(action=list_keys)
    rotate = add_verb(nouns, "rotate", "neuen Schlüssel in Gebrauch nehmen; der alte bleibt für Altes daneben")
    rotate.add_argument("name", choices=("pseudonym", "suppression"))
    rotate.add_argument(
        "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
    )
    rotate.set_defaults(action=rotate_one)


def list_keys(args: argparse.Namespace) -> Answer:
    """List the keys; their ids do not tell them."""
    from datetime import datetime

    from flows.cli.opening import county_of
    from schemas.messages import say
    from tasks.keys import key_id, make_keys

    folder = county_of(args).state / "keys"
    make_keys(folder.parent)
    rows = [
        {
            "file": path.name,
            "id": key_id(path.read_bytes(), 8),
            "mode": f"{path.stat().st_mode & 0o777:04o}",
            "made_on": datetime.fromtimestamp(path.stat().st_mtime).astimezone().date().isoformat(),
        }
        for path in sorted(folder.glob("*.key"))
    ]
    lines = table(say("keys_headings").split("|"), [list(row.values()) for row in rows])
    return Answer({"folder": str(folder), "keys": rows}, lines)


def rotate_one(args: argparse.Namespace) -> Answer:
    """Rotate one key under the county's lock; the audit keeps both ids and the reason."""
    import uuid

    from flows.cli.opening import config_dir_of
    from flows.parameters import today_in
    from schemas.messages import say
    from tasks.keys import rotate_key
    from tasks.run import Run, county_at
    from tasks.warehouse.lock import county_lock
    from tasks.warehouse.runs import write_audit

    folder = config_dir_of(args)
    county = county_at(folder)
    run = Run(folder, str(uuid.uuid4()), today_in(county))
    with county_lock(run.warehouse.engine, county.key, run.run_id):
        old, new = rotate_key(county.state, args.name)
        detail = {"old": old, "new": new}
        with run.session() as session:
            write_audit(session, "rotate key", object_=args.name, reason=args.reason, detail=detail)
    return Answer({"key": args.name, **detail}, [say("keys_rotated", name=args.name)])
