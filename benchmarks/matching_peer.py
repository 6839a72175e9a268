"""Matching published cases: genekg beside pyhpo, hpo3 and semsimian, on the same cases, in one run.

    python benchmarks/matching_peer.py cases.tar.xz [--store DIR] [--cases 60] [--minutes 5]
        [--environments DIR] [--peers hpo3 pyhpo semsimian]

Each peer is installed into an environment of its own (hpo3 goes by the name of pyhpo), and ranks
every case among all OMIM diseases that it knows, as they are, by the best-match average of Resnik's
measure, both ways. A peer takes no absent findings; it is ended after its minutes, so that the slow
ones do fewer cases, the first of an order that a seed gives. genekg's figures stand beside those of
each peer for the cases that both ranked, with absent findings and without what they say of the
reason to look for them.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import statistics
import subprocess
import tarfile
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

TOPS = (1, 3, 10)
SEED = 20250116
PEERS = ("hpo3", "pyhpo", "semsimian")

Rank = Callable[[str, set[str]], float | None]


# what a peer does, in its own environment


def with_pyhpo(data: Path) -> Rank:
    """hpo3 and pyhpo have one interface; hpo3 scores all diseases in one call.

    hpo3's own release is newer than the others': it gets theirs.
    """
    from pyhpo import HPOSet, Ontology

    try:
        from pyhpo import helper
    except ImportError:
        helper = None
    if helper is None:
        Ontology()
    else:
        Ontology(str(data))
    known = {term.id for term in Ontology}
    sets = {
        f"OMIM:{one.id}": HPOSet([Ontology.get_hpo_object(number) for number in sorted(one.hpo)])
        if helper is None
        else HPOSet(sorted(one.hpo))
        for one in Ontology.omim_diseases
        if one.hpo
    }

    def rank(disease: str, terms: set[str]) -> float | None:
        found = sorted(terms & known)
        if disease not in sets or not found:
            return None
        if helper is None:
            query = HPOSet.from_queries(found)
            scores = {
                name: query.similarity(one, method="resnik", combine="funSimAvg")
                for name, one in sets.items()
            }
        else:
            query = HPOSet([int(term[3:]) for term in found])
            values = helper.batch_set_similarity(
                [(query, one) for one in sets.values()],
                kind="omim",
                method="resnik",
                combine="funSimAvg",
            )
            scores = dict(zip(sets, values, strict=True))
        return middle(list(scores.values()), scores[disease])

    return rank


def with_semsimian(data: Path) -> Rank:
    """semsimian has no annotations of its own: it gets HPO's, and their information content."""
    from semsimian import Semsimian

    parents: dict[str, list[str]] = {}
    current = ""
    for line in (data / "hp.obo").read_text(encoding="utf-8").splitlines():
        if line.startswith("id: "):
            current = line[4:]
            parents.setdefault(current, [])
        elif line.startswith("is_a: "):
            parents[current].append(line[6:].split()[0])
    above: dict[str, set[str]] = {}

    def up(term: str) -> set[str]:
        if term not in above:
            above[term] = {term}.union(*(up(one) for one in parents.get(term, ())))
        return above[term]

    profiles: dict[str, set[str]] = {}
    with (data / "phenotype.hpoa").open(encoding="utf-8") as file:
        rows = csv.reader((line for line in file if not line.startswith("#")), delimiter="\t")
        header = next(rows)
        for cells in rows:
            row = dict(zip(header, cells, strict=True))
            if (
                row["database_id"].startswith("OMIM:")
                and row["aspect"] == "P"
                and row["qualifier"] != "NOT"
            ):
                profiles.setdefault(row["database_id"], set()).add(row["hpo_id"])
    counts: dict[str, int] = {}
    for terms in profiles.values():
        for term in set().union(*map(up, terms)):
            counts[term] = counts.get(term, 0) + 1
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as content:
        for term in parents:
            content.write(f"{term}\t{-math.log2(max(counts.get(term, 0), 1) / len(profiles))}\n")
        content.flush()
        engine = Semsimian(
            spo=[(term, "is_a", one) for term in parents for one in up(term)],
            predicates=["is_a"],
            custom_ic_map_path=content.name,
        )

    def rank(disease: str, terms: set[str]) -> float | None:
        found = terms & set(parents)
        if disease not in profiles or not found:
            return None
        scores = {
            name: engine.termset_comparison(found, one, "ancestor_information_content")
            for name, one in profiles.items()
        }
        return middle(list(scores.values()), scores[disease])

    return rank


