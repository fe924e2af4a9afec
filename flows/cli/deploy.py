"""``teilhabe deploy``: register the deployments on a running Prefect server."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "deploy", "Deployments auf einem Prefect-Server anmelden (PREFECT_API_URL)")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Register everything that ``prefect.yaml`` names."""
    import os

    from flows.cli.opening import county_of
    from flows.serving import POOL, deploy
    from schemas.errors import UsageError
    from schemas.messages import say

    api = os.environ.get("PREFECT_API_URL")
    if not api:
        raise UsageError("E853")
    names = deploy(county_of(args).state / "orchestrator", api)
    return Answer({"pool": POOL, "deployments": names}, [say("deploy_done", names=", ".join(names), pool=POOL)])
