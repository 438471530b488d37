"""Plain Splink, defined once for each set: what ours is measured against."""

from benchmarks.plain_models import public_sets, simulated_sets
from benchmarks.plain_models.declaration import PlainModel

# By set, then by name; the first is the reference, others show what a user's own work gains.
PLAIN_MODELS: dict[str, dict[str, PlainModel]] = {
    "fake_1000": {"plain Splink": public_sets.FAKE_1000},
    "febrl3": {"plain Splink": public_sets.FEBRL3},
    "febrl4": {"plain Splink": public_sets.FEBRL4},
    "historical_50k": {
        "plain Splink": public_sets.HISTORICAL,
        "plain Splink, wider blocking": public_sets.HISTORICAL_WIDE,
    },
    "census_ssa": {"plain Splink": simulated_sets.CENSUS_SSA},
    "pseudopeople": {"plain Splink": simulated_sets.PSEUDOPEOPLE},
    "senzing": {"plain Splink": public_sets.SENZING},
}
