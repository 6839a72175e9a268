from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from live import Live, running

from genekg.cli import cli
from genekg.errors import GenekgError, UsageError
from genekg.graph import Graph
from genekg.web import Access, Limits, create_app
from genekg.web.server import checked_host, listening

TOKEN = "a-long-secret"
PAGE = "https://pages.example"
LIMITS = replace(Limits(), workers=1, long_workers=1)


@pytest.fixture(scope="module")
def closed(sample_graph: Graph) -> Iterator[Live]:
    """A server with a token, a name, and one page that may read."""
    access = Access(TOKEN, ("genes.example",), (PAGE,))
    with running(create_app(sample_graph, limits=LIMITS, access=access)) as server:
        yield server


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("127.0.0.1:5", 200),
        ("[::1]:5", 200),
        ("192.0.2.7", 200),
        ("evil.example", 421),
        ("evil.example:80", 421),
        ("127.0.0.1.evil.example", 421),
        ("", 421),
    ],
)
def test_only_our_own_names_are_answered(live: Live, host: str, status: int) -> None:
    response = live.client.get("/health", headers={"Host": host})
    assert response.status_code == status
    if status == 421:
        assert "--allow-host" in response.text


def test_a_name_can_be_allowed(closed: Live) -> None:
    assert closed.client.get("/health", headers={"Host": "genes.example"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}, 200),
    ],
)
def test_other_sites_pages_do_not_ask(live: Live, headers: dict[str, str], status: int) -> None:
    response = live.client.get("/sparql", params={"query": "ASK {}"}, headers=headers)
    assert response.status_code == status
    assert "access-control-allow-origin" not in response.headers


def test_our_own_page_asks(live: Live) -> None:
    response = live.client.post(
        "/sparql", data={"query": "ASK {}"}, headers={"Origin": live.address}
    )
    assert response.status_code == 200


def test_a_page_that_is_allowed_reads(closed: Live) -> None:
    headers = {"Origin": PAGE, "Authorization": f"Bearer {TOKEN}"}
    response = closed.client.get("/sparql", params={"query": "ASK {}"}, headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == PAGE
    assert "Genekg-Truncated" in response.headers["access-control-expose-headers"]
    assert "Origin" in response.headers["vary"]
    other = {**headers, "Origin": "https://evil.example"}
    refused = closed.client.get("/sparql", params={"query": "ASK {}"}, headers=other)
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


def test_a_page_that_is_allowed_may_ask_first(closed: Live) -> None:
    response = closed.client.options(
        "/sparql", headers={"Origin": PAGE, "Access-Control-Request-Method": "POST"}
    )
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == PAGE
    assert "POST" in response.headers["access-control-allow-methods"]
    assert "Authorization" in response.headers["access-control-allow-headers"]


def basic(password: str) -> str:
    return "Basic " + base64.b64encode(f"me:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer {TOKEN}", 200),
        (basic(TOKEN), 200),
        ("", 401),
        ("Bearer wrong", 401),
        (f"Bearer {TOKEN}x", 401),
        (basic("wrong"), 401),
        ("Basic !!!", 401),
        (f"Digest {TOKEN}", 401),
    ],
)
def test_a_token_is_wanted(closed: Live, authorization: str, status: int) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    for address in ("/sparql?query=ASK%7B%7D", "/entity/MONDO:0020721", "/ready", "/queries"):
        response = closed.client.get(address, headers=headers)
        assert response.status_code == status, address
        assert ("www-authenticate" in response.headers) is (status == 401)


def test_health_is_open_to_all(closed: Live) -> None:
    assert closed.client.get("/health").json() == {"status": "alive"}


def test_readiness_tells_the_graph(live: Live, sample_graph: Graph) -> None:
    state = live.client.get("/ready").json()
    assert (state["status"], state["graph"]) == ("ready", sample_graph.manifest["digest"])


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "genes.example"])
def test_other_machines_need_a_token(host: str) -> None:
    with pytest.raises(UsageError, match="GENEKG_TOKEN"):
        checked_host(host, "")
    checked_host(host, TOKEN)


def test_the_command_does_not_listen_for_others_without_a_token(sample_home: Path) -> None:
    result = CliRunner().invoke(
        cli, ["serve", "--host", "0.0.0.0", "--port", "0", "--store", str(sample_home)]
    )
    assert isinstance(result.exception, UsageError)


def test_this_machine_is_the_default() -> None:
    result = CliRunner().invoke(cli, ["serve", "--help"])
    assert "127.0.0.1" in result.output


def test_a_port_that_is_taken_is_told() -> None:
    with listening("127.0.0.1", 0) as channel:
        port = channel.getsockname()[1]
        with pytest.raises(GenekgError, match=f"port {port} cannot be listened on"):
            listening("127.0.0.1", port)
