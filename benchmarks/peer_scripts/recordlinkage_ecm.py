# /// script
# requires-python = ">=3.11"
# dependencies = ["recordlinkage==0.16", "pandas==2.3.3", "numpy==2.4.6", "pyarrow==26.0.1"]
# [tool.uv]
# exclude-newer = "7 days"
# ///
"""Links a table of people with Python Record Linkage Toolkit's ECM classifier, at its defaults.

Run by benchmarks.peers in an environment of its own. Reads records (Parquet; unique_id,
source_dataset and columns to compare) and the columns' use (JSON), writes the pairs it takes for
matches (Parquet: left_id, right_id).
"""

import json
import sys
from pathlib import Path

import pandas as pd
import recordlinkage


def main() -> None:
    """Index, compare, classify without labels."""
    records, plan_file, output = map(Path, sys.argv[1:])
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    table = pd.read_parquet(records).set_index("unique_id").sort_index()
    frames = [table]
    if plan["link_only"]:
        frames = [group for _, group in table.groupby("source_dataset")]
    indexer = recordlinkage.Index()
    for columns in plan["blocks"]:
        indexer.block(columns)
    pairs = indexer.index(*frames)
    comparer = recordlinkage.Compare()
    for column in plan["texts"]:
        comparer.string(column, column, method="jarowinkler", threshold=0.85)
    for column in plan["exact"]:
        comparer.exact(column, column)
    features = comparer.compute(pairs, *frames)
    matches = recordlinkage.ECMClassifier().fit_predict(features)
    left, right = matches.get_level_values(0), matches.get_level_values(1)
    found = pd.DataFrame({"left_id": left, "right_id": right}, dtype="string")
    found.to_parquet(output)


if __name__ == "__main__":
    main()
