"""The line of a caller outlives a server that hangs up, and says when nobody answered."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.proof.line import Answer, Line, Unanswered

ANSWER = b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def _server(answers: list[bytes]) -> Iterator[tuple[str, threading.Semaphore]]:
    """Takes one call on each connection, gives the next answer and hangs up: each time the semaphore is released."""
    hung_up = threading.Semaphore(0)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            for answer in answers:
                connection, _ = listening.accept()
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)
                hung_up.release()

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/offers", hung_up
        thread.join()


def test_a_call_after_the_server_hung_up_is_answered() -> None:
    """A server may close what nobody speaks on; the next call must not be lost by that."""
    line = Line()
    with _server([ANSWER, ANSWER]) as (url, hung_up):
        first = line.call("POST", url, {"rider_id": "R1"})
        assert hung_up.acquire(timeout=10)
        second = line.call("POST", url, {"rider_id": "R1"})
    line.close()
    assert first == second == Answer(status=201, content=b"{}")


@pytest.mark.parametrize("answer", [b"", ANSWER[:-1], b"garbage\r\n\r\n"])
def test_a_line_that_goes_dead_is_told(answer: bytes) -> None:
    """Nothing, half an answer or nonsense: nobody knows what became of the call, and the next one is put through."""
    line = Line()
    with _server([answer, ANSWER]) as (url, _):
        with pytest.raises(Unanswered):
            line.call("POST", url, {"rider_id": "R1"})
        assert line.call("DELETE", url).status == 201
    line.close()
