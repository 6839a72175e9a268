"""Who may ask at all: sizes, Host, Origin, token; and which pages of others may read (CORS).

A server on one's own machine is reached by every page that its browser opens. Such a page cannot
lie about Host and Origin: a name that was made to point here has the wrong Host, and another
page's request has its own Origin.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from dataclasses import dataclass

from genekg.web.limits import Limits
from genekg.web.replies import Refusal, Reply
from genekg.web.requests import Scope

__all__ = ["Access", "Guard", "is_loopback"]

_LOCAL = ("localhost", "127.0.0.1", "::1")
_EXPOSED = "ETag, Server-Timing, Genekg-Truncated, Retry-After"
_METHODS = "GET, HEAD, POST, OPTIONS"


@dataclass(frozen=True)
class Access:
    """Who may ask.

    Attributes:
        token: the secret that each request must bring; empty for none.
        hosts: names, beside those of this machine and plain addresses, that the server has.
        origins: the origins whose pages may read answers; ``*`` for all.
    """

    token: str = ""
    hosts: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()


def is_loopback(host: str) -> bool:
    """Say whether a host to listen on is reached from this machine alone.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0")
    (True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Checks the head of each request."""

    def __init__(self, access: Access, limits: Limits) -> None:
        self._access = access
        self._limits = limits
        self._hosts = {*_LOCAL, *(host.lower() for host in access.hosts)}

    def check(self, scope: Scope) -> None:
        """Let a request through.

        Raises:
            Refusal: it is too large, or may not ask.
        """
        headers: dict[bytes, bytes] = {}
        size = 0
        for name, value in scope["headers"]:
            size += len(name) + len(value) + 4
            if name in headers and name in (b"host", b"origin", b"authorization"):
                raise Refusal(400, f"there are two headers {name.decode('latin-1')}")
            headers[name] = value
        if len(scope["query_string"]) + len(scope.get("raw_path", b"")) > self._limits.address:
            raise Refusal(
                414, f"the address is longer than {self._limits.address:,} bytes: send it by POST"
            )
        if size > self._limits.address:
            raise Refusal(431, f"the headers are longer than {self._limits.address:,} bytes")
        self._check_length(headers.get(b"content-length", b"0"))
        host = headers.get(b"host", b"").decode("latin-1")
        self._check_host(host)
        self._check_origin(scope, headers, host)
        if self._access.token and scope["path"] != "/health" and scope["method"] != "OPTIONS":
            self._check_token(headers.get(b"authorization", b"").decode("latin-1"))

    def _check_length(self, length: bytes) -> None:
        if not length.isdigit() or int(length) > self._limits.body:
            raise Refusal(
                413,
                f"the body is larger than {self._limits.body:,} bytes",
                ("Connection", "close"),
            )

    def _check_host(self, host: str) -> None:
        name = _name(host)
        if name in self._hosts:
            return
        try:
            ipaddress.ip_address(name)  # nobody's name server can make an address mean this server
        except ValueError:
            raise Refusal(
                421,
                f"this server is not called {name!r}; start it with --allow-host {name}",
            ) from None

    def _check_origin(self, scope: Scope, headers: dict[bytes, bytes], host: str) -> None:
        origin = headers.get(b"origin", b"").decode("latin-1")
        if origin:
            own = f"{scope.get('scheme', 'http')}://{host}"
            if origin.lower() == own.lower() or self._may_read(origin):
                return
            raise Refusal(
                403, f"pages of {origin!r} may not ask; start the server with --cors {origin}"
            )
        site = headers.get(b"sec-fetch-site", b"same-origin")
        navigates = headers.get(b"sec-fetch-mode") == b"navigate"
        if site in (b"cross-site", b"same-site") and not navigates and not self._access.origins:
            raise Refusal(403, "pages of other sites may not ask; --cors allows one")

    def _check_token(self, authorization: str) -> None:
        kind, _, value = authorization.partition(" ")
        given = value.strip()
        if kind.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                given = ""
        elif kind.lower() != "bearer":
            given = ""
        if not hmac.compare_digest(given.encode(), self._access.token.encode()):
            raise Refusal(
                401,
                "this server wants its token: Authorization: Bearer TOKEN, or as the password of"
                " any user",
                ("WWW-Authenticate", 'Bearer realm="genekg", Basic realm="genekg"'),
            )

    def _may_read(self, origin: str) -> bool:
        return "*" in self._access.origins or origin in self._access.origins

    def cors(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the headers that let the page which asks read the answer, if it may."""
        if not self._access.origins:
            return []
        origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
        if not origin or not self._may_read(origin.decode("latin-1")):
            return [(b"vary", b"Origin")]
        return [
            (b"vary", b"Origin"),
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _EXPOSED.encode()),
        ]

    def preflight(self, allowed: str = _METHODS) -> Reply:
        """Return the answer to OPTIONS; `cors` adds who may read."""
        headers = [("Allow", allowed)]
        if self._access.origins:
            headers += [
                ("Access-Control-Allow-Methods", allowed),
                ("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, Prefer"),
                ("Access-Control-Max-Age", "600"),
            ]
        return Reply(204, headers=tuple(headers))


def _name(host: str) -> str:
    """Return a Host header without its port.

    >>> _name("[::1]:8000"), _name("LocalHost:80")
    ('::1', 'localhost')
    """
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host
