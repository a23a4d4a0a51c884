# SPDX-License-Identifier: EUPL-1.2
"""Values of organisation documents, at and over their bounds."""

from __future__ import annotations

from typing import Final

NAMES: Final = (
    "x",
    " ",
    "\u00a0",
    "x" * 200,
    "x" * 201,
    "\U0001f600" * 200,
    "a\x80b",
    "a\u200bb",
    "a\tb",
    "a\x7fb",
    "a\u202eb",
    "a\u2028b",
    "a\xadb",
)
SUITES: Final = (
    *((["kgbx-1"], "kgbx-1h"), (["kgbx-1h"], "kgbx-1h"), (["kgbx-1", "kgbx-1"], "kgbx-1"), (["kgbx-9"], "kgbx-9")),
    *((["a"], "a"), ([], "kgbx-1"), (["kgbx-1", ""], "kgbx-1"), (["kgbx-1", "KGBX-1"], "kgbx-1")),
    *(([f"kgbx-{n}" for n in range(count)], "kgbx-1") for count in (8, 9)),
)
URLS: Final = (
    *("https://example.org", "https://", "http://example.org", "http://localhost/", "http://localhost:80/x", "ftp://x"),
    *(
        "http://127.0.0.1/x",
        "http://127.0.0.1",
        "http://[::1]/x",
        "http://localhost.example.org/",
        "HTTPS://example.org",
    ),
    *("https://" + "x" * 500, "https://" + "x" * 501, "https://a b", "https://é", "https://x\n", "http://127.0.0.2/x"),
)
WINDOWS: Final = ((5, 5), (6, 5), (5, 6), (0, 32_472_143_999), (0, 32_472_144_000), (-1, 5))
