"""One file over HTTP: attempts, redirects, checked addresses, and taking up where it ended.

A redirect leads to public addresses only. Where the address that was asked for is itself on this
machine or in a private network, a redirect may stay there too, and goes nowhere else.
"""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from genekg.errors import GenekgError, UsageError

if TYPE_CHECKING:
    import httpx

Progress: TypeAlias = Callable[[str, int, int], None]
Facts: TypeAlias = dict[str, str]
"""What a server says of a file, to ask by it later: etag, last_modified."""

REDIRECTS = 5
_LONGEST_PAUSE = 30.0
_TRAILING_WAIT = 0.2
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")
_PASSING = (408, 425, 429)  # and every 5xx


class FetchError(GenekgError):
    """A file could not be fetched; what was there before is untouched."""


class _PassingError(Exception):
    """An attempt failed in a way that may pass."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a fetch may take, in seconds, and how often it is tried."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 3600.0
    attempts: int = 4
    pause: float = 1.0


@dataclass(slots=True)
class Job:
    """One file to fetch, the bounds on it, and what is known of the one there is."""

    name: str
    address: str
    target: Path
    cap: int
    deadline: float
    limits: Limits
    progress: Progress
    old: Facts

    @property
    def part(self) -> Path:
        """What has arrived so far."""
        return self.target.with_name(f".{self.name}.part")

    @property
    def part_facts(self) -> Path:
        """Of which file it is a part."""
        return self.target.with_name(f".{self.name}.part.json")

    def drop(self) -> None:
        """Remove what has arrived."""
        self.part.unlink(missing_ok=True)
        self.part_facts.unlink(missing_ok=True)

    def refuse(self, problem: str, remedy: str = "") -> FetchError:
        """Remove what has arrived, and return the error that says why."""
        self.drop()
        return FetchError(f"{shown(self.address)} {problem}", remedy=remedy)

    def check_cap(self, size: int) -> None:
        """Refuse a file that is larger than it may be."""
        if size > self.cap:
            raise self.refuse(f"is larger than the {self.cap:,} bytes that are allowed for it")


def shown(address: str) -> str:
    """Return an address without a user name or password in it.

    >>> shown("https://me:secret@example.org/hp.obo")
    'https://example.org/hp.obo'
    """
    return re.sub(r"(?<=://)[^/?#]*@", "", address)


def is_page(name: str) -> bool:
    """Whether a file is meant to be a web page."""
    return name.endswith((".html", ".htm", ".xhtml"))


def download(job: Job) -> Facts | None:
    """Bring the file into ``job.part``; None when the one there is says the server still right.

    Raises:
        FetchError: it could not be fetched. What has arrived is kept if it can be taken up.
    """
    attempts = job.limits.attempts
    pause = 0.0
    for attempt in range(1, attempts + 1):
        if time.monotonic() + pause >= job.deadline:
            raise _late(job)
        time.sleep(pause)
        try:
            return _attempt(job)
        except _PassingError as error:
            failure = error
            backoff = job.limits.pause * 2 ** (attempt - 1)
            pause = min(max(backoff, error.pause), _LONGEST_PAUSE)
    times = "once" if attempts == 1 else f"{attempts} times"
    raise FetchError(
        f"{shown(job.address)} could not be fetched: {failure} (tried {times})",
        remedy="try again later",
    )


def _late(job: Job) -> FetchError:
    return FetchError(
        f"{shown(job.address)} was not fetched within {job.limits.total:g} seconds",
        remedy="fetch again: it goes on where it ended, if the server allows",
    )


def _attempt(job: Job) -> Facts | None:
    import httpx

    known = _part_facts(job)
    offset = job.part.stat().st_size if known else 0
    try:
        with _answer(job, _request_headers(job, known, offset)) as response:
            return _read_answer(job, response, known, offset)
    except httpx.InvalidURL as error:  # httpx reads the address of every redirect itself
        raise FetchError(
            f"{shown(job.address)} redirects to what is no address: {error}"
        ) from error
    except httpx.TransportError as error:
        if time.monotonic() >= job.deadline:
            raise _late(job) from error
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise FetchError(
                f"{shown(job.address)}: {error}",
                remedy="if your site has its own certificates, name their file in SSL_CERT_FILE",
            ) from error
        raise _PassingError(str(error)) from error


def _request_headers(job: Job, known: Facts, offset: int) -> dict[str, str]:
    headers = {
        "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close",
        "User-Agent": "genekg",
    }  # fmt: skip
    if etag := job.old.get("etag"):
        headers["If-None-Match"] = etag
    if modified := job.old.get("last_modified"):
        headers["If-Modified-Since"] = modified
    if offset:
        headers["Range"] = f"bytes={offset}-"
        headers["If-Range"] = _validator(known)
    return headers


def _validator(facts: Facts) -> str:
    """Return what If-Range may carry: a strong ETag, else the date."""
    etag = facts.get("etag", "")
    return etag if etag and not etag.startswith("W/") else facts.get("last_modified", "")


def _part_facts(job: Job) -> Facts:
    """Return which file the part is of, or nothing if it cannot be taken up."""
    with suppress(OSError, ValueError):
        known = json.loads(job.part_facts.read_text(encoding="utf-8"))
        if known["address"] == shown(job.address) and _validator(known) and job.part.exists():
            return {name: str(value) for name, value in known.items()}
    return {}


# --- the way to the answer


@contextmanager
def _answer(job: Job, headers: dict[str, str]) -> Iterator[httpx.Response]:
    """Follow redirects, each address checked, and give the first other answer."""
    import httpx

    from genekg.connections import Transport, kind, proxy_for

    limits = job.limits
    url = _url(job.address)
    kinds: set[str] | None = None
    for _ in range(REDIRECTS + 1):
        proxy = proxy_for(url)
        addresses = _addresses(job, url, kinds, may_be_unknown=bool(proxy))
        if kinds is None:
            kinds = {kind(address) for address in addresses}
        if proxy:
            addresses = _addresses(job, _url(proxy), None)
        with (
            httpx.Client(
                transport=Transport(addresses, job.deadline, proxy),
                timeout=httpx.Timeout(limits.read, connect=limits.connect),
                trust_env=False,
            ) as client,
            client.stream("GET", url, headers=headers) as response,
        ):
            if not response.has_redirect_location:
                yield response
                return
            url = _next(url, response)
    raise FetchError(
        f"{shown(job.address)} redirects more than {REDIRECTS} times",
        remedy="open it in a browser to see where it has gone",
    )


def _url(address: str) -> httpx.URL:
    import httpx

    try:
        url = httpx.URL(address)
    except httpx.InvalidURL as error:
        raise UsageError(f"{shown(address)!r} is not an address ({error})") from error
    if not _usable(url):
        raise UsageError(
            f"{shown(address)!r} is not an http or https address",
            remedy="give one, or a folder as --mirror",
        )
    return url


def _usable(url: httpx.URL) -> bool:
    return url.scheme in ("http", "https") and bool(url.host) and (url.port or 1) < 2**16


def _next(url: httpx.URL, response: httpx.Response) -> httpx.URL:
    """Return where a redirect leads; a password stays with the host that it is for."""
    location = response.headers["location"]
    found = url.join(location)
    if not _usable(found):
        raise FetchError(f"{shown(str(url))} redirects to {location!r}, refused: not http or https")
    same = (found.scheme, found.host, found.port) == (url.scheme, url.host, url.port)
    return found.copy_with(userinfo=url.userinfo if same else b"", fragment=None)


def _addresses(
    job: Job, url: httpx.URL, kinds: set[str] | None, *, may_be_unknown: bool = False
) -> list[str]:
    """Return the numeric addresses of a host, every one of them allowed.

    ``kinds`` are those of the address that was asked for, None for that address itself.
    """
    from genekg.connections import kind

    try:
        port = url.port or (443 if url.scheme == "https" else 80)
        found = socket.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if may_be_unknown:  # behind a proxy, which looks names up itself
            return []
        raise _PassingError(f"the host {url.host} is not found ({error})") from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        if kinds is not None and (reached := kind(address)) not in {"public", *kinds}:
            raise FetchError(
                f"{shown(job.address)} redirects to {url.host} ({address}), a {reached} address:"
                " refused",
                remedy="if that is your own mirror, give it with --mirror",
            )
    return addresses


# --- the answer


def _read_answer(job: Job, response: httpx.Response, known: Facts, offset: int) -> Facts | None:
    status = response.status_code
    if status == 304 and job.old:
        job.drop()
        return None
    if status == 416 and offset:
        job.drop()
        raise _PassingError("the server has no more of the file than what arrived before")
    if status >= 500 or status in _PASSING:
        wait = response.headers.get("retry-after", "")
        pause = float(wait) if wait.isascii() and wait.isdigit() else 0.0
        raise _PassingError(f"the server answered {_status(response)}", pause)
    if status not in (200, 206) or (status == 206 and not offset):
        raise FetchError(
            f"{shown(job.address)} answered {_status(response)}",
            remedy="open it in a browser: has the file moved?",
        )
    kind_of_text = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind_of_text in _HTML_TYPES and not is_page(job.name):
        raise html(job)
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity") and not job.name.endswith((".gz", ".bz2", ".xz", ".zst")):
        raise job.refuse(f"was asked for plain and came as {encoding}")
    facts = {
        "etag": response.headers.get("etag", ""),
        "last_modified": response.headers.get("last-modified", ""),
    }
    length = response.headers.get("content-length")
    if status == 206:
        total = _check_range(job, response, known, offset)
        _receive(job, response, offset, total)
        return {**facts, "etag": known["etag"], "last_modified": known["last_modified"]}
    total = int(length) if length is not None else 0
    job.check_cap(total)
    job.drop()
    stated = {"address": shown(job.address), "size": length or "", **facts}
    job.part_facts.write_text(json.dumps(stated), encoding="utf-8")
    _receive(job, response, 0, total)
    return facts


def html(job: Job) -> FetchError:
    """Return the error for a web page in place of data."""
    return job.refuse(
        f"gives a web page, not {job.name}",
        "open it in a browser: it may have moved, or ask for a login",
    )


def _status(response: httpx.Response) -> str:
    return f"{response.status_code} {response.reason_phrase}".strip()


def _check_range(job: Job, response: httpx.Response, known: Facts, offset: int) -> int:
    """Return the size of the whole file, once the rest is sure to be of the same file."""
    match = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
    etag = response.headers.get("etag", known["etag"])
    modified = response.headers.get("last-modified", known["last_modified"])
    same = (etag, modified) == (known["etag"], known["last_modified"])
    if not (match and same and int(match[1]) == offset and known["size"] in ("", match[2])):
        job.drop()
        raise _PassingError("the file changed while it was fetched")
    job.check_cap(int(match[2]))
    return int(match[2])


def _receive(job: Job, response: httpx.Response, offset: int, total: int) -> None:
    """Append the body to the part, and see that it is as long as it says."""
    length = response.headers.get("content-length")
    done = offset
    with job.part.open("ab") as file:
        try:
            for chunk in response.iter_raw():
                done += len(chunk)
                job.check_cap(done)
                file.write(chunk)
                job.progress(f"fetching {job.name}", done, total)
                if length is not None and done - offset == int(length):
                    _check_end(job, response, int(length))
        finally:
            sync(file)
    if total and done != total:
        if done > total:
            job.drop()
        raise _PassingError(f"{done:,} of {total:,} bytes arrived")


def _check_end(job: Job, response: httpx.Response, length: int) -> None:
    """See that nothing follows what should be the last byte."""
    import httpcore

    connection = response.extensions["network_stream"]
    with suppress(httpcore.TimeoutException, httpcore.NetworkError):
        connection.read(1, _TRAILING_WAIT)
    if connection.body_bytes > length:
        raise job.refuse(
            f"sends more than the {length:,} bytes that it announces",
            "the server is at fault; try again later, or a mirror",
        )


def sync(file: IO[Any]) -> None:
    """Have a file's content on the disk."""
    file.flush()
    os.fsync(file.fileno())
