"""A PostgreSQL server of our own in a temporary folder, reached by a socket there."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

PASSWORD = "open sesame@1"  # noqa: S105  # of a server that lives as long as the tests
_PATIENCE_S = 60.0


@contextmanager
def postgres_server() -> Iterator[str]:
    """Start a server; return the address of its database `postgres`, which is empty."""
    # In the system's folder: PostgreSQL refuses to run as root, and root's own is closed to others.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as name:
        folder = Path(name)
        # PostgreSQL's package makes the user.
        as_whom: dict[str, Any] = {"cwd": folder, "stdout": subprocess.DEVNULL}
        if os.getuid() == 0:
            as_whom |= {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(folder, "postgres", "postgres")
        (folder / "password").write_text(PASSWORD, "utf-8")
        (folder / "password").chmod(0o644)
        data = folder / "data"
        made = ["--username=reader", "--pwfile=password", "--auth=scram-sha-256", "--no-sync"]
        encoded = ["--encoding=UTF8", "--locale=C"]
        subprocess.run(
            [_program("initdb"), "--pgdata", data, *made, *encoded], check=True, **as_whom
        )
        # No port to be taken by somebody else: the socket in our folder is the only way in.
        options = ["-c", "listen_addresses=", "-c", "fsync=off", "-k", folder]
        server = subprocess.Popen(
            [_program("postgres"), "-D", data, *options], stderr=subprocess.DEVNULL, **as_whom
        )
        address = f"postgresql://reader:{quote(PASSWORD)}@/postgres?host={quote(name, safe='')}"
        try:
            _wait_for(address, server)
            yield address
        finally:
            server.send_signal(2)  # ends sessions, then itself
            server.wait(_PATIENCE_S)


def _program(name: str) -> Path:
    """Find a program of PostgreSQL; Debian keeps servers out of the path."""
    found = shutil.which(name)
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    if found is None and not newest:
        raise RuntimeError("PostgreSQL is needed: apt-get install --yes postgresql")
    return newest[0] if found is None else Path(found)


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            psycopg.connect(address).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
