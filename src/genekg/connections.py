"""Connections for downloads: to checked addresses only, and never past a deadline.

httpx would look a host's name up again when it connects. Here the addresses that were checked
are the ones connected to, while certificate and Host header stay those of the name.
"""

from __future__ import annotations

import ipaddress
import re
import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def kind(address: str) -> str:
    """Return what sort of network an IP address is in.

    >>> kind("10.0.0.1"), kind("::ffff:127.0.0.1"), kind("169.254.169.254"), kind("1.1.1.1")
    ('private', 'loopback', 'link-local', 'public')
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    if ip.is_unspecified or ip.is_multicast or ip.is_reserved:
        return "reserved"
    return "public" if ip.is_global else "private"


def proxy_for(url: httpx.URL) -> str:
    """Return the proxy that the environment names for an address, or nothing."""
    proxies = getproxies()
    found = proxies.get(url.scheme) or proxies.get("all") or ""
    if not found or proxy_bypass(url.host):
        return ""
    return found if "://" in found else f"http://{found}"


class Connection(httpcore.NetworkStream):
    """A connection that ends at a deadline and counts what came after the head of the answer."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline
        self._head: bytes | None = b""
        self.body_bytes = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has arrived, at most so many bytes."""
        data = self._inner.read(max_bytes, _left(self._deadline, timeout))
        self._count(data)
        return data

    def _count(self, data: bytes) -> None:
        if self._head is None:
            self.body_bytes += len(data)
            return
        self._head += data
        while end := _END_OF_HEAD.search(self._head):
            rest = self._head[end.end() :]
            if not _INTERIM.match(self._head):
                self._head = None
                self.body_bytes = len(rest)
                return
            self._head = rest

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._inner.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        """Close the connection."""
        self._inner.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the connection under TLS."""
        wait = _left(self._deadline, timeout)
        return Connection(self._inner.start_tls(ssl_context, server_hostname, wait), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return what is known of the connection."""
        return self._inner.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time for this download is over")
    return left if timeout is None else min(left, timeout)


class _Checked(httpcore.NetworkBackend):
    """Connects to the given addresses, whatever the host's name means by now."""

    def __init__(self, addresses: Iterable[str], deadline: float) -> None:
        self._addresses = tuple(addresses)
        self._deadline = deadline
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address that answers."""
        failure: Exception = httpcore.ConnectError(f"no address to connect to for {host}")
        for address in self._addresses:
            try:
                wait = _left(self._deadline, timeout)
                inner = self._plain.connect_tcp(address, port, wait, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return Connection(inner, self._deadline)
        raise failure


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _own_errors():
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


@cache
def _certificates() -> ssl.SSLContext:
    """Return the certificates to trust: read once, which takes 40 ms."""
    return httpx.create_ssl_context()


class Transport(httpx.BaseTransport):
    """Sends the requests of an httpx client over checked connections.

    Args:
        addresses: the numeric addresses to connect to: those of the host, or of the proxy.
        deadline: the value of ``time.monotonic()`` after which nothing is sent or read.
        proxy: the http or https address of a proxy.
    """

    def __init__(self, addresses: Iterable[str], deadline: float, proxy: str = "") -> None:
        backend = _Checked(addresses, deadline)
        context = _certificates()
        self._pool: httpcore.ConnectionPool
        if proxy:
            url = httpx.URL(proxy)
            self._pool = httpcore.HTTPProxy(
                str(url.copy_with(userinfo=b"")),
                proxy_auth=(url.username, url.password) if url.userinfo else None,
                ssl_context=context,
                network_backend=backend,
            )
        else:
            self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer, its body unread."""
        url = request.url
        sent = httpcore.Request(
            request.method,
            httpcore.URL(
                scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
            ),
            headers=request.headers.raw,
            extensions=request.extensions,
        )
        with _own_errors():
            answer = self._pool.handle_request(sent)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


@contextmanager
def _own_errors() -> Iterator[None]:
    """Turn httpcore's errors into httpx's, as httpx's own transport does."""
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.ReadTimeout(str(error) or "nothing arrived in time") from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError) as error:
        raise httpx.NetworkError(str(error) or type(error).__name__) from error
