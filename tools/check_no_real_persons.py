# SPDX-License-Identifier: EUPL-1.2
"""Refuse what looks like data of a real person in any file of the repository.

Rules: a citizen service number (BSN: nine digits that pass the 11-proef) starts with 999; a postcode is 0000 XX; an
e-mail address is at example.org or another reserved domain; a Dutch telephone number has 0000 right after its prefix,
which no subscriber has. Prints where, never what.

It cannot know names. Made-up families use the names of examples/ and are marked ``"synthetic": true``.

Source: the 11-proef, Logisch Ontwerp BSN; RFC 2606 for the domains.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tools.repository import ROOT, repository_files, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

EXEMPT: Final = {
    "LICENSES/EUPL-1.2.txt": "the text of the licence, as published",
    "LICENSES/CC0-1.0.txt": "the text of the licence, as published",
}
"""Whole files that are not looked at, each with its reason."""

UNITS: Final = frozenset({"KB", "MB", "GB", "TB"})
"""Two capitals after four digits that are a size."""

RESERVED_DOMAINS: Final = ("example.org", "example.com", "example.net", "example")
BSN_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)
MADE_UP_BSN: Final = "999"
NEVER_ISSUED: Final = "00"
"""A BSN has eight or nine digits; one of eight is written with one zero before it."""
TEN_DIGITS: Final = "0123456789"
"""The digits in order, as an alphabet; no area code begins with 012."""
MADE_UP_POSTCODE: Final = "0000XX"

BSN: Final = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9]\.)(?:[0-9]{9}|[0-9]{4}[. ][0-9]{2}[. ][0-9]{3}|[0-9]{3}([ .-])[0-9]{3}\1[0-9]{3})"
    r"(?![0-9A-Za-z]|\.[0-9])"
)
POSTCODE: Final = re.compile(r"(?<![0-9A-Za-z_+/=.-])[0-9]{4} ?[A-Z]{2}(?![0-9A-Za-z_+/=-])")
EMAIL: Final = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
PHONE: Final = re.compile(
    r"(?<![0-9A-Za-z.:-])(?:\+31|0031|0)(?:[ -]?\(0\))?[ -]?[1-9](?:[ -]?[0-9]){8}(?![0-9A-Za-z])"
)
MADE_UP_PHONE: Final = re.compile(r"[1-9][0-9]{0,2}0000[0-9]*")


def passes_elfproef(digits: str) -> bool:
    """Tell whether nine digits form a citizen service number."""
    total = sum(weight * int(digit) for weight, digit in zip(BSN_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and digits != "0" * 9


def real_bsn(found: re.Match[str]) -> bool:
    """Tell whether nine digits may be the number of a person."""
    digits = re.sub(r"[^0-9]", "", found[0])
    return passes_elfproef(digits) and not digits.startswith((MADE_UP_BSN, NEVER_ISSUED))


def real_postcode(found: re.Match[str]) -> bool:
    """Tell whether four digits and two capitals may be a place."""
    return found[0].replace(" ", "") != MADE_UP_POSTCODE and found[0][-2:] not in UNITS


def real_email(found: re.Match[str]) -> bool:
    """Tell whether an address may have a reader."""
    domain = found[1].lower()
    return not any(domain == reserved or domain.endswith(f".{reserved}") for reserved in RESERVED_DOMAINS)


def real_phone(found: re.Match[str]) -> bool:
    """Tell whether a number may ring somewhere."""
    digits = re.sub(r"[^0-9]", "", found[0].replace("(0)", ""))
    return digits != TEN_DIGITS and not MADE_UP_PHONE.fullmatch(re.sub(r"^(?:0031|31|0)", "", digits))


LOOKS_REAL: Final[tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool]], ...]] = (
    ("a BSN that does not start with 999", BSN, real_bsn),
    ("a postcode other than 0000 XX", POSTCODE, real_postcode),
    ("an e-mail address outside example.org", EMAIL, real_email),
    ("a telephone number without 0000 after its prefix", PHONE, real_phone),
)


def findings(text: str) -> Iterator[tuple[int, str]]:
    """Yield line number and kind of everything in a text that looks real."""
    for kind, pattern, is_real in LOOKS_REAL:
        for found in pattern.finditer(text):
            if is_real(found):
                yield text.count("\n", 0, found.start()) + 1, kind


def problems(root: Path) -> list[str]:
    """Return a line for each thing in the repository that looks real."""
    lines: list[str] = []
    for path in repository_files(root):
        text = None if path.as_posix() in EXEMPT else text_of(root / path)
        lines.extend(f"{path.as_posix()}:{line}: {kind}" for line, kind in findings(text or ""))
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Print where something looks real; return 1 if anything does."""
    parser = argparse.ArgumentParser(description="Refuse what looks like data of a real person.")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    found = problems(parser.parse_args(arguments).root)
    print(*found, f"{len(found)} refused", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
