"""The readers know formats, lines and encodings; no biology."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg import readers
from genekg.errors import SourceError

Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return written


def test_lines_are_numbered_from_one_without_their_ends(write: Write) -> None:
    path = write("a.txt", "one\ntwo\r\n\nvier ä\n".encode())
    assert list(readers.lines(path)) == [(1, "one"), (2, "two"), (3, ""), (4, "vier ä")]


def test_a_last_line_without_an_end_is_read(write: Write) -> None:
    assert list(readers.lines(write("a.txt", b"one\ntwo"))) == [(1, "one"), (2, "two")]


def test_other_line_separators_of_unicode_do_not_split(write: Write) -> None:
    path = write("a.txt", "one\u2028two\x0bthree\n".encode())
    assert list(readers.lines(path)) == [(1, "one\u2028two\x0bthree")]


def test_gzip_is_read_as_text(write: Write) -> None:
    path = write("a.txt.gz", gzip.compress("one\nä\n".encode()))
    assert list(readers.lines(path)) == [(1, "one"), (2, "ä")]


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such file; check the path") as caught:
        list(readers.lines(tmp_path / "none.tsv"))
    assert (caught.value.path, caught.value.line) == (tmp_path / "none.tsv", None)


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        list(readers.lines(tmp_path))


@pytest.mark.parametrize("before", [0, 3, 5_000])
def test_wrong_encoding_names_its_line(write: Write, before: int) -> None:
    path = write("a.txt", b"a plain line\n" * before + "Ménière\n".encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8 text") as caught:
        list(readers.lines(path))
    assert caught.value.line == before + 1


def test_utf_16_is_not_utf_8(write: Write) -> None:
    with pytest.raises(SourceError, match="not UTF-8") as caught:
        list(readers.lines(write("a.txt", "one\n".encode("utf-16"))))
    assert caught.value.line == 1


def test_a_nul_character_names_its_line(write: Write) -> None:
    with pytest.raises(SourceError, match="a NUL character") as caught:
        list(readers.lines(write("a.txt", b"one\nt\0wo\n")))
    assert caught.value.line == 2


def test_cut_gzip(write: Write) -> None:
    whole = gzip.compress(b"".join(f"line {number}\n".encode() for number in range(30_000)))
    with pytest.raises(SourceError, match="damaged gzip") as caught:
        list(readers.lines(write("a.gz", whole[: len(whole) // 2])))
    assert caught.value.line is not None
    assert 1 < caught.value.line < 30_000


def test_gzip_with_changed_bytes(write: Write) -> None:
    whole = bytearray(gzip.compress(b"".join(b"line %d\n" % number for number in range(9_000))))
    whole[len(whole) // 2 : len(whole) // 2 + 8] = b"\xff" * 8
    with pytest.raises(SourceError, match="damaged gzip"):
        list(readers.lines(write("a.gz", bytes(whole))))


def test_a_plain_file_that_is_called_gz(write: Write) -> None:
    with pytest.raises(SourceError, match="damaged gzip") as caught:
        list(readers.lines(write("a.gz", b"one\ntwo\n")))
    assert caught.value.line == 1


def test_tsv_rows_are_named_by_the_header_wherever_it_stands(write: Write) -> None:
    path = write("a.tsv", b"#a comment\n#another\n#id\tname\textra\nX:1\tone\t\n\nX:2\ttwo\tz\n")
    assert list(readers.tsv(path, ["name", "id"])) == [
        (4, {"id": "X:1", "name": "one", "extra": ""}),
        (6, {"id": "X:2", "name": "two", "extra": "z"}),
    ]


def test_a_hash_after_the_header_is_data(write: Write) -> None:
    path = write("a.tsv", b"id\tname\n#1\tone\n")
    assert list(readers.tsv(path, ["id"])) == [(2, {"id": "#1", "name": "one"})]


def test_missing_column_is_named(write: Write) -> None:
    with pytest.raises(SourceError, match="no column 'symbol' in the header; found 'id") as caught:
        list(readers.tsv(write("a.tsv", b"#about\nid\tname\n1\t2\n"), ["id", "symbol"]))
    assert caught.value.line == 2


def test_a_web_page_in_place_of_a_table(write: Write) -> None:
    page = b"<!DOCTYPE html>\n<html><body>404 not found</body></html>\n"
    with pytest.raises(SourceError, match="this is a web page") as caught:
        list(readers.tsv(write("a.tsv", page), ["id"]))
    assert caught.value.line == 1


@pytest.mark.parametrize(("row", "cells"), [(b"1", 1), (b"1\t2\t3", 3)])
def test_another_number_of_cells(write: Write, row: bytes, cells: int) -> None:
    path = write("a.tsv", b"id\tname\n1\tone\n" + row + b"\n")
    with pytest.raises(SourceError, match=f"{cells} cells where the header has 2") as caught:
        list(readers.tsv(path, ["id"]))
    assert (caught.value.path, caught.value.line) == (path, 3)


@pytest.mark.parametrize("content", [b"", b"#only a comment\n"])
def test_empty_table(write: Write, content: bytes) -> None:
    with pytest.raises(SourceError, match="the file is empty"):
        list(readers.tsv(write("a.tsv", content), ["id"]))


def test_a_table_of_a_header_alone_has_no_rows(write: Write) -> None:
    assert list(readers.tsv(write("a.tsv", b"id\tname\n"), ["id"])) == []


OBO = b"""format-version: 1.2
! a comment
data-version: x

