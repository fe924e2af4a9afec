"""Facts of a run, one row a run."""

import pandas as pd

from tasks.match.columns import FactColumn, column_of, days_of, flags_of, levels_of, numbers_of, text_column

_RUN_NUMBERS = ("hours_week", "seats_free", "min_age", "max_age")
_RUN_DAYS = ("starts_on", "ends_on", "seats_as_of", "verified_on")


def run_facts(runs: pd.DataFrame) -> dict[str, FactColumn]:
    """Return the facts ``run.*`` by name."""
    facts = {f"run.{name}": text_column("run", column_of(runs, name)) for name in ("kind", "family", "module", "mode")}
    facts |= {f"run.{name}": FactColumn("run", *numbers_of(column_of(runs, name))) for name in _RUN_NUMBERS}
    facts |= {f"run.{name}": FactColumn("run", *days_of(column_of(runs, name))) for name in _RUN_DAYS}
    for name in ("entry_level", "target_level"):
        facts[f"run.{name}"] = FactColumn("run", *levels_of(column_of(runs, name)))
    for name in ("childcare", "part_time"):
        facts[f"run.{name}"] = FactColumn("run", *flags_of(column_of(runs, name)))
    return facts
