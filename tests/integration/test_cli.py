"""The command line on real adapters: exit codes, JSON, help."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.commands.exit_codes import EXIT_CODE_OF, EXIT_CODES_IN_WORDS
from api.commands.main import main
from api.commands.serving import listen
from api.settings import Settings


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


@pytest.fixture
def identigraph(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ended]:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"IDENTIGRAPH_{name.upper()}", raising=False)

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["identigraph", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfd.readouterr()
        code = ended.value.code
        return Ended(code if isinstance(code, int) else 0, captured.out, captured.err)

    return run


COMMANDS = [
    *("init", "check", "run", "train", "activate", "who-is", "explain", "runs", "evaluate"),
    *("switch-back", "export", "serve", "openapi", "demo", "audit list", "audit verify"),
    *("network", "path", "common", "who-else-used", "review"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_teaches_by_example(identigraph: Callable[..., Ended], command: str) -> None:
    ended = identigraph(*command.split(), "--help")

    assert ended.code == 0
    assert f"identigraph {command}" in " ".join(ended.out.split())
    assert "Examples:" in ended.out


@pytest.mark.parametrize("command", [one for one in COMMANDS if one not in ("openapi", "serve")])
def test_every_command_speaks_json(identigraph: Callable[..., Ended], command: str) -> None:
    assert "--json" in identigraph(*command.split(), "--help").out


def test_the_help_documents_every_exit_code(identigraph: Callable[..., Ended]) -> None:
    shown = " ".join(identigraph("--help").out.split())

    assert EXIT_CODES_IN_WORDS[:40] in shown
    assert all(f" {code} " in EXIT_CODES_IN_WORDS for code in EXIT_CODE_OF.values())


def test_a_new_workspace_can_be_checked_and_its_audit_read(
    identigraph: Callable[..., Ended],
) -> None:
    made = identigraph("init", "--workspace", "work", "--json")
    checked = identigraph("check", "--workspace", "work")
    listed = identigraph("audit", "list", "--workspace", "work", "--json")
    verified = identigraph("audit", "verify", "--workspace", "work")

    assert json.loads(made.out)["root"].endswith("work")
    assert (checked.code, "no mapping file" in checked.err) == (2, True)
    assert [one["outcome"] for one in json.loads(listed.out)] == ["begun", "answered", "failed"]
    assert (verified.code, "Whole" in verified.out) == (0, True)


def test_an_unusable_mapping_is_told_with_its_line(identigraph: Callable[..., Ended]) -> None:
    identigraph("init", "--workspace", "work")
    Path("work/mappings/a.yaml").write_text("source: 1a\nrole: cat\n", "utf-8")

    ended = identigraph("check", "--workspace", "work")

    assert ended.code == 2
    assert "line 1" in ended.out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("run", "--workspace", "nowhere"), 2),
        (("nonsense",), 2),
        (("who-is", "--workspace", "work", "--name", "Ana"), 3),
        (("explain", "casework:1", "casework:2", "--workspace", "work"), 3),
        (("export", "--output", "out.csv", "--workspace", "work"), 3),
        (("export", "--output", "out.xlsx", "--workspace", "work"), 2),
        (("evaluate", "--truth", "nothing.csv", "--workspace", "work"), 3),
        (("switch-back", "--workspace", "work"), 3),
        (("activate", "mm-nothing", "--workspace", "work"), 2),
        (("activate", "./mm-nothing", "--workspace", "work"), 2),
        (("who-is", "--workspace", "work"), 2),
        (("who-is", "--workspace", "work", "--name", "Ana", "--purpose", "x" * 300), 2),
    ],
)
def test_scripts_can_tell_errors_by_the_exit_code(
    identigraph: Callable[..., Ended], arguments: tuple[str, ...], code: int
) -> None:
    identigraph("init", "--workspace", "work")

    ended = identigraph(*arguments)

    assert (ended.code, ended.out) == (code, "")
    assert ended.err
    assert "Traceback" not in ended.err


def test_an_audit_that_cannot_be_written_ends_with_its_own_code(
    identigraph: Callable[..., Ended],
) -> None:
    identigraph("init", "--workspace", "work")
    Path("work/audit.sqlite").write_bytes(b"something else" * 100)

    assert identigraph("runs", "--workspace", "work").code == 6


def test_production_does_not_serve_without_sign_in(identigraph: Callable[..., Ended]) -> None:
    identigraph("init", "--workspace", "work")
    Path("work/identigraph.yaml").write_text("environment: production\n", "utf-8")

    ended = identigraph("serve", "--workspace", "work", "--port", "0")

    assert (ended.code, "sign-in" in ended.err) == (2, True)


def test_a_wrong_query_is_told_without_repeating_it(
    identigraph: Callable[..., Ended], tmp_path: Path
) -> None:
    identigraph("init", "--workspace", "work")
    (tmp_path / "q.json").write_text('{"names": [{"full": 7, "nick": "ZEBEDEE"}]}', "utf-8")

    ended = identigraph("who-is", "--workspace", "work", "--query", "q.json")

    assert ended.code == 2
    assert "ZEBEDEE" not in ended.err


def test_the_schema_is_printed(identigraph: Callable[..., Ended]) -> None:
    assert json.loads(identigraph("openapi").out)["openapi"].startswith("3.1")


def test_no_progress_is_shown_where_standard_error_is_no_terminal(
    identigraph: Callable[..., Ended],
) -> None:
    identigraph("init", "--workspace", "work")

    assert "\x1b" not in identigraph("runs", "--workspace", "work").err


def test_it_serves_until_told_to_stop_and_is_not_ready_before_a_run(
    identigraph: Callable[..., Ended], tmp_path: Path
) -> None:
    identigraph("init", "--workspace", "work")
    command = [sys.executable, "-m", "api.commands.main", "serve", "--workspace", "work"]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [*command, "--port", "0"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            address = process.stderr.readline().split()[-1]
            statuses = {path: _status(address + path) for path in ("healthz", "readyz")}
        finally:
            process.terminate()

    assert statuses == {"healthz": 200, "readyz": 503}
    assert process.returncode in (0, -signal.SIGTERM)


def _status(address: str) -> int:
    return httpx.get(address, timeout=20).status_code


def test_several_workers_serve_and_stop_together(
    identigraph: Callable[..., Ended], tmp_path: Path
) -> None:
    identigraph("init", "--workspace", "work")
    command = [sys.executable, "-m", "api.commands.main", "serve", "--workspace", "work"]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [*command, "--port", "0", "--workers", "2"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(root)},
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stderr is not None
        address = next(
            word for line in serving.stderr for word in line.split() if word.startswith("http://")
        )
        answer = httpx.get(f"{address}healthz", timeout=60.0)
        serving.terminate()
        serving.wait(30)

    assert answer.status_code == 200


def test_an_answer_is_sent_at_once(tmp_path: Path) -> None:
    with listen(Settings(workspace=tmp_path, port=0)) as listening:
        with socket.create_connection(listening.getsockname()):
            connection, _ = listening.accept()
        with connection:
            assert connection.proto == socket.IPPROTO_TCP


def test_processes_that_serve_together_take_one_connection_at_a_turn(tmp_path: Path) -> None:
    with listen(Settings(workspace=tmp_path, port=0)) as listening:
        callers = [socket.create_connection(listening.getsockname()) for _ in range(2)]
        first, _ = listening.accept()
        with pytest.raises(BlockingIOError):
            listening.accept()
        second, _ = listening.accept()
        for one in (first, second, *callers):
            one.close()
