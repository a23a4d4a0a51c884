# SPDX-License-Identifier: EUPL-1.2
"""Print the ratios as a table: ``make bench``. ``python -m bench --full`` also fills stores with a million messages."""

from __future__ import annotations

import argparse
import os
import platform
from itertools import chain

from bench import (
    cases,
    consent,
    contributions,
    delivery_http,
    delivery_memory,
    delivery_postgres,
    delivery_store,
    delivery_workers,
    envelopes,
    files,
    story,
)

RATIOS = "| what / compared with | kgbx | the other | ratio | goal |\n| --- | ---: | ---: | ---: | --- |"
DELIVERY = "\n| delivery over HTTP | messages | a second | p50 ms | p99 ms |\n| --- | ---: | ---: | ---: | ---: |"


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description="What kgbx costs, beside the bare primitives.")
    parser.add_argument("--full", action="store_true", help="also with a million stored messages")
    parser.add_argument("--delivery", action="store_true", help="only delivery")
    said = parser.parse_args()
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores; medians in milliseconds\n"
    )
    if not said.delivery:
        compared()
    delivery(full=said.full)


def compared() -> None:
    """Measure all but delivery."""
    print(RATIOS)
    for ratio in chain(*(one.ratios() for one in (cases, consent, story, contributions, envelopes))):
        print(ratio.row(), flush=True)
    print(f"\n| files of {files.FILE_BYTES // 1000} kB | processes | seconds | files a second | cores busy |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for run in files.runs():
        print(run.row(), flush=True)


def delivery(*, full: bool) -> None:
    """Measure delivery: over HTTP, with several workers, in the stores, and the memory that it takes."""
    with delivery_postgres.server() as address:
        print(DELIVERY)
        for one in chain(delivery_http.runs(), delivery_http.runs_on_postgres(address), delivery_workers.runs(address)):
            print(one.row(), flush=True)
        print(f"\n{delivery_store.HEADER}")
        for line in delivery_store.lines(address, full=full):
            print(line, flush=True)
    if address is None:
        print("\nPostgreSQL was not measured: there is no server here, and none can be started.")
    print(f"\n{RATIOS}")
    for figure in delivery_memory.figures():
        print(figure.row(), flush=True)


if __name__ == "__main__":
    main()
