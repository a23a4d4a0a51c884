# SPDX-License-Identifier: EUPL-1.2
"""Code lists: closed sets of values with a Dutch and an English label and the source that defines them.

Rules: a code list is a published file, ``schemas/codes/<list>.json``; a code that is not in the file does not exist.
Official codes are attributes of a code and always come with their system and version. This package reads, explains and
translates codes; it must not know which record uses them.
"""

from __future__ import annotations

from kgbx.codes.annotation import Code
from kgbx.codes.lists import CodeEntry, CodeList, code_list, code_lists
from kgbx.codes.migration import Migrated, MigrationTable, Superseded, migrate, migrations
from kgbx.codes.official import OfficialCode, System, system, systems, systems_named

__all__ = [
    "Code",
    "CodeEntry",
    "CodeList",
    "Migrated",
    "MigrationTable",
    "OfficialCode",
    "Superseded",
    "System",
    "code_list",
    "code_lists",
    "migrate",
    "migrations",
    "system",
    "systems",
    "systems_named",
]
