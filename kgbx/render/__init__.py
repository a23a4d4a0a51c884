# SPDX-License-Identifier: EUPL-1.2
"""A view as a page for the professional who receives it: one file, to read on a phone, on a screen and on paper.

Rules: everything that comes from a case is escaped; the page has no script and fetches nothing; it shows what is in the
view and nothing about what is not. This package must not decide who may see a record.
"""

from __future__ import annotations

from kgbx.render.names import Names
from kgbx.render.view import render_view

__all__ = ["Names", "render_view"]
