"""``teilhabe erase``: what a person's erasure would take; with --yes the erasure, with a proof."""

import argparse
from typing import TYPE_CHECKING

from flows.cli.arguments import Verbs, add_verb, reason
from flows.cli.output import Answer, table

if TYPE_CHECKING:
    from flows.erasure_proof import Extent


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "erase", "eine Person löschen: zeigt, was ginge; mit --yes mit Nachweis")
    parser.add_argument(
        "person", metavar="PERSON", help="Pseudonym, person_uid, QUELLE:Kennung; mit --lift auch Nummer der Löschung"
    )
    parser.add_argument(
        "--reason", metavar="TEXT", type=reason, required=True, help="Begründung (ohne Namen von Personen)"
    )
    parser.add_argument("--yes", action="store_true", help="wirklich löschen")
    parser.add_argument("--lift", action="store_true", help="Sperre aufheben: die Person kehrt rechtmäßig zurück")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Show, erase or lift; the county's lock is held meanwhile."""
    import uuid

    from flows.cli.opening import config_dir_of
    from flows.erasure import erase_person, lift_erasure, look_at_erasure
    from flows.erasure_resume import go_on_erasing
    from flows.parameters import today_in
    from schemas.messages import say
    from tasks.run import Run, county_at
    from tasks.warehouse.lock import county_lock

    folder = config_dir_of(args)
    county = county_at(folder)
    own = Run(folder, str(uuid.uuid4()), today_in(county))
    with county_lock(own.warehouse.engine, county.key, own.run_id):
        go_on_erasing(own)
        if args.lift:
            number = lift_erasure(own, args.person, args.reason)
            return Answer({"erasure": number, "lifted": True}, [say("erase_lifted", number=number)])
        if not args.yes:
            person, extent = look_at_erasure(own, args.person)
            document = {"dry": True, "person": person, **extent.document()}
            return Answer(document, [say("erase_would", person=person), "", *_lines(extent), "", say("erase_dry")])
        number, extent, proof = erase_person(own, args.person, args.reason)
    document = {"dry": False, "erasure": number, "proof": str(proof), **extent.document()}
    return Answer(document, [say("erase_done", number=number, proof=proof.name), "", *_lines(extent)])


def _lines(extent: "Extent") -> list[str]:
    from schemas.messages import say

    rows: list[tuple[str, int]] = list(extent.facts.items())
    rows += [(say("erase_archive", source=source), count) for source, count in extent.archive.items()]
    rows += [(say("erase_files", folder=folder), count) for folder, count in extent.files.items()]
    rows += [(say("erase_orchestrator"), extent.orchestrator)]
    lines = table(say("erase_headings").split("|"), rows, right=(1,))
    return lines + [say("erase_unsearched", source=name, count=count) for name, count in extent.unsearched.items()]
