# SPDX-License-Identifier: EUPL-1.2
"""The technical log of delivery: ``kgbx.delivery``. Ids, URNs and codes only; never a value of a message.

Source: delivery design, "Logs".
"""

from __future__ import annotations

import logging
from typing import Final

LOG: Final = logging.getLogger("kgbx.delivery")
