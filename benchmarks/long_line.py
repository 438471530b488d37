"""A file that is one endless line: it must be quarantined without being held in memory.

    python -m benchmarks.long_line [--gigabytes 1] [--scratch DIR]

Writes a good row, one line of the given length and another good row, as CSV and as JSON lines,
and reads each in a process of its own.
"""

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from resolution.sources.mapping import load_mapping
from resolution.sources.reading import read_source

MAPPINGS = {
    "csv": """
source: long
role: person
format: {type: csv}
files: ["long.csv"]
key: id
record: {names: [{full: name}]}
""",
    "json_lines": """
source: long
role: person
format: {type: json_lines}
files: ["long.jsonl"]
key: id
record: {names: [{full: name}]}
""",
}
_PARTS = {
    "csv": ("long.csv", b"id,name\n1,First Good\n2,", b"\n3,Last Good\n"),
    "json_lines": (
        "long.jsonl",
        b'{"id": "1", "name": "First Good"}\n{"id": "2", "name": "',
        b'"}\n{"id": "3", "name": "Last Good"}\n',
    ),
}
_MEGABYTE = 2**20


def write_file(kind: str, folder: Path, megabytes: int) -> Path:
    """Write the file and its mapping; return the mapping."""
    name, before, after = _PARTS[kind]
    with (folder / name).open("wb") as file:
        file.write(before)
        for _ in range(megabytes):
            file.write(b"x" * _MEGABYTE)
        file.write(after)
    mapping = folder / f"{kind}.yaml"
    mapping.write_text(MAPPINGS[kind], encoding="utf-8")
    return mapping


def read_file(mapping_file: Path, folder: Path, found: Any) -> None:
    """Read the file and put what came of it, seconds and peak memory into `found`."""
    started = time.perf_counter()
    mapping = load_mapping(mapping_file)
    with read_source(mapping, data_root=folder, known_files=(), scratch=folder) as reading:
        n_records = sum(batch.num_rows for batch in reading.records())
        rejects = [row for batch in reading.quarantine() for row in batch.to_pylist()]
    found.put(
        {
            "records": n_records,
            "quarantined": [
                {name: row[name] for name in ("byte_offset", "raw_bytes", "raw_sha256", "reason")}
                for row in rejects
            ],
            "seconds": round(time.perf_counter() - started, 1),
            "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    )


def main() -> None:
    """Print what reading each file gave and took."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--scratch", type=Path, help="folder with room for the file")
    arguments = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    for kind in MAPPINGS:
        with tempfile.TemporaryDirectory(dir=arguments.scratch) as folder:
            mapping = write_file(kind, Path(folder), int(arguments.gigabytes * 1024))
            found = context.Queue()
            process = context.Process(target=read_file, args=(mapping, Path(folder), found))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(f"{kind}: reading ended with code {process.exitcode}")
            print(kind, found.get(), flush=True)


if __name__ == "__main__":
    main()
