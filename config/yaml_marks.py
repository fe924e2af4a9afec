"""YAML read with the place of every key, and scalars exactly as written.

PyYAML's own typing is left out on purpose: ``no`` stays "no", ``05774`` stays
"05774", and each reader asks for the type that it wants. Duplicate keys are
refused. ``${VAR}`` and ``${VAR:-default}`` take values from the environment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from config.problems import Problems, suggest
from config.yaml_text import compose
from schemas.messages import say

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_NULL_TAG = "tag:yaml.org,2002:null"
_TRUE = {"true", "yes", "ja"}
_FALSE = {"false", "no", "nein"}


@dataclass(frozen=True)
class Reader:
    """What every section of one file shares."""

    file: Path
    problems: Problems
    environment: Mapping[str, str]
    base: Path

    def report(self, node: yaml.Node, code: str, /, **params: object) -> None:
        """Record a finding at the place of ``node``."""
        mark = node.start_mark
        self.problems.add(self.file, mark.line + 1, mark.column + 1, code, **params)

    def expand(self, node: yaml.ScalarNode, *, may_be_unset: bool = False) -> str:
        """Return the scalar's text with variables filled in; an unset one is a finding unless allowed."""

        def fill(found: re.Match[str]) -> str:
            name, default = found.group(1), found.group(2)
            value = self.environment.get(name) or default
            if value is None:
                if not may_be_unset:
                    self.report(node, "E107", variable=name)
                return ""
            return value

        return _VARIABLE.sub(fill, str(node.value))


def is_null(node: yaml.Node) -> bool:
    """Tell whether a scalar is YAML's null (nothing written, ``~`` or ``null``)."""
    return isinstance(node, yaml.ScalarNode) and node.tag == _NULL_TAG


