"""Times stages and watches the memory they take."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATM = Path("/proc/self/statm")
_PAGE_BYTES = 4096
_EVERY_S = 0.05


class Stopwatch:
    """Seconds and peak resident memory of each stage, in the order they ran."""

    def __init__(self) -> None:
        """Start with no stage."""
        self.seconds: dict[str, float] = {}
        self.peak_memory_mb: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what runs inside; a stage entered again adds to its seconds."""
        done = threading.Event()
        peak = [_resident_mb()]

        def watch() -> None:
            while not done.wait(_EVERY_S):
                peak[0] = max(peak[0], _resident_mb())

        watcher = threading.Thread(target=watch, name=f"memory of {name}", daemon=True)
        started = time.monotonic()
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()
            peak[0] = max(peak[0], _resident_mb())
            spent = self.seconds.get(name, 0.0) + time.monotonic() - started
            self.seconds[name] = round(spent, 3)
            before = self.peak_memory_mb.get(name, 0.0)
            self.peak_memory_mb[name] = round(max(before, peak[0]), 1)


def _resident_mb() -> float:
    """Return the resident memory of this process in MB; 0 where the system does not say."""
    try:
        return int(_STATM.read_text("ascii").split()[1]) * _PAGE_BYTES / 1e6
    except OSError:
        return 0.0
