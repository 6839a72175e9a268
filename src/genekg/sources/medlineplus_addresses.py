"""Addresses of MedlinePlus Genetics' condition pages, today's and Genetics Home Reference's."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"https?://(?:www\.)?(medlineplus\.gov/genetics|ghr\.nlm\.nih\.gov)"
    r"/condition/([a-z0-9][a-z0-9-]*)(?:/index\.html?|/)?"
)


def address_of(text: str) -> str:
    """Return the address of a condition's page in its usual spelling; empty for any other.

    >>> address_of("http://www.medlineplus.gov/genetics/condition/porphyria")
    'https://medlineplus.gov/genetics/condition/porphyria/'
    """
    match = _ADDRESS.fullmatch(text)
    if not match:
        return ""
    end = "/" if match[1].startswith("medlineplus") else ""
    return f"https://{match[1]}/condition/{match[2]}{end}"
