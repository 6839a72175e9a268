"""A peer's accuracy and speed on published cases, beside `genekg bench --mode i` on the same file.

Runs in an environment of its own, because hpo3 installs itself under the name of pyhpo:

    python -m venv peers && peers/bin/pip install hpo3
    peers/bin/python benchmarks/matching_peer.py cases.tar.xz --every 10

Each case is ranked among all OMIM diseases of the peer's own HPO release by the similarity of the
sets of symptoms. The peer takes no absent findings.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tarfile
import time

TOPS = (1, 3, 10)


def cases(archive: str, every: int) -> list[tuple[str, list[str]]]:
    """Return disease id and present symptoms of every so many of the cases, by name."""
    found = []
    with tarfile.open(archive) as tar:
        members = sorted((m for m in tar if m.name.endswith(".json")), key=lambda m: m.name)
        for member in members[::every]:
            file = tar.extractfile(member)
            assert file is not None
            packet = json.load(file)
            terms = [
                one["type"]["id"]
                for one in packet.get("phenotypicFeatures", [])
                if not one.get("excluded")
            ]
            disease = packet["interpretations"][0]["diagnosis"]["disease"]["id"]
            found.append((disease, terms))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive")
    parser.add_argument("--every", type=int, default=10)
    parser.add_argument("--method", default="graphic", help="resnik, lin, jc, rel, graphic …")
    parser.add_argument("--combine", default="funSimAvg", help="funSimAvg, funSimMax, BMA")
    given = parser.parse_args()

    from pyhpo import HPOSet, Ontology, helper

    Ontology()
    known = {int(term) for term in Ontology}
    diseases = [(f"OMIM:{one.id}", one) for one in Ontology.omim_diseases if one.hpo]
    sets = {name: HPOSet(sorted(one.hpo)) for name, one in diseases}
    ranks: list[int] = []
    seconds: list[float] = []
    for disease, terms in cases(given.archive, given.every):
        numbers = [int(term[3:]) for term in terms if int(term[3:]) in known]
        if disease not in sets or not numbers:
            continue
        query = HPOSet(numbers)
        pairs = [(query, one) for one in sets.values()]
        start = time.perf_counter()
        scores = helper.batch_set_similarity(
            pairs, kind="omim", method=given.method, combine=given.combine
        )
        seconds.append(time.perf_counter() - start)
        own = scores[list(sets).index(disease)]
        ranks.append(1 + sum(score > own for score in scores))
    shares = [100 * sum(rank <= top for rank in ranks) / len(ranks) for top in TOPS]
    print(
        f"hpo3, {given.method}, {given.combine}: {len(ranks)} cases, {len(sets)} diseases,"
        f" top-1/3/10 {' / '.join(f'{share:.1f}' for share in shares)},"
        f" {1000 * statistics.median(seconds):.0f} ms a case"
    )


if __name__ == "__main__":
    main()
