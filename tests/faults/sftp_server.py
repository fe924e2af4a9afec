"""A real SFTP server on 127.0.0.1 that serves one folder, for reading and writing."""

import contextlib
import os
import socket
import threading
from pathlib import Path

import paramiko

from tasks.pull.sftp import fingerprint

USER, PASSWORD = "lieferant", "sehr geheim"


class Gate(paramiko.ServerInterface):
    def __init__(self, allowed: paramiko.PKey) -> None:
        self.allowed = allowed

    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        return paramiko.AUTH_SUCCESSFUL if key == self.allowed else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class Folder(paramiko.SFTPServerInterface):
    """Serves one folder; a file named ``grows*`` is longer each time it is looked at."""

    root: Path

    def _at(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            return [
                paramiko.SFTPAttributes.from_stat(each.lstat(), each.name) for each in sorted(self._at(path).iterdir())
            ]
        except OSError as exc:
            return paramiko.SFTPServer.convert_errno(exc.errno or 0)

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            if self._at(path).name.startswith("grows"):
                with self._at(path).open("ab") as supplier:
                    supplier.write(b"more")
            return paramiko.SFTPAttributes.from_stat(self._at(path).lstat())
        except OSError as exc:
            return paramiko.SFTPServer.convert_errno(exc.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        handle = paramiko.SFTPHandle(flags)
        try:
            if flags & os.O_WRONLY:
                handle.writefile = self._at(path).open("wb")
            else:
                handle.readfile = self._at(path).open("rb")
        except OSError as exc:
            return paramiko.SFTPServer.convert_errno(exc.errno or 0)
        return handle

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        self._at(oldpath).replace(self._at(newpath))
        return paramiko.SFTP_OK


class SftpServer:
    def __init__(self, root: Path, login_key: paramiko.PKey) -> None:
        self.host_key = paramiko.ECDSAKey.generate()
        self.root = root
        self._login_key = login_key
        self._transports: list[paramiko.Transport] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        served = type("Served", (Folder,), {"root": self.root})
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, served)
            self._transports.append(transport)
            try:
                transport.start_server(server=Gate(self._login_key))
            except (paramiko.SSHException, EOFError, OSError):  # whoever calls may hang up; the next one is served
                transport.close()

    def stop(self) -> None:
        # Closing alone does not wake the thread that waits in accept(): it would take one more line.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for transport in self._transports:
            transport.close()

    @property
    def pin(self) -> str:
        return fingerprint(self.host_key.asbytes())
