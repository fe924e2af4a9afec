"""``teilhabe doctor``: is everything there that the night needs?"""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "doctor", "prüft Konfiguration, Quellen, Datenbank, Orchestrator, Platte, Schlüssel")
    parser.add_argument("--fix", action="store_true", help="hängende und tote Läufe schließen (hier und in Prefect)")
    parser.add_argument("--disclosure", action="store_true", help="prüft alle Veröffentlichungen auf Rückrechenbarkeit")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Check one thing after the other; the exit code is that of the first that is wrong."""
    if args.disclosure:
        return _disclosure(args)
    from flows.checkup import check_everything, check_runs
    from flows.cli.opening import config_dir_of
    from flows.parameters import first_cause
    from schemas.messages import say

    findings = check_everything(config_dir_of(args))
    if args.fix and all(finding.passed for finding in findings if finding.check in ("config", "database")):
        from flows.mending import mend

        mended = mend(config_dir_of(args))
        others = [finding for finding in findings if finding.check != "runs"]
        findings = [*others, *check_runs(config_dir_of(args)), *mended]
    rows = [(say(f"check_{f.check}"), say("check_ok") if f.passed else say("check_bad"), f.detail) for f in findings]
    lines = table(say("doctor_headings").split("|"), rows)
    code = first_cause([finding.exit_code for finding in findings if not finding.passed])
    return Answer({"checks": [finding._asdict() for finding in findings], "exit_code": code}, lines, code)


def _disclosure(args: argparse.Namespace) -> Answer:
    """Audit what can be read; cells that follow are named, never their values."""
    from flows.cli.opening import county_of, open_session
    from flows.disclosing import audit_mart
    from schemas.errors import GateClosed
    from schemas.messages import say

    with open_session(args) as session:
        releases, result = audit_mart(session, county_of(args))
    lines = [say("disclosure_audited", releases=len(releases), cells=result.checked, findings=len(result.findings))]
    if result.findings:
        names = ("reason", "period", "mode", "quantity", "dimension", "member")
        rows = [(say(f"disclosure_{found.reason}"), *found[1:]) for found in result.findings]
        lines += ["", *table(say("disclosure_headings").split("|"), rows)]
        findings = [dict(zip(names, found, strict=True)) for found in result.findings]
    else:
        findings = []
    code = 0 if result.clean else GateClosed.exit_code
    document = {"releases": releases, "cells": result.checked, "findings": findings, "exit_code": code}
    return Answer(document, lines, code)
