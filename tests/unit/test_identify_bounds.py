"""What makes identification fast changes no ruling: bounds never exclude what counts, portions never cut a block."""

import numpy as np
import pandas as pd
import pytest

from tasks.identify import block
from tasks.identify.block import Blocks
from tasks.identify.compare import NEAR_ENOUGH, _may_be_near, _similarity
from tasks.identify.encode import encode

PARTS = ("mo", "ham", "ab", "dul", "ka", "rim", "yus", "uf", "el", "na", "ß", "œ", "zahra", "x")


def made_up(count: int, seed: int) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    names = ["".join(draw.choice(PARTS, draw.integers(1, 4))) for _ in range(2 * count)]
    days = pd.to_datetime("1999-01-01") + pd.to_timedelta(draw.integers(0, 40, count), unit="D")
    born = pd.Series(days).where(draw.random(count) < 0.9)
    ags = draw.choice(["05774032", "05774012", None], count)
    keys = [f"K{at:05d}" for at in range(count)]
    return pd.DataFrame(
        {"key": keys, "last_name": names[::2], "first_name": names[1::2], "birth_date": born, "ags": ags}
    )


def test_the_bound_on_letters_never_excludes_what_levenshtein_finds_near():
    vocabulary, _ = encode([made_up(600, 1)], ["key"])
    size = len(vocabulary.folded)
    one, other = np.divmod(np.arange(size * size), size)
    near = _similarity(vocabulary.folded[one], vocabulary.folded[other], NEAR_ENOUGH) >= NEAR_ENOUGH
    excluded = ~_may_be_near(vocabulary, one, other, 0)
    assert near.sum() > size
    assert excluded.mean() > 0.5
    assert not (near & excluded).any()


@pytest.mark.parametrize("crowd", [5, 300])
def test_blocks_made_for_a_few_records_hold_what_blocks_made_for_all_do(crowd: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(block, "CROWD", crowd)
    monkeypatch.setattr(block, "PERSONS_AT_ONCE", 70)
    vocabulary, (few, many) = encode([made_up(40, 2), made_up(900, 3)], ["key", "key"])
    rows = np.arange(len(few), dtype=np.int64)
    all_at, all_to = Blocks(vocabulary, many).candidates(few, rows)
    at, to = Blocks(vocabulary, many, few).candidates(few, rows)
    assert len(at) > 200
    assert (at.tolist(), to.tolist()) == (all_at.tolist(), all_to.tolist())
