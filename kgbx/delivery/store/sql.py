# SPDX-License-Identifier: EUPL-1.2
"""The transaction of the stores that speak SQL; what their languages do differently is a :class:`Driver`.

Rules: every value is a parameter; statements are written with ``?`` and hold no other question mark or per cent sign;
an order is always complete, so that two stores give the same answer.

Source: delivery design, "Stores".
"""

from __future__ import annotations

from kgbx.delivery.store.sql_incoming import IncomingSql
from kgbx.delivery.store.sql_ledger import LedgerSql
from kgbx.delivery.store.sql_outgoing import OutgoingSql


class SqlTransaction(OutgoingSql, IncomingSql, LedgerSql):
    """Everything that can be read and written in one transaction: :class:`kgbx.delivery.store.Transaction`."""
