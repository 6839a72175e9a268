"""Published patients as GA4GH phenopackets, version 2, in JSON.

A file, a folder, or an archive (zip, tar, tar.gz, tar.bz2, tar.xz), such as those of
https://github.com/monarch-initiative/phenopacket-store. Schema:
https://phenopacket-schema.readthedocs.io/en/2.0.0/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from genekg import prefixes
from genekg.errors import SourceError
from genekg.records import Case, Observation, Provenance, Sex
from genekg.sources import packed

_KEYS = {
    "id",
    "subject",
    "phenotypicFeatures",
    "measurements",
    "biosamples",
    "interpretations",
    "diseases",
    "medicalActions",
    "files",
    "metaData",
}
_SEXES: dict[str, Sex] = {
    "MALE": "male",
    "FEMALE": "female",
    "OTHER_SEX": "",
    "UNKNOWN_SEX": "",
    "": "",
}
# An interpretation that is open, or ended without a diagnosis, diagnoses nothing.
_UNDECIDED = {"IN_PROGRESS", "UNSOLVED"}
_CONCERNED = {"CAUSATIVE", "CONTRIBUTORY"}
_DURATION = re.compile(r"P(?=[\dT])(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?([\d.]+S)?)?")
_PMID_IN_ID = re.compile(r"PMID[_:](\d+)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ANTENATAL_ONSET = "HP:0030674"
_REMEDY = "expected a GA4GH phenopacket, version 2, with camelCase names"


def version(path: Path) -> str:
    """Return the day on which the newest phenopacket was created, as they state it."""
    latest = ""
    for where, content in packed.json_files(path):
        stated = _object(where, _packet(where, content), "metaData").get("created", "")
        if match := _DATE.match(str(stated)):
            latest = max(latest, match[0])
    return latest or "unknown"


def parse(path: Path, release: str) -> Iterator[Case]:
    """Yield every phenopacket as a case. Ids are unique in a release.

    Diagnoses are the diseases that are not excluded and those of interpretations that came to
    one; genes are those called causative or contributory. An onset is an ISO 8601 age or an
    ontology class; a gestational age is antenatal onset, ranges and dates are passed over.

    Raises:
        SourceError: JSON that is none, another schema, a missing or malformed part, an id that
            is there twice, or an archive that is damaged or unpacks to too much.
    """
    seen: dict[str, Path] = {}
    for where, content in packed.json_files(path):
        case = _case(where, _packet(where, content), release)
        if case.id in seen:
            raise SourceError(where, None, f"{case.id!r} again; first in {seen[case.id]}")
        seen[case.id] = where
        yield case
    if not seen:
        raise SourceError(path, None, "no phenopacket in it", remedy="expected .json files")


def _packet(where: Path, content: Any) -> dict[str, Any]:
    """Return a phenopacket of schema 2, or raise."""
    if not isinstance(content, dict):
        raise SourceError(where, None, "not a JSON object", remedy=_REMEDY)
    stated = str(_object(where, content, "metaData").get("phenopacketSchemaVersion", ""))
    if stated.partition(".")[0] != "2":
        raise SourceError(where, None, f"phenopacketSchemaVersion is {stated!r}", remedy=_REMEDY)
    if unknown := sorted(content.keys() - _KEYS):
        raise SourceError(where, None, f"unknown part {unknown[0]!r}", remedy=_REMEDY)
    return content


def _case(where: Path, packet: dict[str, Any], release: str) -> Case:
    case_id = packet.get("id")
    if not isinstance(case_id, str) or not case_id.strip():
        raise SourceError(where, None, "no id", remedy=_REMEDY)
    sex = _object(where, packet, "subject").get("sex", "")
    if sex not in _SEXES:
        raise SourceError(where, None, f"unknown sex {sex!r}")
    conditions, genes = _diagnoses(where, packet)
    onset = ""
    for disease in _objects(where, packet, "diseases"):
        if not _flag(where, disease):
            conditions.append(_id(where, disease, "term", "diseases"))
            onset = onset or _onset(where, disease)
    observations = [
        _observation(where, one) for one in _objects(where, packet, "phenotypicFeatures")
    ]
    return Case(
        id=case_id,
        condition_ids=tuple(dict.fromkeys(conditions)),
        observations=tuple(dict.fromkeys(observations)),
        provenance=Provenance(release, publications=_publications(where, packet, case_id)),
        sex=_SEXES[sex],
        onset=onset,
        gene_ids=tuple(dict.fromkeys(genes)),
    )


def _diagnoses(where: Path, packet: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Return the conditions and genes of the interpretations that came to a diagnosis."""
    conditions: list[str] = []
    genes: list[str] = []
    for interpretation in _objects(where, packet, "interpretations"):
        diagnosis = _object(where, interpretation, "diagnosis")
        if interpretation.get("progressStatus") in _UNDECIDED or not diagnosis:
            continue
        conditions.append(_id(where, diagnosis, "disease", "diagnosis"))
        for genomic in _objects(where, diagnosis, "genomicInterpretations"):
            if genomic.get("interpretationStatus") not in _CONCERNED:
                continue
            variant = _object(where, genomic, "variantInterpretation")
            described = _object(where, variant, "variationDescriptor")
            gene = _object(where, described, "geneContext") or _object(where, genomic, "gene")
            if gene:
                genes.append(_curie(where, gene.get("valueId"), "geneContext.valueId"))
    return conditions, genes


