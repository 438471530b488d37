"""What other tools are told of a table: columns that the table has, and no label among them."""

from pathlib import Path

import duckdb

from benchmarks.peers import PLANS
from benchmarks.plain_models.generated import GENERATED, write_plain_file
from resolution.generate.generate import generate


def test_the_plan_of_generated_data_uses_columns_that_are_there_and_filled(tmp_path: Path) -> None:
    generate(40, seed=1, hardness="default", folder=tmp_path)
    write_plain_file(tmp_path)
    plan = PLANS["generated"]

    with duckdb.connect() as connection:
        connection.execute("set variable data = $data", {"data": str(tmp_path)})
        table = connection.execute(GENERATED.columns).to_arrow_table()

    used = {*plan.texts, *plan.exact, *(column for block in plan.blocks for column in block)}
    assert used <= set(table.column_names) - {"unique_id", "source_dataset"}
    assert all(table.column(column).null_count < table.num_rows for column in used)
