"""The data admin's page: state, suppliers, quarantine, doubtful pairs and runs on one page, on this machine only.

It reads and never writes; each block names the command that acts. Places, rules
and counts are shown, never a person's value, so none can stand in an address or a
log. Whoever opens it needs the key that ``teilhabe serve`` prints: other accounts
of the machine reach the port as well.
"""

import functools
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.county import County
from flows.parameters import today_in
from schemas.messages import language, say
from tasks.publish.state import read_state
from tasks.report.facts import number, share
from tasks.run import county_at, warehouse_of
from tasks.warehouse.session import CountySession, county_session

TEMPLATE = Path(__file__).with_name("admin_page.html")
COOKIE = "teilhabe_key"
SHOWN_ROWS = 200
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_OPEN_ROWS = (
    "SELECT quarantine_id, source, file, sheet, row, column_name, rule, message FROM quarantine.row "
    "WHERE county = :county AND state = 'open' ORDER BY source, file, sheet, row, rule LIMIT :count"
)
_USUAL = (
    "SELECT r.as_of, g.gate -> 'detail' AS detail FROM ops.run AS r "
    "CROSS JOIN LATERAL jsonb_array_elements(r.summary -> 'gates') AS g (gate) "
    "WHERE r.county = :county AND r.published AND g.gate ->> 'gate' = 'usual_day' ORDER BY r.started_at DESC LIMIT 1"
)


def admin_facts(config_dir: str) -> dict[str, Any]:
    """Return what the page shows: the state of ``teilhabe status``, open rows and doubtful pairs."""
    county = county_at(config_dir)
    with county_session(warehouse_of(config_dir).engine, county.key) as session:
        return {
            "county": county.name,
            "state": read_state(session, county, today_in(county)),
            "rows": session.rows(_OPEN_ROWS, count=SHOWN_ROWS),
            "usual": _usual(session, county),
            "pairs": session.rows_of("identify/pairs", states="open")[:SHOWN_ROWS],
        }


def _usual(session: CountySession, county: County) -> dict[str, Any] | None:
    """Return what Great Expectations said of the newest published day that had a history: figures and their range."""
    found = session.rows(_USUAL)
    if not found:
        return None
    by_kpi = {one.kpi: one for one in county.kpis}
    figures = []
    for figure in found[0]["detail"].get("figures", []):
        one = by_kpi.get(figure["kpi"])
        label = figure["kpi"] if one is None else one.label_en if language() == "en" else one.label_de
        spoken = share if figure["is_rate"] else number
        shown = {name: spoken(figure[name]) for name in ("value", "low", "high")}
        figures.append({"label": label, "passed": figure["passed"], **shown})
    return {"as_of": found[0]["as_of"], "days": found[0]["detail"]["days"], "figures": figures}


def admin_app(facts: Callable[[], dict[str, Any]], key: str, hosts: tuple[str, ...]) -> Any:
    """Return the ASGI application; ``hosts`` are the only names it answers to (a foreign page cannot rebind one)."""
    from fastapi import FastAPI, Request
    from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))

    @app.get("/", response_model=None)
    def page(request: Request) -> Response:
        given = request.query_params.get("key")
        if given is not None and secrets.compare_digest(given, key):
            answer = RedirectResponse("/", status_code=303, headers=HEADERS)
            answer.set_cookie(COOKIE, key, httponly=True, samesite="strict")
            return answer
        if not secrets.compare_digest(request.cookies.get(COOKIE, ""), key):
            return PlainTextResponse(say("admin_locked"), status_code=403, headers=HEADERS)
        return HTMLResponse(render(facts()), headers=HEADERS)

    return app


def render(facts: dict[str, Any]) -> str:
    """Return the page of these facts."""
    page: str = _template().render(**facts, say=say, language=language(), shown_rows=SHOWN_ROWS)
    return page


@functools.cache
def _template() -> Any:
    """Return the page's template, compiled once a process."""
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined).from_string(TEMPLATE.read_text("utf-8"))


@contextmanager
def served_admin(config_dir: str, port: int = 0) -> Iterator[str]:
    """Serve the page on 127.0.0.1 beside whatever else runs; yield its address with the key; end with the block."""
    import uvicorn

    key = secrets.token_urlsafe(24)
    app = admin_app(lambda: admin_facts(config_dir), key, ("127.0.0.1", "localhost"))
    # No access log: it would keep the key.
    config = uvicorn.Config(app, host="127.0.0.1", port=port, access_log=False, log_level="warning", lifespan="off")
    server = uvicorn.Server(config)
    socket = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{socket.getsockname()[1]}/?key={key}"
    finally:
        server.should_exit = True
        thread.join(10)
        socket.close()
