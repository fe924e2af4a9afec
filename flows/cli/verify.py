"""``teilhabe verify``: recompute a sealed report from the warehouse."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer

NOT_EQUAL = 5


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "verify", "einen gesiegelten Bericht nachrechnen")
    parser.add_argument("file", metavar="DATEI", help="bericht-….seal.json")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Say whether every sealed figure comes out again; exit 5 where not."""
    from pathlib import Path

    from flows.cli.opening import county_of, open_session
    from flows.reporting import verify_seal
    from schemas.messages import say

    with open_session(args) as session:
        found = verify_seal(session, county_of(args), Path(args.file))
        session.connection.rollback()
    good = found["whole"] and found["equal"]
    lines = [say("verify_equal" if good else "verify_differs", period=found["period"], known_on=found["known_on"])]
    if not found["whole"]:
        lines.append(say("verify_changed"))
    lines += [say("verify_figure", **difference) for difference in found["differences"]]
    if found["config_changed"] and not found["equal"]:
        kpis = ", ".join(found["definitions_changed"]) or "–"
        lines.append(say("verify_config", kpis=kpis, published=found["published_equal"]))
    if found["erased_since"]:
        lines.append(say("verify_erased", count=found["erased_since"], facts=found["facts_erased_since"]))
    return Answer(found, lines, 0 if good else NOT_EQUAL)
