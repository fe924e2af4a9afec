"""``teilhabe backup``: database, archive and keys into one file."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "backup", "Datenbank, Archiv und Schlüssel in eine Datei sichern")
    parser.add_argument("file", metavar="DATEI", help="neue Datei, z. B. sicherung.tar.gz")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Write the backup."""
    from pathlib import Path

    from flows.cli.opening import county_of
    from flows.safekeeping import write_backup
    from schemas.messages import say

    written = write_backup(county_of(args), Path(args.file).resolve())
    lines = [say("backup_written", file=args.file, megabytes=round(written["bytes"] / 1e6, 1))]
    lines.append(say("backup_sealed" if written["sealed"] else "backup_plain"))
    lines += [say("backup_names_key", key=written["names_key"])] if written["names_key"] else []
    return Answer(written, lines)
