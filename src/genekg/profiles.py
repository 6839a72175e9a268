"""What is said of every condition's symptoms, as arrays: a sidecar of the build.

One row an annotation, with all that weighing needs: the id that the source itself used, count and
total, percentage or frequency term, onset, sex, negation, source, and the papers that it cites, so
that the annotations of a paper can be withheld. Beside the rows stand the hierarchy of the terms,
the kinds of the conditions, and the genes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genekg.errors import StoreError
from genekg.quads import Shape
from genekg.records import Annotation, Condition, GeneCondition, Record, Term

FOLDER = "profiles"
INDEX = "profile_index"

ASPECTS = "PICMH"
SEXES = ("", "male", "female")
RELATIONS = ("causes", "contributes_to", "associated_with")
# One annotation. -1 stands for "not stated"; ids are places in the lists of names.json.
ROW = np.dtype(
    [
        ("condition", np.int32),
        ("original", np.int32),
        ("term", np.int32),
        ("aspect", np.int8),
        ("negated", np.bool_),
        ("count", np.int32),
        ("total", np.int32),
        ("percentage", np.float32),
        ("frequency", np.int32),
        ("onset", np.int32),
        ("sex", np.int8),
        ("source", np.int16),
        ("evidence", np.int16),
    ]
)
_LISTS = (
    "terms", "term_labels", "conditions", "condition_labels", "originals", "publications",
    "genes", "symbols", "sources", "evidence",
)  # fmt: skip
_ARRAYS = ("annotations", "cited_starts", "cited", "parents", "kinds", "genes", "identities")


class _Numbers(dict[str, int]):
    """Gives each text a number, in the order in which they come."""

    def __missing__(self, text: str) -> int:
        self[text] = number = len(self)
        return number


def write(folder: Path, said: Sequence[tuple[Record, str]], shape: Shape) -> int:
    """Write the profiles of a build; return how many annotations they hold.

    ``said`` are its records, each with who states it, as an answer names it.
    """
    records = [record for record, _source in said]
    terms = {term_id: number for number, term_id in enumerate(sorted(shape.hierarchy))}
    described = {
        shape.leader(r.id): r for r in records if isinstance(r, Condition) and not r.obsolete
    }
    conditions = {curie: number for number, curie in enumerate(sorted(described))}
    originals, papers, sources, evidence, genes = (_Numbers() for _ in range(5))
    rows: list[tuple[Any, ...]] = []
    cited: list[list[int]] = []
    kinds: set[tuple[int, int]] = set()
    links: set[tuple[int, int, int]] = set()
    identities: set[tuple[int, int]] = set()
    for record, source in said:
        if isinstance(record, Annotation):
            how_often = record.frequency
            identities.add(
                (originals[record.condition_id], conditions[shape.leader(record.condition_id)])
            )
            rows.append(
                (
                    conditions[shape.leader(record.condition_id)],
                    originals[record.condition_id],
                    terms[shape.leader(record.term_id)],
                    ASPECTS.index(record.aspect),
                    record.negated,
                    -1 if how_often is None or how_often.count is None else how_often.count,
                    -1 if how_often is None or how_often.total is None else how_often.total,
                    float(how_often.percentage) if how_often and how_often.percentage else -1,
                    terms[shape.leader(how_often.term_id)]
                    if how_often and how_often.term_id
                    else -1,
                    terms[shape.leader(record.onset_id)] if record.onset_id else -1,
                    SEXES.index(record.sex),
                    sources[source],
                    evidence[record.provenance.evidence],
                )
            )
            cited.append([papers[paper] for paper in record.provenance.publications])
        elif isinstance(record, Condition) and not record.obsolete:
            number = conditions[shape.leader(record.id)]
            identities.add((originals[record.id], number))
            for parent in record.parents:
                above = conditions.get(shape.leader(parent), number)
                if above != number:
                    kinds.add((number, above))
        elif isinstance(record, GeneCondition):
            links.add(
                (
                    genes[shape.leader(record.gene_id)],
                    conditions[shape.leader(record.condition_id)],
                    RELATIONS.index(record.relation),
                )
            )
    folder.mkdir()
    arrays = {
        "annotations": np.array(rows, dtype=ROW),
        "cited_starts": np.cumsum([0, *map(len, cited)]).astype(np.int32),
        "cited": np.array([paper for row in cited for paper in row], dtype=np.int32),
        "parents": _pairs(
            (terms[term], terms[parent])
            for term in terms
            for parent in shape.hierarchy.parents(term)
        ),
        "kinds": _pairs(sorted(kinds)),
        "genes": np.array(sorted(links), dtype=np.int32).reshape(-1, 3),
        "identities": _pairs(sorted(identities)),
    }
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    labels = {record.id: record.label for record in records if isinstance(record, Term)}
    names = {
        "terms": list(terms),
        "term_labels": [labels.get(term, term) for term in terms],
        "conditions": list(conditions),
        "condition_labels": [shape.labels[curie] for curie in conditions],
        "originals": list(originals),
        "publications": list(papers),
        "genes": list(genes),
        "symbols": [shape.labels[curie] for curie in genes],
        "sources": list(sources),
        "evidence": list(evidence),
    }
    (folder / "names.json").write_text(json.dumps(names, indent=0), encoding="utf-8")
    return len(rows)


def _pairs(pairs: Iterable[tuple[int, int]]) -> NDArray[np.int32]:
    return np.array(list(pairs), dtype=np.int32).reshape(-1, 2)


class Profiles:
    """The profiles of a build, open for reading.

    ``annotations`` has the fields of ``ROW``; ``cited[cited_starts[n]:cited_starts[n + 1]]`` are
    the papers of row n. ``parents`` (term, parent), ``kinds`` (condition, the condition that it
    is a kind of), ``genes`` (gene, condition, relation) and ``identities`` (original id,
    condition) are rows of places in the lists.
    """

    annotations: NDArray[Any]
    cited_starts: NDArray[np.int32]
    cited: NDArray[np.int32]
    parents: NDArray[np.int32]
    kinds: NDArray[np.int32]
    genes: NDArray[np.int32]
    identities: NDArray[np.int32]

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise StoreError(
                f"{folder.parent} was built by an older genekg, without symptom profiles",
                remedy="run `genekg build --force`",
            )
        try:
            for name in _ARRAYS:
                setattr(self, name, np.load(folder / f"{name}.npy", mmap_mode="r"))
            self.names: dict[str, list[str]] = json.loads(
                (folder / "names.json").read_text(encoding="utf-8")
            )
        except (OSError, ValueError) as error:
            raise StoreError(f"{folder} cannot be opened: {error}") from error

    @cached_property
    def term_numbers(self) -> dict[str, int]:
        """The place of each term by its id."""
        return {curie: number for number, curie in enumerate(self.names["terms"])}

    @cached_property
    def condition_numbers(self) -> dict[str, int]:
        """The place of each condition by its leading id."""
        return {curie: number for number, curie in enumerate(self.names["conditions"])}

    def cites(self, papers: Sequence[str]) -> NDArray[np.int64]:
        """Return the rows of the annotations that cite any of the papers."""
        numbers = [n for n in map(self._paper_numbers.get, papers) if n is not None]
        places = np.flatnonzero(np.isin(self.cited, numbers))
        return np.unique(np.searchsorted(self.cited_starts, places, side="right") - 1)

    @cached_property
    def _paper_numbers(self) -> dict[str, int]:
        return {curie: number for number, curie in enumerate(self.names["publications"])}
