# SPDX-License-Identifier: EUPL-1.2
"""Every limit of kgbx: name, unit, reason. Sizes in bytes, times in seconds, unless the name says otherwise.

Source of the envelope's limits: envelope specification, section 3.10.
"""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB
DAY_SECONDS: Final = 86_400

# --- documents (JSON that a person or a system wrote)

MAX_DOCUMENT_BYTES: Final = 32 * MIB
"""A family case. Ten thousand statements fit in 10 MiB; more is an attack or a mistake: refused before parsing."""

MAX_DOCUMENT_DEPTH: Final = 64
"""Nested brackets. The schema needs 6; extensions may need more; a parser's stack must never be the limit."""

MAX_SAFE_INTEGER: Final = 2**53 - 1
"""Largest integer that every JSON implementation reads exactly (RFC 8259 section 6)."""

MAX_INTEGER_DIGITS: Final = 16
"""Digits of MAX_SAFE_INTEGER: a longer literal is refused before it is converted (conversion is quadratic)."""

MAX_TEXT_CHARS: Final = 20_000
"""One wording. A long conversation is several statements."""

MAX_NAME_CHARS: Final = 200
"""Names, titles, street names."""

MAX_EXTENSION_BYTES: Final = 64 * KIB
"""Extensions of one record, canonical: they travel with it and are shown to nobody."""

MAX_EXTENSION_NAME_CHARS: Final = 200
"""A member name inside extensions."""

# --- envelope

MAX_ENVELOPE_BYTES: Final = 4 * MIB
"""Sixteen recipients and a manifest of 1 MiB fit; content travels as parts."""

MAX_PROTECTED_BYTES: Final = 1 * KIB
"""Outer protected header: five members of known size."""

MAX_JWS_PROTECTED_BYTES: Final = 512
"""Header of one signature: alg, kid, typ."""

MAX_MANIFEST_BYTES: Final = 1 * MIB
"""256 parts with names fit in 100 KiB."""

MAX_RECIPIENTS: Final = 16
"""Organisations around one family; more means a mailing list, and that is not what this is for."""

MAX_PARTS: Final = 256
"""Body and attachments of one message."""

MAX_PART_BYTES: Final = 64 * GIB
"""Largest part: recorded interviews of a day."""

MAX_BODY_BYTES: Final = MAX_DOCUMENT_BYTES
"""Body part that is handed to the JSON parser."""

MAX_ENVELOPE_DEPTH: Final = 64
"""Nested brackets in any JSON of the envelope; the deepest legal object has 4."""

MAX_LIFETIME_SECONDS: Final = 30 * DAY_SECONDS
"""exp - iat. Bounds the replay store: an id need not be remembered for longer."""

CLOCK_SKEW_SECONDS: Final = 300
"""Clocks of partners may differ by this much."""

REPLAY_MARGIN_SECONDS: Final = DAY_SECONDS
"""The replay store keeps an id this long after exp + skew."""

MIN_PADDED_BYTES: Final = 4096
"""Every plaintext is padded to at least this, so that short messages look alike."""

MAX_PART_NAME_CHARS: Final = 120
"""Name of an attachment, shown and never used as a path."""

MAX_MEDIA_TYPE_CHARS: Final = 127
"""RFC 6838 section 4.2 restricts type and subtype names to 127 characters."""

# --- organisation documents and directory

MAX_ORG_DOCUMENT_BYTES: Final = 256 * KIB
"""64 keys of 2.7 kB and two signatures."""

MAX_ORG_KEYS: Final = 64
"""Keys in one organisation document, retired ones included."""

MAX_DIRECTORY_BYTES: Final = 16 * MIB
"""About 100,000 rows of a directory, or 1,500 organisation documents in a directory file."""

MAX_ORG_DOCUMENT_LIFETIME_SECONDS: Final = 90 * DAY_SECONDS
"""An organisation must say at least every quarter that its keys still hold."""

MAX_DIRECTORY_LIFETIME_SECONDS: Final = 7 * DAY_SECONDS
"""A directory older than a week may hide a revocation."""

SIGNING_KEY_DAYS: Final = 365
"""Life of a signing key."""

ENCRYPTION_KEY_DAYS: Final = 90
"""Life of an encryption key: destroying it is the only forward secrecy there is."""

ROOT_KEY_DAYS: Final = 3650
"""Life of a root key; it is kept offline."""

# --- key files

SCRYPT_N: Final = 131_072
SCRYPT_R: Final = 8
SCRYPT_P: Final = 1
"""scrypt with 128 MiB of memory: about 0.3 s a guess (RFC 7914 section 2)."""

MAX_KEY_FILE_BYTES: Final = 64 * KIB
"""A private key file holds one JWK."""

MAX_PASSPHRASE_BYTES: Final = 1024
"""A passphrase file holds one line."""

# --- test vectors

MAX_VECTORS_BYTES: Final = 64 * MIB
"""A file of envelope vectors; 150 envelopes with their parts take 4 MiB."""
