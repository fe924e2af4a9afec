"""``teilhabe fleet``: one command for every county of a folder, side by side."""

import argparse
import time
from typing import Any

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer, table

NOUNS = {
    "sync": "Nachtlauf aller Kreise",
    "status": "Stand aller Kreise auf einer Seite",
    "watch": "Störungen aller Kreise einmal melden",
    "doctor": "alle Kreise prüfen",
}


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "fleet", "viele Kreise nebeneinander: jeder Unterordner mit county.yaml ist ein Kreis")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    for name, text in {**NOUNS, "kpi": "Landeszahlen aus den veröffentlichten Zahlen der Kreise"}.items():
        noun = add_verb(nouns, name, text)
        noun.add_argument("--counties", metavar="ORDNER", help="Ordner der Kreise (sonst TEILHABE_COUNTIES)")
        noun.add_argument("--county", metavar="NAME", action="append", default=[], help="nur dieser Kreis (mehrfach)")
        if name == "kpi":
            noun.add_argument("--period", metavar="2020/21", help="Schuljahr")
            noun.add_argument("--mode", choices=("cumulative", "period", "cohort"), default="cumulative")
            noun.set_defaults(action=run_kpi)
            continue
        noun.add_argument("--workers", type=int, help="so viele Kreise zugleich (sonst so viele wie Rechenkerne)")
        noun.set_defaults(action=run)
        if name == "sync":
            noun.add_argument("--as-of", metavar="JJJJ-MM-TT", help="Stichtag (sonst heute, je Kreis)")
            noun.add_argument("--dry-run", action="store_true", help="nur lesen und berichten")
        if name == "doctor":
            noun.add_argument("--fix", action="store_true", help="hängende und tote Läufe schließen")


def run(args: argparse.Namespace) -> Answer:
    """Run the command for every county and sum up; the exit code is the first cause of all counties'."""
    import os

    from flows.counties import fleet_of, run_counties, summed
    from schemas.errors import UsageError

    if args.workers is not None and args.workers < 1:
        raise UsageError("E800", detail="--workers")
    folders = fleet_of(args.counties, args.county)
    began = time.monotonic()
    outcomes = run_counties(folders, _words(args), args.workers or os.cpu_count() or 1, _teller(len(folders)))
    document = summed(outcomes, time.monotonic() - began)
    if args.noun != "sync":
        for line, outcome in zip(document["counties"], outcomes, strict=True):
            line["document"] = outcome.document
    lines = _states(outcomes) if args.noun == "status" else _endings(outcomes)
    return Answer(document, [*lines, "", _sum(document)], document["exit_code"])


def _words(args: argparse.Namespace) -> list[str]:
    if args.noun == "sync":
        words = ["sync", "--direct"]
        words += ["--as-of", args.as_of] if args.as_of else []
        return [*words, "--dry-run"] if args.dry_run else words
    return [args.noun, "--fix"] if args.noun == "doctor" and args.fix else [args.noun]


def _teller(count: int) -> Any:
    """Return what writes one line of progress a finished county on stderr."""
    import itertools
    import sys

    from flows.counties import Outcome
    from schemas.messages import say

    numbers = itertools.count(1)

    def tell(outcome: Outcome) -> None:
        facts = {"county": outcome.county, "ending": outcome.exit_code, "seconds": round(outcome.seconds, 1)}
        sys.stderr.write(say("fleet_progress", number=next(numbers), count=count, **facts) + "\n")

    return tell


def _endings(outcomes: list[Any]) -> list[str]:
    from schemas.messages import say

    rows = [(o.county, say(f"fleet_{o.status}"), o.exit_code, f"{o.seconds:.1f}", o.message) for o in outcomes]
    return table(say("fleet_headings").split("|"), rows, right=(2, 3))


def _states(outcomes: list[Any]) -> list[str]:
    from schemas.messages import say

    rows = []
    for outcome in outcomes:
        shown, work = outcome.document.get("shown") or {}, outcome.document.get("open_work") or {}
        troubles = outcome.document.get("troubles") or ([outcome.message] if outcome.message else [])
        facts = (shown.get("as_of"), shown.get("age_days"), work.get("quarantine"), len(troubles))
        rows.append((outcome.county, *facts, troubles[0] if troubles else outcome.document.get("next")))
    return table(say("fleet_state_headings").split("|"), rows, right=(2, 3, 4))


def _sum(document: dict[str, Any]) -> str:
    from schemas.messages import say

    statuses = ", ".join(f"{count} {say(f'fleet_{name}')}" for name, count in document["statuses"].items())
    return say("fleet_sum", count=len(document["counties"]), statuses=statuses, seconds=document["seconds"])


def run_kpi(args: argparse.Namespace) -> Answer:
    """Read ``mart.state_kpi`` from the warehouse that the counties share: sums of what they released themselves."""
    from flows.cli.output import records_of
    from flows.counties import fleet_of
    from schemas.messages import say
    from tasks.run import county_at, warehouse_of
    from tasks.warehouse.session import county_session

    folder = str(fleet_of(args.counties, args.county)[0].path)
    with county_session(warehouse_of(folder).engine, county_at(folder).key) as session:
        frame = session.frame(
            "SELECT kpi, period, mode, dimension, member, counties_count, oldest_as_of, newest_as_of, "
            "CAST(numerator AS float8) AS numerator, CAST(denominator AS float8) AS denominator, "
            "CAST(share AS float8) AS share FROM mart.state_kpi WHERE mode = :mode AND "
            "(CAST(:period AS text) IS NULL OR period = :period) ORDER BY period, dimension, kpi, member",
            mode=args.mode,
            period=args.period,
        )
    rows = records_of(frame)
    names = ("period", "kpi", "counties_count", "numerator", "denominator", "share")
    shown = [tuple(_short(row[name]) for name in names) for row in rows if row["dimension"] == "all"]
    return Answer({"rows": rows}, table(say("fleet_kpi_headings").split("|"), shown, right=(2, 3, 4, 5)))


def _short(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value
