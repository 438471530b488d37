"""What commands print, log and suggest, without running any."""

import json
import logging
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from api.commands.demonstrating import requests_of
from api.commands.evidence import print_formation, print_pair, print_reviews, print_who_is
from api.commands.log_lines import JsonLines
from api.commands.output import harmless, heading, in_words, plain, say, table
from api.commands.run_summary import print_counts, print_warnings
from api.commands.serving import address_of, listen
from api.match_model_shelf import WorkspaceShelf
from api.settings import load_settings
from api.use_cases.explain_identity import explain_identity, joining_links
from api.use_cases.explain_pair import explain_pair
from api.use_cases.rank_reviews import rank_reviews
from api.use_cases.suggest_requests import SuggestedRequests
from api.use_cases.who_is import WhoIsQuery, who_is
from api.wiring import identity_ids
from models.errors import InvalidInputError, MatchModelError
from models.prediction import PairwisePrediction
from tests.unit.api.fakes import NOON, RUN
from tests.unit.api.world import World

SUGGESTED = SuggestedRequests(
    "run-1", "id-1", {"names": [{"full": "Siân O'Neill"}]}, ("casework:1", "casework:2")
)


def test_suggested_requests_survive_a_shell() -> None:
    who, identity, pair = requests_of("http://127.0.0.1:8000/", SUGGESTED)

    asked = json.loads(shlex.split(who)[-1])
    assert asked["attributes"]["names"][0]["full"] == "Siân O'Neill"
    assert shlex.split(identity)[-1] == "http://127.0.0.1:8000/v1/identities/id-1"
    assert json.loads(shlex.split(pair)[-1])["right_id"] == "casework:2"


def test_a_log_line_is_one_json_object_with_its_facts() -> None:
    record = logging.makeLogRecord({"name": "api", "msg": "clustered", "records": 7, "at": "x"})

    line = json.loads(JsonLines().format(record))

    assert (line["message"], line["records"], line["logger"]) == ("clustered", 7, "api")
    assert line["at"] != "x"


def test_an_exception_is_logged_by_its_type_only() -> None:
    try:
        raise KeyError("ZEBEDEE")
    except KeyError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.makeLogRecord({"name": "uvicorn", "msg": "failed", "exc_info": info})

    text = JsonLines().format(record)

    assert json.loads(text)["error"] == "KeyError"
    assert "ZEBEDEE" not in text


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "-"), (True, "yes"), (1234567, "1,234,567"), (0.12345, "0.123"), ("x", "x")],
)
def test_values_are_written_for_people(value: object, words: str) -> None:
    assert in_words(value) == words


def test_what_would_steer_a_terminal_or_turn_the_reading_is_written_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    hostile = "a\x1b[2Jb\x07c\u202ed\x9be\rf"

    say(hostile)
    heading(hostile)
    table(("id",), [(hostile,)])

    printed = capsys.readouterr().out
    shown = "a\\u001b[2Jb\\u0007c\\u202ed\\u009be\\u000df"
    assert printed.count(shown) == 3
    assert harmless("José 日本 محمد\tx\n") == "José 日本 محمد\tx\n"


def test_objects_become_what_json_has() -> None:
    assert plain({"a": (NOON, Path("x"), {1})}) == {"a": ["2026-01-02T12:00:00+00:00", "x", [1]]}


def test_evidence_is_printed_with_its_total(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    print_who_is(who_is(WhoIsQuery({"names": [{"full": "x"}]}), **world.scoring))
    print_pair(explain_pair("casework:1", "casework:2", **world.scoring))
    print_formation(explain_identity("id-1", **world.scoring))
    print_formation(explain_identity("id-0", **world.scoring))

    printed = capsys.readouterr().out
    assert "Verdict: match" in printed
    assert "Watchlist hit, for a person to review: watchlist:w1" in printed
    assert "things to search by are too common" in printed
    assert "total" in printed
    assert "Stands for it now: id-1" in printed
    assert "Rests on run run-1, match model model-1" in printed


def test_reviews_are_printed_with_what_warns(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    print_reviews(rank_reviews(**world.reading).identities)

    printed = capsys.readouterr().out
    assert "id-1: concern 0.750" in printed
    assert "chance of two people 0.500, impact 1.50" in printed
    assert "+6.4  Dates of birth that are no slips of one another: 1999-09-09" in printed


def test_counts_are_printed_single_ones_first(capsys: pytest.CaptureFixture[str]) -> None:
    rules = [{"rule": "[same] name", "pairs": 3}, {"rule": "same phone", "pairs": 0}]

    print_counts({"components": {"largest": 4}, "records": 1000, "rules": rules, "seconds": {}})

    printed = capsys.readouterr().out
    assert printed.index("1,000") < printed.index("largest")
    assert "[same] name" in printed
    assert "(1 more found nothing to do.)" in printed


def test_warnings_are_printed_as_sentences_and_not_as_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary = {"records": 5, "warnings": [{"code": "population_outgrown", "message": "Too many"}]}

    print_warnings(replace(RUN, summary=summary))
    print_counts(summary)

    printed = capsys.readouterr().out
    assert "Warning: Too many." in printed
    assert printed.count("Too many") == 1
    assert "population_outgrown" not in printed


def test_a_strongest_spanning_forest_joins_what_can_be_joined() -> None:
    links = [
        PairwisePrediction("a", "b", 3.0, 0),
        PairwisePrediction("b", "c", 9.0, 0),
        PairwisePrediction("a", "c", 2.0, 0),
    ]

    joins, groups = joining_links(["a", "b", "c", "d"], links)

    assert [link.match_weight for link, _, _ in joins] == [9.0, 3.0]
    assert joins[1][1:] == (("a",), ("b", "c"))
    assert groups == (("a", "b", "c"), ("d",))


def test_identity_ids_are_drawn_anew_or_from_a_seed() -> None:
    seeded, again, other = identity_ids("7"), identity_ids("7"), identity_ids("8")

    assert seeded() == again() != other()
    assert identity_ids()() != identity_ids()()


def test_an_empty_shelf_says_so(tmp_path: Path) -> None:
    shelf = WorkspaceShelf(tmp_path / "match_models")

    assert (shelf.active_version(), shelf.versions()) == (None, [])
    with pytest.raises(MatchModelError, match="none yet"):
        shelf.activate("../../etc")


def test_a_free_port_is_told_and_a_taken_one_refused(tmp_path: Path) -> None:
    with listen(load_settings(tmp_path, port=0)) as listening:
        port = listening.getsockname()[1]

        assert address_of(listening) == f"http://127.0.0.1:{port}/"
        with pytest.raises(InvalidInputError, match="choose another by --port"):
            listen(load_settings(tmp_path, port=port))
