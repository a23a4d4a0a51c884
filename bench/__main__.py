# SPDX-License-Identifier: EUPL-1.2
"""Print the ratios as a table: ``make bench``."""

from __future__ import annotations

import os
import platform
from itertools import chain

from bench import cases, consent, envelopes, files, story


def main() -> None:
    """Measure everything and print it."""
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; medians in milliseconds\n"
    )
    print("| what / compared with | kgbx | the other | ratio | goal |\n| --- | ---: | ---: | ---: | --- |")
    for ratio in chain(cases.ratios(), consent.ratios(), story.ratios(), envelopes.ratios()):
        print(ratio.row(), flush=True)
    print(f"\n| files of {files.FILE_BYTES // 1000} kB | processes | seconds | files a second | cores busy |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for run in files.runs():
        print(run.row(), flush=True)


if __name__ == "__main__":
    main()
