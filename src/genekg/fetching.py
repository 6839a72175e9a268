"""Files of sources, fetched from their official addresses or a site's own mirror.

A file is downloaded beside its place, checked, and renamed: a fetch that fails leaves the old
file whole. What is known of a file stands beside it as ``NAME.fetched.json``. A download that
was cut is taken up again where it ended, if the server says that the file is still the same.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from genekg.errors import GenekgError, UsageError

if TYPE_CHECKING:
    import httpx

Progress: TypeAlias = Callable[[str, int, int], None]

REDIRECTS = 5
_CHUNK = 1 << 16
_LONGEST_PAUSE = 30.0
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_PASSING = (408, 425, 429)  # and every 5xx


class FetchError(GenekgError):
    """A file could not be fetched; what was there before is untouched."""


class _InterruptedError(Exception):
    """An attempt failed in a way that may pass."""

    def __init__(self, reason: str, pause: float = 0.0) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a fetch may take, in seconds, and how often it is tried."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 3600.0
    attempts: int = 4
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file in the cache; ``changed`` says whether its content is new there."""

    path: Path
    sha256: str
    etag: str
    size: int
    changed: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands beside a fetched file."""

    address: str
    etag: str
    last_modified: str
    size: int
    sha256: str
    fetched: str


@dataclass(slots=True)
class _Job:
    """One file to fetch, and the bounds on it."""

    name: str
    address: str
    target: Path
    cap: int
    deadline: float
    limits: Limits
    progress: Progress
    old: Receipt | None

    @property
    def part(self) -> Path:
        """What has arrived so far."""
        return self.target.with_name(f".{self.name}.part")

    @property
    def part_facts(self) -> Path:
        """Of which file it is a part."""
        return self.target.with_name(f".{self.name}.part.json")

    def drop(self) -> None:
        """Remove what has arrived."""
        self.part.unlink(missing_ok=True)
        self.part_facts.unlink(missing_ok=True)


def default_cache() -> Path:
    """Return the folder of fetched files: ``GENEKG_CACHE``, else the platform's place."""
    if given := os.environ.get("GENEKG_CACHE"):
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("genekg")


def receipt(path: Path) -> Receipt | None:
    """Return what is known of a fetched file, or None: not fetched, or changed in size since."""
    try:
        found = json.loads(_beside(path).read_text(encoding="utf-8"))
        known = Receipt(**{name: found[name] for name in Receipt.__slots__})
        return known if path.stat().st_size == known.size else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def fetch(
    name: str,
    address: str,
    cache: Path,
    *,
    cap: int,
    progress: Progress,
    mirror: str | Path | None = None,
    pin: str | None = None,
    limits: Limits = Limits(),  # noqa: B008
) -> Fetched:
    """Bring a file into the cache, or find that the one there is still the official one.

    Args:
        name: the file's name, in the cache and at a mirror.
        address: where it officially is, http or https.
        cache: the folder for it.
        cap: the most bytes that it may have.
        progress: called with a step's name, bytes so far, and bytes in all (0 if not known).
        mirror: a folder, or an address, that holds the file under its name; asked instead.
        pin: the SHA-256 that the file must have. With the right file in the cache nobody is asked.
        limits: times and attempts.

    Raises:
        UsageError: a name, address or pin that cannot be one.
        FetchError: the file could not be fetched, or is not what it should be.
    """
    if name != Path(name).name or name.startswith("."):
        raise UsageError(f"{name!r} is not a file name")
    if pin is not None and not re.fullmatch(r"[0-9a-fA-F]{64}", pin):
        raise UsageError(f"{pin!r} is not a SHA-256", remedy="it has 64 hexadecimal digits")
    folder = _folder(mirror)
    if mirror is not None and folder is None:
        from urllib.parse import quote

        address = f"{str(mirror).rstrip('/')}/{quote(name)}"
    target = cache / name
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(target):
            old = _intact(target)
            if old and pin and old.sha256 == pin.lower():
                return Fetched(target, old.sha256, old.etag, old.size, changed=False)
            deadline = time.monotonic() + limits.total
            job = _Job(name, address, target, cap, deadline, limits, progress, old)
            facts = _download(job) if folder is None else _copied(job, folder / name)
            return _install(job, facts, pin)
    except OSError as error:
        raise FetchError(
            f"{target} could not be written ({error.strerror or error})",
            remedy="free some space, or set GENEKG_CACHE to another folder",
        ) from error


