"""What deliveries say of ids: the id of somebody named by name, and known ids whose names are corrected."""

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from schemas.identities import MENTION_PREFIX, NAMED
from tasks.identify.folding import name_key

if TYPE_CHECKING:
    from tasks.warehouse.session import CountySession


def id_keys(frame: pd.DataFrame) -> "pd.Series[str]":
    """Return ``source|person_id`` of each row."""
    return frame["source"].astype(str) + "|" + frame["person_id"].astype(str)


def split_pairs(session: "CountySession") -> pd.DataFrame:
    """Return what somebody split: mention_key and other_key (``source|person_id``), person_key, link ("cannot")."""
    found = session.frame("identify/decisions")
    return found.assign(mention_key=id_keys(found), other_key=found["other_source"] + "|" + found["other_id"])


def stands_in(frame: pd.DataFrame, other: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which ids of ``frame`` stand in ``other`` too."""
    ids, others = (pa.array(id_keys(each), pa.large_string()) for each in (frame, other))
    found: npt.NDArray[np.bool_] = np.asarray(pc.is_in(ids, value_set=others))
    return found


def mention_id(last_name: object, first_name: object, birth_date: object, ags: object) -> str:
    """Return the id of somebody named by name: equal names in any spelling order and equal dates are one mention."""
    parts = [name_key(text_of(last_name), text_of(first_name)), text_of(birth_date)[:10], text_of(ags)]
    return MENTION_PREFIX + hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def text_of(value: object) -> str:
    """Return a cell as text, an absent one as none."""
    return "" if value is None or value is pd.NaT or value != value else str(value)  # noqa: PLR0124, NaN


def corrected(delivered: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the known ids whose delivered name or birth date differs from the known one, as ``asked`` rows.

    Args:
        delivered: source, person_id and names; an id that stands there with different names is left
            out, for its rows are rejected.
        known: as in ``identify_participants``. Ids that a person has linked stay as decided.
    """
    once = delivered.drop_duplicates(["source", "person_id"], keep=False)
    both = once.merge(known[~known["is_decided"]], on=["source", "person_id"], suffixes=("", "_known"))
    born, was_born = (pd.to_datetime(both[name]).to_numpy() for name in ("birth_date", "birth_date_known"))
    differs = (born != was_born) & ~(np.isnat(born) & np.isnat(was_born))
    for name in ("last_name", "first_name"):
        differs |= (both[name].fillna("").astype(str) != both[f"{name}_known"].fillna("").astype(str)).to_numpy()
    columns = ["source", "person_id", *NAMED, "person_uid"]
    return pd.DataFrame(both.assign(person_uid=both["person_key"]).loc[differs, columns])
