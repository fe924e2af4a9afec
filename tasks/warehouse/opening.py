"""Open the warehouse that a county's configuration names: a URL, or the embedded server under ``state``."""

from dataclasses import dataclass

from sqlalchemy import Engine

from config.county import County
from schemas.errors import WarehouseUnreachable
from tasks.warehouse.embedded import ensure_server
from tasks.warehouse.engine import PIPELINE_ROLE, open_engine
from tasks.warehouse.migrate import current_version, head_version, upgrade
from tasks.warehouse.placement import find_place


@dataclass(frozen=True)
class Warehouse:
    """An open warehouse: ``admin_url`` is the login's own, ``engine`` runs as the pipeline's role."""

    admin_url: str
    engine: Engine
    version: str

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def warehouse_url(county: County) -> str:
    """Return the login's URL; starts the embedded server when no URL is configured."""
    return county.warehouse or ensure_server(county.state).url


def is_ready(county: County) -> bool:
    """Tell whether a warehouse of this code's schema stands and answers; none is made or upgraded for the question."""
    if not county.warehouse and find_place(county.state) is None:
        return False
    return current_version(warehouse_url(county)) == head_version()


def open_warehouse(county: County) -> Warehouse:
    """Return the county's warehouse, its schema up to date.

    An empty database is upgraded at once; an older one is refused until
    ``teilhabe db upgrade`` was run, because an upgrade is a decision.

    Raises:
        WarehouseUnreachable: no answer, or a schema that is older or newer than the code (E510, E511).
    """
    url = warehouse_url(county)
    version, wanted = current_version(url), head_version()
    if version is None:
        version = upgrade(url)
    if version < wanted:
        raise WarehouseUnreachable("E510", version=version, wanted=wanted)
    if version > wanted:
        raise WarehouseUnreachable("E511", version=version, wanted=wanted)
    return Warehouse(url, open_engine(url, PIPELINE_ROLE, keeps_open=True), version)
