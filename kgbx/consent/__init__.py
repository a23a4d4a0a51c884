# SPDX-License-Identifier: EUPL-1.2
"""May this record go from this sender to this recipient for this purpose now, and why?

Rules: default deny; a veto beats everything; unknown inside a veto is deny; every subject of a record needs its own
release; preconditions come from registers, never from the message; the recipient learns nothing from a denial. The
machine never weighs and never says "must share": it checks that a named person weighed, and escalates to a person
where a duty meets a denial. Must not read files or clocks, and must not import the envelope or the directory.
"""

from __future__ import annotations
