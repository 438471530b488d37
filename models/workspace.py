"""One folder holds one deployment's state; this says where in it everything is."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Workspace:
    """The places in a workspace; nothing is created or read here.

    Attributes:
        root: the folder itself.
        data: where the `files` patterns of mappings start; the root unless set.
    """

    root: Path
    data: Path

    @property
    def settings_file(self) -> Path:
        """Return the settings of this deployment."""
        return self.root / "identigraph.yaml"

    @property
    def mappings(self) -> Path:
        """Return the folder of mapping files, one YAML file per source."""
        return self.root / "mappings"

    @property
    def match_models(self) -> Path:
        """Return the folder of match model packages, one folder per version."""
        return self.root / "match_models"

    @property
    def source_records(self) -> Path:
        """Return the folder of segments as read: SOURCE_RECORDS in Parquet."""
        return self.root / "source_records"

    @property
    def standardised_records(self) -> Path:
        """Return the folder of segments standardised: STANDARDISED_RECORDS in Parquet."""
        return self.root / "standardised_records"

    @property
    def ended_records(self) -> Path:
        """Return the folder of records that live segments ended: ENDED_RECORDS in Parquet."""
        return self.root / "ended_records"

    @property
    def quarantine(self) -> Path:
        """Return the folder of rows that could not become records: QUARANTINE in Parquet."""
        return self.root / "quarantine"

    @property
    def runs(self) -> Path:
        """Return the folder of run artefacts, one folder per run."""
        return self.root / "runs"

    @property
    def store(self) -> Path:
        """Return the embedded graph store."""
        return self.root / "store.sqlite"

    @property
    def audit(self) -> Path:
        """Return the append-only audit."""
        return self.root / "audit.sqlite"

    @property
    def scratch(self) -> Path:
        """Return the folder for temporary files; safe to empty while nothing runs."""
        return self.root / "scratch"

    def run_folder(self, run_id: str) -> Path:
        """Return the folder of one run's artefacts."""
        return self.runs / run_id
