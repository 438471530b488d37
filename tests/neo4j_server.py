"""Starts a real Neo4j server, with authentication, from the parts that `make neo4j` fetched."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Self

import neo4j
from neo4j.exceptions import ClientError, DriverError

ROOT = Path(__file__).parents[1]
PARTS = ROOT / ".neo4j" / "lib"
USER = "neo4j"

_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_SERVER = "org.neo4j.server.CommunityEntryPoint"
_ADMINISTRATION = "org.neo4j.cli.AdminTool"


class Neo4jServer:
    """One server in a folder of its own; `kill` ends it as a power cut would."""

    def __init__(self, folder: Path, *, heap: str = "512m", page_cache: str = "128m") -> None:
        if shutil.which("java") is None or not any(PARTS.glob("neo4j-server-*.jar")):
            raise RuntimeError(
                "tests need a Neo4j server: `apt-get install openjdk-17-jre-headless maven`,"
                " then `make neo4j`"
            )
        self.home = folder
        self.password = secrets.token_urlsafe(16)
        self.port = _free_port()
        self._heap = heap
        (folder / "conf").mkdir(parents=True)
        (folder / "conf" / "neo4j.conf").write_text(
            "server.default_listen_address=127.0.0.1\n"
            f"server.bolt.listen_address=127.0.0.1:{self.port}\n"
            "server.http.enabled=false\nserver.https.enabled=false\n"
            "dbms.usage_report.enabled=false\n"
            f"server.memory.pagecache.size={page_cache}\n"
            # small transactions: a log of this size is enough, and tests leave little behind
            "db.tx_log.rotation.size=64M\ndb.tx_log.rotation.retention_policy=keep_none\n",
            "utf-8",
        )
        self.administrate("dbms", "set-initial-password", self.password)
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    @property
    def address(self) -> str:
        return f"bolt://127.0.0.1:{self.port}"

    def start(self, *, timeout_s: float = 180.0) -> Self:
        """Start, and wait until it answers to its password."""
        self._log = (self.home / "server.log").open("ab")
        self._process = subprocess.Popen(
            self._command(_SERVER, f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}"),
            stdout=self._log,
            stderr=self._log,
        )
        end = time.monotonic() + timeout_s
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                log = (self.home / "server.log").read_text("utf-8", errors="replace")
                self.kill()
                raise RuntimeError(f"Neo4j did not start:\n{log[-2000:]}")
            time.sleep(0.3)
        return self

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        self._end(signal.SIGKILL)

    def processor_s(self) -> float:
        """Return the processor time it has used since it started, in seconds."""
        assert self._process is not None
        return _processor_s(Path(f"/proc/{self._process.pid}/stat"))

    def compiling_s(self) -> float:
        """Return how much of it went into compiling its own program, as it does when it is new."""
        assert self._process is not None
        threads = Path(f"/proc/{self._process.pid}/task").glob("*/stat")
        return sum(_processor_s(one) for one in threads if "CompilerThre" in one.read_text("utf-8"))

    def administrate(self, *arguments: str) -> str:
        """Run a command of `neo4j-admin`; return what it printed."""
        done = subprocess.run(
            self._command(_ADMINISTRATION, *arguments),
            env=os.environ | {"NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"neo4j-admin {arguments[0]} failed: {done.stdout}{done.stderr}")
        return done.stdout

    def _command(self, main: str, *arguments: str) -> Sequence[str]:
        opened = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in _OPENED]
        memory = [f"-Xms{self._heap}", f"-Xmx{self._heap}", "-XX:+UseParallelGC"]
        return ["java", *memory, *opened, "-cp", f"{PARTS}/*", main, *arguments]

    def _answers(self) -> bool:
        try:
            with neo4j.GraphDatabase.driver(
                self.address, auth=(USER, self.password), telemetry_disabled=True
            ) as driver:
                driver.verify_connectivity()
        except (DriverError, ClientError, OSError):
            return False
        return True

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=120)
            self._process = None
        if self._log is not None:
            self._log.close()
            self._log = None


def _processor_s(stat: Path) -> float:
    fields = stat.read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
