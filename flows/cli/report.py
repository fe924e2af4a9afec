"""``teilhabe report``: the steering group's report as HTML, PDF and workbook."""

import argparse

from flows.cli.arguments import Verbs, add_days, add_verb
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "report", "Bericht an das Steuerungsgremium schreiben (HTML, PDF, XLSX)")
    parser.add_argument("--period", metavar="P", required=True, help="Schuljahr, z. B. 2020/21")
    parser.add_argument("--out", metavar="ORDNER", help="Zielordner (sonst state/reports)")
    parser.add_argument("--seal", action="store_true", help="siegeln: Zahlen, Definitionen und Eingänge festhalten")
    parser.add_argument(
        "--audience",
        choices=("released", "steering"),
        default="released",
        help="released: freigegebene Werte (Vorgabe); steering: genaue Aufgliederungen fürs Gremium, protokolliert",
    )
    add_days(parser)
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Write the report from what is published; one with exact breakdowns is noted as an export."""
    from pathlib import Path

    from flows.cli.opening import county_of, open_session
    from flows.parameters import parse_day
    from flows.reporting import write_report
    from schemas.messages import say
    from tasks.warehouse.runs import write_audit

    county = county_of(args)
    folder = Path(args.out).resolve() if args.out else county.state / "reports"
    day = parse_day(args.as_of) if args.as_of else None
    with open_session(args) as session:
        paths, report = write_report(session, county, args.period, folder, day, seal=args.seal, audience=args.audience)
        action = "export" if report.is_exact else "report"
        detail = {"state": report.state, "audience": args.audience, "as_of": report.as_of}
        write_audit(session, action, object_=f"report {args.period}" if report.is_exact else args.period, detail=detail)
    document = {"period": report.period, "as_of": report.as_of, "state": report.state, "audience": args.audience}
    document["files"] = [str(path) for path in paths]
    return Answer(document, [say("report_written", file=path.name) for path in paths])
