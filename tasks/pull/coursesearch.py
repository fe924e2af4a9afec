"""The Federal Employment Agency's course searches (berufssprachkurssuche, weiterbildungssuche) as a delivery.

Both answer in pages of ``{"_embedded": {"termine": […]}, "page": {…}}`` and hand out
10,000 offers at most, whatever they count. All pages become one JSON file of that same
shape, ordered by id, without contact persons: equal offers give equal bytes. Days
come as milliseconds since 1970 and stand as ISO dates of the agency's time zone.

Shape and paging follow the public description of both services
(bundesAPI: berufssprachkurssuche-api, weiterbildungssuche-api); they are tested
against made-up recordings and not verified against the live service.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from schemas.errors import SourceUnavailable
from schemas.messages import say
from tasks.pull.local import write_private
from tasks.pull.places import limited, speaking
from tasks.pull.spec import PulledFile, PullSpec
from tasks.pull.web import open_url

SCHEME = "ba+"
PAGE_SIZE = 500
CAP = 10_000
PAGE_BYTES = 64 << 20
OAUTH_PATH = "/oauth/gettoken_cc"
PERSONS = frozenset({"ansprechpartner", "ansprechperson", "ansprechpersonen", "kontaktperson"})
STAMPS = frozenset({"beginn", "ende", "anmeldeschluss", "aktualisierungsdatum", "letzteaktualisierung"})
AGENCY_ZONE = "Europe/Berlin"


def pull(spec: PullSpec, url: str, into: Path) -> tuple[PulledFile, ...]:
    """Take all pages of ``ba+https://host/…/bildungsangebot?…`` as one file ``<search>.json``.

    With ``auth.user`` and ``auth.password`` an OAuth token is fetched first, with
    ``auth.token`` it is sent as ``X-API-Key``. A search that passes the cap carries a
    note (E240). Nothing is left when a page fails: the last good snapshot stays the
    newest in the archive.

    Raises:
        SourceUnavailable: E203 the offers changed between two pages, E234 another shape; see ``web.pull``.
    """
    address = url.removeprefix(SCHEME)
    host = urlsplit(address).hostname or ""
    deadline = time.monotonic() + spec.timeout_s
    with speaking(host, spec):
        headers = _login(address, spec, deadline)
        offers, total = _all_pages(address, headers, spec, deadline)
        document = _document(offers, total)
        name = _name(address)
        copy, sha256, size = write_private(limited(iter((document,)), name, host, spec, deadline), name, into)
    notes: tuple[str, ...] = ()
    if total > CAP:
        notes = (f"[E240] {say('E240', host=host, total=total, cap=CAP, missing=total - len(offers))}",)
    return (PulledFile(name, sha256, size, copy, _newest(offers), f"{host}/{name}", notes),)


def _all_pages(
    address: str, headers: dict[str, str], spec: PullSpec, deadline: float
) -> tuple[dict[str, dict[str, Any]], int]:
    """Return the offers by id and the count the service names on its first page."""
    host = urlsplit(address).hostname or ""
    offers: dict[str, dict[str, Any]] = {}
    total = 0
    for number in range(CAP):
        answer = _page(_with_page(address, number), headers, spec, deadline)
        found, counted, pages = _read_page(answer, host)
        if number and counted != total:
            raise SourceUnavailable("E203", name=host)
        total = counted
        offers |= {str(each["id"]): each for each in found}
        if not found or len(offers) >= min(total, CAP) or number + 1 >= pages:
            break
    if len(offers) < min(total, CAP):
        raise SourceUnavailable("E203", name=host)
    return offers, total


def _page(url: str, headers: dict[str, str], spec: PullSpec, deadline: float) -> Any:
    host = urlsplit(url).hostname or ""
    with open_url(url, headers, spec, deadline) as answer:
        capped = replace(spec, max_bytes=min(spec.max_bytes, PAGE_BYTES))
        text = b"".join(limited(answer.chunks(), host, host, capped, deadline))
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise SourceUnavailable("E234", host=host, reason="JSON") from None


def _read_page(answer: Any, host: str) -> tuple[list[dict[str, Any]], int, int]:
    """Return a page's offers, the total and the number of pages; the page's numbers stand in one of two places."""
    try:
        embedded = answer.get("_embedded") or {}
        page = answer.get("page") or embedded["page"]
        offers = [each for each in embedded.get("termine") or [] if each["id"] is not None]
        return offers, int(page["totalElements"]), int(page["totalPages"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise SourceUnavailable("E234", host=host, reason="_embedded.termine, page.totalElements") from None


def _login(address: str, spec: PullSpec, deadline: float) -> dict[str, str]:
    auth = spec.auth
    if auth is None:
        return {}
    if auth.token or not auth.user:
        return {"X-API-Key": auth.token or ""}
    form = {"client_id": auth.user, "client_secret": auth.password or "", "grant_type": "client_credentials"}
    parts = urlsplit(address)
    place = urlunsplit((parts.scheme, parts.netloc, OAUTH_PATH, "", ""))
    with open_url(place, {}, spec, deadline, body=urlencode(form).encode()) as answer:
        small = replace(spec, max_bytes=1 << 16)
        text = b"".join(limited(answer.chunks(), OAUTH_PATH, parts.hostname or "", small, deadline))
    try:
        return {"OAuthAccessToken": str(json.loads(text)["access_token"])}
    except (ValueError, KeyError, TypeError):
        raise SourceUnavailable("E222", host=parts.hostname or "") from None


def _with_page(address: str, number: int) -> str:
    """Return the address of a page, counted from 0; the search's own settings stay."""
    parts = urlsplit(address)
    settings = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "page"]
    if "size" not in dict(settings):
        settings.append(("size", str(PAGE_SIZE)))
    return urlunsplit(parts._replace(query=urlencode([*settings, ("page", str(number))]), fragment=""))


