"""The counts that the registry holds of deliveries."""

from schemas.deliveries import Delivery, KindCounts
from tasks.run import Run
from tasks.warehouse.session import CountySession


def with_stored_counts(run: Run, deliveries: list[Delivery]) -> list[Delivery]:
    """Add stored counts: a delivery that is unchanged answers as it did when it was loaded."""
    with run.session() as session:
        return [_with_counts(session, delivery) for delivery in deliveries]


def _with_counts(session: CountySession, delivery: Delivery) -> Delivery:
    stored = session.value(
        "SELECT counts -> 'kinds' FROM raw.delivery WHERE county = :county AND delivery_id = :delivery_id",
        delivery_id=delivery.delivery_id,
    )
    counts = {name: KindCounts(**found) for name, found in (stored or {}).items()}
    return delivery.with_state(delivery.state, counts=counts)
