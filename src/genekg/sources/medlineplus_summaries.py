"""The data of MedlinePlus Genetics' condition pages, from the bulk XML or the JSON of a page.

Both hold the same fields; JSON of a page has each item of a list in an object of its own, or, by
way of other people's converters, a single item without its list.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from genekg.errors import SourceError
from genekg.sources.medlineplus_addresses import address_of

_EXPECTED = "expected ghr-summaries.xml, or the JSON of a condition's page"
_SUMMARY = "health-condition-summary"
# The codes of the format; "u" is an unknown pattern, and "n" is not inherited.
_MODES = {
    "ac": "HP:0032113",
    "ad": "HP:0000006",
    "ar": "HP:0000007",
    "m": "HP:0001427",
    "n": "HP:0003745",
    "u": "",
    "x": "HP:0001417",
    "xd": "HP:0001423",
    "xr": "HP:0001419",
    "y": "HP:0001450",
}
_ID = {"OMIM": re.compile(r"\d{6}"), "ORPHA": re.compile(r"[1-9]\d*")}
_OTHER_KEYS = {
    "gtr": ("UMLS:{}", re.compile(r"C\d{7}")),
    "icd-10-cm": ("ICD10CM:{}", re.compile(r"[A-Z]\d\w(?:\.\w{1,4})?")),
    "mesh": ("MESH:{}", re.compile(r"[A-Z]\d{6,9}")),
    "snomed ct": ("SCTID:{}", re.compile(r"\d{6,18}")),
}
_OWN_KEYS = {"omim": "OMIM", "orphanet": "ORPHA"}
_SYMBOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]*")
_DATE = re.compile(r"(\d{4})(?:-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class Summary:
    """What the data of one page say, checked."""

    name: str
    address: str
    synonyms: tuple[str, ...]
    modes: tuple[str, ...]
    genes: tuple[str, ...]
    keys: tuple[str, ...]
    updated: str

    @property
    def condition_id(self) -> str:
        """The id that the page is placed by, or nothing."""
        for prefix in ("OMIM:", "ORPHA:"):
            if len(found := [key for key in self.keys if key.startswith(prefix)]) == 1:
                return found[0]
        return ""


def summaries(path: Path) -> Iterator[Summary]:
    """Yield the condition pages of a file, or of a folder's .json and .xml files, in order.

    Raises:
        SourceError: a page without name or address, a malformed id, symbol or date, an unknown
            inheritance code, a page twice, no condition at all.
    """
    seen: dict[str, str] = {}
    inside = path.iterdir() if path.is_dir() else [path]
    files = sorted(one for one in inside if one == path or one.suffix in (".json", ".xml"))
    for file in files:
        for line, fields in _pages(file):
            summary = _summary(file, line, fields)
            if summary.address in seen:
                problem = f"{summary.address} again; first seen in {seen[summary.address]}"
                raise SourceError(file, line, problem, remedy="keep one of the two")
            seen[summary.address] = f"line {line}" if len(files) == 1 else file.name
            yield summary
    if not seen:
        raise SourceError(path, None, "no condition in here", remedy=_EXPECTED)


def _pages(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line and fields of each condition's page, whichever the form of the file."""
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
        with gzip.open(path) if packed else path.open("rb") as file:
            start = file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
            file.seek(0)
            if start == b"<":
                yield from _xml_pages(path, file)
            elif start in (b"{", b"["):
                yield from _json_pages(path, file.read())
            else:
                problem = "neither XML nor JSON" if start else "the file is empty"
                raise SourceError(path, 1, problem, remedy=_EXPECTED)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(path, None, f"damaged gzip ({error})", remedy="fetch it again") from error
    except FileNotFoundError as error:
        raise SourceError(path, None, "no such file", remedy="check the path") from error
    except OSError as error:
        raise SourceError(path, None, f"cannot be read ({error.strerror})") from error


