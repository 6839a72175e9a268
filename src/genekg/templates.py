"""The pages' templates, which escape whatever is put into them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jinja2

__all__ = ["render"]


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def render(name: str, **values: object) -> str:
    """Return a page.

    >>> "nothing &lt;here&gt;" in render("fault.html", title="404", text="nothing <here>")
    True
    """
    return _environment().get_template(name).render(**values)
