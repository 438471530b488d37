"""Kills a Neo4j server at random moments, each time while it is read and a run is published.

    python -m benchmarks.neo4j_killed [--kills N] [--seed N]

Fails unless every time one whole run answers, none that was seen is lost and the next is published.
"""

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.machine import describe_machine
from tests.integration.test_neo4j_killed import kill_servers


def main() -> None:
    """Kill, and print what was served in the end."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=10)
    arguments.add_argument("--seed", type=int, default=1)
    given = arguments.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        number = kill_servers(Path(folder), kills=given.kills, seed=given.seed)
    print(describe_machine())
    seconds = time.perf_counter() - began
    print(f"{given.kills} kills, {number} runs published, none half, none lost; {seconds:.0f} s")


if __name__ == "__main__":
    main()
