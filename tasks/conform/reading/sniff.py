"""Say what a file is from its first bytes; names and endings are not believed."""

import re

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_STARTS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
BIFF_STARTS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
OTHERS = ((b"%PDF", "PDF"), (b"{\\rtf", "RTF"), (b"\x1f\x8b", "gzip"), (b"7z\xbc\xaf", "7-Zip"), (b"Rar!", "RAR"))
OTHERS_BINARY = ((b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"SQLite format 3", "SQLite"), (b"PAR1", "Parquet"))
MARKUP = re.compile(rb"^\s*<(\?xml|!doctype|!--|[a-z])", re.IGNORECASE)
HTML = re.compile(rb"<(!doctype\s+html|html|table|head|body|meta)[\s>]", re.IGNORECASE)
SPREADSHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"


def sniff(start: bytes) -> str:
    """Return ``zip``, ``ole``, ``text``, ``xml``, or the plain name of something that is never a delivery.

    Args:
        start: the first kilobytes of the file.
    """
    if start.startswith(ZIP_STARTS):
        return "zip"
    if start.startswith(OLE):
        return "ole"
    for mark, name in (*OTHERS, *OTHERS_BINARY):
        if start.startswith(mark):
            return name
    if start.startswith(BIFF_STARTS):
        return "Excel 2–4"
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    return _text_kind(start.removeprefix(b"\xef\xbb\xbf"))


def _text_kind(start: bytes) -> str:
    if not MARKUP.match(start):
        return "text"
    if SPREADSHEET_2003 in start:
        return "XML Spreadsheet 2003"
    return "HTML" if HTML.search(start) else "xml"
