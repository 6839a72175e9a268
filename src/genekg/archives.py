"""Archives that others made, unpacked so that they can do no harm.

What is unpacked goes to a folder or file beside its place and is renamed when it is whole: a
refused archive leaves nothing behind. Links of every kind are refused, also those that stay
inside: no source needs one, and Python's own filter for them has had holes (CVE-2025-4517).
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import shutil
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from genekg import files
from genekg.errors import SourceError

_CHUNK = 1 << 16
_MEMORY = 1 << 28  # an xz header may ask for 4 GB
_LONGEST_READ = 1 << 24  # a tar header may ask for as much
_SMALL = 1 << 20  # below this, a ratio says nothing
_DRIVE = re.compile(r"[A-Za-z]:")
_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\0", "xz"), (b"PK", "zip"))


@dataclass(frozen=True, slots=True)
class Limits:
    """How much an archive may hold.

    Args:
        size: bytes, unpacked.
        ratio: bytes unpacked for one byte packed.
        files: files and folders.
    """

    size: int = 8_000_000_000
    ratio: int = 200
    files: int = 10_000


_DEFAULT = Limits()


def kind(path: Path) -> str:
    """Return what a file is by its first bytes: gzip, bzip2, xz, zip, tar, or nothing.

    Raises:
        SourceError: the file cannot be read.
    """
    with _own_errors(path), path.open("rb") as file:
        head = file.read(512)
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    return "tar" if head[257:262] == b"ustar" else ""


def decompress(path: Path, target: Path, limits: Limits = _DEFAULT) -> None:
    """Write what a gzip, bzip2 or xz file holds to another file, whole or not at all.

    Raises:
        SourceError: the file is damaged, cut, none of these, or larger inside than the limits.
    """
    with _own_errors(path):
        target.parent.mkdir(parents=True, exist_ok=True)
        with files.replacing(target) as file:
            _decompress(path, file, limits)


def unpack(path: Path, folder: Path, limits: Limits = _DEFAULT) -> list[Path]:
    """Unpack a tar (also gzip, bzip2 or xz) or zip file; return the files, sorted.

    The folder must not be there yet, or be empty.

    Raises:
        SourceError: the file is damaged or no archive, or it holds a path that leads out of the
            folder, a link, a device, a name twice, or more than the limits.
    """
    with _own_errors(path):
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and any(folder.iterdir()):
            raise SourceError(path, None, f"{folder} is not empty", remedy="choose another folder")
        staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        try:
            inner = staging / "unpacked"
            inner.mkdir()
            if kind(path) == "zip":
                _unzip(path, inner, limits)
            else:
                _untar(path, staging, inner, limits)
            if folder.exists():
                folder.rmdir()
            inner.rename(folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return sorted(found for found in folder.rglob("*") if found.is_file())


@contextmanager
def _own_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except (
        EOFError, zlib.error, gzip.BadGzipFile, lzma.LZMAError, tarfile.TarError,
        zipfile.BadZipFile, ValueError, UnicodeError,
    ) as error:  # fmt: skip
        raise _damaged(path, str(error)) from error
    except (NotImplementedError, RuntimeError) as error:  # an encrypted or unknown zip entry
        raise _refused(path, str(error)) from error
    except OSError as error:
        if error.errno is None:  # bz2 says so of data that it cannot read
            raise _damaged(path, str(error)) from error
        raise SourceError(path, None, f"cannot be unpacked ({error.strerror})") from error


def _damaged(path: Path, reason: str) -> SourceError:
    return SourceError(path, None, f"cut or damaged ({reason})", remedy="fetch it again")


def _refused(path: Path, reason: str) -> SourceError:
    return SourceError(path, None, f"refused: {reason}", remedy="is it the official file?")


def _decompress(path: Path, target: IO[bytes], limits: Limits) -> None:
    allowed = max(path.stat().st_size * limits.ratio, _SMALL)
    written = 0
    for chunk in _chunks(path):
        written += len(chunk)
        if written > limits.size:
            raise _refused(path, f"it unpacks to more than {limits.size:,} bytes")
        if written > allowed:
            raise _refused(path, f"it unpacks to more than {limits.ratio} times its size")
        target.write(chunk)


def _chunks(path: Path) -> Iterator[bytes]:
    form = kind(path)
    if form == "xz":
        yield from _xz_chunks(path)
        return
    if form not in ("gzip", "bzip2"):
        raise _refused(path, "it is no archive that genekg reads (tar, zip, gzip, bzip2, xz)")
    with path.open("rb") as packed:
        opened = gzip.GzipFile(fileobj=packed) if form == "gzip" else bz2.BZ2File(packed)
        with opened:
            while chunk := opened.read(_CHUNK):
                yield chunk


def _xz_chunks(path: Path) -> Iterator[bytes]:
    """Yield what xz streams hold, one after another, with a bound on memory."""
    with path.open("rb") as packed:
        data = packed.read(_CHUNK)
        while data.strip(b"\0"):  # streams may be padded with zeros
            stream = lzma.LZMADecompressor(memlimit=_MEMORY)
            while not stream.eof:
                if stream.needs_input and not data:
                    data = packed.read(_CHUNK)
                    if not data:
                        raise EOFError("the file ends inside the data")
                yield stream.decompress(data, _CHUNK)
                data = b""
            data = stream.unused_data.lstrip(b"\0") or packed.read(_CHUNK)


class _Guarded(io.BufferedReader):
    """A file that refuses to be read in one very large piece.

    tarfile reads the extended headers whole, at whatever length the archive claims for them.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or size > _LONGEST_READ:
            raise tarfile.ReadError("a header is larger than any true one")
        return super().read(size)