class Section:
    """One mapping of a YAML file; keys that nobody asks for are findings on ``close``."""

    def __init__(self, reader: Reader, node: yaml.MappingNode | None, place: yaml.Node | None, path: str = "") -> None:
        self.reader = reader
        self.path = path
        self.place = place
        self.entries: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        self._asked: set[str] = set()
        for key, value in node.value if node is not None else ():
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            if name in self.entries:
                first = self.entries[name][0].start_mark.line + 1
                reader.report(key, "E103", key=name, first=first)
            elif not isinstance(key, yaml.ScalarNode):
                reader.report(key, "E104", key="?", expected=say("E191"))
            else:
                self.entries[name] = (key, value)

    def node(self, key: str) -> yaml.Node | None:
        """Return the value node under ``key``; None when absent or null."""
        self._asked.add(key)
        entry = self.entries.get(key)
        return None if entry is None or is_null(entry[1]) else entry[1]

    def report(self, key: str | None, code: str, /, **params: object) -> None:
        """Record a finding at the value of ``key``, or at the section's own place."""
        node = self.entries[key][1] if key in self.entries else self.place
        if node is None:
            self.reader.problems.add(self.reader.file, 1, 1, code, **params)
        else:
            self.reader.report(node, code, **params)

    def _scalar(self, key: str, expected: str, *, may_be_unset: bool = False) -> str | None:
        node = self.node(key)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode):
            self.reader.report(node, "E104", key=key, expected=say(expected))
            return None
        return self.reader.expand(node, may_be_unset=may_be_unset)

    def optional_text(self, key: str, *, may_be_unset: bool = False) -> str | None:
        """Return the text under ``key``; None when absent or empty."""
        return self._scalar(key, "E191", may_be_unset=may_be_unset) or None

    def text(self, key: str, default: str) -> str:
        """Return the text under ``key``, or ``default``."""
        return self.optional_text(key) or default

    def required_text(self, key: str) -> str:
        """Return the text under ``key``; absent is a finding."""
        before = len(self.reader.problems.found)
        value = self.optional_text(key)
        if value is None and len(self.reader.problems.found) == before:
            self.report(None, "E102", key=self.path + key)
        return value or ""

    def choice(self, key: str, choices: tuple[str, ...], default: str | None) -> str:
        """Return one of ``choices``; without a default the key is required."""
        value = self.required_text(key) if default is None else self.text(key, default)
        if value and value not in choices:
            self.report(key, "E109", key=key, choices=", ".join(choices), hint=suggest(value, choices))
            return choices[0]
        return value

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """Return a number between ``low`` and ``high``."""
        value = self._scalar(key, "E193")
        if value is None:
            return default
        try:
            number = float(value)
        except ValueError:
            self.report(key, "E104", key=key, expected=say("E193"))
            return default
        if not low <= number <= high:
            self.report(key, "E110", key=key, value=value, low=f"{low:g}", high=f"{high:g}")
            return default
        return number

    def integer(self, key: str, default: int | None, low: int = 0, high: int = 1_000_000_000) -> int | None:
        """Return a whole number between ``low`` and ``high``."""
        value = self._scalar(key, "E192")
        if value is None:
            return default
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            self.report(key, "E104", key=key, expected=say("E192"))
            return default
        if not low <= int(value) <= high:
            self.report(key, "E110", key=key, value=value, low=low, high=high)
            return default
        return int(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self._scalar(key, "E194")
        if value is None:
            return default
        if value.lower() not in _TRUE | _FALSE:
            self.report(key, "E104", key=key, expected=say("E194"))
            return default
        return value.lower() in _TRUE

    def day(self, key: str) -> date | None:
        """Return an ISO date; None when absent."""
        value = self._scalar(key, "E195")
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.report(key, "E104", key=key, expected=say("E195"))
            return None

    def share(self, key: str) -> float | None:
        """Return a share from 0 to 1, written ``30%`` or ``0.3``; a change may pass 1."""
        value = self._scalar(key, "E196")
        if value is None:
            return None
        found = re.fullmatch(r"([0-9]{1,6}(?:[.,][0-9]{1,9})?)\s*(%?)", value.strip())
        if found is None:
            self.report(key, "E104", key=key, expected=say("E196"))
            return None
        number = float(found.group(1).replace(",", "."))
        return number / 100 if found.group(2) else number

    def days(self, key: str) -> int | None:
        """Return a duration in days, written ``7d`` or ``2w``."""
        value = self._scalar(key, "E197")
        if value is None:
            return None
        found = re.fullmatch(r"([0-9]{1,5})\s*([dw])", value.strip())
        if found is None:
            self.report(key, "E104", key=key, expected=say("E197"))
            return None
        return int(found.group(1)) * (7 if found.group(2) == "w" else 1)

    def secret(self, key: str) -> str | None:
        """Return a secret from ``key`` (usually ``${VAR}``) or from the file that ``key_file`` names."""
        path = self.optional_text(f"{key}_file")
        if path is None:
            return self.optional_text(key)
        try:
            return (self.reader.base / path).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError):
            self.report(f"{key}_file", "E108", key=f"{key}_file")
            return None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        node = self.node(key)
        if node is None:
            return ()
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not all(isinstance(item, yaml.ScalarNode) for item in nodes):
            self.reader.report(node, "E104", key=key, expected=say("E199"))
            return ()
        return tuple(str(item.value) for item in nodes)

    def section(self, key: str) -> "Section":
        """Return the mapping under ``key``; an empty one when absent."""
        node = self.node(key)
        if node is not None and not isinstance(node, yaml.MappingNode):
            self.reader.report(node, "E104", key=key, expected=say("E198"))
            return Section(self.reader, None, node, f"{self.path}{key}.")
        return Section(self.reader, node, node or self.place, f"{self.path}{key}.")

    def written(self) -> dict[str, str]:
        """Return keys and values exactly as written (value maps); null is an empty text."""
        self._asked.update(self.entries)
        texts: dict[str, str] = {}
        for key, (_, node) in self.entries.items():
            if not isinstance(node, yaml.ScalarNode):
                self.reader.report(node, "E104", key=key, expected=say("E191"))
            else:
                texts[key] = "" if is_null(node) else str(node.value)
        return texts

    def close(self) -> None:
        """Report every key that no reader asked for, with the nearest known one."""
        for name, (key, _) in self.entries.items():
            if name not in self._asked:
                self.reader.report(key, "E101", key=name, hint=suggest(name, self._asked - self.entries.keys()))


def open_yaml(file: Path, problems: Problems, environment: Mapping[str, str], base: Path) -> Section | None:
    """Return the top mapping of ``file``; None when it cannot be read, which is a finding."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError:
        problems.add(file, 1, 1, "E106")
        return None
    except UnicodeDecodeError:
        problems.add(file, 1, 1, "E111")
        return None
    reader = Reader(file, problems, environment, base)
    try:
        node = compose(text)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problems.add(file, line, column, "E105", reason=exc.problem or "?")
        return None
    except (yaml.YAMLError, RecursionError):
        problems.add(file, 1, 1, "E105", reason="?")
        return None
    if not isinstance(node, yaml.MappingNode):
        problems.add(file, 1, 1, "E104", key=file.name, expected=say("E198"))
        return None
    return Section(reader, node, node)
