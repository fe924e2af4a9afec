"""What the contract calls equal after folding, case by case."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.identify.folding import fold_name, fold_names, joined_key, name_key, repair_encoding


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(unicodedata.normalize("NFD", "Müller"), unicodedata.normalize("NFC", "Müller"), id="nfd-nfc"),
        pytest.param("AHMADI", "Ahmadi", id="case"),
        pytest.param("  Al   Hasan ", "Al Hasan", id="blanks"),
        pytest.param("Al\u00a0Hasan", "Al Hasan", id="no-break-space"),
        pytest.param("Al-Hasan", "Al Hasan", id="hyphen"),
        pytest.param("Al\u2011Hasan", "Al Hasan", id="no-break-hyphen"),
        pytest.param("Aïssatou", "Aissatou", id="diaeresis"),
        pytest.param("Jäger", "Jaeger", id="ä-ae"),
        pytest.param("Jäger", "Jager", id="ä-a"),
        pytest.param("Schröder", "Schroeder", id="ö-oe"),
        pytest.param("Müller", "MUELLER", id="ü-ue"),
        pytest.param("Weiß", "Weiss", id="ß-ss"),
        pytest.param("WEIẞ", "weiß", id="capital-ß"),
        pytest.param("Jørgensen", "Jorgensen", id="ø-o"),
        pytest.param("İbrahim", "ibrahim", id="turkish-dotted-capital-i"),
        pytest.param("Işık", "ISIK", id="turkish-dotless-i"),
        pytest.param("N'Diaye", "N’Diaye", id="apostrophes"),
        pytest.param("Saʿīd", "Said", id="ayn-and-macron"),
    ],
)
def test_spellings_the_contract_calls_equal_fold_to_one(one, other):
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Łukasz", "lukasz"),
        ("Đorđe", "dorde"),
        ("Þóra", "thora"),
        ("Ħamid", "hamid"),
        ("Əliyev", "eliyev"),
        ("Ŋoma", "noma"),
        ("Şêrko", "serko"),
        ("Cubûrî", "cuburi"),
        ("Ḥusayn", "husayn"),
        ("Vương", "vuong"),
        ("Œuvray", "ouvray"),
        ("Ķ̦āķā", "kaka"),
    ],
)
def test_letters_of_din_91379_fold_to_plain_ones(written, folded):
    assert fold_name(written) == folded


def test_order_of_first_and_last_name_does_not_matter():
    assert name_key("Ahmadi", "Zahra") == name_key("Zahra", "Ahmadi") == name_key("Zahra Ahmadi", "")


def test_a_hyphen_a_blank_and_nothing_are_the_same_in_the_joined_key():
    assert joined_key("Al-Hasan", "Omar") == joined_key("AlHasan", "Omar") == joined_key("Omar", "Al Hasan")


@pytest.mark.parametrize(
    ("one", "other"), [("Hasan", "Husain"), ("Amin", "Amina"), ("Mohamed", "Mohammad"), ("Ba", "Bah")]
)
def test_other_names_and_romanisations_do_not_fold_to_one(one, other):
    assert fold_name(one) != fold_name(other)


def test_missing_names_fold_to_empty_text():
    assert fold_names(pd.Series(["Ça", None, float("nan"), "  ", "-"])) == ["ca", "", "", "", ""]


def test_utf8_read_as_cp1252_is_put_right_and_whole_names_stay():
    assert repair_encoding("Ã–zdemir") == "Özdemir"
    assert repair_encoding("Ångström") == "Ångström"


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text):
    once = fold_name(text)
    assert fold_name(once) == once


@given(st.text(max_size=20), st.text(max_size=20))
def test_name_key_is_symmetric(last, first):
    assert name_key(last, first) == name_key(first, last)
