"""A real WebDAV server on 127.0.0.1 that serves one folder, as a Nextcloud answers."""

import threading
from pathlib import Path

from cheroot import wsgi
from wsgidav.wsgidav_app import WsgiDAVApp

USER, PASSWORD = "träger", "sehr geheim"


class Cloud:
    def __init__(self, root: Path) -> None:
        self.root = root
        users = {"*": {USER: {"password": PASSWORD}}}
        app = WsgiDAVApp(
            {
                "provider_mapping": {"/": str(root)},
                "simple_dc": {"user_mapping": users},
                "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
                "verbose": 0,
                "logging": {"enable": False},
            }
        )
        self._server = wsgi.Server(("127.0.0.1", 0), app, numthreads=2)
        self._server.prepare()
        self.port = self._server.bind_addr[1]
        threading.Thread(target=self._server.serve, daemon=True).start()

    def stop(self) -> None:
        self._server.stop()
