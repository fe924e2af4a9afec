"""Read Open Referral HSDS 3.0 (JSON) as offers: one row a service and schedule.

Only the names listed here are taken. Contacts, phones, e-mail addresses and the
``attention`` line of addresses are personal data and never leave this module.
Columns: docs/reference/hsds.md.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.flat_table import Record, write_records
from tasks.conform.reading.html_text import strip_html
from tasks.conform.reading.json_file import load_json
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sink import Sink

COLUMNS = [
    "offer_id",
    "run_id",
    "provider",
    "title",
    "mode",
    "starts_on",
    "ends_on",
    "weekdays",
    "from_time",
    "to_time",
    "min_age",
    "max_age",
    "cost_eur",
    "postcode",
    "verified_on",
]
RAW = [
    "alternate_name",
    "description",
    "url",
    "status",
    "interpretation_services",
    "application_process",
    "fees_description",
    "eligibility_description",
    "alert",
    "last_modified",
]
MODES = {"physical": "onsite", "virtual": "online", "postal": None}
WEEKDAYS = {"MO": "Mo", "TU": "Di", "WE": "Mi", "TH": "Do", "FR": "Fr", "SA": "Sa", "SU": "So"}
Json = dict[str, Any]


def read_hsds(request: ReadRequest, limits: ReadLimits, workdir: Path) -> list[tuple[dict[str, object], Sink, Path]]:
    """Read one service, a page of services, an organization with its services, or a list of any of them."""
    services = list(find_services(load_json(request), {}))
    if not services:
        raise Refused("E359", type="HSDS 3.0")
    rows = [row for service, provider in services for row in offer_runs(service, provider)]
    out = workdir / "sheet-0.arrow"
    sink = write_records(list(enumerate(rows, 1)), out, limits, [*COLUMNS, *(f"hsds.{name}" for name in RAW)])
    return [({"sheet": None, "header_row": 0, "format": "hsds"}, sink, out)]


def find_services(document: Any, provider: Json, depth: int = 0) -> Iterator[tuple[Json, Json]]:
    """Yield each service with the organization around it."""
    if isinstance(document, list):
        for item in document:
            yield from find_services(item, provider, depth)
    elif isinstance(document, dict) and depth < 5:
        if isinstance(document.get("contents"), list):
            yield from find_services(document["contents"], provider, depth + 1)
        elif isinstance(document.get("services"), list):
            yield from find_services(document["services"], document, depth + 1)
        elif "id" in document and "name" in document and _is_service(document):
            yield document, _object(document.get("organization")) or provider


def _is_service(document: Json) -> bool:
    marks = {"status", "schedules", "service_at_locations", "organization", "organization_id", "program"}
    return bool(marks & document.keys()) and "location_type" not in document


def offer_runs(service: Json, provider: Json) -> Iterator[Record]:
    """Yield one row a schedule of the service or of one of its places; one without a run where there is none."""
    places = _objects(service.get("service_at_locations"))
    common: dict[str, str | None] = {
        "offer_id": _text(service, "id"),
        "provider": _text(provider, "name"),
        "title": _text(service, "name"),
        "min_age": _text(service, "minimum_age"),
        "max_age": _text(service, "maximum_age"),
        "cost_eur": _cost(service),
        "verified_on": (_text(service, "assured_date") or "")[:10] or None,
        **{f"hsds.{name}": _text(service, name) for name in RAW},
        "hsds.taxonomy_terms": _terms(service),
    }
    runs = [(schedule, places[:1]) for schedule in _objects(service.get("schedules"))]
    runs += [(schedule, [place]) for place in places for schedule in _objects(place.get("schedules"))]
    seen: set[tuple[str | None, str | None]] = set()
    for schedule, at in runs or [({}, places[:1])]:
        location = _object(at[0].get("location")) if at else {}
        key = (_text(schedule, "id"), _text(location, "id"))
        if key not in seen:
            seen.add(key)
            yield {**common, **_schedule(schedule), **_location(location)}


def _schedule(schedule: Json) -> Record:
    days = (_text(schedule, "byday") or "").split(",")
    return {
        "run_id": _text(schedule, "id"),
        "starts_on": _text(schedule, "dtstart") or _text(schedule, "valid_from"),
        "ends_on": _text(schedule, "until") or _text(schedule, "valid_to"),
        "weekdays": "|".join(WEEKDAYS[day.strip()[-2:]] for day in days if day.strip()[-2:] in WEEKDAYS) or None,
        "from_time": (_text(schedule, "opens_at") or "")[:5] or None,
        "to_time": (_text(schedule, "closes_at") or "")[:5] or None,
        "hsds.schedule": _text(schedule, "description"),
    }


def _location(location: Json) -> Record:
    address = next(iter(_objects(location.get("addresses"))), {})
    return {
        "mode": MODES.get(location.get("location_type") or ""),
        "postcode": _text(address, "postal_code"),
        "hsds.location": _text(location, "name"),
        "hsds.city": _text(address, "city"),
        "hsds.street": _text(address, "address_1"),
    }


def _cost(service: Json) -> str | None:
    """Return the amount of the only cost option in euro."""
    options = [o for o in _objects(service.get("cost_options")) if (o.get("currency") or "").upper() == "EUR"]
    return _text(options[0], "amount") if len(options) == 1 else None


def _terms(service: Json) -> str | None:
    terms = [_object(attribute.get("taxonomy_term")) for attribute in _objects(service.get("attributes"))]
    return "|".join(text for term in terms if (text := _text(term, "code") or _text(term, "name"))) or None


def _text(record: Json, key: str) -> str | None:
    value = record.get(key)
    return strip_html(value) or None if isinstance(value, str) else None


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _objects(value: Any) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
