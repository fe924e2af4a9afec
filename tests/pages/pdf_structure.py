"""What PDF/UA-1 (ISO 14289-1) asks of a file's structure, looked up by another library than the one that wrote it.

Run by ``make test-pages`` in an environment of its own that has pikepdf: ``python pdf_structure.py FILE…`` prints one
finding a line and nothing for a good file. The numbers are those of the Matterhorn protocol's checkpoints.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any

import pikepdf


def findings(pdf: Any) -> Iterator[str]:
    """Yield what is missing."""
    root = pdf.Root
    if not bool(root.get("/MarkInfo", {}).get("/Marked", False)):
        yield "06 the file does not say that it is tagged"
    if "/StructTreeRoot" not in root:
        yield "01 no structure tree"
        return
    if not str(root.get("/Lang", "")):
        yield "11 no language"
    if not bool(root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False)):
        yield "07 the window does not show the title"
    with pdf.open_metadata() as meta:
        if not meta.get("dc:title"):
            yield "06 no title"
        if str(meta.get("pdfuaid:part", "")) != "1":
            yield "05 the file does not call itself PDF/UA-1"
    for number, page in enumerate(pdf.pages, start=1):
        if str(page.get("/Tabs", "")) != "/S" and "/Annots" in page:
            yield f"28 page {number}: tab order is not that of the structure"
        yield from (f"01 page {number}: {what}" for what in _untagged(pdf, page))
    yield from _fonts(pdf)
    yield from _elements(list(_walk(root.StructTreeRoot, ())))


def _walk(node: Any, above: tuple[str, ...]) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            name = str(kid["/S"]).lstrip("/")
            yield name, kid, above
            yield from _walk(kid, (*above, name))


def _untagged(pdf: Any, page: Any) -> Iterator[str]:
    """Content must be tagged or an artifact: everything that draws stands inside a marked sequence."""
    depth, seen = 0, set()
    drawing = {"Tj", "TJ", "'", '"', "f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "Do"}
    for _, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            depth += 1
        elif name == "EMC":
            depth -= 1
        elif name in drawing and depth == 0 and name not in seen:
            seen.add(name)
            yield f"'{name}' draws outside tags and artifacts"


def _fonts(pdf: Any) -> Iterator[str]:
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font" and "/DescendantFonts" in item:
            if "/ToUnicode" not in item:
                yield "10 a font does not say which letters it shows"
            described = item.DescendantFonts[0].get("/FontDescriptor", {})
            if not any(key in described for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                yield "31 a font is not embedded"


def _elements(elements: list[tuple[str, Any, tuple[str, ...]]]) -> Iterator[str]:
    level = 0
    for name, element, above in elements:
        if name == "Figure" and not str(element.get("/Alt", "")).strip():
            yield "13 a figure without an alternative text"
        if name in ("TH", "TD") and "TR" not in above:
            yield "15 a cell outside a row"
        if name == "TH" and not _attribute(element, "/Scope"):
            yield "15 a header cell without its scope"
        if heading := re.fullmatch(r"H([1-6])", name):
            if int(heading[1]) > level + 1:
                yield f"14 heading {name} after level {level}"
            level = int(heading[1])
    rows = [kinds for name, element, _ in elements if name == "Table" for kinds in [_names(element)]]
    if any("TH" not in kinds for kinds in rows):
        yield "15 a table without header cells"
    names = {name for name, _, _ in elements}
    if not {"Document", "H1", "Table", "Figure"} <= names:
        yield f"01 expected elements are missing: {sorted(names)}"


def _names(element: Any) -> set[str]:
    return {name for name, _, _ in _walk(element, ())}


def _attribute(element: Any, key: str) -> Any:
    given = element.get("/A", [])
    for one in given if isinstance(given, pikepdf.Array) else [given]:
        if isinstance(one, pikepdf.Dictionary) and key in one:
            return one[key]
    return None


if __name__ == "__main__":
    for file in sys.argv[1:]:
        with pikepdf.open(file) as opened:
            for found in findings(opened):
                print(found)
