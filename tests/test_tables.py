"""Tables, and the formats they are written in, read back by other readers."""

from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from genekg import tables
from genekg.errors import GenekgError, UsageError
from genekg.tables import Table

TABLE = Table(
    ("id", "label", "count", "share", "merged"),
    [
        ("HP:0000980", "Pallor", 12, 0.5, True),
        ("HP:0001903", 'A "quoted", name', 0, 1e-07, False),
        ("HP:0000992", "two\nlines\tand a tab | <b>&amp;</b>", None, None, None),
        ("HP:0012378", "Ménière 貧血", -3, 2.0, True),
    ],
)
EMPTY = Table(("id", "label"), [])


def test_rows_columns_and_dicts() -> None:
    assert len(TABLE) == 4
    assert list(TABLE) == TABLE.rows
    assert TABLE.column("share") == [0.5, 1e-07, None, 2.0]
    assert next(TABLE.dicts()) == {
        "id": "HP:0000980", "label": "Pallor", "count": 12, "share": 0.5, "merged": True,
    }  # fmt: skip


def test_an_unknown_column() -> None:
    with pytest.raises(UsageError, match="no column 'name'; there are id, label, count, share"):
        TABLE.column("name")


def test_sorted_puts_empty_cells_last_and_does_not_see_case() -> None:
    table = Table(("a", "b"), [("b", 2), (None, 1), ("A", 10), ("", 0), ("a", 9)])
    assert table.sorted("a", "b").rows == [("a", 9), ("A", 10), ("b", 2), ("", 0), (None, 1)]
    assert table.sorted("b").column("b") == [0, 1, 2, 9, 10]


def test_sorted_by_an_unknown_column() -> None:
    with pytest.raises(UsageError, match="no column 'c'; there are a"):
        Table(("a",), [("x",)]).sorted("c")


def test_csv_reads_back() -> None:
    text = tables.to_csv(TABLE)
    head, *rows = csv.reader(io.StringIO(text, newline=""))
    assert tuple(head) == TABLE.columns
    assert rows == [
        ["" if c is None else str(c).lower() if isinstance(c, bool) else str(c) for c in row]
        for row in TABLE
    ]
    assert text.count("\r\n") == 5


def test_tsv_keeps_every_row_on_its_line() -> None:
    head, *lines = tables.to_tsv(TABLE).removesuffix("\n").split("\n")
    assert head.split("\t") == list(TABLE.columns)
    assert [len(line.split("\t")) for line in lines] == [5, 5, 5, 5]
    assert lines[0] == "HP:0000980\tPallor\t12\t0.5\ttrue"
    assert lines[2] == "HP:0000992\ttwo lines and a tab | <b>&amp;</b>\t\t\t"


def test_json_reads_back_with_its_types() -> None:
    assert json.loads(tables.to_json(TABLE)) == list(TABLE.dicts())
    assert "貧血" in tables.to_json(TABLE)


def test_json_lines_read_back() -> None:
    lines = tables.to_jsonl(TABLE).removesuffix("\n").split("\n")
    assert [json.loads(line) for line in lines] == list(TABLE.dicts())


def test_markdown_escapes_its_bars() -> None:
    lines = tables.to_md(TABLE).splitlines()
    assert lines[:2] == [
        "| id | label | count | share | merged |", "| --- | --- | --- | --- | --- |",
    ]  # fmt: skip
    assert lines[4].startswith("| HP:0000992 | two lines and a tab \\| <b>")
    assert len(lines) == 6


def test_html_is_escaped() -> None:
    text = tables.to_html(TABLE)
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in text
    assert "<b>" not in text
    assert text.count("<tr>") == 5
    assert TABLE._repr_html_() == text


@pytest.mark.parametrize("name", tables.FORMATS)
def test_every_format_writes_an_empty_table(name: str) -> None:
    text = tables.FORMATS[name](EMPTY)
    expected = {"json": "[]\n", "jsonl": ""}
    assert text == expected.get(name, text)
    assert name in expected or "label" in text


def test_formats_by_name() -> None:
    assert list(tables.FORMATS) == ["tsv", "csv", "json", "jsonl", "md", "html"]


def test_pandas() -> None:
    frame = TABLE.to_pandas()
    assert list(frame.columns) == list(TABLE.columns)
    assert frame["label"].tolist() == TABLE.column("label")
    assert list(EMPTY.to_pandas().columns) == ["id", "label"]


def test_without_pandas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(GenekgError, match=r"pandas is not installed; run `pip install"):
        TABLE.to_pandas()
