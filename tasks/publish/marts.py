"""The marts beside the KPIs: offers, network, caseload, suppliers, unmet needs, definitions.

Each is one INSERT (``sql/marts/<mart>/query.sql``) after a DELETE of the county's
own rows, inside the publishing transaction: readers never see it empty.
"""

from datetime import date

import pandas as pd

from config.county import County
from tasks.publish.disclosure import DisclosureSettings
from tasks.publish.disclosure.clusters import protect_clusters
from tasks.warehouse.session import CountySession


def store_marts(session: CountySession, county: County, as_of: date, release_id: str | None) -> None:
    """Replace the county's rows of every mart; needs the temporary tables of ``compute_figures``.

    ``mart.unmet_need`` tells about needs of few people: it changes on releases only.
    """
    session.do("CREATE TEMPORARY TABLE cfg_supplier (source text, supplier text) ON COMMIT DROP")
    suppliers = [(source.name, source.supplier.name) for source in county.sources]
    session.copy("cfg_supplier", pd.DataFrame(suppliers, columns=["source", "supplier"]))
    limits = county.thresholds
    session.do("DELETE FROM mart.offer WHERE county = :county")
    session.run("marts/offer/query", as_of=as_of, offers_fresh_days=limits.offers_fresh_days)
    session.do("DELETE FROM mart.network WHERE county = :county")
    session.run("marts/network/query", as_of=as_of)
    session.do("DELETE FROM mart.caseload WHERE county = :county AND day = :as_of", as_of=as_of)
    session.run("marts/caseload/query", as_of=as_of, per_fte=county.caseload.per_fte)
    session.do("DELETE FROM mart.supplier_quality WHERE county = :county")
    session.run("marts/supplier_quality/query")
    if release_id is not None:
        _store_unmet_needs(session, county, as_of, release_id)
    _store_definitions(session, county)


def _store_unmet_needs(session: CountySession, county: County, as_of: date, release_id: str) -> None:
    settings = county.disclosure
    rules = DisclosureSettings(settings.method, settings.base, settings.min_count)
    found = session.frame("marts/unmet_need/query", as_of=as_of, unmet_after_days=county.thresholds.unmet_after_days)
    said = session.rows(
        "SELECT cluster, needs_count FROM mart.unmet_need WHERE county = :county AND protection = 'rounded'"
    )
    total_shown = session.value(
        "SELECT bool_or(protection = 'exact') FROM mart.kpi WHERE county = :county AND as_of = :as_of "
        "AND kpi = 'unmet_needs'",
        as_of=as_of,
    )
    rows = protect_clusters(
        found, rules, {row["cluster"]: row["needs_count"] for row in said}, total_shown=bool(total_shown)
    )
    session.do("DELETE FROM mart.unmet_need WHERE county = :county")
    columns = "cluster, category, category_label_de, target_level, needs_count, protection, as_of, release_id"
    session.do("CREATE TEMPORARY TABLE unmet_shown (LIKE mart.unmet_need) ON COMMIT DROP")
    session.do("ALTER TABLE unmet_shown ALTER COLUMN county DROP NOT NULL")
    rows = rows.assign(as_of=as_of, release_id=release_id)
    session.copy("unmet_shown", rows[columns.split(", ")])
    session.do(f"INSERT INTO mart.unmet_need (county, {columns}) SELECT :county, {columns} FROM unmet_shown")


def _store_definitions(session: CountySession, county: County) -> None:
    for one in county.kpis:
        session.do(
            "INSERT INTO mart.kpi_definition (kpi, version, label_de, label_en, numerator_text, denominator_text, "
            "unit, "
            "valid_from, valid_to, source) VALUES (:kpi, :version, :label_de, :label_en, :numerator, "
            ":denominator, :unit, "
            ":valid_from, :valid_to, :source) ON CONFLICT (kpi, version) DO UPDATE SET label_de = excluded.label_de, "
            "label_en = excluded.label_en, numerator_text = excluded.numerator_text, "
            "denominator_text = excluded.denominator_text, unit = excluded.unit, valid_from = excluded.valid_from, "
            "valid_to = excluded.valid_to, source = excluded.source",
            kpi=one.kpi,
            version=str(one.version),
            label_de=one.label_de,
            label_en=one.label_en,
            numerator=one.numerator_text,
            denominator=one.denominator_text,
            unit=one.unit,
            valid_from=one.valid_from,
            valid_to=one.valid_to,
            source=one.source,
        )
