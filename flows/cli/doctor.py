"""``teilhabe doctor``: is everything there that the night needs?"""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "doctor", "prüft Konfiguration, Quellen, Datenbank, Orchestrator, Platte, Schlüssel")
    parser.add_argument("--fix", action="store_true", help="hängende und tote Läufe schließen (hier und in Prefect)")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Check one thing after the other; the exit code is that of the first that is wrong."""
    from flows.checkup import check_everything
    from flows.cli.opening import config_dir_of
    from flows.parameters import first_cause
    from schemas.messages import say

    findings = check_everything(config_dir_of(args))
    if args.fix and all(finding.passed for finding in findings if finding.check in ("config", "database")):
        from flows.mending import mend

        findings += mend(config_dir_of(args))
    rows = [(say(f"check_{f.check}"), say("check_ok") if f.passed else say("check_bad"), f.detail) for f in findings]
    lines = table(say("doctor_headings").split("|"), rows)
    code = first_cause([finding.exit_code for finding in findings if not finding.passed])
    return Answer({"checks": [finding._asdict() for finding in findings], "exit_code": code}, lines, code)
