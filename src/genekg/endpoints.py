"""A SPARQL endpoint over HTTP: login, retries, limits, and what goes wrong in words.

See https://www.w3.org/TR/sparql11-protocol/. The login comes from the environment: GENEKG_TOKEN
(bearer), or GENEKG_USER and GENEKG_PASSWORD (basic, or digest where the server asks for it). It is
never printed, and a redirect to another host is refused rather than followed.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

import httpx

from genekg.errors import QueryError, QueryLimitError, QueryTimeoutError, StoreError, UsageError

__all__ = ["LARGEST", "Endpoint", "Reply", "checked"]

RESULTS = "application/sparql-results+json"
LARGEST = 256 << 20
TRIES = 4
_BUSY = {429, 502, 503, 504}
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 20.0
_REDIRECTS = 5
_LOGIN = "set GENEKG_TOKEN, or GENEKG_USER and GENEKG_PASSWORD"


def checked(text: str) -> httpx.URL:
    """Return an address that can be asked.

    Raises:
        UsageError: it is malformed, or has a login in it.
    """
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL as error:
        raise UsageError(f"{text!r} is not an address: {error}") from error
    if url.userinfo:
        raise UsageError("an address may not have a login in it", remedy=_LOGIN)
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(
            f"{text!r} is not the address of an endpoint", remedy="for example http://host/sparql"
        )
    return url.copy_with(fragment=None)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered: a body of the media type that was asked for, and the headers."""

    body: bytes
    type: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Endpoint:
    """One address, and the connection to it. Close it at the end.

    ``deadline`` is in seconds, for one request with all its tries.
    """

    address: str
    deadline: float = 120.0
    first_wait: float = _FIRST_WAIT
    _url: httpx.URL = field(init=False)
    _client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        """Read the login from the environment; nothing is sent yet."""
        self._url = checked(self.address)
        self._client = httpx.Client(auth=_login(), headers={"User-Agent": "genekg"})

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def query(
        self,
        text: str,
        accept: str = RESULTS,
        *,
        graphs: Iterable[tuple[str, str]] = (),
        deadline: float | None = None,
    ) -> Reply:
        """Return the answer to a query; ``graphs`` are default-graph-uri and named-graph-uri pairs.

        Raises:
            StoreError: nobody answers, or not as an endpoint does.
            QueryError: the endpoint refuses the query.
            QueryTimeoutError: no whole answer in time.
            QueryLimitError: the answer is too large.
        """
        pairs = [*graphs, ("query", text)]
        body = urlencode(pairs).encode()
        headers = {
            "Accept": accept,
            "Content-Type": "application/x-www-form-urlencoded",
            "Prefer": f"wait={math.ceil(deadline or self.deadline)}",  # RFC 7240; ours heeds it
        }
        reply = self.send("POST", self._url, body, headers, deadline=deadline)
        if reply.headers.get("x-sql-state") == "S1TAT":
            raise QueryTimeoutError(
                f"{self.address} stopped at its own time limit and gave a part of the answer",
                remedy="ask for less",
            )
        wanted = [one.partition(";")[0].strip() for one in accept.split(",")]
        if reply.type not in wanted:
            page = "a web page" if reply.type == "text/html" else reply.type or "no known type"
            raise StoreError(
                f"{self.address} answered with {page}, not with {wanted[0]}",
                remedy="give the address of its SPARQL endpoint",
            )
        return reply

    def send(
        self,
        method: str,
        url: httpx.URL,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        deadline: float | None = None,
        missing: bool = False,
    ) -> Reply:
        """Send a request that may be repeated without harm, and repeat it while nobody answers.

        With ``missing``, a 404 is an empty reply.

        Raises: as ``query`` does.
        """
        seconds = deadline or self.deadline
        end = time.monotonic() + seconds
        wait = self.first_wait
        for attempt in range(1, TRIES + 1):
            try:
                answer, content = self._followed(method, url, body, headers or {}, end)
            except (httpx.TimeoutException, TimeoutError) as error:
                if isinstance(error, httpx.ConnectTimeout) and attempt < TRIES:
                    continue
                raise self._late(seconds) from error
            except httpx.RequestError as error:
                if attempt == TRIES:
                    raise StoreError(
                        f"{self.address} cannot be reached: {_reason(error)}",
                        remedy="check the address, and whether the server runs",
                    ) from error
                pause = wait
            else:
                if answer.status_code not in _BUSY or attempt == TRIES or _is_late(answer):
                    if missing and answer.status_code == 404:
                        return Reply(b"", "", {})
                    self._check(answer, content)
                    return Reply(content, _type(answer), answer.headers)
                pause = _asked_wait(answer) or wait
            if time.monotonic() + pause > end:
                raise self._late(seconds)
            time.sleep(pause)
            wait = min(2 * wait, _LONGEST_WAIT)
        raise self._late(seconds)

    def _late(self, seconds: float) -> QueryTimeoutError:
        return QueryTimeoutError(
            f"{self.address} gave no whole answer within {seconds:g} s",
            remedy="ask for less, or allow more time",
        )

    def _followed(
        self, method: str, url: httpx.URL, body: bytes, headers: Mapping[str, str], end: float
    ) -> tuple[httpx.Response, bytes]:
        """Send a request and follow redirects on the same host."""
        for _ in range(_REDIRECTS):
            answer, content = self._once(method, url, body, headers, end)
            if not answer.is_redirect:
                return answer, content
            target = url.join(answer.headers.get("location", ""))
            if not _same_place(url, target):
                raise StoreError(
                    f"{self.address} sends on to another place, {target.scheme}://{target.host}",
                    remedy="give that address itself if you trust it",
                )
            url = target
        raise StoreError(f"{self.address} sends on and on", remedy="check the address")

    def _once(
        self, method: str, url: httpx.URL, body: bytes, headers: Mapping[str, str], end: float
    ) -> tuple[httpx.Response, bytes]:
        left = max(0.05, end - time.monotonic())
        parts: list[bytes] = []
        size = 0
        timeout = httpx.Timeout(left, connect=min(left, 10.0))
        with self._client.stream(
            method, url, content=body, headers=headers, timeout=timeout
        ) as answer:
            for part in answer.iter_bytes():
                size += len(part)
                if size > LARGEST:
                    raise QueryLimitError(
                        f"{self.address} sent more than {LARGEST >> 20} MB", remedy="ask for less"
                    )
                if time.monotonic() > end:
                    raise TimeoutError
                parts.append(part)
        return answer, b"".join(parts)

    def _check(self, answer: httpx.Response, content: bytes) -> None:
        """Raise what a status means."""
        status = answer.status_code
        if status < 300:
            return
        said = _words(content, answer)
        if status in (401, 403):
            what = "wants a login" if status == 401 else "refuses this login"
            raise StoreError(f"{self.address} {what} ({status})", remedy=_LOGIN)
        if status in (404, 405, 410):
            raise StoreError(
                f"there is no SPARQL endpoint at {self.address} ({status})",
                remedy="check the path of the address",
            )
        if status == 504 or "timeout" in said.lower() or "estimated execution time" in said:
            raise QueryTimeoutError(
                f"{self.address} gave up: {said}", remedy="ask for less, or allow more time"
            )
        if status == 413:
            raise QueryLimitError(f"{self.address} takes no request as large as this one (413)")
        if status in _BUSY:
            raise StoreError(f"{self.address} is busy or down ({status}): {said}",
                             remedy="try again later")  # fmt: skip
        raise QueryError(f"{self.address} refused ({status}): {said}")


