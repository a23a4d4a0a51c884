# SPDX-License-Identifier: EUPL-1.2
"""Groups of relation kinds that rules ask for, as literal tables."""

from __future__ import annotations

from typing import Final

BIRTH_PARENTS: Final = frozenset({"ouder", "biologische_ouder"})
"""Parents who are older than the child by nature."""

LEGAL_PARENTS: Final = frozenset({"ouder", "adoptieouder"})
"""Parents in law, unless the relation says otherwise. Source: BW 1:197 to 1:199."""

PARENTS: Final = BIRTH_PARENTS | LEGAL_PARENTS
"""Parents of whom nobody can be their own."""

SIBLINGS: Final = frozenset({"broer_of_zus", "halfbroer_of_halfzus"})
MARRIAGES: Final = frozenset({"echtgenoot", "geregistreerd_partner"})
PARTNERS: Final = MARRIAGES | {"partner", "ex_partner"}
