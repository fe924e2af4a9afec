"""``teilhabe serve``: server, schedule and worker on a laptop, until Ctrl-C."""

import argparse

from flows.cli.arguments import Verbs, add_verb
from flows.cli.output import Answer


def register(verbs: Verbs) -> None:
    """Name the arguments."""
    parser = add_verb(verbs, "serve", "Prefect-Server, Zeitplan und Worker zusammen starten (Laptop)")
    parser.add_argument("--port", type=int, default=4200, help="Port des Prefect-Servers auf 127.0.0.1 (sonst 4200)")
    parser.add_argument("--admin-port", type=int, default=4201, help="Port der Datenverwaltung (sonst 4201)")
    parser.set_defaults(action=run)


def run(args: argparse.Namespace) -> Answer:
    """Start everything, print the addresses, wait for a signal, end everything."""
    import os
    import signal
    import sys

    from flows.admin_page import served_admin
    from flows.cli.opening import config_dir_of, county_of
    from flows.serving import deploy, own_server, refuse_taken, start_worker, stop
    from schemas.messages import say
    from tasks.run import warehouse_of
    from tasks.warehouse.engine import spoken_url

    county = county_of(args)
    refuse_taken(args.port, args.admin_port)
    os.environ["TEILHABE_CONFIG"] = config_dir_of(args)
    warehouse = warehouse_of(config_dir_of(args))
    home = county.state / "orchestrator"

    def end(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    with own_server(home, args.port) as api, served_admin(config_dir_of(args), args.admin_port) as admin:
        names = deploy(home, api)
        worker = start_worker(home, api)
        try:
            address = api.removesuffix("/api")
            sys.stderr.write(say("serve_ready", ui=address, warehouse=spoken_url(warehouse.admin_url)) + "\n")
            sys.stderr.write(say("admin_ready", address=admin) + "\n")
            sys.stderr.write(say("serve_deployments", names=", ".join(names)) + "\n")
            sys.stderr.flush()
            worker.wait()
        except KeyboardInterrupt:
            pass
        finally:
            stop(worker)
    return Answer({"served": True, "deployments": names}, [say("serve_ended")])
