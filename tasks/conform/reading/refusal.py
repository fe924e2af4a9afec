"""The one way a file is refused while it is read: a message id and places, never a value."""


class Refused(Exception):
    """Raised inside the child; the parent turns it into ``SourceUnavailable``."""

    def __init__(self, code: str, **params: str | int) -> None:
        self.code = code
        self.params = params
        super().__init__(code)