def _document(offers: dict[str, dict[str, Any]], total: int) -> bytes:
    ordered = [_readable(offers[key]) for key in sorted(offers, key=lambda key: (len(key), key))]
    page = {"number": 0, "size": len(ordered), "totalElements": total, "totalPages": 1}
    document = {"_embedded": {"termine": ordered}, "page": page}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _readable(value: Any) -> Any:
    """Drop contact persons at the door, nothing in the county's work needs their names; write stamps as days."""
    if isinstance(value, dict):
        return {
            key: _day(each) if key.casefold() in STAMPS else _readable(each)
            for key, each in value.items()
            if key.casefold() not in PERSONS
        }
    if isinstance(value, list):
        return [_readable(each) for each in value]
    return value


def _day(value: Any) -> Any:
    """Return the day of a stamp in milliseconds; anything else as it is."""
    from zoneinfo import ZoneInfo

    stamp = _stamp(value)
    return value if stamp is None else datetime.fromtimestamp(stamp / 1000, ZoneInfo(AGENCY_ZONE)).date().isoformat()


def _stamp(value: Any) -> int | None:
    text = str(value).removeprefix("-")
    return int(str(value)) if not isinstance(value, bool) and text.isdecimal() and 8 < len(text) < 14 else None


def _name(address: str) -> str:
    parts = [part for part in urlsplit(address).path.split("/") if part]
    search = next((part for part in parts if part in {"sprachfoerderung", "wbsuche"}), "kurse")
    return f"{search}.json"


def _newest(offers: dict[str, dict[str, Any]]) -> datetime | None:
    """Return the newest update the offers carry (milliseconds since 1970), for audit."""
    from tasks.pull.listing import utc

    stamps = list(_stamps(offers))
    return utc(max(stamps) / 1000) if stamps else None


def _stamps(offers: dict[str, dict[str, Any]]) -> Iterator[int]:
    for offer in offers.values():
        stamp = _stamp(offer.get("aktualisierungsdatum"))
        if stamp is not None:
            yield stamp
