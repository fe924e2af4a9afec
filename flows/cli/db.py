"""``teilhabe db``: the warehouse's schema and the embedded server."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer

ROLES = ("bi", "steering", "casework", "pipeline")


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "db", "Warehouse: Stand, Adresse, eingebetteter Server")
    nouns = parser.add_subparsers(dest="noun", metavar="WAS", required=True)
    for name, text in (
        ("upgrade", "Schema auf den neuesten Stand bringen"),
        ("start", "eingebetteten Server starten"),
        ("stop", "eingebetteten Server anhalten"),
        ("status", "Zustand und Stand des Schemas"),
    ):
        add_verb(nouns, name, text).set_defaults(action=run)
    url = add_verb(nouns, "url", "Adresse für einen Leser ausgeben")
    url.add_argument("--role", choices=ROLES, default="bi", help="Rolle des Lesers (sonst bi)")
    url.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Do what the noun says."""
    actions = {"upgrade": _upgrade, "url": _url, "start": _start, "stop": _stop, "status": _status}
    return actions[args.noun](args)


def _upgrade(args: argparse.Namespace) -> Answer:
    from flows.cli.opening import county_of
    from schemas.messages import say
    from tasks.warehouse.migrate import upgrade
    from tasks.warehouse.opening import warehouse_url

    version = upgrade(warehouse_url(county_of(args)))
    return Answer({"version": version}, [say("db_upgraded", version=version)])


def _url(args: argparse.Namespace) -> Answer:
    from flows.cli.opening import config_dir_of, county_of, note_seen, open_session
    from tasks.run import warehouse_of
    from tasks.warehouse.logins import let_login_see, role_login_url

    county = county_of(args)
    warehouse = warehouse_of(config_dir_of(args))
    with open_session(args):  # an empty warehouse gets its schema and roles first
        pass
    url = role_login_url(warehouse.admin_url, args.role, county.state / "logins", county.key)
    let_login_see(warehouse.admin_url, args.role, county.key)
    note_seen(args, f"db url {args.role}")
    url = url.replace("postgresql+psycopg://", "postgresql://", 1)  # the form that psql and BI tools read
    return Answer({"role": args.role, "url": url}, [url])


def _start(args: argparse.Namespace) -> Answer:
    from flows.cli.opening import county_of
    from tasks.warehouse.embedded import ensure_server

    return _server(ensure_server(county_of(args).state))


def _stop(args: argparse.Namespace) -> Answer:
    from flows.cli.opening import county_of
    from schemas.messages import say
    from tasks.warehouse.embedded import stop_server

    stopped = stop_server(county_of(args).state)
    text = say("db_stopped") if stopped is not None else say("db_was_stopped")
    return Answer({"stopped": stopped is not None}, [text])


def _status(args: argparse.Namespace) -> Answer:
    from flows.cli.opening import county_of
    from schemas.messages import say
    from tasks.warehouse.embedded import server_status
    from tasks.warehouse.engine import spoken_url
    from tasks.warehouse.migrate import current_version, head_version

    county = county_of(args)
    url = county.warehouse
    if url is None:
        info = server_status(county.state)
        if info is None or not info.running:
            return Answer({"running": False, "embedded": True}, [say("db_was_stopped")])
        url = info.url
    version = current_version(url)
    document = {
        "running": True,
        "embedded": county.warehouse is None,
        "where": spoken_url(url),
        "version": version,
        "wanted": head_version(),
    }
    return Answer(document, [say("db_status", where=spoken_url(url), version=version or "–", wanted=head_version())])


def _server(info: "ServerInfo") -> Answer:  # type: ignore[name-defined]  # noqa: F821
    from schemas.messages import say
    from tasks.warehouse.engine import spoken_url

    document = {"running": info.running, "where": spoken_url(info.url), "postgresql": info.version}
    return Answer(document, [say("db_started", where=spoken_url(info.url), version=info.version)])
