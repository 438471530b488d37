"""Writes logs for operators to standard error, one JSON object a line."""

import json
import logging
import sys
from datetime import UTC, datetime

# What every log record has by itself; the rest is what a message says as `extra`.
_OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One log record as one JSON object: time, level, logger, message and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; an exception is named by its type, as its message may be personal."""
        own: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[0]:
            own["error"] = record.exc_info[0].__name__
        facts = {name: fact for name, fact in record.__dict__.items() if name not in _OWN}
        return json.dumps(own | {k: v for k, v in facts.items() if k not in own}, default=str)


def log_to_standard_error() -> None:
    """Send every log there: ours from level info, those of libraries from warning."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for package in ("api", "graph", "resolution", "models"):
        logging.getLogger(package).setLevel(logging.INFO)
