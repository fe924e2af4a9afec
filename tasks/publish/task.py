"""Prefect side of the publish stage: figures, checks, protection and marts in one transaction."""

from schemas.errors import GateClosed
from schemas.gates import GateResult
from tasks.publish.expectations import expect_usual_day
from tasks.publish.figures import compute_figures, run_checks, store_figures
from tasks.publish.mart import publish_protected, store_release_row
from tasks.publish.marts import store_marts
from tasks.run import Run
from tasks.step import step
from tasks.warehouse.runs import mark_handout_due, mark_published, record_gates


@step("publish release")
def publish_figures(run: Run, fingerprint: str) -> list[GateResult]:
    """Publish the state of the run's day; readers keep the old one until the commit.

    Raises:
        GateClosed: a mart contradicts itself (E720), or a breakdown would tell too much.
    """
    with run.session() as session:
        session.do(
            "UPDATE ops.load SET published_as_of = :as_of, published_run = CAST(:run_id AS uuid) "
            "WHERE county = :county AND published_as_of IS NULL AND superseded_by IS NULL",
            as_of=run.as_of,
            run_id=run.run_id,
        )
        compute_figures(session, run.county, run.as_of, run.as_of)
        checks = run_checks(session)
        gates = [
            GateResult(f"check:{c.name}", c.bad_rows == 0 or c.severity == "warn", {"bad_rows": c.bad_rows})
            for c in checks
        ]
        broken = [gate.gate for gate in gates if not gate.passed]
        if broken:
            raise GateClosed("E720", checks=", ".join(broken))
        store_figures(session, run.as_of)
        usual = expect_usual_day(session, run.as_of)
        gates += [usual] if usual is not None else []
        release_id = publish_protected(session, run.county, run.as_of, run.run_id)
        store_marts(session, run.county, run.as_of, release_id)
        store_release_row(session, run.county, run.as_of, run.run_id, release_id)
        mark_published(session, run.run_id, fingerprint)
        if run.county.outbox.url:
            mark_handout_due(session, run.as_of, run.run_id)
        record_gates(session, run.run_id, gates)
    return gates
