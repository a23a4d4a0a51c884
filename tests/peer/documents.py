# SPDX-License-Identifier: EUPL-1.2
"""What sender and receiver say of their keys, changed in every way that a receiver must judge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from kgbx.directory import Pin, Trust, build_directory_file, build_trust_file, make_document
from tests.envelope.makers import NOW, OTHER, SENDER
from tests.peer.world import said

if TYPE_CHECKING:
    from kgbx.envelope.ports import OrganisationDocument

Said = tuple["OrganisationDocument", ...]

FROM: Final = said(SENDER)
TO: Final = said(OTHER)
TRUST: Final = build_trust_file(
    Trust(pinned=tuple(Pin(org=one.org, root=one.root.signing_kids) for one in (SENDER, OTHER)))
)


def of_use(document: OrganisationDocument, use: str, **changes: Any) -> OrganisationDocument:  # noqa: ANN401  # any field
    """Return the document with every key of a use changed."""
    return replace(document, keys=tuple(replace(e, **changes) if e.use == use else e for e in document.keys))


def of_one(document: OrganisationDocument, n: int, **changes: Any) -> OrganisationDocument:  # noqa: ANN401  # idem
    """Return the document with signing key `n` changed."""
    signing = [entry for entry in document.keys if entry.use == "sig"]
    return replace(document, keys=tuple(replace(e, **changes) if e is signing[n] else e for e in document.keys))


def without(document: OrganisationDocument, n: int) -> OrganisationDocument:
    signing = [entry for entry in document.keys if entry.use == "sig"]
    return replace(document, keys=tuple(entry for entry in document.keys if entry is not signing[n]))


REVOKED: Final = {"status": "revoked", "revoked_at": NOW + 5}
NEXT: Final = replace(FROM, seq=2, iat=NOW - 60)

SAYING: Final[dict[str, Said]] = {
    "as it is": (FROM, TO),
    **{
        f"signing keys {changes}": (of_use(FROM, "sig", **changes), TO)
        for changes in ({"status": "retired"}, REVOKED, {"nbf": NOW}, {"nbf": NOW + 1}, {"exp": NOW}, {"exp": NOW + 1})
    },
    **{
        f"signing key {n} {changes}": (of_one(FROM, n, **changes), TO)
        for n in range(4)
        for changes in (REVOKED, {"exp": NOW}, {"nbf": NOW + 1})
    },
    **{f"without signing key {n}": (without(FROM, n), TO) for n in range(4)},
    **{
        f"sender's document {changes}": (replace(FROM, **changes), TO)
        for changes in (
            *({"iat": NOW}, {"iat": NOW + 1}, {"exp": NOW}, {"exp": NOW + 1}, {"suites": ("kgbx-1",)}),
            *({"suites": ("kgbx-1h",), "floor": "kgbx-1h"}, {"floor": "kgbx-1h"}),
            {"suites": ("kgbx-9", "kgbx-1"), "floor": "kgbx-9"},
        )
    },
    **{
        f"receiver's keys {changes}": (FROM, of_use(TO, "enc", **changes))
        for changes in ({"status": "retired"}, REVOKED, {"nbf": NOW}, {"nbf": NOW + 1}, {"exp": NOW}, {"exp": NOW + 1})
    },
    **{
        f"receiver's document {changes}": (FROM, replace(TO, **changes))
        for changes in (
            *({"iat": NOW}, {"iat": NOW + 1}, {"exp": NOW}, {"exp": NOW + 1}, {"suites": ("kgbx-1",)}),
            *({"suites": ("kgbx-1h",), "floor": "kgbx-1h"}, {"floor": "kgbx-1h"}),
            {"suites": ("kgbx-9", "kgbx-1"), "floor": "kgbx-9"},
        )
    },
    "no document of the receiver": (FROM,),
    "no document of the sender": (TO,),
    **{f"then without signing key {n}": (FROM, without(NEXT, n), TO) for n in (0, 2)},
    "then revoked": (FROM, of_use(NEXT, "sig", **REVOKED), TO),
    "then retired": (FROM, of_use(NEXT, "sig", status="retired"), TO),
    "then expired": (FROM, replace(NEXT, exp=NOW - 1), TO),
    "revoked in the future": (FROM, of_use(replace(NEXT, iat=NOW + 60), "sig", **REVOKED), TO),
    "revoked by an earlier one of higher number": (
        FROM,
        of_use(replace(NEXT, iat=NOW - 90_000), "sig", **REVOKED),
        TO,
    ),
    "receiver then without keys": (FROM, TO, replace(TO, seq=2, keys=tuple(e for e in TO.keys if e.use != "enc"))),
}


def file_of(documents: Said) -> bytes:
    roots = {one.org: one.root for one in (SENDER, OTHER)}
    return build_directory_file([make_document(document, root=roots[document.org]) for document in documents])
