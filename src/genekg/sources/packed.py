"""JSON files of a folder or an archive, read in memory: nothing is unpacked to disk.

An archive may unpack to 200 times its size (at least to 64 MB, at most to 4 GB), and a file in
it may have 16 MB: what unpacks to more is refused, whatever its own headers claim.
"""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any

from genekg.errors import SourceError

FILE_LIMIT = 16 * 2**20
LEAST_TOTAL, MOST_TOTAL, RATIO = 64 * 2**20, 4 * 2**30, 200
_OPENERS: dict[bytes, Any] = {
    b"\x1f\x8b": gzip.open,
    b"BZh": bz2.open,
    b"\xfd7zXZ": lambda raw: _Xz(raw),
}
_TAR_MAGIC = slice(257, 262)
_CHUNK = 2**16
_XZ_MEMORY = 2**28  # the head of an xz file may ask for 4 GB


def json_files(path: Path) -> Iterator[tuple[Path, Any]]:
    """Yield (where it stands, content) of a JSON file, or of each in a folder or an archive.

    Hidden files and those of other kinds are passed over.

    Raises:
        SourceError: not JSON, not UTF-8, a damaged archive, or one that unpacks to too much.
    """
    try:
        for where, data in _files(path):
            yield where, _json(where, data)
    except FileNotFoundError as error:
        raise SourceError(path, None, "no such file", remedy="check the path") from error
    except (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError) as error:
        raise SourceError(
            path, None, f"damaged archive ({error})", remedy="fetch it again"
        ) from error
    except OSError as error:  # a damaged gzip or bzip2 too
        raise SourceError(path, None, f"cannot be read ({error.strerror or error})") from error


def _json(where: Path, data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(where, line, "not UTF-8 text", remedy="save it as UTF-8") from error
    except json.JSONDecodeError as error:
        raise SourceError(where, error.lineno, f"not JSON ({error.msg})") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, deep nesting
        raise SourceError(where, None, "JSON that cannot be read whole") from error


def _files(path: Path) -> Iterator[tuple[Path, bytes]]:
    if path.is_dir():
        for file in sorted(path.rglob("*.json")):
            if _wanted(file.relative_to(path).as_posix()) and file.is_file():
                yield file, _bounded(file, file.stat().st_size, file.read_bytes)
        return
    with path.open("rb") as raw:
        magic = raw.read(5)
        raw.seek(0)
        if magic[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            yield from _zipped(path, raw)
            return
        opener = next((_OPENERS[head] for head in _OPENERS if magic.startswith(head)), None)
        unpacked = opener(raw) if opener else raw
        limited = io.BufferedReader(_Limited(path, unpacked, _total_limit(path)))
        if limited.peek(512)[_TAR_MAGIC] == b"ustar":
            yield from _tarred(path, limited)
        else:
            yield path, _bounded(path, 0, lambda: limited.read(FILE_LIMIT + 1))


def _total_limit(path: Path) -> int:
    return min(MOST_TOTAL, max(LEAST_TOTAL, RATIO * path.stat().st_size))


def _wanted(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return name.endswith(".json") and not any(
        part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts
    )


def _bounded(where: Path, size: int, read: Any) -> bytes:
    """Return what is read, unless it is, or says that it is, larger than a file may be."""
    data: bytes = b"" if size > FILE_LIMIT else read()
    if size > FILE_LIMIT or len(data) > FILE_LIMIT:
        raise SourceError(where, None, f"over {FILE_LIMIT:,} bytes", remedy="is it a phenopacket?")
    return data


def _zipped(path: Path, raw: IO[bytes]) -> Iterator[tuple[Path, bytes]]:
    with zipfile.ZipFile(raw) as archive:
        members = [one for one in archive.infolist() if not one.is_dir() and _wanted(one.filename)]
        if sum(one.file_size for one in members) > _total_limit(path):
            raise _too_much(path)
        for member in members:
            where = path / member.filename
            usual = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if member.flag_bits & 1 or member.compress_type not in usual:
                raise SourceError(
                    where, None, "encrypted or packed in an unusual way", remedy="unpack it first"
                )
            with archive.open(member) as file:
                yield where, _bounded(where, member.file_size, file.read)


def _tarred(path: Path, raw: IO[bytes]) -> Iterator[tuple[Path, bytes]]:
    # A stream is read from front to back, in small pieces, each counted by _Limited.
    with tarfile.open(fileobj=raw, mode="r|") as archive:
        for member in archive:
            if member.isfile() and _wanted(member.name):
                where = path / member.name
                file = archive.extractfile(member)
                if file is not None:
                    yield where, _bounded(where, member.size, file.read)


def _too_much(path: Path) -> SourceError:
    return SourceError(
        path, None, f"unpacks to over {_total_limit(path):,} bytes", remedy="unpack it by hand"
    )


class _Limited(io.RawIOBase):
    """A stream that refuses to give more than so many bytes."""

    def __init__(self, path: Path, source: IO[bytes], limit: int) -> None:
        self._path = path
        self._source = source
        self._left = limit

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, and count."""
        data = self._source.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise _too_much(self._path)
        buffer[: len(data)] = data
        return len(data)


class _Xz:
    """The streams of an xz file, one after another, with a bound on memory."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._stream: lzma.LZMADecompressor | None = None
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return up to so many bytes; none at the end."""
        while True:
            if self._stream is None or self._stream.eof:
                self._rest = self._stream.unused_data if self._stream else b""
                self._rest = self._rest.lstrip(b"\0") or self._raw.read(_CHUNK).lstrip(b"\0")
                if not self._rest:
                    return b""
                self._stream = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
            elif self._stream.needs_input:
                self._rest = self._raw.read(_CHUNK)
                if not self._rest:
                    raise EOFError("the file ends inside the data")
            data = self._stream.decompress(self._rest, size)
            self._rest = b""
            if data:
                return data
