# SPDX-License-Identifier: EUPL-1.2
"""Print the ratios as a table: ``make bench``."""

from __future__ import annotations

import os
import platform

from bench import cases, envelopes


def main() -> None:
    """Measure everything and print it."""
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; medians in milliseconds\n"
    )
    print("| what / compared with | kgbx | the other | ratio |\n| --- | ---: | ---: | ---: |")
    for ratios in (cases.ratios(), envelopes.ratios()):
        for ratio in ratios:
            print(ratio.row(), flush=True)


if __name__ == "__main__":
    main()
