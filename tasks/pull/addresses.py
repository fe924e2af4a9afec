"""Which network addresses an HTTPS source may speak to.

A URL in a county's folder, or a redirect of a foreign server, must not become a way
into the county's own network (metadata services, printers, databases on localhost).
"""

import ipaddress
import socket
from collections.abc import Collection

from schemas.errors import SourceUnavailable

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Address = tuple[str, int]


def reachable_address(host: str, port: int, allow_hosts: Collection[str]) -> Address:
    """Resolve ``host`` once and return the address to connect to; the name is not resolved again.

    One private, local or reserved address among the answers refuses them all, unless
    ``allow_hosts`` names the host.

    Raises:
        SourceUnavailable: E220 the name is unknown, E224 the address is not public.
    """
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceUnavailable("E220", host=host, reason="DNS") from None
    addresses = [str(answer[4][0]) for answer in answers]
    if not is_named(host, allow_hosts) and not all(is_public(address) for address in addresses):
        raise SourceUnavailable("E224", host=host)
    return addresses[0], port


def is_named(host: str, allow_hosts: Collection[str]) -> bool:
    """Tell whether the list names this host, with or without ``http://``."""
    return host in {each.removeprefix("http://").casefold() for each in allow_hosts}


def is_public(address: str) -> bool:
    """Tell whether an address lies in the public internet, also one that carries an IPv4 address inside."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            ip = inner
    return ip.is_global and not ip.is_multicast


def require_encryption(scheme: str, host: str, allow_hosts: Collection[str]) -> None:
    """Refuse plain HTTP unless the list names ``http://host`` (E230)."""
    if scheme != "https" and f"http://{host}" not in allow_hosts:
        raise SourceUnavailable("E230", host=host)
