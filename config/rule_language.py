"""The small typed language of eligibility conditions, checked when read.

A condition is a yes/no sentence over named facts, e.g.
``run.max_age is unknown or person.age <= run.max_age``. Nothing is evaluated
here: text becomes a tree whose types fit, or an error that names its place.
There is no call, no attribute beyond the named facts and no ``eval``.

Grammar, loosest first::

    either  = both { "or" both }
    both    = denial { "and" denial }
    denial  = "not" denial | relation
    relation = sum [ ("==" | "!=" | "<" | "<=" | ">" | ">=") sum
                   | ["not"] "in" "[" literal { "," literal } "]"
                   | "is" ("known" | "unknown") ]
    sum     = term { ("+" | "-") term }
    term    = number | 'text' | date | "true" | "false" | fact | "(" either ")"
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import NoReturn

from config.rule_tree import (
    CEFR,
    Fact,
    FactName,
    Junction,
    Kind,
    Known,
    Literal,
    Membership,
    Node,
    Not,
    Relation,
    RuleFault,
    Sum,
)

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<text>'[^']*')"
    r"|(?P<sign>==|!=|<=|>=|<|>|\+|-|\(|\)|\[|\]|,)|(?P<name>[A-Za-z_][A-Za-z_0-9]*(?:\.[A-Za-z_0-9]+)?)"
)
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_WORDS = frozenset({"and", "or", "not", "in", "is", "known", "unknown", "true", "false"})


@dataclass(frozen=True)
class _Token:
    group: str
    text: str
    at: int


def parse_condition(
    text: str, facts: Mapping[str, FactName], codes: Mapping[str, frozenset[str]] | None = None
) -> Node:
    """Read a condition into a tree of type bool.

    Args:
        text: the condition.
        facts: facts that may be named.
        codes: known codes by list name; literals compared with a coded fact must stand there.

    Raises:
        RuleFault: with the offset of the fault.
    """
    reader = _Reader(_tokens(text), facts, codes or {})
    tree = reader.either()
    reader.expect_end()
    if tree.kind is not Kind.BOOL:
        raise RuleFault("E606", tree.at, operator="condition", left=str(tree.kind), right="bool")
    return tree


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise RuleFault("E604", at, found=text[at], expected="fact, value, operator")
        if found.lastgroup != "space":
            tokens.append(_Token(found.lastgroup, found.group(), at))
        at = found.end()
    tokens.append(_Token("end", "", len(text)))
    return tokens


class _Reader:
    """Recursive descent, one method a line of the grammar."""

    def __init__(
        self, tokens: Sequence[_Token], facts: Mapping[str, FactName], codes: Mapping[str, frozenset[str]]
    ) -> None:
        self.tokens, self.facts, self.codes = tokens, facts, codes
        self.position = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def take(self, *texts: str) -> _Token | None:
        token = self.token
        if token.text in texts and token.group in ("sign", "name"):
            self.position += 1
            return token
        return None

    def fail(self, expected: str) -> NoReturn:
        raise RuleFault("E604", self.token.at, found=self.token.text or "…", expected=expected)

    def expect(self, text: str) -> _Token:
        return self.take(text) or self.fail(text)

    def expect_end(self) -> None:
        if self.token.group != "end":
            self.fail("and, or")

    def either(self) -> Node:
        return self._junction("or")

    def both(self) -> Node:
        return self._junction("and")

    def _junction(self, word: str) -> Node:
        read = self.both if word == "or" else self.denial
        items = [read()]
        at = self.token.at
        while self.take(word):
            items.append(read())
        if len(items) == 1:
            return items[0]
        for item in items:
            _demand(item, word)
        return Junction(word, tuple(items), at=at)

    def denial(self) -> Node:
        if token := self.take("not"):
            item = self.denial()
            _demand(item, "not")
            return Not(item, at=token.at)
        return self.relation()

    def relation(self) -> Node:
        left = self.sum()
        at = self.token.at
        if sign := self.take(*_COMPARISONS):
            return self._compare(sign, left, self.sum())
        if self.take("is"):
            known = self.take("known", "unknown") or self.fail("known, unknown")
            if not isinstance(left, Fact):
                raise RuleFault("E604", at, found="is", expected="fact")
            return Known(left, at=at) if known.text == "known" else Not(Known(left, at=at), at=at)
        if negated := self.take("not"):
            self.expect("in")
            return Not(self._members(left, at), at=negated.at)
        if self.take("in"):
            return self._members(left, at)
        return left

    def _compare(self, sign: _Token, left: Node, right: Node) -> Relation:
        left, right = self._cast(left, right), self._cast(right, left)
        ordered = left.kind in (Kind.NUMBER, Kind.DATE, Kind.LEVEL)
        if left.kind is not right.kind or (sign.text not in ("==", "!=") and not ordered):
            raise RuleFault("E606", sign.at, operator=sign.text, left=str(left.kind), right=str(right.kind))
        return Relation(sign.text, left, right, at=sign.at)

    def _members(self, item: Node, at: int) -> Membership:
        self.expect("[")
        values: list[Literal] = []
        while True:
            value = self._cast(self.term(), item)
            if not isinstance(value, Literal) or value.kind is not item.kind:
                raise RuleFault("E606", value.at, operator="in", left=str(item.kind), right=str(value.kind))
            values.append(value)
            if not self.take(","):
                break
        self.expect("]")
        return Membership(item, tuple(values), at=at)

    def _cast(self, node: Node, other: Node) -> Node:
        """Read a text beside a level as a level, and check codes of coded facts."""
        if not (isinstance(node, Literal) and node.kind is Kind.TEXT):
            return node
        if other.kind is Kind.LEVEL:
            self._check_code(str(node.value), frozenset(CEFR), node.at)
            return Literal(node.value, Kind.LEVEL, node.at)
        list_name = self.facts[other.name].codes if isinstance(other, Fact) else None
        if list_name is not None and list_name in self.codes:
            self._check_code(str(node.value), self.codes[list_name], node.at)
        return node

    def _check_code(self, code: str, known: frozenset[str], at: int) -> None:
        if code not in known:
            raise RuleFault("E608", at, key=code, hint=suggestion(code, known))

    def sum(self) -> Node:
        left = self.term()
        while sign := self.take("+", "-"):
            right = self.term()
            kind = _SUMS.get((left.kind, sign.text, right.kind))
            if kind is None:
                raise RuleFault("E606", sign.at, operator=sign.text, left=str(left.kind), right=str(right.kind))
            left = Sum(sign.text, left, right, kind, at=sign.at)
        return left

    def term(self) -> Node:
        token = self.token
        if self.take("("):
            inner = self.either()
            self.expect(")")
            return inner
        if token.group not in ("number", "text", "date", "name") or token.text in _WORDS - {"true", "false"}:
            self.fail("fact, value, (")
        self.position += 1
        if token.group == "name" and token.text not in ("true", "false"):
            return self._fact(token)
        return _literal(token)

    def _fact(self, token: _Token) -> Fact:
        if token.text not in self.facts:
            raise RuleFault("E605", token.at, key=token.text, hint=suggestion(token.text, self.facts))
        return Fact(token.text, self.facts[token.text].kind, token.at)


_SUMS: Mapping[tuple[Kind, str, Kind], Kind] = {
    (Kind.NUMBER, "+", Kind.NUMBER): Kind.NUMBER,
    (Kind.NUMBER, "-", Kind.NUMBER): Kind.NUMBER,
    (Kind.DATE, "+", Kind.NUMBER): Kind.DATE,
    (Kind.DATE, "-", Kind.NUMBER): Kind.DATE,
    (Kind.DATE, "-", Kind.DATE): Kind.NUMBER,
}


def _literal(token: _Token) -> Literal:
    if token.group == "number":
        return Literal(float(token.text), Kind.NUMBER, token.at)
    if token.group == "text":
        return Literal(token.text[1:-1], Kind.TEXT, token.at)
    if token.group == "name":
        return Literal(token.text == "true", Kind.BOOL, token.at)
    try:
        return Literal(date.fromisoformat(token.text), Kind.DATE, token.at)
    except ValueError:
        raise RuleFault("E604", token.at, found=token.text, expected="date (YYYY-MM-DD)") from None


def _demand(node: Node, word: str) -> None:
    if node.kind is not Kind.BOOL:
        raise RuleFault("E606", node.at, operator=word, left=str(node.kind), right="bool")


def suggestion(word: str, known: "Mapping[str, object] | frozenset[str]") -> str:
    """Return `` (did you mean …?)`` for the nearest known word, else an empty text."""
    near = get_close_matches(word, list(known), n=1)
    return f" (did you mean '{near[0]}'?)" if near else ""
