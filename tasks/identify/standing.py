"""Persons as they stand while the ids of a run are taken one after the other."""

from dataclasses import dataclass, field


@dataclass
class StandingPersons:
    """Whose ids stand for whom, and which pairs somebody has split."""

    sources: dict[str, set[str]]  # sources of the ids of each person
    keys: dict[str, set[str]]  # ids (source|id) of each person
    apart: set[tuple[str, str]]  # pairs of ids that somebody has split
    given: dict[str, str] = field(default_factory=dict)  # uid by id, of those already taken

    def may_join(self, key: str, uid: str) -> bool:
        """Tell whether no id of the person was split from this one."""
        return not any((key, other) in self.apart for other in self.keys.get(uid, ()))

    def take(self, key: str, source: str, uid: str) -> None:
        """Remember that ``key`` stands for ``uid``."""
        self.given[key] = uid
        self.keys.setdefault(uid, set()).add(key)
        self.sources.setdefault(uid, set()).add(source)
