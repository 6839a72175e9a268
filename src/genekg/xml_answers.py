"""XML that a parser reads back as it was written."""

from __future__ import annotations

import re

__all__ = ["NotXmlError", "well_formed"]

# Control characters, U+FFFE and U+FFFF: https://www.w3.org/TR/xml/#charsets
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


class NotXmlError(ValueError):
    """A character is in an answer that XML 1.0 has no way to write."""


def well_formed(data: bytes | bytearray) -> bytes | bytearray:
    r"""Return XML whose carriage returns stay: a parser takes a bare one for a line end.

    >>> well_formed(b"<a>\r</a>")
    b'<a>&#13;</a>'

    Raises:
        NotXmlError: a character is in it that XML 1.0 has no way to write.
    """
    if found := _NOT_XML.search(data):
        code = ord(bytes(found[0]).decode())
        raise NotXmlError(
            f"the answer holds the character U+{code:04X}, which XML cannot: ask for JSON"
        )
    return data.replace(b"\r", b"&#13;")
