# SPDX-License-Identifier: EUPL-1.2
"""The envelope: opaque content in, opaque content out, signed and encrypted, hybrid post-quantum by default.

Rules: knows bytes, media types and organisations, nothing of cases. Everything that comes from elsewhere is refused
with one EnvelopeError, whose code says at which check; nothing is released on failure. Keys are looked up through the
protocols of :mod:`kgbx.envelope.ports`. Must not import case or codes, read the clock, or use the network.
"""

from __future__ import annotations
