"""What a row rule is: id, severity, what it says, what to do."""

from typing import Literal, NamedTuple

from schemas.messages import language

Severity = Literal["error", "warning"]


class Rule(NamedTuple):
    """One rule: what is wrong and what the sender can do, in both languages."""

    id: str
    severity: Severity
    de: str
    en: str
    todo_de: str
    todo_en: str

    @property
    def text(self) -> str:
        """What is wrong, in the reader's language."""
        return self.en if language() == "en" else self.de

    @property
    def todo(self) -> str:
        """What to do, in the reader's language."""
        return self.todo_en if language() == "en" else self.todo_de
