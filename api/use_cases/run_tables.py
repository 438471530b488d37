"""Says which file of a run's folder holds which table."""

from dataclasses import dataclass
from pathlib import Path

from models.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class RunTables:
    """The tables of one run, in Parquet; the schemas are those of `models.tables`."""

    folder: Path

    @property
    def clusters(self) -> Path:
        """Return CLUSTERS."""
        return self._file("clusters")

    @property
    def memberships(self) -> Path:
        """Return MEMBERSHIPS."""
        return self._file("memberships")

    @property
    def predictions(self) -> Path:
        """Return PREDICTIONS."""
        return self._file("predictions")

    @property
    def watchlist_hits(self) -> Path:
        """Return WATCHLIST_HITS."""
        return self._file("watchlist_hits")

    @property
    def golden_records(self) -> Path:
        """Return GOLDEN_RECORDS."""
        return self._file("golden")

    @property
    def standardised_records(self) -> Path:
        """Return STANDARDISED_RECORDS: every current record of the run, people and watchlist."""
        return self._file("standardised_records")

    def _file(self, table: str) -> Path:
        file = self.folder / f"{table}.parquet"
        if not file.exists():
            raise NotFoundError(
                f"the tables of this run are gone ({file}): `identigraph run` makes them again"
            )
        return file
