"""Prefect side of the load stage: deliveries into ``core``, one transaction each."""

from schemas.deliveries import Delivery
from schemas.gates import GateResult
from tasks.load.births import reject_impossible_births
from tasks.load.counts import with_stored_counts
from tasks.load.delivery import DeliveryHeld, Loading, load_delivery, mark_delivery
from tasks.load.identities import load_revisited
from tasks.run import Run
from tasks.step import step
from tasks.warehouse.runs import record_gates


@step("load history")
def load_core(run: Run, deliveries: list[Delivery]) -> tuple[list[Delivery], list[GateResult]]:
    """Load every conformed delivery; one that a gate holds leaves the others loaded.

    Sources that bring participants and offers go first, so that others find who
    and what they name; whoever is still unknown is tried once more at the end,
    because two sources may name each other.
    """
    gates: list[GateResult] = []
    done = {}
    order = sorted(range(len(deliveries)), key=lambda i: (_rank(run, deliveries[i]), i))
    for i in order:
        done[i], found = _settled(run, deliveries[i])
        gates += found
    for place, i in enumerate(order):
        brought = any(_brings(run, done[later]) for later in order[place:])
        if brought and done[i].state == "loaded" and _names_unknown(run, done[i]):
            again = deliveries[i].with_state("arrived", again=True)
            done[i], _ = _settled(run, again)
    load_revisited(run)
    _check_births(run, list(done.values()))
    with run.session() as session:
        record_gates(session, run.run_id, gates)
    return with_stored_counts(run, [done[i] for i in range(len(deliveries))]), gates


def loading_of(run: Run, *, accept: bool = False) -> Loading:
    """Return what loading is told of its run; ``accept`` lets a preview pass the gates that it judges."""
    measures = tuple(module.code for module in run.county.codelists.funding_modules if module.counts_as_measure)
    return Loading(run.run_id, run.as_of, accept or run.accept, measures)


def held_sources(run: Run) -> list[str]:
    """Return the sources whose newest delivery was refused or waits: the whole publish waits with them."""
    with run.session() as session:
        rows = session.rows(
            "SELECT source FROM (SELECT DISTINCT ON (source) source, state FROM raw.delivery WHERE county = :county "
            "AND state <> 'unreadable' ORDER BY source, delivery_id DESC) AS newest WHERE state IN ('waiting', "
            "'refused')"
        )
    known = {source.name for source in run.county.sources}
    return [row["source"] for row in rows if row["source"] in known]


def _rank(run: Run, delivery: Delivery) -> tuple[int, str]:
    source = run.source(delivery.source)
    brings = 0 if source.delivers("participants") else 1 if source.delivers("offers") else 2
    return brings, source.name


def _settled(run: Run, delivery: Delivery) -> tuple[Delivery, list[GateResult]]:
    source = run.source(delivery.source)
    if not delivery.is_open:
        if delivery.state in ("refused", "unreadable") and delivery.delivery_id is not None and not delivery.again:
            with run.session() as session:
                mark_delivery(session, delivery, delivery.state, [])
        return delivery, []
    try:
        with run.session() as session:
            return load_delivery(session, source, delivery, loading_of(run))
    except DeliveryHeld as held:
        gates = held.gates
    with run.session() as session:
        mark_delivery(session, delivery, "waiting", gates)
    return delivery.with_state("waiting"), gates


def _brings(run: Run, delivery: Delivery) -> bool:
    """Tell whether a delivery has just brought what another may name."""
    source = run.source(delivery.source)
    return delivery.state == "loaded" and (source.delivers("participants") or source.delivers("offers"))


def _names_unknown(run: Run, delivery: Delivery) -> bool:
    with run.session() as session:
        found: bool = session.value(
            "SELECT EXISTS (SELECT 1 FROM quarantine.row WHERE county = :county AND delivery_id = :delivery_id "
            "AND state = 'open' AND rule IN ('unknown_person', 'unknown_offer'))",
            delivery_id=delivery.delivery_id,
        )
        return found


def _check_births(run: Run, deliveries: list[Delivery]) -> None:
    watched = ("participants", "contacts", "episodes")
    if not any(
        delivery.state == "loaded" and any(kind in delivery.counts for kind in watched) for delivery in deliveries
    ):
        return
    headers = {
        source.name: column
        for source in run.county.sources
        for mapping in source.records.get("participants", ())
        if (column := mapping.columns["birth_date"].column) is not None
    }
    full = [source.name for source in run.county.sources if source.delivery == "full"]
    with run.session() as session:
        reject_impossible_births(session, run.run_id, run.as_of, headers, full)