def middle(scores: Sequence[float], own: float) -> float:
    """Return the rank of a score, the middle of ties."""
    better = sum(score > own for score in scores)
    return better + (1 + sum(score == own for score in scores)) / 2


def work(peer: str, archive: Path, minutes: float, data: Path) -> None:
    """Rank the cases in turn, a line of JSON each, until the time is over."""
    rank = (with_semsimian if peer == "semsimian" else with_pyhpo)(data)
    end = time.monotonic() + 60 * minutes
    for case_id, disease, terms in cases(archive):
        start = time.perf_counter()
        found = rank(disease, terms)
        if found is not None:
            seconds = time.perf_counter() - start
            print(json.dumps([case_id, found, seconds]), flush=True)
        if time.monotonic() > end:
            break


# the run


def cases(archive: Path) -> Iterator[tuple[str, str, set[str]]]:
    """Yield id, disease and present symptoms of each case of an archive, in its order."""
    with tarfile.open(archive) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is None or not member.name.endswith(".json"):
                continue
            packet = json.load(file)
            terms = {
                one["type"]["id"]
                for one in packet.get("phenotypicFeatures", [])
                if not one.get("excluded")
            }
            disease = packet["interpretations"][0]["diagnosis"]["disease"]["id"]
            yield packet["id"], disease, terms


def drawn(archive: Path, number: int, target: Path) -> None:
    """Write so many of the cases to an archive, in an order that a seed gives."""
    with tarfile.open(archive) as source, tarfile.open(target, "w") as tar:
        members = sorted((m for m in source if m.name.endswith(".json")), key=lambda m: m.name)
        for member in random.Random(SEED).sample(members, min(number, len(members))):
            tar.addfile(member, source.extractfile(member))


def ours(archive: Path, store: Path | None) -> list[tuple[str, dict[str, float], float]]:
    """Return the name of each way, the rank of each case, and seconds a case."""
    import genekg.graph
    from genekg import casebench
    from genekg.matching import scoring

    found = []
    with genekg.graph.open(store, build=False) as graph:
        for name, weights in (
            ("genekg", scoring.REPORTED),
            ("genekg, plain absence", scoring.WEIGHTS),
        ):
            (run,) = casebench.run(graph, archive, ["i"], weights=weights)
            ranks = {one.case_id: one.rank for one in run.results if one.rank}
            seconds = statistics.median(one.seconds for one in run.results)
            found.append((name, ranks, seconds))
    return found


def installed(peer: str, environments: Path) -> Path:
    """Return the Python of a peer's environment, made where it is not there."""
    place = environments / peer
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", peer], check=True)
    return python


def line(name: str, ranks: Sequence[float], seconds: float) -> None:
    shares = " / ".join(
        f"{100 * sum(rank <= top for rank in ranks) / len(ranks):5.1f}" for top in TOPS
    )
    print(f"  {name:<24} top-1/3/10 {shares} %   {1000 * seconds:>9,.1f} ms a case", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--store", type=Path)
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--environments", type=Path)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=PEERS)
    parser.add_argument("--as", dest="peer", help=argparse.SUPPRESS)
    parser.add_argument("--hpo", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.peer:
        work(given.peer, given.archive, given.minutes, given.hpo)
        return

    from genekg import resources

    with tempfile.TemporaryDirectory() as folder:
        sample = Path(folder) / "cases.tar"
        drawn(given.archive, given.cases, sample)
        own = ours(sample, given.store)
        for name, ranks, seconds in own:
            line(f"{name} ({len(ranks)})", list(ranks.values()), seconds)
        for peer in given.peers:
            python = installed(peer, given.environments or Path(folder))
            command: list[Any] = [python, __file__, sample, "--as", peer]
            command += ["--minutes", given.minutes, "--hpo", resources.pyhpo_data()]
            done = subprocess.run(
                list(map(str, command)), stdout=subprocess.PIPE, text=True, check=True
            )
            rows = [json.loads(row) for row in done.stdout.splitlines() if row.startswith("[")]
            print(f"{peer}: {len(rows)} cases")
            if not rows:
                continue
            seconds = statistics.median(row[2] for row in rows)
            theirs = {row[0]: row[1] for row in rows}
            both = [case_id for case_id in theirs if case_id in own[0][1]]
            line(f"{peer} ({len(both)} of both)", [theirs[one] for one in both], seconds)
            for name, ranks, seconds in own:
                line(name, [ranks[one] for one in both], seconds)


if __name__ == "__main__":
    main()
