"""``teilhabe privacy``: the rights of the persons concerned, consents, the record of processing."""

import argparse
from typing import TYPE_CHECKING

from flows.cli.arguments import Verbs, add_days, add_verb, reason
from flows.cli.output import Answer, table

if TYPE_CHECKING:
    from pathlib import Path

    from tasks.run import Run

PERSON = "Pseudonym, person_uid oder QUELLE:Kennung"


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "privacy", "Auskunft (Art. 15), Einwilligungen, Verzeichnis (Art. 30)")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    nouns_of_persons = (
        ("report", "alles zu einer Person als JSON und Seite (Art. 15)", write_report),
        ("consents", "Einwilligungen einer Person an einem Tag", list_consents),
        ("contact", "Kontaktdaten, wenn die Einwilligung dazu besteht", show_contact),
        ("transfer", "Bedarfe und Plätze für eine andere Stelle, wenn die Einwilligung dazu besteht", write_transfer),
    )
    for name, text, action in nouns_of_persons:
        noun = add_verb(nouns, name, text)
        noun.add_argument("person", metavar="PERSON", help=PERSON)
        add_days(noun)
        if name != "consents":
            noun.add_argument(
                "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
            )
        if name == "transfer":
            noun.add_argument("--to", metavar="STELLE", required=True, help="empfangende Stelle")
        if name in ("report", "transfer"):
            noun.add_argument("--out", metavar="ORDNER", help="Zielordner (sonst state/outbox)")
        noun.set_defaults(action=action)
    record = add_verb(nouns, "record", "Verzeichnis der Verarbeitungstätigkeiten aus der Konfiguration (Art. 30)")
    record.add_argument("--out", metavar="DATEI", help="als Seite in diese Datei schreiben")
    record.set_defaults(action=show_record)


def write_report(args: argparse.Namespace) -> Answer:
    """Write the report of a person."""
    from flows.privacy import subject_report
    from schemas.messages import say

    run = _run(args)
    person, paths = subject_report(run, args.person, args.reason, _folder(args, run))
    return Answer({"person": person, "files": [str(p) for p in paths]}, [say("privacy_written", file=p) for p in paths])


def list_consents(args: argparse.Namespace) -> Answer:
    """List a person's consents."""
    from flows.privacy import consents_of
    from schemas.messages import say

    rows = consents_of(_run(args), args.person)
    keys = ("purpose", "state", "given_on", "expires_on", "withdrawn_on")
    lines = table(say("consent_headings").split("|"), [[row[key] for key in keys] for row in rows])
    return Answer({"consents": rows}, lines if rows else [say("consents_empty")])


def show_contact(args: argparse.Namespace) -> Answer:
    """Show contact data, or say which consent is missing."""
    from flows.privacy import contact_data
    from schemas.messages import say

    found = contact_data(_run(args), args.person, args.reason)
    cells = [(row["email"], row["phone"]) for row in found["contact"]]
    return Answer(found, table(say("contact_headings").split("|"), cells))


def write_transfer(args: argparse.Namespace) -> Answer:
    """Write what goes to another body, or say which consent is missing."""
    from flows.privacy import transfer
    from schemas.messages import say

    run = _run(args)
    person, paths = transfer(run, args.person, args.to, args.reason, _folder(args, run))
    return Answer({"person": person, "files": [str(p) for p in paths]}, [say("privacy_written", file=p) for p in paths])


def show_record(args: argparse.Namespace) -> Answer:
    """Print the record, or write it as a page."""
    from pathlib import Path

    from flows.cli.opening import county_of
    from flows.privacy import record_of_processing, record_page
    from schemas.messages import say

    county = county_of(args)
    if args.out:
        Path(args.out).write_text(record_page(county), "utf-8")
    record = record_of_processing(county)
    cells = [(s["source"], s["supplier"], ", ".join(s["personal_columns"])) for s in record["sources"]]
    lines = table(say("record_headings").split("|"), cells)
    return Answer(record, [say("privacy_written", file=args.out)] if args.out else lines)


def _run(args: argparse.Namespace) -> "Run":
    import uuid

    from flows.cli.opening import config_dir_of
    from flows.parameters import parse_day, today_in
    from tasks.run import Run, county_at

    folder = config_dir_of(args)
    day = parse_day(args.as_of) if args.as_of else today_in(county_at(folder))
    return Run(folder, str(uuid.uuid4()), day)


def _folder(args: argparse.Namespace, run: "Run") -> "Path":
    from pathlib import Path

    return Path(args.out).resolve() if args.out else run.county.state / "outbox"