def _same_place(url: httpx.URL, target: httpx.URL) -> bool:
    """Whether a redirect stays with the server, or goes over to its https."""
    if target.host != url.host:
        return False
    safer = target.scheme == "https" and target.port is None
    return safer or (target.scheme, target.port) == (url.scheme, url.port)


def _login() -> httpx.Auth | None:
    """Return the login that the environment gives."""
    if token := os.environ.get("GENEKG_TOKEN"):
        return _Bearer(token)
    user = os.environ.get("GENEKG_USER")
    if not user:
        return None
    return _Password(user, os.environ.get("GENEKG_PASSWORD", ""))


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise UsageError("GENEKG_TOKEN has a character that no token has", remedy="set it anew")
        self._token = token

    def auth_flow(self, request: httpx.Request):  # type: ignore[no-untyped-def]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class _Password(httpx.Auth):
    """Basic; digest from the first answer on that asks for it.

    Virtuoso names digest only where no login was sent, and refuses basic without a word.
    """

    def __init__(self, user: str, password: str) -> None:
        self._basic = httpx.BasicAuth(user, password)
        self._digest = httpx.DigestAuth(user, password)
        self._is_digest = False

    def auth_flow(self, request: httpx.Request):  # type: ignore[no-untyped-def]
        if not self._is_digest:
            answer = yield from _one(self._basic, request)
            wanted = answer.headers.get("www-authenticate", "").lower()
            if answer.status_code != 401 or wanted.startswith("basic"):
                return
            self._is_digest = True
            del request.headers["Authorization"]
        yield from self._digest.auth_flow(request)


def _one(auth: httpx.Auth, request: httpx.Request):  # type: ignore[no-untyped-def]
    return (yield next(auth.auth_flow(request)))


def _type(answer: httpx.Response) -> str:
    kind: str = answer.headers.get("content-type", "")
    return kind.partition(";")[0].strip().lower()


def _is_late(answer: httpx.Response) -> bool:
    """Whether a 504 is the endpoint's own word on the query, which asking again does not change."""
    return answer.status_code == 504 and _type(answer) in ("text/plain", "application/json")


def _asked_wait(answer: httpx.Response) -> float | None:
    """Return the seconds that the server asks to wait for, within reason."""
    said = answer.headers.get("retry-after", "")
    return min(float(said), _LONGEST_WAIT) if re.fullmatch(r"[0-9]{1,6}", said) else None


def _reason(error: httpx.RequestError) -> str:
    if isinstance(error, httpx.RemoteProtocolError | httpx.DecodingError | httpx.ReadError):
        return "the connection was cut before the answer was whole"
    return str(error) or type(error).__name__


def _words(content: bytes, answer: httpx.Response) -> str:
    """Return the first words of an error, without markup."""
    text = content[:20_000].decode("utf-8", "replace")
    if "html" in _type(answer) or text.lstrip().startswith("<"):
        text = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
    text = re.split(r"\n(?:\s*SPARQL query:| {4})", text)[0]  # what follows repeats the query
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text[:300] or answer.reason_phrase
