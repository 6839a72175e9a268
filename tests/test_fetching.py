"""Fetching against a server that cuts, lies, redirects, drips and changes its mind."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest
from click.testing import CliRunner

from genekg import fetching
from genekg.cli import fetching as commands
from genekg.connections import Connection, kind
from genekg.errors import UsageError
from genekg.fetching import Fetched, FetchError, Limits

DATA = b"format-version: 1.2\n" + b"".join(b"[Term] %06d\n" % number for number in range(20_000))
OTHER = b"format-version: 1.3\n" + DATA[20:][::-1]
SHA = hashlib.sha256(DATA).hexdigest()
QUICK = Limits(connect=2, read=2, total=8, attempts=3, pause=0.01)
HALF = len(DATA) // 2
PUBLIC = "93.184.216.34"

Answer = Callable[["Handler", int], None]


class Handler(BaseHTTPRequestHandler):
    """Gives each path to the function that the test has set for it."""

    server: Server

    def do_GET(self) -> None:
        self.server.requests.append(self)
        number = sum(1 for one in self.server.requests if one.path == self.path)
        self.server.answers[self.path](self, number)

    def send(self, status: int, body: bytes = b"", *, sent: bytes | None = None, **headers: Any):  # type: ignore[no-untyped-def]
        """Send an answer; ``sent`` are the bytes really sent."""
        self.send_response(status)
        headers.setdefault("Content_Length", len(body))
        for name, value in headers.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body if sent is None else sent)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Answer] = {}
        self.requests: list[Handler] = []
        self.ended = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over clients that hang up, which is what is tested."""

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server_port}{path}"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.ended.set()
        running.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were connected to; nothing leaves this machine.

    The one public address leads to the local server.
    """
    addresses: list[str] = []
    plain = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        addresses.append(address[0])
        if address[0] not in ("127.0.0.1", PUBLIC):
            raise OSError(f"a connection to {address[0]}")
        plain(self, ("127.0.0.1", address[1]))

    monkeypatch.setattr(socket.socket, "connect", connect)
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return addresses


@pytest.fixture(autouse=True)
def hosts(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The names that the resolver knows."""
    names = {"data.example": [PUBLIC]}
    plain = socket.getaddrinfo

    def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        if name in names:
            return [entry for ip in names[name] for entry in plain(ip, port, *args, **kwargs)]
        if not name.replace(".", "").isdigit() and ":" not in name:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return plain(host, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


@pytest.fixture
def get(server: Server, tmp_path: Path) -> Callable[..., Fetched]:
    """Fetch /hp.obo of the server into the cache."""

    def fetch(path: str = "/hp.obo", **options: Any) -> Fetched:
        given: dict[str, Any] = {"cap": 10_000_000, "limits": QUICK, "progress": silent, **options}
        address = given.pop("address", server.at(path))
        return fetching.fetch(given.pop("name", "hp.obo"), address, tmp_path / "cache", **given)

    return fetch


@pytest.fixture
def old(server: Server, get: Callable[..., Fetched]) -> Fetched:
    """A file that was fetched before, from an address of its own."""
    server.answers["/old"] = lambda h, n: h.send(200, OTHER, ETag='"old"')
    return get("/old")


def silent(step: str, done: int, total: int) -> None:
    pass


def whole(handler: Handler, number: int) -> None:
    handler.send(200, DATA, ETag='"one"')


def left_over(fetched: Path) -> list[str]:
    return sorted(p.name for p in fetched.parent.iterdir() if not p.name.endswith(".lock"))


def ranged(handler: Handler, data: bytes = DATA, etag: str = '"one"') -> None:
    """Answer a range as asked, or the whole when If-Range is of another file."""
    asked = handler.headers.get("Range")
    if asked is None or handler.headers.get("If-Range") not in (etag, None):
        handler.send(200, data, ETag=etag)
        return
    start = int(asked.removeprefix("bytes=").removesuffix("-"))
    content = f"bytes {start}-{len(data) - 1}/{len(data)}"
    handler.send(206, data[start:], ETag=etag, Content_Range=content)


def cut_first(then: Answer, etag: str | None = '"one"', **headers: Any) -> Answer:
    """Send half, hang up, and answer ``then`` afterwards."""

    def answer(handler: Handler, number: int) -> None:
        if number > 1:
            then(handler, number)
        else:
            handler.send(200, DATA, sent=DATA[:HALF], ETag=etag, **headers)

    return answer


# --- a plain fetch


def test_file_is_installed_with_what_is_known_of_it(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = whole
    steps: list[tuple[str, int, int]] = []
    found = get(progress=lambda *step: steps.append(step))
    assert found == Fetched(found.path, SHA, '"one"', len(DATA), changed=True)
    assert found.path.read_bytes() == DATA
    beside = json.loads((found.path.parent / "hp.obo.fetched.json").read_text(encoding="utf-8"))
    assert beside["sha256"] == SHA
    assert beside["address"] == server.at("/hp.obo")
    assert left_over(found.path) == ["hp.obo", "hp.obo.fetched.json"]
    assert server.requests[0].headers["Connection"] == "close"
    assert steps[-1] == ("fetching hp.obo", len(DATA), len(DATA))


def test_unchanged_file_is_not_sent_again(server: Server, get: Any) -> None:
    def answer(handler: Handler, number: int) -> None:
        if handler.headers.get("If-None-Match") == '"one"':
            handler.send(304)
        else:
            whole(handler, number)

    server.answers["/hp.obo"] = answer
    get()
    found = get()
    assert (found.changed, found.sha256, len(server.requests)) == (False, SHA, 2)
    with pytest.raises(FetchError, match="not the pinned"):
        get(pin="0" * 64)
    assert found.path.read_bytes() == DATA


def test_date_serves_where_there_is_no_etag(server: Server, get: Any) -> None:
    date = "Wed, 21 Oct 2015 07:28:00 GMT"

    def answer(handler: Handler, number: int) -> None:
        same = handler.headers.get("If-Modified-Since") == date
        handler.send(304 if same else 200, b"" if same else DATA, Last_Modified=date)

    server.answers["/hp.obo"] = answer
    assert get().changed
    assert not get().changed


def test_damaged_file_in_the_cache_is_fetched_anew(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = whole
    found = get()
    found.path.write_bytes(DATA[:-1] + b"X")
    assert get().path.read_bytes() == DATA
    assert server.requests[-1].headers.get("If-None-Match") is None


def test_same_content_under_another_etag_is_no_change(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = lambda h, n: h.send(200, DATA, ETag=f'"{n}"')
    get()
    found = get()
    assert (found.changed, found.etag) == (False, '"2"')


def test_etag_of_another_address_is_not_asked_by(server: Server, get: Any, old: Fetched) -> None:
    server.answers["/hp.obo"] = whole
    assert get().changed
    assert server.requests[-1].headers.get("If-None-Match") is None


def test_pinned_file_that_is_there_asks_nobody(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = whole
    assert get(pin=SHA.upper()).changed
    assert not get(pin=SHA).changed
    assert len(server.requests) == 1


def test_file_with_another_sum_than_pinned_is_not_installed(
    server: Server, get: Any, old: Fetched
) -> None:
    server.answers["/hp.obo"] = whole
    with pytest.raises(FetchError, match=f"has the SHA-256 {SHA}, not the pinned"):
        get(pin="a" * 64)
    assert old.path.read_bytes() == OTHER
    assert left_over(old.path) == ["hp.obo", "hp.obo.fetched.json"]


@pytest.mark.parametrize("name", ["../hp.obo", "a/b", ".hidden", ""])
def test_name_that_leads_elsewhere_is_wrong_usage(get: Any, name: str) -> None:
    with pytest.raises(UsageError, match="not a file name"):
        get(name=name)


@pytest.mark.parametrize(
    "address",
    ["ftp://data.example/hp.obo", "hp.obo", "http://", "http://a:b/c", "http://1.1.1.1:99999/"],
)
def test_address_that_is_none_is_wrong_usage(get: Any, address: str) -> None:
    with pytest.raises(UsageError, match="not an"):
        get(address=address)


def test_pin_that_is_none_is_wrong_usage(get: Any) -> None:
    with pytest.raises(UsageError, match="not a SHA-256"):
        get(pin="abc")


def test_second_fetch_of_the_same_file_is_refused_meanwhile(server: Server, get: Any) -> None:
    refused: list[str] = []

    def meanwhile(step: str, done: int, total: int) -> None:
        with pytest.raises(FetchError) as error:
            get()
        refused.append(str(error.value))

    server.answers["/hp.obo"] = whole
    assert get(progress=meanwhile).sha256 == SHA
    assert "is being fetched already" in refused[0]


# --- cut, taken up, changed


def test_cut_download_goes_on_where_it_ended(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = cut_first(lambda h, n: ranged(h))
    assert get().path.read_bytes() == DATA
    asked = server.requests[1].headers
    assert (asked["Range"], asked["If-Range"]) == (f"bytes={HALF}-", '"one"')


def test_download_goes_on_in_another_run_by_date(server: Server, get: Any) -> None:
    date = "Wed, 21 Oct 2015 07:28:00 GMT"

    def rest(handler: Handler, number: int) -> None:
        assert handler.headers["If-Range"] == date
        content = f"bytes {HALF}-{len(DATA) - 1}/{len(DATA)}"
        handler.send(206, DATA[HALF:], Last_Modified=date, Content_Range=content)

    server.answers["/hp.obo"] = cut_first(rest, 'W/"weak"', Last_Modified=date)
    with pytest.raises(FetchError, match="could not be fetched"):
        get(limits=Limits(attempts=1))
    assert get().path.read_bytes() == DATA


def test_server_that_ignores_ranges_sends_it_whole(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = cut_first(whole)
    assert get().path.read_bytes() == DATA
    assert "Range" in server.requests[1].headers


def test_cut_download_without_a_validator_begins_anew(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = cut_first(whole, None)
    assert get().path.read_bytes() == DATA
    assert "Range" not in server.requests[1].headers


def test_cut_chunked_answer_is_not_taken_for_whole(server: Server, get: Any) -> None:
    def answer(handler: Handler, number: int) -> None:
        body = b"%x\r\n%s\r\n" % (HALF, DATA[:HALF])
        handler.protocol_version = "HTTP/1.1"
        handler.send(200, sent=body, Content_Length=None, Transfer_Encoding="chunked")
        handler.close_connection = True

    server.answers["/hp.obo"] = answer
    with pytest.raises(FetchError, match="tried 3 times"):
        get()


def test_changed_file_begins_anew_when_the_server_says_so(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = cut_first(lambda h, n: ranged(h, OTHER, '"two"'))
    found = get()
    assert found.path.read_bytes() == OTHER
    assert (found.etag, len(server.requests)) == ('"two"', 2)


@pytest.mark.parametrize(
    ("etag", "content_range"),
    [
        ('"two"', f"bytes {HALF}-{len(OTHER) - 1}/{len(OTHER)}"),
        (None, f"bytes {HALF}-{len(OTHER) - 1}/{len(OTHER) + 1}"),
        ('"one"', f"bytes {HALF + 1}-{len(OTHER) - 1}/{len(OTHER)}"),
        ('"one"', "nonsense"),
    ],
)
def test_part_of_another_file_is_never_appended(
    server: Server, get: Any, etag: str | None, content_range: str
) -> None:
    def changed(handler: Handler, number: int) -> None:
        if "Range" in handler.headers:
            handler.send(206, OTHER[HALF:], ETag=etag, Content_Range=content_range)
        else:
            handler.send(200, OTHER, ETag='"two"')

    server.answers["/hp.obo"] = cut_first(changed)
    assert get().path.read_bytes() == OTHER
    assert len(server.requests) == 3


def test_range_that_cannot_be_had_begins_anew(server: Server, get: Any) -> None:
    def answer(handler: Handler, number: int) -> None:
        handler.send(416) if "Range" in handler.headers else whole(handler, number)

    server.answers["/hp.obo"] = cut_first(answer)
    assert get().path.read_bytes() == DATA


# --- a server that lies


def test_less_than_announced_is_an_error(server: Server, get: Any, old: Fetched) -> None:
    server.answers["/hp.obo"] = lambda h, n: h.send(200, DATA, sent=DATA[:-10])
    with pytest.raises(FetchError, match=r"could not be fetched: .*\(tried 3 times\)"):
        get()
    assert old.path.read_bytes() == OTHER


@pytest.mark.parametrize("late", [False, True])
def test_more_than_announced_is_an_error(
    server: Server, get: Any, old: Fetched, late: bool
) -> None:
    def answer(handler: Handler, number: int) -> None:
        handler.send(200, DATA, sent=DATA + b"" if late else DATA + b"more")
        if late:
            handler.wfile.flush()
            time.sleep(0.05)
            handler.wfile.write(b"more")

    server.answers["/hp.obo"] = answer
    with pytest.raises(FetchError, match="sends more than the 280,020 bytes that it announces"):
        get()
    assert old.path.read_bytes() == OTHER
    assert left_over(old.path) == ["hp.obo", "hp.obo.fetched.json"]


@pytest.mark.parametrize("declared", [True, False])
def test_size_cap_holds_declared_or_not(
    server: Server, get: Any, old: Fetched, declared: bool
) -> None:
    length = len(DATA) if declared else None
    server.answers["/hp.obo"] = lambda h, n: h.send(200, DATA, Content_Length=length)
    with pytest.raises(FetchError, match="larger than the 100,000 bytes that are allowed"):
        get(cap=100_000)
    assert old.path.read_bytes() == OTHER
    assert left_over(old.path) == ["hp.obo", "hp.obo.fetched.json"]


def test_file_that_announces_too_much_is_not_received(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = lambda h, n: h.send(200, b"", Content_Length=10**12)
    with pytest.raises(FetchError, match="larger than the 10,000,000 bytes"):
        get()
    assert len(server.requests) == 1


def test_part_of_another_address_is_not_taken_up(server: Server, get: Any) -> None:
    server.answers["/first"] = cut_first(whole)
    with pytest.raises(FetchError, match="tried once"):
        get("/first", limits=Limits(attempts=1))
    server.answers["/hp.obo"] = lambda h, n: ranged(h, OTHER)
    assert get().path.read_bytes() == OTHER


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (DATA, "text/html; charset=utf-8"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><p>Sign in", "text/plain"),
        (b"<?xml version='1.0'?>\n<!-- x --><HTML lang='en'>", "application/xml"),
    ],
)
def test_web_page_in_place_of_data_is_an_error(
    server: Server, get: Any, old: Fetched, body: bytes, content_type: str
) -> None:
    server.answers["/hp.obo"] = lambda h, n: h.send(200, body, Content_Type=content_type)
    with pytest.raises(FetchError, match=r"127.0.0.1:\d+/hp.obo gives a web page, not hp.obo"):
        get()
    assert old.path.read_bytes() == OTHER


def test_page_and_xml_that_are_meant_are_taken(server: Server, get: Any) -> None:
    server.answers["/x"] = lambda h, n: h.send(200, b"<html>a", Content_Type="text/html")
    assert get("/x", name="page.html").size == 7
    server.answers["/y"] = lambda h, n: h.send(200, b"<?xml?><JDBOR/>", Content_Type="text/xml")
    assert get("/y", name="orphanet.xml").size == 15


def test_empty_file_is_an_error(server: Server, get: Any, old: Fetched) -> None:
    server.answers["/hp.obo"] = lambda h, n: h.send(200)
    with pytest.raises(FetchError, match="is empty"):
        get()
    assert old.path.read_bytes() == OTHER


def test_compressed_answer_is_refused_unless_the_file_is(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = lambda h, n: h.send(200, DATA, Content_Encoding="gzip")
    with pytest.raises(FetchError, match="was asked for plain and came as gzip"):
        get()
    assert get(name="hp.obo.gz").path.read_bytes() == DATA


# --- faults that pass, and those that do not


@pytest.mark.parametrize("status", [500, 503, 429])
def test_passing_fault_is_tried_again(server: Server, get: Any, status: int) -> None:
    server.answers["/hp.obo"] = lambda h, n: whole(h, n) if n == 3 else h.send(status)
    assert get().sha256 == SHA
    assert len(server.requests) == 3


def test_lasting_fault_ends_after_bounded_attempts(
    server: Server, get: Any, old: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    server.answers["/hp.obo"] = lambda h, n: h.send(503, Retry_After="3" if n == 2 else None)
    with pytest.raises(FetchError, match=r"answered 503 Service Unavailable \(tried 3 times\)"):
        get()
    assert pauses == [0.0, 0.01, 3.0]
    assert old.path.read_bytes() == OTHER


def test_missing_file_is_asked_for_once(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = lambda h, n: h.send(404)
    with pytest.raises(FetchError, match="answered 404 Not Found"):
        get()
    assert len(server.requests) == 1


def test_host_that_does_not_answer_or_exist_is_said(get: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(FetchError, match="refused"):
            get(address=f"http://127.0.0.1:{port}/hp.obo")
    with pytest.raises(FetchError, match=r"the host nowhere\.example is not found"):
        get(address="http://nowhere.example/hp.obo")


@pytest.mark.parametrize("where", ["head", "body", "silence"])
def test_drip_ends_at_the_deadline(server: Server, get: Any, where: str) -> None:
    def drip(handler: Handler, number: int) -> None:
        if where == "body":
            handler.send(200, DATA, sent=b"", ETag='"one"')
        while not server.ended.wait(5 if where == "silence" else 0.05):
            handler.wfile.write(b"x")

    server.answers["/hp.obo"] = drip
    with pytest.raises(FetchError, match=r"was not fetched within 0\.3 seconds"):
        get(limits=Limits(read=30, total=0.3, attempts=1))


def test_silence_ends_at_the_read_timeout(server: Server, get: Any) -> None:
    def wait(handler: Handler, number: int) -> None:
        server.ended.wait(5)

    server.answers["/hp.obo"] = wait
    with pytest.raises(FetchError, match="timed out"):
        get(limits=Limits(read=0.1, total=5, attempts=2, pause=0.01))


# --- redirects


def redirect(location: str) -> Answer:
    return lambda h, n: h.send(302, Location=location)


def test_redirects_are_followed(server: Server, get: Any) -> None:
    for number in range(5):
        server.answers[f"/{number}"] = redirect(f"/{number + 1}")
    server.answers["/5"] = whole
    assert get("/0").sha256 == SHA


def test_redirect_loop_ends(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = redirect("/hp.obo")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        get()
    assert len(server.requests) == 6


PRIVATE = {
    "http://10.0.0.1/hp.obo": "private",
    "http://169.254.169.254/latest/meta-data": "link-local",
    "https://[fd00::1]/": "private",
    "http://[::ffff:192.168.0.1]/": "private",
    "http://[64:ff9b::a00:1]/": "private",
    "http://0.0.0.0/": "reserved",
    "http://inside.example/": "private",
    "http://both.example/": "private",
}


@pytest.mark.parametrize("location", PRIVATE)
@pytest.mark.parametrize("host", ["127.0.0.1", "data.example"])
def test_redirect_to_a_private_address_is_refused_unconnected(
    server: Server, get: Any, hosts: Any, connected: list[str], location: str, host: str
) -> None:
    hosts.update({"inside.example": ["10.0.0.1"], "both.example": [PUBLIC, "192.168.1.1"]})
    server.answers["/hp.obo"] = redirect(location)
    with pytest.raises(FetchError, match=f"a {PRIVATE[location]} address: refused"):
        get(address=server.at("/hp.obo", host))
    assert connected == ["127.0.0.1" if host == "127.0.0.1" else PUBLIC]
    assert len(server.requests) == 1


def test_public_address_leads_to_no_loopback_but_a_loopback_one_does(
    server: Server, get: Any, connected: list[str]
) -> None:
    server.answers["/hp.obo"] = redirect(server.at("/there"))
    server.answers["/there"] = whole
    with pytest.raises(FetchError, match="a loopback address: refused"):
        get(address=server.at("/hp.obo", "data.example"))
    assert connected == [PUBLIC]
    assert get().sha256 == SHA


def test_checked_address_is_the_one_connected_to(
    server: Server, get: Any, connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that means another address a moment later (DNS rebinding) changes nothing."""
    looked_up: list[str] = []
    plain = socket.getaddrinfo

    def rebinding(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "data.example":
            return plain(host, port, *args, **kwargs)
        looked_up.append(host)
        return plain(PUBLIC if len(looked_up) == 1 else "10.0.0.1", port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    server.answers["/hp.obo"] = whole
    get(address=server.at("/hp.obo", "data.example"))
    assert connected == [PUBLIC]
    assert server.requests[0].headers["Host"].startswith("data.example:")


def test_connection_waits_no_longer_than_its_deadline() -> None:
    waits: list[float | None] = []

    class Inner(httpcore.MockStream):
        def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
            waits.append(timeout)
            return b""

    Connection(Inner([]), time.monotonic() + 5).read(1, 30)
    assert waits[0] is not None
    assert waits[0] <= 5
    with pytest.raises(httpcore.ReadTimeout, match="is over"):
        Connection(Inner([]), time.monotonic() - 1).read(1, 30)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://data.example/x", "data:/x"])
def test_redirect_to_another_scheme_is_refused(server: Server, get: Any, location: str) -> None:
    server.answers["/hp.obo"] = redirect(location)
    with pytest.raises(FetchError, match="refused: not http or https"):
        get()


@pytest.mark.parametrize("location", ["mailto:a@b.c", "http://a:b/", "http://1.1.1.1:99999/"])
def test_redirect_to_no_address_is_an_error(server: Server, get: Any, location: str) -> None:
    server.answers["/hp.obo"] = redirect(location)
    with pytest.raises(FetchError, match=r"redirects to|could not be fetched: Invalid"):
        get()


def test_password_stays_with_its_host_and_is_written_nowhere(server: Server, get: Any) -> None:
    server.answers["/hp.obo"] = redirect("/same")
    server.answers["/same"] = redirect(f"http://you:other@data.example:{server.server_port}/there")
    server.answers["/there"] = whole
    found = get(address=server.at("/hp.obo", "me:secret@127.0.0.1"))
    sent = [one.headers.get("Authorization") for one in server.requests]
    basic = f"Basic {base64.b64encode(b'me:secret').decode()}"
    assert sent == [basic, basic, None]
    written = found.path.with_name("hp.obo.fetched.json").read_text(encoding="utf-8")
    assert "secret" not in written
    server.answers["/hp.obo"] = lambda h, n: h.send(404)
    with pytest.raises(FetchError) as error:
        get(address=server.at("/hp.obo", "me:secret@127.0.0.1"))
    assert "secret" not in str(error.value)


def test_proxy_of_the_environment_is_used(
    server: Server, get: Any, monkeypatch: pytest.MonkeyPatch, connected: list[str]
) -> None:
    monkeypatch.setenv("http_proxy", server.at("", "me:word@127.0.0.1"))
    server.answers["http://only.behind.proxy/hp.obo"] = whole
    assert get(address="http://only.behind.proxy/hp.obo").sha256 == SHA
    basic = f"Basic {base64.b64encode(b'me:word').decode()}"
    assert server.requests[0].headers["Proxy-Authorization"] == basic
    server.answers["http://data.example/hp.obo"] = redirect("http://10.0.0.1/")
    with pytest.raises(FetchError, match="a private address: refused"):
        get(address="http://data.example/hp.obo")
    assert connected == ["127.0.0.1"] * 2


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.8.8.8", "loopback"), ("::1", "loopback"), ("172.16.0.1", "private"),
        ("100.64.0.1", "private"), ("fe80::1", "link-local"), ("2002:a00:1::", "private"),
        ("224.0.0.1", "reserved"), ("::", "reserved"), ("2606:4700::1111", "public"),
    ],
)  # fmt: skip
def test_kind_of_an_address(address: str, expected: str) -> None:
    assert kind(address) == expected


# --- mirrors and commands


def test_mirror_address_gets_the_file_name(server: Server, get: Any) -> None:
    server.answers["/mirror/a%20b.obo"] = whole
    found = get(address="http://nowhere.example/", name="a b.obo", mirror=server.at("/mirror/"))
    assert found.path.read_bytes() == DATA


def test_mirror_folder_is_copied_and_checked(get: Any, tmp_path: Path) -> None:
    (tmp_path / "hp.obo").write_bytes(DATA)
    assert get(mirror=tmp_path).changed
    assert not get(mirror=str(tmp_path)).changed
    with pytest.raises(FetchError, match="larger than the 9 bytes"):
        get(mirror=tmp_path, cap=9)
    (tmp_path / "hp.obo").write_bytes(b"<html>moved")
    with pytest.raises(FetchError, match="gives a web page"):
        get(mirror=tmp_path)
    with pytest.raises(FetchError, match="could not be copied"):
        get(mirror=tmp_path / "nowhere")
    assert (tmp_path / "cache" / "hp.obo").read_bytes() == DATA


def test_cache_that_cannot_be_written_is_said(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FetchError, match="could not be written"):
        fetching.fetch("a", server.at("/a"), tmp_path / "file" / "x", cap=9, progress=silent)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setenv("GENEKG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("GENEKG_STORE", str(tmp_path / "home"))

    def call(command: Any, *arguments: str) -> Any:
        return CliRunner().invoke(command, arguments)

    return call


def test_fetch_command_prints_a_line_a_source(run: Any, tmp_path: Path) -> None:
    (tmp_path / "hp.obo").write_bytes(DATA)
    done = run(commands.fetch, "hpo", "curated", "--mirror", str(tmp_path), "--pin", SHA)
    assert isinstance(done.exception, UsageError)
    done = run(commands.fetch, "hpo", "curated", "--mirror", str(tmp_path))
    path = tmp_path / "cache" / "hpo" / "hp.obo"
    assert done.stdout == f"hpo\tnew\t280,020 bytes\t{SHA}\t{path}\n"
    assert "curated has no address to fetch it from: skipped." in done.stderr
    again = run(commands.fetch, "hpo", "--mirror", str(tmp_path))
    assert again.stdout.startswith("hpo\tunchanged\t")


def test_fetch_command_goes_on_after_a_failure_and_says_so(run: Any, tmp_path: Path) -> None:
    (tmp_path / "phenotype.hpoa").write_bytes(DATA)
    done = run(commands.fetch, "hpo", "hpo-annotations", "--mirror", str(tmp_path))
    assert done.stdout.startswith("hpo-annotations\tnew\t")
    assert "hpo: " in done.stderr
    assert "1 of 2 sources could not be fetched: hpo" in str(done.exception)


@pytest.mark.parametrize("arguments", [[], ["hpo", "--all"], ["hpq"]])
def test_fetch_command_without_a_choice_lists_the_sources(run: Any, arguments: list[str]) -> None:
    done = run(commands.fetch, *arguments)
    assert isinstance(done.exception, UsageError)
    assert "the sources are hpo, hpo-annotations" in str(done.exception)


def test_sources_command_says_the_state_of_each(run: Any, tmp_path: Path) -> None:
    (tmp_path / "hp.obo").write_bytes(DATA)
    (tmp_path / "hgnc_complete_set.txt").write_bytes(DATA)
    (tmp_path / "cache" / "mondo").mkdir(parents=True)
    (tmp_path / "cache" / "mondo" / "mondo.obo").write_bytes(DATA)
    run(commands.fetch, "hpo", "hgnc", "--mirror", str(tmp_path))
    done = run(commands.sources, "--format", "json")
    rows = {row["source"]: row for row in json.loads(done.stdout)}
    assert rows["hpo"]["state"].startswith("fetched on 20")
    assert rows["hgnc"]["state"].startswith("fetched on 20")
    assert rows["hgnc"]["path"] == str(tmp_path / "cache" / "hgnc" / "hgnc_complete_set.txt")
    assert rows["mondo"]["state"] == "put there by hand"
    assert rows["ncbi-genes"]["state"] == "not fetched"
    assert rows["mondo-mappings"]["state"].startswith("no address")
    assert rows["hpo-genes"]["state"] == "packaged"
    assert rows["hpo-genes"]["path"].endswith("genes_to_phenotype.txt")
    assert rows["hpo-genes"]["licence"] == "https://hpo.jax.org/license"
    assert rows["curated"]["state"] == "ours"
    assert {row["version"] for row in rows.values()} == {""}


def test_sources_command_shows_the_versions_in_the_graph(run: Any, sample_home: Path) -> None:
    done = run(commands.sources, "--store", str(sample_home), "--format", "tsv")
    header, *rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert tuple(header) == commands._COLUMNS
    assert all(row[2] for row in rows if row[0] in ("hpo", "curated"))
