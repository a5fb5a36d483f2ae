"""Checks side by side, and a call that is left behind at its deadline."""

import socket
import threading

import pytest

from evidence_kit.probe.concurrency import side_by_side, within


def test_checks_run_at_the_same_time() -> None:
    met = threading.Barrier(2, timeout=30)
    with side_by_side(2) as start:
        arrived = [start(met.wait), start(met.wait)]
    assert {one.result() for one in arrived} == {0, 1}


def test_a_call_brings_what_it_found() -> None:
    assert within(30, lambda: "found") == "found"


def test_a_call_that_fails_fails_here() -> None:
    def fail() -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no")

    with pytest.raises(socket.gaierror):
        within(30, fail)


def test_a_call_that_does_not_end_is_left_behind() -> None:
    ended = threading.Event()
    try:
        with pytest.raises(TimeoutError):
            within(0.01, ended.wait)
    finally:
        ended.set()
