# SPDX-License-Identifier: EUPL-1.2
"""Code lists: closed sets of values with a Dutch and an English label and the source that defines them.

Rules: a code list is a published file, ``schemas/codes/<list>.json``; a code that is not in the file does not exist.
This package reads and explains codes; it must not know which record uses them.
"""

from __future__ import annotations

from kgbx.codes.annotation import Code
from kgbx.codes.lists import CodeEntry, CodeList, code_list

__all__ = ["Code", "CodeEntry", "CodeList", "code_list"]
