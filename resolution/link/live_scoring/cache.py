"""Keeps the records that were lately weighed, so that a common name costs less the next time."""

from collections.abc import Mapping

from resolution.link.live_scoring.records import ComparedRecord

# Of one generation; two are kept. A record takes some 4 kB.
_MOST_RECORDS = 10_000


class RecordCache:
    """Records of one run; may be used by many threads, which at worst work one out twice.

    Of two generations the younger takes what is used; when it is full the older is dropped. A
    record may be written while the run is served: each is kept with the newest live change that
    its reader saw, and told only to readers who stand on the same side of its own last change.
    """

    def __init__(self, run_id: str, most_records: int = _MOST_RECORDS) -> None:
        """Keep nothing yet.

        Args:
            run_id: the run whose records these are; another run needs another cache.
            most_records: of one generation.
        """
        self.run_id = run_id
        self.seen = 0
        self._most_records = most_records
        self._young: dict[str, tuple[ComparedRecord, int]] = {}
        self._old: dict[str, tuple[ComparedRecord, int]] = {}
        self._written: dict[str, int] = {}

    def note(self, written: Mapping[str, int], *, until: int) -> None:
        """Note which records were written, each with its newest live change up to one."""
        self._written |= written
        self.seen = max(self.seen, until)

    def get(self, record_id: str, *, at: int) -> ComparedRecord | None:
        """Return a record that is kept, as whoever sees the live changes up to `at` sees it."""
        found = self._young.get(record_id)
        if found is None and (found := self._old.get(record_id)) is not None:
            self._put(found)
        if found is None:
            return None
        record, kept_at = found
        written = self._written.get(record_id, 0)
        return record if (kept_at >= written) == (at >= written) else None

    def keep(self, record: ComparedRecord, *, at: int) -> None:
        """Keep a record for a while, as read by whoever sees the live changes up to `at`."""
        self._put((record, at))

    def _put(self, kept: tuple[ComparedRecord, int]) -> None:
        self._young[kept[0].record_id] = kept
        if len(self._young) >= self._most_records:
            self._old, self._young = self._young, {}
