"""A proxy on 127.0.0.1 that passes everything on, and cuts the line right after the n-th COMMIT reached the server."""

import contextlib
import socket
import threading
from types import TracebackType

from sqlalchemy.engine import make_url


class CuttingProxy:
    """The client never hears how its transaction ended; the server did end it."""

    def __init__(self, url: str, cut_at: int) -> None:
        self.url, self.cut_at, self.seen = make_url(url), cut_at, 0
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))

    def __enter__(self) -> str:
        threading.Thread(target=self._accept, daemon=True).start()
        port = self._listener.getsockname()[1]
        return self.url.set(host="127.0.0.1", port=port).render_as_string(hide_password=False)

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection((self.url.host or "127.0.0.1", self.url.port or 5432))
            cut = threading.Event()
            threading.Thread(target=self._pass_on, args=(client, server, cut, True), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, cut, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, cut: threading.Event, from_client: bool) -> None:
        try:
            while data := source.recv(65536):
                if from_client and data.startswith(b"Q") and b"COMMIT" in data[:16] and self._is_the_one():
                    cut.set()  # set before the server can answer: its answer is swallowed
                    sink.sendall(data)
                elif cut.is_set():
                    break
                else:
                    sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _is_the_one(self) -> bool:
        with self._lock:
            self.seen += 1
            return self.seen == self.cut_at
