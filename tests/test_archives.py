"""Archives that mean harm, or are cut: refused, and nothing is left behind."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from genekg import archives
from genekg.archives import Limits
from genekg.errors import SourceError

CONTENT = {"hp.obo": b"format-version: 1.2\n", "sub/phenotype.hpoa": b"#version: 2025\n" * 99}
LINES = b"".join(b"%d\tHP:%07d\n" % (number, number * 7919 % 10**7) for number in range(5_000))
BOMB = b"\0" * 30_000_000
PACK: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


def tar_bytes(*members: tarfile.TarInfo, body: bytes = b"") -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(body) if member.isreg() else None)
    return output.getvalue()


def member(
    name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, to: str = ""
) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, to
    return info


def good_tar() -> bytes:
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as archive:
        archive.addfile(member("./", tarfile.DIRTYPE))
        for name, data in CONTENT.items():
            archive.addfile(member(f"./{name}", size=len(data)), io.BytesIO(data))
    return output.getvalue()


def zip_bytes(files: dict[str, bytes], **attributes: int) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in attributes.items():
                setattr(info, attribute, value)
            archive.writestr(info, data)
    return output.getvalue()


@pytest.fixture
def unpack(tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """Unpack bytes; when that is refused, nothing may be left."""

    def call(data: bytes, limits: Limits | None = None) -> dict[str, bytes]:
        place = tmp_path / "place"
        place.mkdir(exist_ok=True)
        (tmp_path / "archive").write_bytes(data)
        target = place / "out"
        try:
            found = archives.unpack(tmp_path / "archive", target, limits or Limits())
        except SourceError:
            assert list(place.iterdir()) == []
            assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "place"]
            raise
        assert [path.name for path in place.iterdir()] == ["out"]
        return {path.relative_to(target).as_posix(): path.read_bytes() for path in found}

    return call


@pytest.mark.parametrize("form", ["", *PACK])
def test_tar_is_unpacked(unpack: Callable[..., dict[str, bytes]], form: str) -> None:
    data = good_tar()
    assert unpack(PACK[form](data) if form else data) == CONTENT


def test_zip_is_unpacked(unpack: Callable[..., dict[str, bytes]]) -> None:
    assert unpack(zip_bytes({"sub/": b"", **CONTENT})) == CONTENT


BAD_PATHS = ["../out.txt", "a/../../out.txt", "/etc/out.txt", "a\\..\\out.txt", "C:out.txt", "//x"]


@pytest.mark.parametrize("name", BAD_PATHS)
def test_path_that_leads_out_is_refused(unpack: Callable[..., dict[str, bytes]], name: str) -> None:
    for data in (tar_bytes(member(name)), zip_bytes({name: b"x"})):
        with pytest.raises(SourceError, match="leads out of the folder"):
            unpack(data)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (member("a", tarfile.SYMTYPE, to="../../etc/passwd"), "is a link"),
        (member("a", tarfile.SYMTYPE, to="/etc/passwd"), "is a link"),
        (member("a", tarfile.LNKTYPE, to="../archive"), "is a link"),
        (member("a", tarfile.SYMTYPE, to="hp.obo"), "is a link"),
        (member("a", tarfile.CHRTYPE), "neither a file nor a folder"),
        (member("a", tarfile.BLKTYPE), "neither a file nor a folder"),
        (member("a", tarfile.FIFOTYPE), "neither a file nor a folder"),
    ],
)
def test_link_or_device_in_a_tar_is_refused(
    unpack: Callable[..., dict[str, bytes]], bad: tarfile.TarInfo, said: str
) -> None:
    with pytest.raises(SourceError, match=said):
        unpack(tar_bytes(member("hp.obo"), bad))


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        (stat.S_IFLNK, "is a link"),
        (stat.S_IFCHR, "neither a file nor a folder"),
        (stat.S_IFIFO, "neither a file nor a folder"),
    ],
)
def test_link_or_device_in_a_zip_is_refused(
    unpack: Callable[..., dict[str, bytes]], mode: int, said: str
) -> None:
    data = zip_bytes({"a": b"/etc/passwd"}, create_system=3, external_attr=(mode | 0o644) << 16)
    with pytest.raises(SourceError, match=said):
        unpack(data)


@pytest.mark.parametrize("form", PACK)
def test_bomb_is_refused(
    unpack: Callable[..., dict[str, bytes]], form: str, tmp_path: Path
) -> None:
    """By its ratio; and where that is allowed, by its size."""
    bomb = tar_bytes(member("a", size=len(BOMB)), body=BOMB)
    with pytest.raises(SourceError, match="more than 200 times its size"):
        unpack(PACK[form](bomb))
    with pytest.raises(SourceError, match="more than 5,000,000 bytes"):
        unpack(PACK[form](bomb), Limits(size=5_000_000, ratio=10**6))
    (tmp_path / "bomb").write_bytes(PACK[form](BOMB))
    target = tmp_path / "plain"
    with pytest.raises(SourceError, match="more than 200 times its size"):
        archives.decompress(tmp_path / "bomb", target)
    with pytest.raises(SourceError, match="more than 5,000,000 bytes"):
        archives.decompress(tmp_path / "bomb", target, Limits(size=5_000_000, ratio=10**6))
    assert not target.exists()
    assert not list(tmp_path.glob(".plain*"))


def test_zip_bomb_is_refused(unpack: Callable[..., dict[str, bytes]]) -> None:
    bomb = zip_bytes({"a": BOMB})
    with pytest.raises(SourceError, match="more than 200 times its size"):
        unpack(bomb)
    with pytest.raises(SourceError, match="more than 5,000,000 bytes"):
        unpack(bomb, Limits(size=5_000_000, ratio=10**6))


@pytest.mark.parametrize("stated", [100, len(LINES) + 1])
def test_zip_that_misstates_a_size_is_refused(
    unpack: Callable[..., dict[str, bytes]], stated: int
) -> None:
    data = zip_bytes({"a": LINES})
    size = len(LINES).to_bytes(4, "little")
    assert data.count(size) == 2
    with pytest.raises(SourceError, match="cut or damaged"):
        unpack(data.replace(size, stated.to_bytes(4, "little")))


def test_plain_tar_is_held_to_the_size(unpack: Callable[..., dict[str, bytes]]) -> None:
    data = tar_bytes(member("a", size=len(LINES)), body=LINES)
    with pytest.raises(SourceError, match="more than 1,000 bytes"):
        unpack(data, Limits(size=1_000))


def test_number_of_files_is_bounded(unpack: Callable[..., dict[str, bytes]]) -> None:
    files = {str(number): b"" for number in range(11)}
    for data in (tar_bytes(*(member(name) for name in files)), zip_bytes(files)):
        with pytest.raises(SourceError, match="more than 10 files"):
            unpack(data, Limits(files=10))
    assert len(unpack(data, Limits(files=11))) == 11


def test_tar_header_of_a_giant_is_not_read_into_memory(
    unpack: Callable[..., dict[str, bytes]],
) -> None:
    """An extended header is read whole by tarfile, however long it claims to be."""
    giant = member("x", tarfile.XHDTYPE, size=20_000_000).tobuf() + b"\0" * 20_000_512
    with pytest.raises(SourceError, match="larger than any true one"):
        unpack(giant)


def test_same_name_twice_is_refused(unpack: Callable[..., dict[str, bytes]]) -> None:
    with pytest.raises(SourceError, match="is there twice"):
        unpack(tar_bytes(member("a"), member("./a")))


def test_file_that_is_also_a_folder_is_refused(unpack: Callable[..., dict[str, bytes]]) -> None:
    for data in (tar_bytes(member("a"), member("a/b")), zip_bytes({"a": b"", "a/b": b""})):
        with pytest.raises(SourceError, match="cannot be unpacked"):
            unpack(data)


def test_unusual_zip_entries_are_refused(unpack: Callable[..., dict[str, bytes]]) -> None:
    with pytest.raises(SourceError, match="packed in an unusual way"):
        unpack(zip_bytes({"a": LINES}).replace(*(_method(8), _method(14))))
    encrypted = bytearray(zip_bytes({"a": LINES}))
    encrypted[6] |= 1
    encrypted[encrypted.index(b"PK\1\2") + 8] |= 1
    with pytest.raises(SourceError, match="encrypted"):
        unpack(bytes(encrypted))


def _method(number: int) -> bytes:
    """The version, flags and method of an entry, as both of its headers have them."""
    return b"\x14\0\0\0" + number.to_bytes(2, "little")


@pytest.mark.parametrize("form", PACK)
def test_cut_or_damaged_archive_is_refused(
    unpack: Callable[..., dict[str, bytes]], form: str
) -> None:
    packed = PACK[form](tar_bytes(member("a", size=len(LINES)), body=LINES))
    middle = len(packed) // 2
    for bad in (packed[:middle], packed[:middle] + b"XXXXXXXX" + packed[middle + 8 :]):
        with pytest.raises(SourceError, match="cut or damaged"):
            unpack(bad)


def test_cut_tar_or_zip_is_refused(unpack: Callable[..., dict[str, bytes]]) -> None:
    tar = tar_bytes(member("a", size=len(LINES)), body=LINES)
    packed = zip_bytes({"a": LINES})
    for bad in (tar[: len(tar) // 2], packed[: len(packed) // 2]):
        with pytest.raises(SourceError, match="cut or damaged"):
            unpack(bad)


def test_what_is_no_archive_is_refused(unpack: Callable[..., dict[str, bytes]]) -> None:
    for data in (b"", b"format-version: 1.2\n"):
        with pytest.raises(SourceError, match="no archive that genekg reads"):
            unpack(data)
    with pytest.raises(SourceError, match="holds no tar file"):
        unpack(gzip.compress(LINES))


def test_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(good_tar())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("kept", encoding="utf-8")
    with pytest.raises(SourceError, match="is not empty"):
        archives.unpack(tmp_path / "archive", tmp_path / "out")
    assert (tmp_path / "out" / "mine").read_text(encoding="utf-8") == "kept"
    with pytest.raises(SourceError, match="cannot be unpacked"):
        archives.unpack(tmp_path / "nowhere", tmp_path / "new")


@pytest.mark.parametrize("form", PACK)
def test_file_is_decompressed_whole_with_all_its_streams(form: str, tmp_path: Path) -> None:
    """As bgzip and pbzip2 write them: one stream after another."""
    packed = tmp_path / f"lines.{form}"
    packed.write_bytes(PACK[form](LINES) + PACK[form](LINES))
    target = tmp_path / "new" / "lines"
    archives.decompress(packed, target)
    assert target.read_bytes() == LINES * 2
    packed.write_bytes(PACK[form](LINES)[:-9])
    with pytest.raises(SourceError, match="cut or damaged"):
        archives.decompress(packed, target)
    assert target.read_bytes() == LINES * 2


def test_xz_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    packed = bytearray(lzma.compress(LINES, filters=filters))
    header = packed[12:24]
    assert header[2] == lzma.FILTER_LZMA2
    header[4] = 40  # a dictionary of 4 GB
    header[8:12] = zlib.crc32(header[:8]).to_bytes(4, "little")
    packed[12:24] = header
    (tmp_path / "lines.xz").write_bytes(packed)
    with pytest.raises(SourceError, match=r"[Mm]emory"):
        archives.decompress(tmp_path / "lines.xz", tmp_path / "lines")
