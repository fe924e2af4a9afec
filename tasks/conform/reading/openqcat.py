"""Read an openQ-cat 1.1 catalogue (the format of KURSNET) as offers: one row an offer and run.

A SERVICE whose EDUCATION has ``type="true"`` is the offer, one with ``type="false"`` is a run of
the offer that its COURSE_ID names; what a run leaves out it takes from its offer. Only
the elements listed here are taken: contact persons never leave this module.
Columns: docs/reference/openqcat.md.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.parsers import expat

from tasks.conform.reading.delivery import ReadLimits, ReadRequest
from tasks.conform.reading.flat_table import Record, write_records
from tasks.conform.reading.html_text import strip_html
from tasks.conform.reading.refusal import Refused
from tasks.conform.reading.sink import Sink
from tasks.conform.reading.xml_parts import feed, guarded_parser

OFFER = "SERVICE/SERVICE_DETAILS"
EDUCATION = f"{OFFER}/SERVICE_MODULE/EDUCATION"
COURSE = f"{EDUCATION}/MODULE_COURSE"
PRICE = "SERVICE/SERVICE_PRICE_DETAILS/SERVICE_PRICE"
CLASS = "SERVICE/SERVICE_CLASSIFICATION/FEATURE"
PATHS = {
    "SERVICE@mode": "openqcat.mode",
    "SERVICE/PRODUCT_ID": "openqcat.product_id",
    "SERVICE/COURSE_TYPE": "openqcat.course_type",
    "SERVICE/SUPPLIER_ID_REF": "openqcat.supplier_id",
    f"{OFFER}/TITLE": "title",
    f"{OFFER}/DESCRIPTION_LONG": "openqcat.description",
    f"{OFFER}/TARGET_GROUP/TARGET_GROUP_TEXT": "openqcat.target_group",
    f"{OFFER}/REQUIREMENTS": "openqcat.requirements",
    f"{OFFER}/SERVICE_DATE/START_DATE": "starts_on",
    f"{OFFER}/SERVICE_DATE/END_DATE": "ends_on",
    f"{OFFER}/SERVICE_DATE/DATE_REMARKS": "openqcat.date_remarks",
    f"{EDUCATION}@type": "openqcat.is_offer",
    f"{EDUCATION}/COURSE_ID": "openqcat.course_id",
    f"{EDUCATION}/EXTENDED_INFO/INSTRUCTION_FORM@type": "openqcat.instruction_form_code",
    f"{EDUCATION}/EXTENDED_INFO/INSTRUCTION_FORM": "openqcat.instruction_form",
    f"{EDUCATION}/EXTENDED_INFO/INSTRUCTION_TIME@type": "openqcat.instruction_time_code",
    f"{EDUCATION}/EXTENDED_INFO/INSTRUCTION_TIME": "openqcat.instruction_time",
    f"{EDUCATION}/EXTENDED_INFO/MEASURE_NUMBER": "openqcat.measure_number",
    f"{COURSE}/MIN_PARTICIPANTS": "seats_min",
    f"{COURSE}/MAX_PARTICIPANTS": "seats_max",
    f"{COURSE}/LOCATION/NAME": "openqcat.location",
    f"{COURSE}/LOCATION/STREET": "openqcat.street",
    f"{COURSE}/LOCATION/ZIP": "postcode",
    f"{COURSE}/LOCATION/CITY": "openqcat.city",
    f"{COURSE}/FLEXIBLE_START": "openqcat.flexible_start",
    f"{PRICE}/PRICE_AMOUNT": "openqcat.price",
    f"{PRICE}/PRICE_CURRENCY": "openqcat.currency",
    f"{CLASS}/FNAME": "openqcat.classification_code",
    f"{CLASS}/FVALUE": "openqcat.classification",
}
COLUMNS = [
    "offer_id",
    "run_id",
    "provider",
    "title",
    "mode",
    "starts_on",
    "ends_on",
    "seats_max",
    "seats_min",
    "part_time",
    "cost_eur",
    "postcode",
    "verified_on",
]
RAW = [name for name in PATHS.values() if name.startswith("openqcat.")]
OF_THE_RUN = {"starts_on", "ends_on", "openqcat.date_remarks", "openqcat.product_id", "openqcat.mode"}
"""Never taken over from the offer."""
CHANGES = {"NEW": "new", "UPDATE": "update", "DELETE": "delete"}
MANY = {"openqcat.classification_code", "openqcat.classification"}


def read_openqcat(
    request: ReadRequest, limits: ReadLimits, workdir: Path
) -> list[tuple[dict[str, object], Sink, Path]]:
    """Read NEW_CATALOG and UPDATE_CATALOG, in either encoding the format allows."""
    catalogue = Catalogue()
    with request.path.open("rb") as source:
        feed(catalogue.parser, source)
    if not catalogue.is_openqcat:
        raise Refused("E359", type="openQ-cat 1.1")
    out = workdir / "sheet-0.arrow"
    rows = list(offer_runs(catalogue))
    sink = write_records(rows, out, limits, [*COLUMNS, *RAW])
    about: dict[str, object] = {"sheet": None, "header_row": 0, "format": "openqcat", "partial": catalogue.is_update}
    return [(about, sink, out)]


class Catalogue:
    """Collects the listed elements of each SERVICE, in the file's order."""

    def __init__(self) -> None:
        self.parser: expat.XMLParserType = guarded_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.is_openqcat = self.is_update = False
        self.generated_on: str | None = None
        self.suppliers: dict[str, str] = {}
        self.services: list[dict[str, str]] = []
        self._path: list[str] = []
        self._texts: list[list[str]] = []
        self._supplier = ["", ""]

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        self.is_openqcat = self.is_openqcat or (not self._path and name == "OPENQCAT")
        self.is_update = self.is_update or name == "UPDATE_CATALOG"
        if name == "SERVICE":
            above = next((CHANGES[step] for step in reversed(self._path) if step in CHANGES), "")
            self.services.append({"openqcat.mode": above} if above else {})
        self._path.append(name)
        self._texts.append([])
        if self._service_path():
            for key, value in attributes.items():
                self._keep(f"{self._service_path()}@{key}", value)

    def _text(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def _end(self, tag: str) -> None:
        name, text = tag.rpartition(" ")[2], "".join(self._texts.pop()).strip()
        if path := self._service_path():
            self._keep(path, strip_html(text))
        elif name == "GENERATION_DATE":
            self.generated_on = text[:10]
        elif name == "SUPPLIER_ID" and "SUPPLIER" in self._path:
            self._supplier = [text, ""]
        elif name == "SUPPLIER_NAME":
            self.suppliers[self._supplier[0]] = text
        self._path.pop()

    def _service_path(self) -> str:
        return "/".join(self._path[self._path.index("SERVICE") :]) if "SERVICE" in self._path else ""

    def _keep(self, path: str, text: str) -> None:
        name = PATHS.get(path)
        if name is None or not text:
            return
        service = self.services[-1]
        if name in MANY and name in service:
            service[name] += f"|{text}"
        else:
            service.setdefault(name, text)


def offer_runs(catalogue: Catalogue) -> Iterator[tuple[int, Record]]:
    """Yield the number of each SERVICE that gives a row, and the row; an offer with runs gives none itself."""
    offers = {
        s.get("openqcat.course_id", s.get("openqcat.product_id", "")): s for s in catalogue.services if _is_offer(s)
    }
    with_runs = {s.get("openqcat.course_id", "") for s in catalogue.services if not _is_offer(s)}
    for number, service in enumerate(catalogue.services, 1):
        course = service.get("openqcat.course_id", service.get("openqcat.product_id", ""))
        if _is_offer(service):
            if course not in with_runs:
                yield number, _row(service, course, None, catalogue)
            continue
        base = {key: value for key, value in offers.get(course, {}).items() if key not in OF_THE_RUN}
        yield number, _row({**base, **service}, course, service.get("openqcat.product_id"), catalogue)


def _is_offer(service: Mapping[str, str]) -> bool:
    return service.get("openqcat.is_offer", "true").casefold() in {"true", "1"}


def _row(service: Mapping[str, str], offer_id: str, run_id: str | None, catalogue: Catalogue) -> Record:
    is_euro = service.get("openqcat.currency", "EUR").upper() == "EUR"
    return {
        **service,
        "offer_id": offer_id,
        "run_id": run_id,
        "provider": catalogue.suppliers.get(service.get("openqcat.supplier_id", "")),
        "mode": _mode(service.get("openqcat.instruction_form", "").casefold()),
        "starts_on": _day(service.get("starts_on")),
        "ends_on": _day(service.get("ends_on")),
        "part_time": {"1": "nein", "2": "ja"}.get(service.get("openqcat.instruction_time_code", "")),
        "cost_eur": service.get("openqcat.price") if is_euro else None,
        "verified_on": catalogue.generated_on,
    }


def _day(moment: str | None) -> str | None:
    """Return the local date of a moment as written; its time zone is the place's own."""
    return moment[:10] if moment else None


def _mode(form: str) -> str | None:
    if "blended" in form or "kombi" in form or "hybrid" in form:
        return "hybrid"
    if "präsenz" in form or "inhouse" in form:
        return "onsite"
    return "online" if any(word in form for word in ("fern", "e-learning", "online", "virtuell", "web")) else None
