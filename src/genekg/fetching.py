"""Files of sources, fetched from their official addresses or a site's own mirror.

A file is downloaded beside its place, checked, and renamed: a fetch that fails leaves the old
file whole. What is known of a file stands beside it as ``NAME.fetched.json``. A download that
was cut is taken up again where it ended, if the server says that the file is still the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from genekg import downloads, files
from genekg.downloads import Facts, FetchError, Job, Limits, Progress
from genekg.errors import UsageError

__all__ = ["FetchError", "Fetched", "Limits", "Receipt", "fetch", "receipt"]

_CHUNK = 1 << 16
_HTML = re.compile(
    rb"\s*(<\?xml[^>]*\?>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_DEFAULT = Limits()


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
    limits: Limits = _DEFAULT,
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
    if not name or name != Path(name).name or name.startswith("."):
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
            asked = _asked(old, address)
            job = Job(name, address, target, cap, deadline, limits, progress, asked)
            facts = downloads.download(job) if folder is None else _copied(job, folder / name)
            if facts is None and old is not None:
                return _unchanged(job, old, pin)
            return _install(job, facts or {}, pin, old)
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


def _asked(old: Receipt | None, address: str) -> Facts:
    """Return what to ask by whether the file has changed: only where it came from."""
    if old is None or old.address != downloads.shown(address):
        return {}
    facts = {"etag": old.etag, "last_modified": old.last_modified}
    return facts if any(facts.values()) else {}


def _unchanged(job: Job, old: Receipt, pin: str | None) -> Fetched:
    if pin:
        raise _not_pinned(job, old.sha256, pin)
    return Fetched(job.target, old.sha256, old.etag, old.size, changed=False)


def _install(job: Job, facts: Facts, pin: str | None, old: Receipt | None) -> Fetched:
    """Check what has arrived and put it in its place."""
    with job.part.open("rb") as file:
        head = file.read(2048)
    if not head:
        raise job.refuse("is empty")
    if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")) and not downloads.is_page(job.name):
        raise downloads.html(job)
    digest = _sha256(job.part)
    if pin and digest != pin.lower():
        raise _not_pinned(job, digest, pin)
    new = Receipt(
        address=downloads.shown(job.address),
        etag=facts.get("etag", ""),
        last_modified=facts.get("last_modified", ""),
        size=job.part.stat().st_size,
        sha256=digest,
        fetched=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    job.part.replace(job.target)
    files.write(_beside(job.target), json.dumps(asdict(new), indent=1))
    job.drop()
    changed = old is None or old.sha256 != digest
    return Fetched(job.target, digest, new.etag, new.size, changed)


def _not_pinned(job: Job, digest: str, pin: str) -> FetchError:
    return job.refuse(
        f"has the SHA-256 {digest}, not the pinned {pin.lower()}",
        "it was not installed; is there a newer release?",
    )


def _copied(job: Job, source: Path) -> Facts:
    """Copy the file of a mirror that is a folder."""
    job.drop()
    job.address = str(source)
    try:
        with source.open("rb") as given, job.part.open("wb") as file:
            total = os.fstat(given.fileno()).st_size
            job.check_cap(total)
            while chunk := given.read(_CHUNK):
                file.write(chunk)
                job.check_cap(file.tell())
                job.progress(f"fetching {job.name}", file.tell(), total)
            downloads.sync(file)
    except OSError as error:
        raise job.refuse(f"could not be copied ({error.strerror})") from error
    return {}
