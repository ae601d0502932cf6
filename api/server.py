"""Serving: the port is taken before anything is started, so a busy one is said at once."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Mapping

from dispatch.model.errors import InvalidInput, SetupError

DEFAULT_PORT = 8000
PORT_MAX = 65_535


def port_from(environ: Mapping[str, str]) -> int:
    """``ODEKAKE_PORT``, or 8000. Raises InvalidInput ``bad_port``."""
    text = environ.get("ODEKAKE_PORT", "").strip() or str(DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= PORT_MAX):
        raise InvalidInput("bad_port", given=text)
    return int(text)


def listen(*, host: str, port: int) -> socket.socket:
    """A socket bound to a loopback address.

    Raises
    ------
    SetupError
        ``not_loopback`` for an address other machines can reach; ``port_in_use``.
    """
    if not _is_loopback(host):
        raise SetupError("not_loopback", host=host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off for such sockets only (40 ms an answer).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SetupError("port_in_use", port=port) from error
        raise SetupError("port_not_allowed", port=port) from error
    return listener


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
