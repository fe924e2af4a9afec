"""Distance between communes, as the crow flies between their centroids."""

from typing import Any

import numpy as np
import pandas as pd

from tasks.match.columns import Array

EARTH_KM = 6371.0088


def distance_table(communes: pd.DataFrame) -> tuple[dict[str, int], Array]:
    """Return the row of each AGS and the table of distances in km, rounded to 100 m.

    Args:
        communes: ags, lat, lon (degrees); an AGS that stands twice (dated) counts once, the last.

    Returns:
        Rows by AGS, and a table with one more row and column, all NaN, for unknown places.
    """
    places = communes.drop_duplicates("ags", keep="last")
    rows = {str(ags): row for row, ags in enumerate(places["ags"])}
    lat = np.radians(pd.to_numeric(places["lat"]).to_numpy(dtype=np.float64))
    lon = np.radians(pd.to_numeric(places["lon"]).to_numpy(dtype=np.float64))
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    table = np.full((len(places) + 1, len(places) + 1), np.nan)
    table[:-1, :-1] = np.round(2 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))), 1)
    return rows, table


def commune_rows(ags: "pd.Series[Any]", rows: dict[str, int]) -> Array:
    """Return the row of each AGS in the distance table; unknown places get the last row."""
    return np.array([rows.get(str(value), len(rows)) for value in ags], dtype=np.int64)
