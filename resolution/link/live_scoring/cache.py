"""Keeps the records that were lately weighed, so that a common name costs less the next time."""

from resolution.link.live_scoring.records import ComparedRecord

# Of one generation; two are kept. A record takes some 4 kB.
_MOST_RECORDS = 10_000


class RecordCache:
    """Records of one run; may be used by many threads, which at worst work one out twice.

    Of two generations the younger takes what is used; when it is full the older is dropped.
    """

    def __init__(self, run_id: str, most_records: int = _MOST_RECORDS) -> None:
        """Keep nothing yet.

        Args:
            run_id: the run whose records these are; another run needs another cache.
            most_records: of one generation.
        """
        self.run_id = run_id
        self._most_records = most_records
        self._young: dict[str, ComparedRecord] = {}
        self._old: dict[str, ComparedRecord] = {}

    def get(self, record_id: str) -> ComparedRecord | None:
        """Return a record that is kept."""
        found = self._young.get(record_id)
        if found is None and (found := self._old.get(record_id)) is not None:
            self.keep(found)
        return found

    def keep(self, record: ComparedRecord) -> None:
        """Keep a record for a while."""
        self._young[record.record_id] = record
        if len(self._young) >= self._most_records:
            self._old, self._young = self._young, {}