def _untar(path: Path, staging: Path, folder: Path, limits: Limits) -> None:
    if not hasattr(tarfile, "data_filter"):
        raise _refused(path, "this Python cannot unpack tar files safely; update it")
    plain = path
    if kind(path) != "tar":
        plain = staging / "tar"
        with plain.open("wb") as file:
            _decompress(path, file, limits)
        if kind(plain) != "tar":
            raise _refused(path, "it holds no tar file")
    budget = _Budget(path, limits)
    with (
        _Guarded(io.FileIO(plain)) as guarded,
        tarfile.open(fileobj=guarded, mode="r:", errorlevel=2) as archive,
    ):
        for member in archive:
            name = member.name
            budget.spend(name, member.size)
            if member.islnk() or member.issym():
                raise _refused(path, f"{name!r} is a link, to {member.linkname!r}")
            if member.issparse() or not (member.isfile() or member.isdir()):
                raise _refused(path, f"{name!r} is neither a file nor a folder")
            archive.extract(member, folder, set_attrs=False, filter="data")


def _unzip(path: Path, folder: Path, limits: Limits) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        budget = _Budget(path, limits)
        for member in members:
            _check_name(path, member.orig_filename)  # before Python has mended it
            budget.spend(member.filename, member.file_size)
            mode = stat.S_IFMT(member.external_attr >> 16)
            if stat.S_ISLNK(mode):
                raise _refused(path, f"{member.filename!r} is a link")
            if mode not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _refused(path, f"{member.filename!r} is neither a file nor a folder")
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _refused(path, f"{member.filename!r} is packed in an unusual way")
        if budget.size > max(path.stat().st_size * limits.ratio, _SMALL):
            raise _refused(path, f"it unpacks to more than {limits.ratio} times its size")
        for member in members:
            target = folder / member.filename
            if member.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(member) as packed, target.open("xb") as file:
                _copy(path, packed, file, member.file_size)


def _copy(path: Path, packed: IO[bytes], target: IO[bytes], declared: int) -> None:
    """Copy a member, and see that it is as large as its archive says."""
    written = 0
    while chunk := packed.read(_CHUNK):
        written += len(chunk)
        target.write(chunk)
    if written != declared:
        raise _damaged(path, f"a member of {written:,} bytes says that it has {declared:,}")


def _check_name(path: Path, name: str) -> None:
    empty = not name.strip("/") or name.startswith("/")
    if empty or ".." in name.split("/") or "\\" in name or "\0" in name or _DRIVE.match(name):
        raise _refused(path, f"the path {name!r} leads out of the folder")


class _Budget:
    """What an archive has taken so far of what it may."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.size = 0
        self._path = path
        self._limits = limits
        self._names: set[str] = set()

    def spend(self, name: str, size: int) -> None:
        """Count a member, and refuse its name when that leads out of the folder."""
        _check_name(self._path, name)
        plain = "/".join(part for part in name.split("/") if part not in ("", "."))
        if plain in self._names:
            raise _refused(self._path, f"the name {name!r} is there twice")
        self._names.add(plain)
        self.size += size
        if self.size > self._limits.size:
            raise _refused(self._path, f"it unpacks to more than {self._limits.size:,} bytes")
        if len(self._names) > self._limits.files:
            raise _refused(self._path, f"it holds more than {self._limits.files:,} files")