def _xml_pages(path: Path, file: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the conditions of a bulk file. Its namespace holds a date, so names are matched."""
    events = etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, huge_tree=False
    )
    root = None
    try:
        for event, element in events:
            if root is None:
                root = element
                if root.getroottree().docinfo.doctype:
                    raise SourceError(path, 1, f"has a DOCTYPE; {_EXPECTED}")
            if event == "end" and _local(element) == _SUMMARY:
                yield element.sourceline or 0, _fields(element)
            if event == "end" and element.getparent() is root and _local(root) != _SUMMARY:
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del root[0]
    except etree.XMLSyntaxError as error:
        problem = f"malformed XML ({error.msg})"
        raise SourceError(path, error.lineno, problem, remedy="fetch it again") from error


def _local(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _fields(element: Any) -> dict[str, Any]:
    """Return an element as the page's JSON has it: lists hold one-key objects."""
    fields: dict[str, Any] = {}
    for child in element:
        name = _local(child)
        if name.endswith("-list"):
            fields[name] = [{_local(one): _value(one)} for one in child if _local(one)]
        elif name:
            fields[name] = _value(child)
    return fields


def _value(element: Any) -> Any:
    if _local(element) in ("synonym", "html") or not len(element):
        return "".join(element.itertext())
    return {_local(child): _value(child) for child in element if _local(child)}


def _json_pages(path: Path, data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        problem = f"malformed JSON ({error.msg})"
        raise SourceError(path, error.lineno, problem, remedy="fetch it again") from error
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SourceError(path, line, "not UTF-8 text", remedy="fetch it again") from error
    except RecursionError as error:
        raise SourceError(path, 1, "nested too deeply", remedy=_EXPECTED) from error
    for one in _items(found, _SUMMARY):
        if not isinstance(one, dict) or not {"name", "ghr-page", "ghr_page"} & one.keys():
            raise SourceError(path, 1, "JSON of something else", remedy=_EXPECTED)
        yield 1, {name.replace("_", "-"): value for name, value in one.items()}


def _items(value: Any, name: str) -> Iterator[Any]:
    """Yield the items of a list, out of the one-key objects that may be around each, or all.

    >>> list(_items([{"synonym": "XLSA"}, {"synonym": "ANH1"}], "synonym"))
    ['XLSA', 'ANH1']
    >>> list(_items({"synonym": ["XLSA", "ANH1"]}, "synonym"))
    ['XLSA', 'ANH1']
    """
    if isinstance(value, list):
        for one in value:
            yield from _items(one, name)
    elif isinstance(value, dict) and name in value:
        yield from _items(value[name], name)
    elif value not in (None, "", {}):
        yield value


def _summary(path: Path, line: int, fields: dict[str, Any]) -> Summary:
    def each(name: str, slot: str) -> Iterator[str]:
        for one in _items(fields.get(f"{name}-list"), name):
            found = one.get(slot) if isinstance(one, dict) else one if slot == name else None
            yield said(found, f"a {name} without {slot}")

    def said(value: Any, problem: str) -> str:
        text = " ".join(str(value).split()) if isinstance(value, str | int) else ""
        if not text:
            raise SourceError(path, line, problem, remedy=_EXPECTED)
        return text

    name = said(fields.get("name"), f"a {_SUMMARY} without a name")
    stated = said(fields.get("ghr-page"), f"{name} has no ghr-page")
    if not (address := address_of(stated)):
        raise SourceError(path, line, f"{stated} is no condition's page", remedy=_EXPECTED)
    modes = [_mode(path, line, code) for code in each("inheritance-pattern", "code")]
    genes = list(each("related-gene", "gene-symbol"))
    if wrong := [symbol for symbol in genes if not _SYMBOL.fullmatch(symbol)]:
        raise SourceError(path, line, f"malformed gene symbol {wrong[0]!r}")
    pairs = zip(each("db-key", "db"), each("db-key", "key"), strict=True)
    keys = [_key(path, line, db, key) for db, key in pairs]
    return Summary(
        name=name,
        address=address,
        synonyms=tuple(dict.fromkeys(each("synonym", "synonym"))),
        modes=tuple(dict.fromkeys(filter(None, modes))),
        genes=tuple(dict.fromkeys(genes)),
        keys=tuple(dict.fromkeys(filter(None, keys))),
        updated=_date(path, line, fields.get("published") or fields.get("reviewed") or ""),
    )


def _mode(path: Path, line: int, code: str) -> str:
    if code not in _MODES:
        raise SourceError(path, line, f"unknown inheritance code {code!r}", remedy=" ".join(_MODES))
    return _MODES[code]


def _key(path: Path, line: int, db: str, key: str) -> str:
    """Return a database's key as a CURIE; nothing for databases that name no condition."""
    if prefix := _OWN_KEYS.get(db.casefold()):
        if not _ID[prefix].fullmatch(key):
            raise SourceError(path, line, f"malformed {db} key {key!r}")
        return f"{prefix}:{key}"
    written, form = _OTHER_KEYS.get(db.casefold(), ("", None))
    return written.format(key) if form and form.fullmatch(key) else ""


def _date(path: Path, line: int, value: Any) -> str:
    text = str(value).strip()
    match = _DATE.fullmatch(text)
    if text and not match:
        raise SourceError(path, line, f"malformed date {text!r}", remedy="expected 2025-09-19")
    return "-".join(filter(None, match.groups())) if match else ""
