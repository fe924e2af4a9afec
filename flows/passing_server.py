"""A Prefect server for one run of a county that has none: it shows the run, and ends with it.

Prefect would start one itself, but looks for a port first and listens on it seconds later: of two nights that begin
together both may then talk to the first that listens, and one county's run stands in another county's database. Here
the socket listens before anything else starts, so that nobody else can have its port, and the server boots while this
process still imports Prefect. It reads its standard input and ends at its end: also when the run was killed.
"""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS, GRACE_SECONDS = 120, 5


@contextmanager
def passing_server(home: Path) -> Iterator[str]:
    """Start a server with its own database below ``home`` and yield its API address; it ends with the block.

    A server that does not come up is no error here: whoever asks it finds out (E861).
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = {
        **os.environ,
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_ENABLED": "false",
    }
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening, (home / "server.log").open("ab") as log:
        address, port = listening.getsockname()
        command = [sys.executable, "-m", "flows.passing_server", str(listening.fileno())]
        with subprocess.Popen(
            command,
            cwd=ROOT,
            env=own,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            pass_fds=(listening.fileno(),),
            start_new_session=True,
        ) as process:
            listening.close()  # the server's alone: where it dies, whoever asks is refused instead of kept waiting
            try:
                yield f"http://{address}:{port}/api"
            finally:
                _end(process)


def wait_until_up(api: str) -> None:
    """Wait for the server's first answer; a server that gives none is no error here either."""
    import httpx

    with suppress(httpx.HTTPError):
        httpx.get(f"{api}/health", timeout=START_SECONDS)


def _end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(2 * GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def serve(descriptor: int) -> None:
    """Serve Prefect on a listening socket until standard input ends."""
    import uvicorn
    from prefect.server.api.server import create_app

    with socket.socket(fileno=descriptor) as listening:
        app = create_app(ephemeral=True, final=True)
        settings = uvicorn.Config(app, log_level="error", lifespan="on", timeout_graceful_shutdown=GRACE_SECONDS)
        server = uvicorn.Server(settings)
        threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
        server.run(sockets=[listening])


def _end_with_input(server: object) -> None:
    sys.stdin.buffer.read()
    server.should_exit = True  # type: ignore[attr-defined]  # uvicorn is imported by the serving process alone


if __name__ == "__main__":
    serve(int(sys.argv[1]))
