"""What a log line looks like, and what never gets into one."""

from __future__ import annotations

import io
import json
import logging
import os
import threading
from collections import Counter
from pathlib import Path

import pytest

from bridge import log
from bridge.errors import Unavailable

TYPED = "anna@example.com"


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_an_object_with_its_fields(stream: io.StringIO) -> None:
    log.configure("info", "json", stream)
    token = log.request_id.set("abc")
    logging.getLogger("bridge.x").warning("it is %s", "so", extra={"status": 200})
    log.request_id.reset(token)
    (line,) = lines(stream)
    assert str(line.pop("time")).endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "bridge.x",
        "message": "it is so",
        "request_id": "abc",
        "status": 200,
    }


def test_a_line_stays_one_line(stream: io.StringIO) -> None:
    for form in ("json", "text"):
        log.configure("info", form, stream)
        logging.getLogger("bridge.x").info("one\ntwo", extra={"key": "three\nfour"})
    assert len(stream.getvalue().splitlines()) == 2


def test_text_is_for_terminals(stream: io.StringIO) -> None:
    log.configure("info", "auto", stream)
    logging.getLogger("bridge.x").info("to a file")
    stream.isatty = lambda: True  # type: ignore[method-assign]
    log.configure("info", "auto", stream)
    logging.getLogger("bridge.x").info("to a person", extra={"status": 200})
    to_file, to_person = stream.getvalue().splitlines()
    assert json.loads(to_file)["message"] == "to a file"
    assert to_person.endswith("info    to a person status=200")


def test_a_text_cannot_be_taken_for_another_field(stream: io.StringIO) -> None:
    log.configure("info", "text", stream)
    for value in ("a b=c", 'a "b"', "\x1b[2J", "a\tb", "\x9b"):
        logging.getLogger("bridge.x").info("said", extra={"key": value})
        line = stream.getvalue().splitlines()[-1]
        assert line.endswith(f"said key={json.dumps(value)}")
        assert line.isprintable()


@pytest.mark.parametrize("form", ["json", "text"])
def test_a_traceback_has_no_foreign_texts(stream: io.StringIO, form: str) -> None:
    log.configure("info", form, stream)
    try:
        try:
            int(TYPED)
        except ValueError as error:
            raise Unavailable from error
    except Unavailable:
        logging.getLogger("bridge.x").exception("it failed")
    said = stream.getvalue()
    assert TYPED not in said
    assert "int(TYPED)" in said
    assert "ValueError" in said
    assert "Unavailable: The CRM cannot be reached." in said


def test_a_thread_that_dies_says_so_without_texts(stream: io.StringIO) -> None:
    log.configure("info", "json", stream)
    thread = threading.Thread(target=lambda: int(TYPED))
    thread.start()
    thread.join()
    (line,) = lines(stream)
    assert line["message"] == "a thread died"
    assert "ValueError" in str(line["exception"])
    assert TYPED not in stream.getvalue()


THREADS, LINES = 16, 500


@pytest.mark.parametrize("blocking", [True, False])
def test_no_line_is_torn_or_lost_however_many_write(blocking: bool) -> None:
    """Into a pipe: small lines, and such as no pipe takes in one piece."""
    reader, writer = os.pipe()
    os.set_blocking(writer, blocking)
    read: list[str] = []

    def collect() -> None:
        with open(reader) as lines:
            read.extend(lines)

    def say(number: int) -> None:
        text = "x" * (6_000 if number == 0 else 100)
        for _ in range(LINES):
            logging.getLogger("bridge.x").info("said", extra={"by": number, "t": text})

    collecting = threading.Thread(target=collect)
    collecting.start()
    with open(writer, "w") as stream:
        log.configure("info", "json", stream)
        speaking = [threading.Thread(target=say, args=(n,)) for n in range(THREADS)]
        for one in speaking:
            one.start()
        for one in speaking:
            one.join()
    collecting.join()
    said = Counter(json.loads(line)["by"] for line in read)
    assert said == dict.fromkeys(range(THREADS), LINES)


def test_a_line_is_there_at_once(tmp_path: Path) -> None:
    """Whoever dies in the next moment has said it."""
    with (tmp_path / "log").open("w") as stream:
        log.configure("info", "json", stream)
        logging.getLogger("bridge.x").info("said")
        assert json.loads((tmp_path / "log").read_text())["message"] == "said"


def test_a_line_that_nobody_can_take_fails_nothing() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    log.configure("info", "json", os.fdopen(writer, "w"))
    logging.getLogger("bridge.x").info("said to nobody")
    logging.getLogger().handlers[0]._stream.close()  # type: ignore[attr-defined]
    logging.getLogger("bridge.x").info("said to nothing")


def test_what_cannot_be_written_in_utf_8_is_written_as_it_is(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as stream:
        log.configure("info", "text", stream)
        logging.getLogger("bridge.x").info("said", extra={"half": "\ud83d"})
        assert "half=\\ud83d" in (tmp_path / "log").read_text()


def test_debugging_the_bridge_does_not_open_up_its_libraries(
    stream: io.StringIO,
) -> None:
    """urllib3 logs every address with its query string when asked to debug."""
    log.configure("debug", "json", stream)
    logging.getLogger("bridge.upstream").debug("ours")
    logging.getLogger("mappings.demo").debug("ours")
    logging.getLogger("urllib3.connectionpool").debug("theirs")
    logging.getLogger("urllib3.connectionpool").warning("theirs")
    logging.getLogger("somebody.else").debug("theirs")
    assert [line["message"] for line in lines(stream)] == ["ours", "ours"]
