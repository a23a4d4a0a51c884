# SPDX-License-Identifier: EUPL-1.2
"""Make docs/reference/interop-consent.md from the tables of homes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kgbx.interop import dpv, fhir_consent
from tools.markdown import NOTE, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kgbx.interop.homes import Home, Path

LEAD: Final = """# Consents in other standards

{note}
`kgbx.interop.fhir_consent` and `kgbx.interop.dpv` write a consent in the form of another standard and read it back:
`export_consent(consent, withdrawal=None)` gives JSON, `import_consent(bytes)` gives members of a consent and the names
of those that the other standard cannot say; a person adds these with `complete()`. What has a home comes back as it is.
Of a permit that was taken back, `ending()` gives the withdrawal; `complete()` refuses such a permit without it.

Reading is closed. What kgbx would not understand might narrow a permit, so it is refused with a pointer (`D_NO_HOME`);
only the text of the whole, the name beside a code, versions and kinds of reference are passed over. Ids and codes
travel, the salt never does.

A permit names its recipients, purposes and categories, in both directions. One that leaves one of them out is refused
when it is read, and a permit for everything (`*`) when it is written, with `D_NO_HOME`: a consent is specific (AVG 4
onder 11). A refusal may be for everything, and one that names nothing is.

Whoever reads a permit from another standard has no proof of it: see `docs/decisions/0024-proofs.md`.

"""

FHIR: Final = """## FHIR R5 Consent

In R5 `decision` is the default and a provision is an exception to it. A permit is therefore `deny` with one provision;
a refusal is `deny` without any, which refuses more than was said, because R5 cannot refuse one thing and leave the rest
open. `permit` with exceptions is refused: everything but something is no specific permit (AVG 4 onder 11). An end that
kgbx excludes is the last day or second that counts. A withdrawal makes the resource `inactive`.

"""

DPV: Final = """## ISO/IEC TS 27560:2023, in terms of the Data Privacy Vocabulary

JSON-LD with a fixed context. Codes of kgbx are IRIs such as `https://kgbx.example/codes/purpose#care`; mapping them to
terms of the vocabulary would say something else than what was agreed. Of a refusal, what means everything (`*`) is an
absent member. A withdrawal is a second event. No legal basis is written: a consent here opens a secret; whether it is a
basis under AVG 6 is policy. Storage, retention, jurisdiction and addresses, which 27560 asks for, come from the
register of who exports.

"""


def interop_page() -> str:
    """Return docs/reference/interop-consent.md."""
    parts = [LEAD.format(note=NOTE)]
    for lead, module in ((FHIR, fhir_consent), (DPV, dpv)):
        parts.extend((lead, _table(module.HOMES), "\n### A withdrawal\n\n", _table(module.WITHDRAWAL_HOMES), "\n"))
    return "".join(parts).rstrip("\n") + "\n"


def _table(homes: Iterable[Home]) -> str:
    return table(("member", "place", "why there is none, or not always"), _rows(homes))


def _rows(homes: Iterable[Home]) -> Iterator[tuple[str, str, str]]:
    for home in homes:
        yield f"`{home.member}`", f"`{_place(home.place)}`" if home.place else "none", home.why


def _place(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")
