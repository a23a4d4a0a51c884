# SPDX-License-Identifier: EUPL-1.2
"""Delivery: at-least-once transport, effectively-once hand-over, provable custody.

Rules: bytes and media types only, nothing of cases and consent; the database is the record, whatever moves bytes may
die at any moment; a pure core decides (:mod:`kgbx.delivery.core`), thin drivers carry it out. Times are Unix
milliseconds, in whole numbers, and come in as arguments.

Source: delivery design, "Parts".
"""

from __future__ import annotations
