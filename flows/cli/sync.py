"""``teilhabe sync``: the nightly job."""

import argparse
import atexit
import os
from contextlib import ExitStack

from flows.cli.arguments import Verbs, add_days, add_verb
from flows.cli.output import Answer, table


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "sync", "Nachtlauf: holen, prüfen, zuordnen, laden, vermitteln, veröffentlichen")
    add_days(parser)
    parser.add_argument("--source", metavar="NAME", action="append", default=[], help="nur diese Quelle (mehrfach)")
    parser.add_argument("--dry-run", action="store_true", help="lesen und berichten, nichts archivieren oder laden")
    parser.add_argument("--direct", action="store_true", help="ohne Prefect, dieselben Schritte")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Run the night, under Prefect unless ``--direct``."""
    from flows.cli.opening import config_dir_of
    from flows.parameters import RunRequest, parse_day

    request = RunRequest(
        config_dir=config_dir_of(args),
        as_of=parse_day(args.as_of) if args.as_of else None,
        sources=tuple(args.source),
        dry=args.dry_run,
    )
    return answer_of(run_request(request, direct=args.direct or args.dry_run))


def run_request(request: "RunRequest", *, direct: bool) -> "RunSummary":  # type: ignore[name-defined]  # noqa: F821
    """Run a request as plain functions or as a Prefect flow in this process."""
    if direct:
        from flows.nightly import sync

        return sync(request)
    from tasks.run import chosen_sources, county_at

    chosen_sources(county_at(request.config_dir), request.sources)  # a slip of the pen needs no orchestrator to be told
    settle_orchestrator(request.config_dir)
    from flows.orchestrated import sync_under_prefect

    return sync_under_prefect(request)


def settle_orchestrator(config_dir: str) -> None:
    """Give this command a Prefect of its own below the county's state, before Prefect is imported.

    Without a server of the user's (PREFECT_API_URL, or what a PREFECT_HOME says) nothing is read from or written to
    the user's home, which may be missing or closed at night.
    """
    if "PREFECT_HOME" in os.environ:
        return
    from flows.passing_server import passing_server, wait_until_up
    from tasks.run import county_at

    home = county_at(config_dir).state / "orchestrator"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["PREFECT_HOME"] = str(home)
    if "PREFECT_API_URL" in os.environ:
        return
    stack = ExitStack()
    atexit.register(stack.close)  # after Prefect's own last words, which it says when its threads end
    os.environ["PREFECT_API_URL"] = api = stack.enter_context(passing_server(home))
    os.environ.setdefault("PREFECT_UI_URL", "")  # a page that ends with the run is not one to be told of
    import flows.orchestrated  # noqa: F401, takes as long as the server needs to come up

    wait_until_up(api)


def answer_of(summary: "RunSummary") -> Answer:  # type: ignore[name-defined]  # noqa: F821
    """Return a run's summary as a document and as lines."""
    from schemas.messages import say

    document = summary.document()
    rows = []
    for source in document["sources"]:
        for kind, counts in source["records"].items() or [("–", {"in": None, "loaded": None, "rejected": None})]:
            state = say(f"state_{source['state']}")
            rows.append((source["source"], state, kind, counts["in"], counts["loaded"], counts["rejected"]))
    headings = say("sync_headings").split("|")
    status = say(f"status_{summary.status}", as_of=summary.as_of)
    lines = [*table(headings, rows, right=(3, 4, 5)), "", *summary.messages, status]
    if summary.open_rows:
        lines.append(say("sync_open_rows", count=summary.open_rows))
    return Answer({**document, "exit_code": summary.exit_code}, lines, summary.exit_code)
