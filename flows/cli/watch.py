"""``teilhabe watch``: the watchdog outside the orchestrator; its exit code is that of the worst trouble."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    add_verb(verbs, "watch", "Frische des Warehouse prüfen und Störungen einmal melden (Mail, Webhook)").set_defaults(
        action=run
    )


def run(args: argparse.Namespace) -> Answer:
    """Look, tell what is new, answer with all troubles."""
    from flows.cli.opening import config_dir_of
    from flows.watching import watch
    from schemas.messages import say

    document = watch(config_dir_of(args))
    lines = [alarm["text"] for alarm in document["alarms"]] or [say("alarm_none")]
    return Answer(document, lines, document["exit_code"])