[Term]
id: X:1
name: one
is_a: X:0 ! nought
is_a: X:2

[Typedef]
id: part_of
comment:
"""


def test_obo_stanzas_with_lines(write: Write) -> None:
    head, term, typedef = readers.obo(write("a.obo", OBO))
    assert (head.kind, head.line, head.value("data-version")) == ("header", 1, "x")
    assert (term.kind, term.line, term.values("id")) == ("Term", 5, ["X:1"])
    assert term.values("is_a") == ["X:0", "X:2"]
    assert term.clauses[1] == (7, "name", "one")
    assert (typedef.kind, typedef.line, typedef.value("name")) == ("Typedef", 11, "")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("X:1 ! a name", "X:1"),
        ("X:1 !", "X:1"),
        ("! a name and no value", ""),
        ('X:1 {source="Y:2"}', "X:1"),
        ('X:1 {source="Y:2", is_inferred="true"} ! a {name}', "X:1"),
        (r'X:1 {note="a } and ! \" in it"} ! a name', "X:1"),
        ('"a ! {x=1} b" [Y:2] {source="Y:3"} ! no', '"a ! {x=1} b" [Y:2]'),
        (r'"an escaped \" ! in it" [] ! no', r'"an escaped \" ! in it" []'),
        ('A remark. {xref="Y:2"}', "A remark."),
        ("Look! It is not a comment", "Look! It is not a comment"),
        (r"neither is this \! nor \{this=1\}", r"neither is this \! nor \{this=1\}"),
        ("a set {1, 2}", "a set {1, 2}"),
        ('5" long ! a name', '5" long'),
        ("", ""),
    ],
)
def test_what_follows_an_obo_value_is_taken_off(value: str, expected: str) -> None:
    stanza = readers.Stanza("Term", 1, ((2, "tag", value), (3, "tag", "Z:1"), (4, "other", "")))
    assert stanza.value("tag") == expected
    assert stanza.values("tag") == [expected, "Z:1"]
    assert stanza.clauses[0] == (2, "tag", value)


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        (b"", None, "the file is empty"),
        (b"data-version: x\n\n[Term]\nid: X:1\n", 1, "no format-version"),
        (b"data-version: x\n", 1, "no format-version"),
        (OBO + b"a line of nothing\n", 14, "not an OBO line: 'a line of nothing'"),
        (b"<!DOCTYPE html>\n<html></html>\n", 1, "not an OBO line"),
        (b"format-version: 1.2\n\n[Term\nid: X:1\n", 3, "not an OBO line"),
    ],
)
def test_what_is_not_obo(write: Write, content: bytes, line: int | None, problem: str) -> None:
    path = write("a.obo", content)
    with pytest.raises(SourceError, match=problem) as caught:
        list(readers.obo(path))
    assert (caught.value.path, caught.value.line) == (path, line)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"plain" []', ("plain", "[]")),
        (r'"a \"word\" here" EXACT []', ('a "word" here', "EXACT []")),
        ('"" EXACT []', ("", "EXACT []")),
        (r'"two\nlines"', ("two\nlines", "")),
        (r'"a backslash: \\" EXACT []', ("a backslash: \\", "EXACT []")),
        (r'"\\\"" ["x"]', ('\\"', '["x"]')),
    ],
)
def test_quoted(value: str, expected: tuple[str, str]) -> None:
    assert readers.quoted(Path("x.obo"), 1, value) == expected


@pytest.mark.parametrize(
    "value", ['"no end', "no start", "", r'"escaped end\"', r'"end \\\"', 'x"']
)
def test_unclosed_quotation(value: str) -> None:
    with pytest.raises(SourceError, match="x.obo, line 7: an unclosed quotation"):
        readers.quoted(Path("x.obo"), 7, value)


def test_unescape() -> None:
    assert readers.unescape(r"a\, b\: \{c\} \\ d\te\Wf") == "a, b: {c} \\ d\te f"