def _observation(where: Path, feature: dict[str, Any]) -> Observation:
    onset = _onset(where, feature)
    return Observation(
        term_id=_id(where, feature, "type", "phenotypicFeatures"),
        excluded=_flag(where, feature),
        onset_id=onset if onset.startswith("HP:") else "",
    )


def _onset(where: Path, part: dict[str, Any]) -> str:
    """Return the onset of a disease or symptom: an ISO 8601 age, a term, or nothing."""
    onset = _object(where, part, "onset")
    if "ontologyClass" in onset:
        return _id(where, onset, "ontologyClass", "onset")
    if "gestationalAge" in onset:
        return _ANTENATAL_ONSET
    if "age" not in onset:
        return ""
    age = _object(where, onset, "age").get("iso8601duration")
    if not isinstance(age, str) or not _DURATION.fullmatch(age):
        raise SourceError(where, None, f"malformed age {age!r}", remedy="expected ISO 8601: P3Y6M")
    return age


def _publications(where: Path, packet: dict[str, Any], case_id: str) -> tuple[str, ...]:
    """Return the papers that the phenopacket cites, else the PMID in its id."""
    references = _objects(where, _object(where, packet, "metaData"), "externalReferences")
    cited = (prefixes.normalise(str(reference.get("id", ""))) for reference in references)
    found = [curie for curie in cited if curie]
    if not found and (match := _PMID_IN_ID.match(case_id)):
        found = [f"PMID:{match[1]}"]
    return tuple(dict.fromkeys(found))


def _object(where: Path, part: dict[str, Any], key: str) -> dict[str, Any]:
    value = part.get(key) or {}
    if not isinstance(value, dict):
        raise SourceError(where, None, f"{key} is not an object", remedy=_REMEDY)
    return value


def _objects(where: Path, part: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = part.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise SourceError(where, None, f"{key} is not a list of objects", remedy=_REMEDY)
    return value


def _flag(where: Path, part: dict[str, Any]) -> bool:
    value = part.get("excluded", False)
    if not isinstance(value, bool):
        raise SourceError(where, None, f"excluded is {value!r}", remedy="expected true or false")
    return value


def _id(where: Path, part: dict[str, Any], key: str, about: str) -> str:
    """Return the id of an ontology class that a part must have."""
    return _curie(where, _object(where, part, key).get("id"), f"{about}.{key}.id")


def _curie(where: Path, value: Any, about: str) -> str:
    curie = prefixes.normalise(value) if isinstance(value, str) else None
    if curie is None:
        raise SourceError(where, None, f"{about} is {value!r}, which is no id of a known prefix")
    return curie
