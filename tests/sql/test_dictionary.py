"""The data dictionary is the catalog's; exports are the catalog's tables."""

from flows.dictionary import dictionary_page
from flows.reference import FOLDER, HEAD


def test_the_page_is_the_one_that_the_catalog_makes(warehouse_url: str) -> None:
    assert (FOLDER / "warehouse.md").read_text("utf-8") == HEAD + dictionary_page(warehouse_url), "run make docs"
