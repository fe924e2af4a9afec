"""Walk through XML without building it, and refuse a DOCTYPE before it can do anything."""

import zipfile
from collections.abc import Callable, Mapping
from typing import IO
from xml.parsers import expat

from tasks.conform.reading.refusal import Refused

READ_BYTES = 256 * 1024
XML_ENDINGS = (".xml", ".rels", ".vml", ".xsd")
StartHandler = Callable[[str, Mapping[str, str]], None]
EndHandler = Callable[[str], None]


class Done(Exception):
    """Raised by a handler that has seen enough."""


LIBRE_OFFICE = "urn:org:documentfoundation:names:experimental:calc"


def local_name(name: str) -> str:
    """Return the name without its namespace; LibreOffice's own additions keep ``calcext-`` before theirs."""
    space, _, local = name.rpartition(" ")
    return f"calcext-{local}" if space.startswith(LIBRE_OFFICE) else local


def walk_xml(
    source: IO[bytes], start: StartHandler, end: EndHandler | None = None, text: Callable[[str], None] | None = None
) -> None:
    """Call ``start`` and ``end`` with local names, attributes by local name too; ``text`` with runs of characters."""

    def on_start(name: str, attributes: dict[str, str]) -> None:
        start(local_name(name), {local_name(key): value for key, value in attributes.items()})

    parser = guarded_parser()
    parser.StartElementHandler = on_start
    if end is not None:
        handler = end
        parser.EndElementHandler = lambda name: handler(local_name(name))
    if text is not None:
        parser.CharacterDataHandler = text
    feed(parser, source)


def guarded_parser() -> expat.XMLParserType:
    """Return a parser that refuses a document type and knows no outside entities."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.buffer_text = True
    return parser


def feed(parser: expat.XMLParserType, source: IO[bytes]) -> None:
    """Push the stream through the parser; stop quietly when a handler raises ``Done``."""
    try:
        while block := source.read(READ_BYTES):
            parser.Parse(block, False)  # noqa: FBT003, expat takes it by position only
        parser.Parse(b"", True)  # noqa: FBT003
    except Done:
        return
    except expat.ExpatError:
        raise Refused("E302", kind="XML") from None
    except zipfile.BadZipFile:
        raise Refused("E302", kind="ZIP") from None


def _refuse_doctype(*_: object) -> None:
    raise Refused("E376")


def refuse_doctypes(archive: zipfile.ZipFile) -> None:
    """Look at the head of each XML part, up to its first element."""

    def stop(*_: object) -> None:
        raise Done

    for member in archive.infolist():
        if not member.filename.casefold().endswith(XML_ENDINGS):
            continue
        parser = guarded_parser()
        parser.StartElementHandler = stop
        try:
            with archive.open(member) as part:
                feed(parser, part)
        except Refused as verdict:
            if verdict.code == "E376":
                raise
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            raise Refused("E302", kind="ZIP") from None
