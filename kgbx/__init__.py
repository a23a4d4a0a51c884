# SPDX-License-Identifier: EUPL-1.2
"""kgbx: pass a family's case between organisations so that the family never has to tell its story twice.

This module names the public API and imports a part only when it is used, so that ``import kgbx`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgbx.case import FamilyCase
    from kgbx.clock import FixedClock, SystemClock
    from kgbx.directory import Directory
    from kgbx.envelope.identity import Identity, create_identity
    from kgbx.envelope.inspect import inspect
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
    "Directory",
    "DirectoryError",
    "DocumentError",
    "EnvelopeError",
    "FamilyCase",
    "FixedClock",
    "Identity",
    "IntegrityError",
    "KgbxError",
    "MemoryReplayStore",
    "Opened",
    "Problem",
    "Sealed",
    "SqliteReplayStore",
    "SystemClock",
    "UsageError",
    "__version__",
    "create_identity",
    "inspect",
    "seal",
    "unseal",
]

_HOME = {
    "kgbx.case": ("FamilyCase",),
    "kgbx.clock": ("FixedClock", "SystemClock"),
    "kgbx.directory": ("Directory",),
    "kgbx.envelope.identity": ("Identity", "create_identity"),
    "kgbx.envelope.inspect": ("inspect",),
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
