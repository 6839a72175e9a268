"""Files appear whole, or not at all."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import BinaryIO

import pytest

from genekg import files


def _write_half(output: BinaryIO, path: Path) -> None:
    output.write(b"half")
    assert path.read_text() == "old"
    output.write("text where bytes belong")  # type: ignore[arg-type]


def test_text_is_written_with_the_line_ends_it_has(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    files.write(path, "é\r\nb\n")
    assert path.read_bytes() == b"\xc3\xa9\r\nb\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("old")
    with pytest.raises(TypeError), files.replacing(path) as output:
        _write_half(output, path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_encoded_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        files.write(tmp_path / "x", "\ud800")
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_place_is_kept(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    with pytest.raises(OSError, match="directory"):
        files.write(tmp_path / "notes", "text")
    assert [one.name for one in tmp_path.iterdir()] == ["notes"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    link = tmp_path / "link"
    link.symlink_to("real")
    files.write(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    files.write(pipe, "text")
    reader.join(10)
    assert got == [b"text"]
    assert pipe.is_fifo()
