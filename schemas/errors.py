"""The families of errors, each with the exit code the contract gives it.

An error carries a message id and parameters that name places and counts, never
a cell's value, so that it may be logged, stored by an orchestrator and shown.
"""

from typing import ClassVar

from schemas.messages import say


class PipelineError(Exception):
    """Base of every error that is safe to show; exit 1 (a defect)."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, /, **params: object) -> None:
        self.code = code
        self.params = params
        super().__init__(f"[{code}] {say(code, **params)}")

    def __reduce__(self) -> tuple[object, ...]:
        """Survive pickling: parameters are keyword arguments."""
        return (_rebuild, (type(self), self.code, self.params))


def _rebuild(kind: type[PipelineError], code: str, params: dict[str, object]) -> PipelineError:
    return kind(code, **params)


class StepFailed(PipelineError):
    """A step met an error of its own making; exit 1."""


class UsageError(PipelineError):
    """The command line asks for something that cannot be; exit 2."""

    exit_code = 2


class ConfigInvalid(PipelineError):
    """A county folder does not keep the contract; exit 3."""

    exit_code = 3


class SourceUnavailable(PipelineError):
    """A delivery is missing, unreachable, unreadable or poisoned; exit 4."""

    exit_code = 4


class GateClosed(PipelineError):
    """A quality gate is closed, nothing is published; exit 5."""

    exit_code = 5


class LockHeld(PipelineError):
    """Another run of the county holds the lock; exit 6."""

    exit_code = 6


class WarehouseUnreachable(PipelineError):
    """The database does not answer; exit 7."""

    exit_code = 7


class DeliveryRefused(GateClosed):
    """A delivery lacks a required column or names one twice; exit 5, nothing is published."""
