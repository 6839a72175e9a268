"""The command that serves the graph over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from genekg import store
from genekg.cli.output import folder_option, note, opened

if TYPE_CHECKING:
    from genekg.graph import Graph
    from genekg.web.app import App
    from genekg.web.following import Newer


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; one that other machines reach needs a token.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True,
              help="Port; 0 takes any that is free.")  # fmt: skip
@click.option("--token", envvar="GENEKG_TOKEN", default="", show_envvar=True,
              help="A secret that each request must bring; better in the environment.")  # fmt: skip
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME",
              help="A name that this server has (the Host header).")  # fmt: skip
@click.option("--cors", "origins", multiple=True, metavar="ORIGIN",
              help="Let pages of an origin, or of all with *, read answers.")  # fmt: skip
@click.option("--queries", "folders", multiple=True,
              type=click.Path(path_type=Path, exists=True, file_okay=False),
              help="A folder of named questions of your own.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=10.0, show_default=True,
              help="Seconds that a query may take unless its client says otherwise.")  # fmt: skip
@click.option("--max-timeout", type=click.FloatRange(0.1, 3600), default=60.0, show_default=True,
              help="The most seconds that a client may allow.")  # fmt: skip
@click.option("--max-rows", type=click.IntRange(1), default=1_000_000, show_default=True,
              help="Rows of an answer at most.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1, 256),
              help="Queries that run at once; unless given, one more than the cores.")  # fmt: skip
@click.option("--behind-proxy", is_flag=True,
              help="Believe X-Forwarded-For and -Proto from a proxy on this machine.")  # fmt: skip
@click.option("--log-queries", is_flag=True, help="Log the texts of queries too.")
@click.option("-q", "--quiet", is_flag=True, help="Log no requests.")
@folder_option
def serve(
    host: str,
    port: int,
    token: str,
    hosts: tuple[str, ...],
    origins: tuple[str, ...],
    folders: tuple[Path, ...],
    timeout: float,
    max_timeout: float,
    max_rows: int,
    workers: int | None,
    behind_proxy: bool,
    log_queries: bool,
    quiet: bool,
    home: Path | None,
) -> None:
    """Serve the graph over HTTP: SPARQL 1.1, entities, named questions.

    It listens on this machine alone unless --host says otherwise, and only reads.

    \b
    genekg serve
    curl 'http://127.0.0.1:8765/sparql?format=csv' --data-urlencode \\
      'query=SELECT ?gene { ?gene biolink:causes obo:MONDO_0020721 }'
    curl -H 'Accept: text/turtle' http://127.0.0.1:8765/entity/MONDO:0020721
    """
    from genekg.web import Access, Limits, create_app
    from genekg.web.following import Following
    from genekg.web.logs import to_standard_error
    from genekg.web.server import checked_host, listening, serve

    checked_host(host, token)
    limits = Limits()
    limits = replace(
        limits,
        deadline=min(timeout, max_timeout),
        longest=max_timeout,
        rows=max_rows,
        workers=workers or limits.workers,
    )
    access = Access(token, (host, *hosts), origins)
    to_standard_error(requests=not quiet)
    channel = listening(host, port)
    with opened(home) as kg:
        application = partial(
            create_app, limits=limits, access=access, queries=folders, log_queries=log_queries
        )
        app = Following(application(kg), _newer(kg, application))
        shown = f"[{host}]" if ":" in host else host
        note(
            f"Serving {kg.manifest['triples']:,} triples on http://{shown}:{channel.getsockname()[1]}/sparql"
        )
        note("Ctrl-C stops it. For research, not for diagnosis or care.")
        serve(app, channel, behind_proxy=behind_proxy)


def _newer(kg: Graph, application: Callable[[Graph], App]) -> Newer:
    """Return what opens a newer build each time that one is published."""
    from genekg import graph

    home = kg.build.path.parent.parent
    name = kg.build.path.name

    def newer() -> tuple[App, Callable[[], None]] | None:
        nonlocal name
        if store.published(home) in ("", name):
            return None
        found = graph.open(home, build=False)
        name = found.build.path.name
        try:
            return application(found), found.close
        except BaseException:
            found.close()
            raise

    return newer
