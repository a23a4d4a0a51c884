# SPDX-License-Identifier: EUPL-1.2
"""Groups of kinds that rules ask for, as literal tables, and whether a kind is among them."""

from __future__ import annotations

from functools import cache
from typing import Final

from kgbx.codes import code_list

BIRTH_PARENTS: Final = frozenset({"ouder", "biologische_ouder"})
"""Parents who are older than the child by nature."""

LEGAL_PARENTS: Final = frozenset({"ouder", "adoptieouder"})
"""Parents in law, unless the relation says otherwise. Source: BW 1:197 to 1:199."""

PARENTS: Final = BIRTH_PARENTS | LEGAL_PARENTS
"""Parents of whom nobody can be their own."""

SIBLINGS: Final = frozenset({"broer_of_zus", "halfbroer_of_halfzus"})
MARRIAGES: Final = frozenset({"echtgenoot", "geregistreerd_partner"})
PARTNERS: Final = MARRIAGES | {"partner", "ex_partner"}


@cache
def measure_is(kind: str, kinds: frozenset[str]) -> bool:
    """Tell whether a kind of measure, or a wider kind that it belongs to, is one of `kinds`."""
    return not kinds.isdisjoint(code_list("measure_kind").ancestors(kind))
