"""Mixed load: counters that ask who is this, desks that write records, a service that follows.

Started by `benchmarks.live_writes`; by hand:

    locust -f benchmarks/scenarios/mixed_load.py --headless --host http://127.0.0.1:8000
        --users 8 --run-time 2m --arrivals arrivals.jsonl

`arrivals.jsonl` holds a record a line: source, source_record_id and record, as
`POST /v1/records:batch` takes them.
"""

import json
import random
from itertools import count
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

from locust import HttpUser, between, events, task

Arrival = dict[str, Any]


@events.init_command_line_parser.add_listener
def add_options(parser: Any) -> None:
    """Take the file of what arrives."""
    parser.add_argument("--arrivals", type=Path, required=True, help="records, as JSON lines")


class Caller(HttpUser):
    """Whoever calls; every caller draws from the same records."""

    abstract = True
    arrivals: ClassVar[list[Arrival]] = []
    turn: ClassVar["count[int]"] = count()

    def on_start(self) -> None:
        """Read what arrives, once."""
        if not Caller.arrivals:
            with self.environment.parsed_options.arrivals.open(encoding="utf-8") as lines:
                Caller.arrivals = [json.loads(line) for line in lines]
        self.client.headers["X-Purpose"] = "benchmark"
        self.chance = random.Random(next(Caller.turn))  # noqa: S311  # nothing secret is drawn

    def one(self) -> Arrival:
        """Draw a record."""
        return self.chance.choice(Caller.arrivals)

    def put(self, arrival: Arrival) -> None:
        """Write a record as it is."""
        self.client.put(_path(arrival), json=arrival["record"], name="PUT record")


class Counter(Caller):
    """Somebody stands at the counter: who is this?"""

    weight = 5
    wait_time = between(0.2, 0.6)

    @task
    def who_is(self) -> None:
        """Ask by name and date of birth."""
        known = self.one()["record"]["attributes"]
        asked = {name: known[name] for name in ("names", "dates_of_birth") if known.get(name)}
        if asked.get("names"):
            self.client.post("/v1/who-is", json={"attributes": asked}, name="POST who-is")


class Desk(Caller):
    """Cases are opened, mended and closed."""

    weight = 2
    wait_time = between(0.3, 1.0)

    @task(6)
    def write(self) -> None:
        """A record arrives, or again as it was."""
        self.put(self.one())

    @task(2)
    def mend(self) -> None:
        """A record is another person's from now on."""
        arrival, other = self.one(), self.one()
        self.put(arrival | {"record": other["record"]})

    @task(2)
    def end(self) -> None:
        """A record is gone; it may never have come."""
        path = _path(self.one())
        with self.client.delete(path, name="DELETE record", catch_response=True) as answer:
            if answer.status_code == 404:
                answer.success()

    @task(1)
    def write_many(self) -> None:
        """A delivery of twenty."""
        chosen = {
            (one["source"], one["source_record_id"]): one for one in map(self._draw, range(20))
        }
        self.client.post(
            "/v1/records:batch", json={"records": list(chosen.values())}, name="POST records:batch"
        )

    def _draw(self, _: int) -> Arrival:
        return self.one()


class Follower(Caller):
    """A service that follows changes, and looks at who they are about."""

    weight = 1
    wait_time = between(0.5, 1.5)

    def on_start(self) -> None:
        """Begin where the feed stands."""
        super().on_start()
        self.after = 0

    @task
    def follow(self) -> None:
        """Ask what changed, and for one of those who did."""
        answer = self.client.get(
            "/v1/changes", params={"after": self.after, "limit": 1000}, name="GET changes"
        ).json()
        self.after = answer["next_after"]
        if answer["events"]:
            identity_id = self.chance.choice(answer["events"])["identity_id"]
            self.client.get(f"/v1/identities/{identity_id}", name="GET identity")


def _path(arrival: Arrival) -> str:
    return f"/v1/records/{arrival['source']}/{quote(arrival['source_record_id'], safe='')}"
