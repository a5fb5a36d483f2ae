"""Every failure that a probe names has one wording, and every wording has a probe that names the failure."""

import ast
from pathlib import Path

import dns.rcode
import pytest

import evidence_kit.probe
from evidence_kit.jobs.measurement_summary import told
from evidence_kit.model.failure import Failure, UnknownFailure, read_failure
from evidence_kit.probe.failure import failure_of, failure_of_rcode
from evidence_kit.words.failures import failure_words

PROBE = Path(evidence_kit.probe.__file__).parent


def as_it_is(text: str) -> str:
    return text


@pytest.mark.parametrize("failure", Failure)
def test_a_failure_has_plain_words(failure: Failure) -> None:
    text = failure_words(failure, as_it_is)
    assert text
    assert "_" not in text


def test_no_two_failures_share_their_words() -> None:
    assert len({failure_words(failure, as_it_is) for failure in Failure}) == len(Failure)


def named_by_probes() -> set[str]:
    return {
        node.attr
        for path in PROBE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Failure"
    }


def test_every_failure_with_words_is_named_by_a_probe() -> None:
    assert {failure.name for failure in Failure} - named_by_probes() == set()


def test_no_probe_writes_a_failure_as_a_bare_string() -> None:
    values = {failure.value for failure in Failure}
    bare = {
        (path.name, node.value)
        for path in PROBE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in values
    }
    assert bare == set()


def test_a_name_server_that_failed_is_told_in_plain_words_in_the_journal() -> None:
    failure = failure_of_rcode(dns.rcode.SERVFAIL)
    record = f'{{"test_keys": {{"queries": [{{"hostname": "a.test", "failure": "{failure}"}}]}}}}'
    (asked,) = told(record.encode()).asked
    assert asked.failure is Failure.DNS_SERVFAIL
    assert failure_words(asked.failure, as_it_is) == "the name server failed"


def test_what_has_no_name_is_told_with_the_system_s_text() -> None:
    failure = failure_of(OSError("strange things"))
    assert failure == UnknownFailure("strange things")
    assert read_failure(str(failure)) == failure
    assert failure_words(failure, as_it_is) == "something unforeseen: strange things"
