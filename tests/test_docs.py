"""The documents say what the code does."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from genekg import prefixes

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def test_the_generated_pages_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_the_makefile_runs_the_lines_of_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ (python3 -m venv .*)$", README, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        assert f"\t{line}\n" in makefile


@pytest.mark.full
def test_the_examples_of_the_readme_print_what_it_shows(full_home: Path) -> None:
    """Each `$ genekg …` of the README, standard error and output together, at 100 columns."""
    environment = {**os.environ, "GENEKG_STORE": str(full_home), "COLUMNS": "100"}
    examples = 0
    for block in CONSOLE.findall(README):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = example.partition("\n")
            if not command.startswith("genekg "):
                continue
            arguments = shlex.split(command)[1:]
            done = subprocess.run(
                [sys.executable, "-c", "from genekg.cli import main; main()", *arguments],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
                check=True,
            )  # fmt: skip
            shown = [line.rstrip() for line in done.stdout.strip().splitlines()]
            assert shown == [line.rstrip() for line in expected.strip().splitlines()], command
            examples += 1
    assert examples >= 3


@pytest.mark.full
def test_the_examples_of_the_page_on_sparql_print_what_it_shows(full_home: Path) -> None:
    """Each `$ genekg …`: standard error, then the output; times are not compared."""
    page = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")
    environment = {**os.environ, "GENEKG_STORE": str(full_home), "COLUMNS": "100"}
    examples = 0
    for block in CONSOLE.findall(page):
        for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, expected = example.partition("\n")
            done = subprocess.run(
                [sys.executable, "-c", "from genekg.cli import main; main()",
                 *shlex.split(command)[1:]],
                capture_output=True, text=True, env=environment, check=False,
            )  # fmt: skip
            shown, wanted = (
                re.sub(r"[\d,]*\d\.\d+", "0.0", text.rstrip())
                for text in (done.stderr + done.stdout, expected)
            )
            assert shown == wanted, command
            examples += 1
    assert examples >= 7


def test_the_page_on_sparql_lists_the_prefixes() -> None:
    page = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")
    _, _, rest = page.partition("## Prefixes")
    listed = re.findall(r"`(\w+):`", rest.partition("## Graphs")[0])
    assert listed == list(prefixes.predeclared())


@pytest.mark.full
def test_the_python_of_the_readme_runs(full_home: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "GENEKG_STORE": str(full_home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expected = re.findall(r"print\(.*\)  # (.*)", code)
    assert done.stdout.splitlines() == expected
    assert expected


def test_links_of_the_documents_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:")):
                assert (page.parent / target).exists(), f"{page.name}: {target}"
