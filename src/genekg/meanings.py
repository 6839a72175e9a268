"""What terms of HPO mean where they exclude each other: modes, ages of onset, organs of one sex."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# Modes by the chromosome and by the number of changed copies that they mean. A semidominant or
# pseudoautosomal mode is in none: it excludes no other.
CHROMOSOMES = {
    "autosomal": ("HP:0000006", "HP:0000007", "HP:0012274", "HP:0012275"),
    "X-linked": ("HP:0001417", "HP:0001419", "HP:0001423"),
    "Y-linked": ("HP:0001450",),
    "mitochondrial": ("HP:0001427",),
}
COPIES = {
    "dominant": ("HP:0000006", "HP:0012274", "HP:0012275", "HP:0001423"),
    "recessive": ("HP:0000007", "HP:0001419"),
}
# Ages of onset in years, as HPO defines its terms: from, to.
AGES = {
    "HP:0030674": (-0.8, 0.0),  # antenatal
    "HP:0011460": (-0.8, -0.6),  # embryonal
    "HP:0011461": (-0.6, 0.0),  # fetal
    "HP:0034199": (-0.6, -0.5),  # late first trimester
    "HP:0034198": (-0.5, -0.2),  # second trimester
    "HP:0034197": (-0.2, 0.0),  # third trimester
    "HP:0003577": (0.0, 0.0),  # congenital
    "HP:0003623": (0.0, 0.08),  # neonatal
    "HP:0410280": (0.08, 16.0),  # pediatric
    "HP:0003593": (0.08, 1.0),  # infantile
    "HP:0011463": (1.0, 5.0),  # childhood
    "HP:0003621": (5.0, 16.0),  # juvenile
    "HP:0003581": (16.0, 120.0),  # adult
    "HP:0011462": (16.0, 40.0),  # young adult
    "HP:0025708": (16.0, 19.0),  # early young adult
    "HP:0025709": (19.0, 25.0),  # intermediate young adult
    "HP:0025710": (25.0, 40.0),  # late young adult
    "HP:0003596": (40.0, 60.0),  # middle age
    "HP:0003584": (60.0, 120.0),  # late
}
# Onsets no further apart than this many years lie side by side: at birth, and an infant.
_NEAR = 0.1
# Conditions of Mondo that say how a condition is inherited, or little more than that it is one.
BROAD_CONDITIONS = (
    "MONDO:0000001",  # disease
    "MONDO:0700096",  # human disease
    "MONDO:0003847",  # hereditary disease
    "MONDO:0020573",  # inherited disease susceptibility
    "MONDO:0000429",  # autosomal genetic disease
    "MONDO:0000426",  # autosomal dominant disease
    "MONDO:0006025",  # autosomal recessive disease
    "MONDO:0000425",  # X-linked disease
    "MONDO:0020604",  # X-linked dominant disease
    "MONDO:0020605",  # X-linked recessive disease
    "MONDO:0000428",  # Y-linked disease
    "MONDO:0002254",  # syndromic disease
    "MONDO:7770006",  # disease by body system or component
    "MONDO:7770007",  # disease by developmental or physiological process
    "MONDO:7770008",  # disease by etiologic mechanism
    "MONDO:7770009",  # disease of genetic or genomic mechanism
    "MONDO:7770010",  # disease of primarily extrinsic mechanism
)
# The organs that one sex has, as tops of HPO's branches.
SEX_TERMS = {"male": "HP:0010461", "female": "HP:0010460"}


def classes(term_id: str, table: Mapping[str, tuple[str, ...]]) -> set[str]:
    """Return the classes of ``CHROMOSOMES`` or ``COPIES`` that a mode means.

    >>> classes("HP:0001419", CHROMOSOMES), classes("HP:0001417", COPIES)
    ({'X-linked'}, set())
    """
    return {name for name, term_ids in table.items() if term_id in term_ids}


def chromosome(location: str) -> str:
    """Return which kind of chromosome a cytogenetic location is on; of both X and Y: none.

    >>> chromosome("Xp11.21"), chromosome("15q21.1"), chromosome("Xp22.33 and Yp11.2")
    ('X-linked', 'autosomal', '')
    """
    if " and " in location or "reserved" in location:
        return ""
    if location.startswith("mitochondria"):
        return "mitochondrial"
    if location.startswith(("X", "Y")):
        return f"{location[0]}-linked"
    return "autosomal" if location[:1].isdigit() else ""


def apart(ones: Iterable[str], others: Iterable[str]) -> bool:
    """Whether two sets of onsets neither overlap nor lie side by side; unknown ages meet all.

    >>> apart(["HP:0003577"], ["HP:0003621"]), apart(["HP:0003577"], ["HP:0003593"])
    (True, False)
    """

    def span(term_ids: Iterable[str]) -> tuple[float, float]:
        ages = [AGES.get(term_id, (-1.0, 120.0)) for term_id in term_ids]
        return min(low for low, _ in ages), max(high for _, high in ages)

    (low, high), (other_low, other_high) = span(ones), span(others)
    return low > other_high + _NEAR or other_low > high + _NEAR
