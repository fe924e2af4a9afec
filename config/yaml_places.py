"""YAML that remembers where each value stands, for errors that name ``file:line:column``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from config.rule_language import suggestion
from config.yaml_text import compose
from schemas.errors import ConfigInvalid


@dataclass(frozen=True)
class Place:
    """One value of a YAML file with its place; ``source`` is the file's whole text."""

    file: str
    source: str
    node: yaml.Node

    @property
    def place(self) -> str:
        """Return ``file:line:column``, both from 1."""
        return f"{self.file}:{self.node.start_mark.line + 1}:{self.node.start_mark.column + 1}"

    def place_at(self, offset: int) -> str:
        """Return the place of character ``offset`` of this scalar's text.

        Folding and quoting change blanks only, so the n-th visible character of the
        text is the n-th visible character of the source.
        """
        start = self.node.start_mark.index
        if isinstance(self.node, yaml.ScalarNode) and self.node.style in ("|", ">"):
            start = self.source.index("\n", start)
        elif isinstance(self.node, yaml.ScalarNode) and self.node.style:
            start += 1
        visible = sum(not char.isspace() for char in str(self.node.value)[:offset])
        at = start
        while at < len(self.source) and (visible or self.source[at].isspace()):
            visible -= not self.source[at].isspace()
            at += 1
        line = self.source.count("\n", 0, at)
        return f"{self.file}:{line + 1}:{at - (self.source.rfind(chr(10), 0, at) + 1) + 1}"

    def fail(self, key: str, expected: str) -> ConfigInvalid:
        """Return the error for a value of the wrong kind."""
        return ConfigInvalid("E603", place=self.place, key=key, expected=expected)

    def text(self) -> str:
        """Return a text that is not empty."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            raise self.fail("…", "text")
        return str(self.node.value)

    def integer(self) -> int:
        """Return a whole number."""
        text = self.text()
        if not text.lstrip("-").isascii() or not text.lstrip("-").isdigit():
            raise self.fail(text, "whole number")
        return int(text)

    def flag(self) -> bool:
        """Return true or false."""
        return self.one_of(("true", "false")) == "true"

    def day(self) -> date:
        """Return a date written YYYY-MM-DD."""
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.fail(self.text(), "YYYY-MM-DD") from None

    def one_of(self, allowed: Sequence[str]) -> str:
        """Return a text that is one of ``allowed``."""
        text = self.text()
        if text not in allowed:
            raise ConfigInvalid("E608", place=self.place, key=text, hint=suggestion(text, frozenset(allowed)))
        return text

    def items(self) -> list["Place"]:
        """Return the items of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.fail("…", "list")
        return [Place(self.file, self.source, item) for item in self.node.value]

    def mapping(self, allowed: Sequence[str] | None = None) -> "MappingNode":
        """Return a mapping whose keys are all among ``allowed``."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.fail("…", "key: value")
        children: dict[str, Place] = {}
        for key, value in self.node.value:
            name = Place(self.file, self.source, key)
            if allowed is not None and key.value not in allowed:
                hint = suggestion(str(key.value), frozenset(allowed))
                raise ConfigInvalid("E601", place=name.place, key=str(key.value), hint=hint)
            if key.value in children:
                raise ConfigInvalid("E610", place=name.place, key=str(key.value))
            children[str(key.value)] = Place(self.file, self.source, value)
        return MappingNode(self.file, self.source, self.node, children)


@dataclass(frozen=True)
class MappingNode(Place):
    """A mapping with its children by key; a key with an empty value counts as absent."""

    children: dict[str, Place]

    def get(self, key: str) -> Place | None:
        """Return the value of ``key``, or None when absent or empty."""
        found = self.children.get(key)
        empty = found is None or (isinstance(found.node, yaml.ScalarNode) and not found.node.value)
        return None if empty else found

    def child(self, key: str) -> Place:
        """Return the value of a key that must be there."""
        found = self.get(key)
        if found is None:
            raise ConfigInvalid("E602", place=self.place, key=key)
        return found

    def require(self, keys: Iterable[str]) -> None:
        """Refuse a mapping that lacks one of ``keys``."""
        for key in keys:
            self.child(key)

    def items_of(self, key: str) -> list[Place]:
        """Return the items of a list, none when the key is absent."""
        found = self.get(key)
        return found.items() if found else []

    def optional_day(self, key: str) -> date | None:
        """Return a date, or None when absent."""
        found = self.get(key)
        return found.day() if found else None

    def optional_integer(self, key: str, default: int) -> int:
        """Return a whole number, or ``default`` when absent."""
        found = self.get(key)
        return found.integer() if found else default


def load_places(path: Path) -> Place:
    """Read one YAML file.

    Raises:
        ConfigInvalid: not readable as UTF-8 YAML.
    """
    try:
        source = path.read_text(encoding="utf-8")
        node = compose(source)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        where = f"{path.name}:{mark.line + 1}:{mark.column + 1}" if mark else path.name
        raise ConfigInvalid("E609", place=where, problem=exc.problem or "syntax") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise ConfigInvalid("E609", place=path.name, problem="encoding") from None
    if node is None:
        raise ConfigInvalid("E609", place=path.name, problem="empty")
    return Place(path.name, source, node)