def _folder(mirror: str | Path | None) -> Path | None:
    if mirror is None or (isinstance(mirror, str) and "://" in mirror):
        return None
    return Path(mirror)


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.fetched.json")


def _intact(target: Path) -> Receipt | None:
    """Return the receipt of the file in the cache, if the file is still what was fetched."""
    known = receipt(target)
    return known if known and _sha256(target) == known.sha256 else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Keep another process from fetching the same file."""
    with target.with_name(f".{target.name}.lock").open("a") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise FetchError(
                    f"{target.name} is being fetched already", remedy="wait for it, or end it"
                ) from error
        yield


# --- the content of an answer


def _install(job: _Job, facts: Mapping[str, str] | None, pin: str | None) -> Fetched:
    """Check what has arrived and put it in its place; None of facts: the old file is right."""
    if facts is None and job.old is not None:
        if pin:
            raise _not_pinned(job, job.old.sha256, pin)
        return Fetched(job.target, job.old.sha256, job.old.etag, job.old.size, changed=False)
    with job.part.open("rb") as file:
        head = file.read(2048)
    digest = _sha256(job.part)
    fault = None
    if not head:
        fault = FetchError(f"{shown(job.address)} is empty")
    elif _HTML.match(head.removeprefix(b"\xef\xbb\xbf")) and not _is_page(job.name):
        fault = _html(job)
    elif pin and digest != pin.lower():
        fault = _not_pinned(job, digest, pin)
    if fault:
        job.drop()
        raise fault
    new = Receipt(
        address=shown(job.address),
        etag=(facts or {}).get("etag", ""),
        last_modified=(facts or {}).get("last_modified", ""),
        size=job.part.stat().st_size,
        sha256=digest,
        fetched=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    job.part.replace(job.target)
    _write(_beside(job.target), json.dumps(asdict(new), indent=1))
    job.drop()
    changed = job.old is None or job.old.sha256 != digest
    return Fetched(job.target, digest, new.etag, new.size, changed)


def _not_pinned(job: _Job, digest: str, pin: str) -> FetchError:
    return FetchError(
        f"{shown(job.address)} has the SHA-256 {digest}, not the pinned {pin.lower()}",
        remedy="it was not installed; is there a newer release?",
    )


def _html(job: _Job) -> FetchError:
    return FetchError(
        f"{shown(job.address)} gives a web page, not {job.name}",
        remedy="open it in a browser: it may have moved, or ask for a login",
    )


def _is_page(name: str) -> bool:
    return name.endswith((".html", ".htm", ".xhtml"))


def _copied(job: _Job, source: Path) -> dict[str, str]:
    """Copy the file of a mirror that is a folder."""
    job.drop()
    job.address = str(source)
    try:
        with source.open("rb") as given, job.part.open("wb") as file:
            total = os.fstat(given.fileno()).st_size
            _check_cap(job, total)
            while chunk := given.read(_CHUNK):
                file.write(chunk)
                _check_cap(job, file.tell())
                job.progress(f"fetching {job.name}", file.tell(), total)
            _sync(file)
    except FetchError:
        job.drop()
        raise
    except OSError as error:
        job.drop()
        raise FetchError(f"{source} could not be copied ({error.strerror})") from error
    return {}


def _check_cap(job: _Job, size: int) -> None:
    if size > job.cap:
        raise FetchError(
            f"{shown(job.address)} is larger than the {job.cap:,} bytes that are allowed for it"
        )


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        _sync(file)
    beside.replace(path)


def _sync(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())
