# SPDX-License-Identifier: EUPL-1.2
r"""What looks like data of a real person in a text.

Rules: a citizen service number (BSN: nine digits that pass the 11-proef) starts with 999; a postcode is 0000 XX; an
e-mail address is at example.org or another reserved domain; a Dutch telephone number has 0000 right after its prefix,
which no subscriber has. A finding tells the line and the kind, never what stands there. What is written as an escape,
as ``\n`` in JSON, counts as what it means, and every space and dash of Unicode as a plain one.

It cannot know names. Made-up families use the names of examples/ and are marked ``"synthetic": true``.

Source: the 11-proef, Logisch Ontwerp BRP; RFC 2606 for the domains.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kgbx.case.rules.numbers import is_bsn
from kgbx.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_ESCAPE: Final = re.compile(r"\\+(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|[nrtbfv])")
"""An escape of JSON, also of JSON in a text of JSON, or of a programming language."""

_EDGE: Final = "\0"
"""Stands for a line break or another control character that was written as an escape: no word goes on there."""

_FIRST_SEEN: Final = 0x20
_SPACES: Final = (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_DASHES: Final = (*range(0x2010, 0x2016), 0x2212)
_UNSEEN: Final = (0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)
_PLAIN: Final = dict.fromkeys(_SPACES, " ") | dict.fromkeys(_DASHES, "-") | dict.fromkeys(_UNSEEN, "")

_UNITS: Final = frozenset({"KB", "MB", "GB", "TB"})
"""Two capitals after four digits that are a size."""

_RESERVED_DOMAINS: Final = ("example.org", "example.com", "example.net", "example")
_MADE_UP_BSN: Final = "999"
_NEVER_ISSUED: Final = "00"
"""A BSN has eight or nine digits; one of eight is written with one zero before it."""
_TEN_DIGITS: Final = "0123456789"
"""The digits in order, as an alphabet; no area code begins with 012."""
_MADE_UP_POSTCODE: Final = "0000XX"

_BSN: Final = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9]\.)(?:[0-9]{9}|[0-9]{4}[. ][0-9]{2}[. ][0-9]{3}|[0-9]{3}([ .-])[0-9]{3}\1[0-9]{3})"
    r"(?![0-9A-Za-z]|\.[0-9])"
)
_POSTCODE: Final = re.compile(
    r"(?<![0-9A-Za-z_+/=.#-])(?:[0-9]{4} {0,3}[A-Z]{2}|[1-9][0-9]{3} {0,3}[A-EGHJ-NPR-TV-XZa-eghj-npr-tv-xz]{2})"
    r"(?![0-9A-Za-z_+/=-])"
)
"""With capitals any two; otherwise those that postcodes are made of, as after a year there is often a short word."""

_SHORT: Final = (
    "ad ae ag ah al am an as at be bv bz ca cd cm cq db dd de dl dr ds ed eg eh ek el em en er es et ex ga gb "
    "ha he ja je ka kb kg km kw la le ma mb me mg ml mm mr ms mw na nd ne ns nr nv pa pb pc pg ph pk pm pt px ra "
    "rd re rs sd se st ta tb te th tl va vs we wh ze "
)
_WORDS: Final = frozenset(_SHORT.split())
"""Short words and units that stand after a number of four digits in a text without being a postcode."""

_EMAIL: Final = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
_PHONE: Final = re.compile(
    r"(?:(?<![0-9A-Za-z.:-])|(?<=[A-Za-z][:.]))"
    r"\(?(?:(?:\+ ?31|00 ?31)[ ()./-]{0,3}(?:0[ ()./-]{0,3})?|0\)?(?: ?[/-]? ?))"
    r"[1-9](?:[ ()./-]{0,3}[0-9]){8}(?![0-9A-Za-z]|[:.][0-9])"
)
_MADE_UP_PHONE: Final = re.compile(r"[1-9][0-9]{0,2}0000[0-9]*")
_NO_DIGIT: Final = re.compile(r"[^0-9]")

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _real_bsn(found: re.Match[str]) -> bool:
    digits = _NO_DIGIT.sub("", found[0])
    return is_bsn(digits) and not digits.startswith((_MADE_UP_BSN, _NEVER_ISSUED))


def _real_postcode(found: re.Match[str]) -> bool:
    plain, letters = found[0].replace(" ", "").upper(), found[0][-2:]
    if letters.isupper():
        return plain != _MADE_UP_POSTCODE and letters not in _UNITS
    return letters.lower() not in _WORDS


def _real_email(found: re.Match[str]) -> bool:
    domain = found[1].lower()
    return not any(domain == reserved or domain.endswith(f".{reserved}") for reserved in _RESERVED_DOMAINS)


def _real_phone(found: re.Match[str]) -> bool:
    digits = _NO_DIGIT.sub("", found[0])
    return digits != _TEN_DIGITS and not _MADE_UP_PHONE.fullmatch(re.sub(r"^(?:(?:0031|31)0?|0)", "", digits))


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that may belong to a person.

    Attributes:
        name: Stable name, for programs.
        text: What it looks like and what to write instead.
        pattern: How it is written.
        is_real: Tells whether what the pattern found may belong to a person.
    """

    name: str
    text: Text
    pattern: re.Pattern[str]
    is_real: Callable[[re.Match[str]], bool]


KINDS: Final = (
    Kind(
        "bsn",
        Text(
            "een BSN dat niet met 999 begint: neem er een die dat wel doet",
            "a BSN that does not start with 999: take one that does",
        ),
        _BSN,
        _real_bsn,
    ),
    Kind(
        "postcode",
        Text("een andere postcode dan 0000 XX: schrijf 0000 XX", "a postcode other than 0000 XX: write 0000 XX"),
        _POSTCODE,
        _real_postcode,
    ),
    Kind(
        "email",
        Text(
            "een e-mailadres buiten example.org: gebruik dat domein",
            "an e-mail address outside example.org: use that domain",
        ),
        _EMAIL,
        _real_email,
    ),
    Kind(
        "telephone",
        Text(
            "een telefoonnummer zonder 0000 na het netnummer: schrijf 06 0000 0000 of 010 0000 000",
            "a telephone number without 0000 after its prefix: write 06 0000 0000 or 010 0000 000",
        ),
        _PHONE,
        _real_phone,
    ),
)
"""Everything that is looked for."""


def findings(text: str) -> Iterator[tuple[int, Kind]]:
    """Yield line, from 1, and kind of everything in a text that looks real, in the order of the text."""
    text = _as_meant(text)
    found = ((hit.start(), kind) for kind in KINDS for hit in kind.pattern.finditer(text) if kind.is_real(hit))
    line, before = 1, 0
    for start, kind in sorted(found, key=lambda row: row[0]):
        line += text.count("\n", before, start)
        before = start
        yield line, kind


def _as_meant(text: str) -> str:
    """Return a text without escapes, in which a space is a space and a dash a dash; the lines stay as they are."""
    return _ESCAPE.sub(_meant, text).translate(_PLAIN)


def _meant(escape: re.Match[str]) -> str:
    number = int(escape[1] or escape[2] or "0", 16)
    return _EDGE if number < _FIRST_SEEN else chr(number)


def text_in(data: bytes) -> str | None:
    """Return the text in the bytes of a file, None where they are no text.

    What is looked for is ASCII and spaces, so what is no UTF-8 but keeps ASCII may be read as Latin-1.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if b"\0" in data:
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
