# SPDX-License-Identifier: EUPL-1.2
"""kgbx: pass a family's case between organisations so that the family never has to tell its story twice.

This module names the public API and imports a part only when it is used, so that ``import kgbx`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbx.case import Clash, Diff, FamilyCase, Stamp, diff
    from kgbx.clock import FixedClock, SystemClock
    from kgbx.directory import Directory
    from kgbx.envelope.evidence import Evidence, read_evidence, verify_evidence
    from kgbx.envelope.identity import Identity, create_identity
    from kgbx.envelope.inspect import inspect
    from kgbx.envelope.receipting import OpenedReceipt, open_receipt, receipt, refuse
    from kgbx.envelope.replay import MemoryReplayStore, SqliteReplayStore
    from kgbx.envelope.seal import Attachment, Sealed, seal
    from kgbx.envelope.unseal import Opened, unseal
    from kgbx.errors import (
        DirectoryError,
        DocumentError,
        EnvelopeError,
        IntegrityError,
        KgbxError,
        Problem,
        UsageError,
    )

__version__ = "0.1.0.dev0"

__all__ = [
    "Attachment",
    "Clash",
    "Diff",
    "Directory",
    "DirectoryError",
    "DocumentError",
    "EnvelopeError",
    "Evidence",
    "FamilyCase",
    "FixedClock",
    "Identity",
    "IntegrityError",
    "KgbxError",
    "MemoryReplayStore",
    "Opened",
    "OpenedReceipt",
    "Problem",
    "Sealed",
    "SqliteReplayStore",
    "Stamp",
    "SystemClock",
    "UsageError",
    "__version__",
    "create_identity",
    "diff",
    "inspect",
    "open_receipt",
    "read_evidence",
    "receipt",
    "refuse",
    "seal",
    "unseal",
    "verify_evidence",
]

_HOME = {
    "kgbx.case": ("Clash", "Diff", "FamilyCase", "Stamp", "diff"),
    "kgbx.clock": ("FixedClock", "SystemClock"),
    "kgbx.directory": ("Directory",),
    "kgbx.envelope.evidence": ("Evidence", "read_evidence", "verify_evidence"),
    "kgbx.envelope.identity": ("Identity", "create_identity"),
    "kgbx.envelope.inspect": ("inspect",),
    "kgbx.envelope.receipting": ("OpenedReceipt", "open_receipt", "receipt", "refuse"),
    "kgbx.envelope.replay": ("MemoryReplayStore", "SqliteReplayStore"),
    "kgbx.envelope.seal": ("Attachment", "Sealed", "seal"),
    "kgbx.envelope.unseal": ("Opened", "unseal"),
    "kgbx.errors": (
        "DirectoryError",
        "DocumentError",
        "EnvelopeError",
        "IntegrityError",
        "KgbxError",
        "Problem",
        "UsageError",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module 'kgbx' has no attribute {name!r}")
    value: object = getattr(import_module(module), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
