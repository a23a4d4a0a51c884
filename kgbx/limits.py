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

MAX_DOCUMENT_VALUES: Final = 2_000_000
"""Values in a document, estimated from brackets and commas. A case has one for each 29 bytes; each wrong one costs
memory before anything is told about it."""

MAX_PROBLEMS: Final = 1_000
"""Problems that are told of one document: more than a person mends before checking again."""

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

MAX_CONTRIBUTION_CHARS: Final = 4 * MIB
"""Payload of one contribution as base64url: 65,536 digests, more than 32 MiB of records can have."""

MAX_CONTRIBUTION_HEADER_CHARS: Final = 683
"""Header of one signature as base64url: 512 bytes, as for every signature."""

MAX_SIGNATURE_CHARS: Final = 6170
"""The longest signature as base64url: 4627 bytes of ML-DSA-87 (FIPS 204)."""

# --- anonymous consult

CONSULT_BYTES: Final = 16 * KIB
"""Body of every anonymous question and answer: one size, which also fills the smallest class of a part."""

MAX_CONSULT_TEXT_CHARS: Final = 2_500
"""Question or answer: four bytes a character and all else fit in 16 KiB. Longer stories are easier to recognise."""

MAX_CONSULT_ROWS: Final = 20
"""People, worries, kinds of help in an anonymous question: more would be a portrait."""

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

MAX_DEDUPE_DAYS: Final = 366
"""Days for which a receiver says that it recognises a second offer; a message is valid for 30."""

MAX_EVIDENCE_BYTES: Final = 32 * MIB
"""An evidence record: a manifest, sixteen recipients' documents, custody and receipts."""

MAX_EVIDENCE_ROWS: Final = 64
"""Documents, receipts or statements of custody in one evidence record: four of each of sixteen recipients."""

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

ENCRYPTION_KEY_OVERLAP_DAYS: Final = 30
"""The next encryption key is made this long before the end of the last: partners need time to see it."""

RETIRED_KEY_DAYS: Final = 60
"""A retired encryption key still opens for this long, then it is destroyed: a message lives 30 days at most."""

SIGNING_KEY_LEAD_DAYS: Final = 8
"""A new signing pair is published this long before it signs: a directory is a week old at most."""

MAX_DIRECTORY_KEEPERS: Final = 16
"""Organisations whose root pairs may sign one directory."""

MAX_DIRECTORY_ROWS: Final = 100_000
"""Organisations that one directory lists; all of care in the Netherlands fits."""

MAX_CERTIFICATES: Final = 6
"""Certificates beside a document: PKIoverheid has two between root and organisation."""

MIN_RSA_BITS: Final = 2048
"""Shortest RSA key of a certificate (RFC 7518 section 3.3)."""

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

# --- delivery

MAX_ANSWER_BYTES: Final = 5 * MIB
"""What is read of a partner's answer: a sealed receipt fits; a never-ending one does not."""

MAX_HEADER_BYTES: Final = 16 * KIB
"""Headers of one request; a list of 256 parts takes 11 KiB."""

BODY_DEADLINE_SECONDS: Final = 30
"""From the first to the last byte of a request's body: no server in Python guards this."""

ATTEMPT_SECONDS: Final = 60
"""One attempt to bring one message, from connecting to the last byte of the answer."""

MAX_INLINE_PART_BYTES: Final = 256 * KIB
"""A part up to here stands in the database, a larger one in a file beside it."""

MIN_FREE_BYTES: Final = 512 * MIB
"""Below this no new custody is taken, so that what is here can still be written about."""

LOW_FREE_BYTES: Final = 1 * GIB
"""Below this each partner may bring a share only: who fills the disk does not keep the others out."""

LOW_SHARE_BYTES: Final = 32 * MIB
"""What one partner may bring while little is free: sixteen partners fit above MIN_FREE_BYTES; hundreds of cases."""

MAX_PEER_REQUESTS: Final = 8
"""Requests of one partner at a time."""

MAX_REQUESTS: Final = 64
"""Requests of all partners at a time; more are asked to come back, never queued."""

MAX_CHUNK_BYTES: Final = 4 * MIB
"""One piece of a part in one request: at 1 MB a second it arrives within the deadline of a body."""

MIN_CHUNK_BYTES: Final = 32 * KIB
"""Smallest piece of a part when a link is slow: at 1.1 kB a second it arrives within the deadline of a body."""

MAX_ALONG_BYTES: Final = 256 * KIB
"""Encrypted parts that travel with their envelope in one request: sent again as a whole when an answer gets lost."""

MAX_PEER_RATE: Final = 500
"""Requests of one partner a second, on average; a busy region sends a few a minute."""

MAX_CONNECTIONS: Final = 1_000
"""Connections at a time; each costs some 50 kB."""

HEADER_SECONDS: Final = 10
"""From opening a connection, or from the last answer, until the headers of the next request are complete."""

ANSWER_SECONDS: Final = 30
"""How long a partner may take to read an answer."""

MAX_PAGE_ROWS: Final = 100
"""Rows of one page of a mailbox."""

MAX_WALKED_NUMBERS: Final = 1_000
"""Missing numbers of a lane that are told at a time."""

# --- typed messages

MAX_MESSAGE_BYTES: Final = 4 * MIB
"""Body of a message that is no case, or the cover of one; a notice of ten thousand erasures takes 1.3 MB."""

MAX_HANDOVER_STEPS: Final = 200
"""Steps of one handover; a question and an answer each working day for four months."""

# --- the disclosure log

MAX_LOG_BYTES: Final = 1 * GIB
"""One file of the disclosure log; a share of two hundred records takes 100 kB. Begin a new file each year."""

# --- warnings

MAX_OUTLOOK_DAYS: Final = 3660
"""Days that `kgbx warnings` looks ahead; what lies further is no warning, and a date must stay one."""

# --- the command line

MAX_SEARCHED_BYTES: Final = 64 * MIB
"""A file in which no-real-persons searches; it is read whole."""

MAX_JOBS: Final = 60
"""Processes of one command; some systems cannot wait for more than 63 at once."""

# --- made-up families

MAX_FAMILY_MONTHS: Final = 240
"""Months of a made-up family: twenty years is longer than a childhood."""

MAX_FAMILIES: Final = 100_000
"""Families that one call of `kgbx make` writes, a file each; about 5 GB."""

# --- schemas that are compared

MAX_PATTERN_STATES: Final = 5_000
"""States of the automaton of one pattern; the largest of ours has 400. `(a{99}){99}` must not fill the memory."""

MAX_PATTERN_DEPTH: Final = 50
"""Nested groups in one pattern: reading must not fill the stack."""

MAX_PATTERN_SEARCH_STEPS: Final = 100_000
"""Steps of a search for a text that tells two patterns apart; one of 65,537 characters is found within it."""

MAX_EXAMPLE_DEPTH: Final = 48
"""Nesting of an example that is built to show a difference between schemas: a document nests 64 deep at most."""

MAX_EXAMPLE_VALUES: Final = 20_000
"""Values in an example that is built to show a difference between schemas."""

MAX_SCHEMA_PAIRS: Final = 100_000
"""Pairs of places that a comparison of two schemas looks at; ours have 1,200 in common."""
