"""A measurement's record as people read it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.model.disruption import DisruptionGrade
from evidence_kit.model.failure import AnyFailure, read_failure
from evidence_kit.plain_text import plain_line

_RECORD_CAP: Final = 4 << 20
_ASKED_CAP: Final = 200
_LABEL_CAP: Final = 240


# A measurement in words


@dataclass(frozen=True, slots=True)
class MeasuredStep:
    """One thing that a measurement asked: `how` is "name", "connect", "encrypt" or "page", `what` whom (untrusted),
    `failure` why there was no answer (null: it answered)."""

    how: str
    what: str
    failure: AnyFailure | None


@dataclass(frozen=True, slots=True)
class MeasurementSummary:
    """What a measurement's record says, as far as people read it; codes as in docs/format.md."""

    started: str
    runtime_ms: int
    target: str
    state: str
    verdict: str
    grade: DisruptionGrade | None
    methods: tuple[str, ...]
    reasons: tuple[str, ...]
    asked: tuple[MeasuredStep, ...]
    proxied: bool
    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class ReadMeasurement(Job[MeasurementSummary]):
    """Read a measurement's record (JSON, at most 4 MiB). Raises `Broken` where it is damaged or no such record."""

    record: str

    def run(self, context: JobContext) -> MeasurementSummary:
        content = bytearray()
        for chunk in context.vault.exhibits.read(self.record):
            content += chunk
            if len(content) > _RECORD_CAP:
                raise Broken(Code.JSON_TOO_LONG, size=len(content), cap=_RECORD_CAP)
        return told(bytes(content))


def told(untrusted_record: bytes) -> MeasurementSummary:
    """A record in OONI's format as people read it. Raises `Broken(Code.JSON_MALFORMED)`."""
    try:
        untrusted = json.loads(untrusted_record)
    except (ValueError, RecursionError):
        raise Broken(Code.JSON_MALFORMED) from None
    record = _fields(untrusted)
    keys = _fields(record.get("test_keys"))
    verdict = _fields(keys.get("x_verdict"))
    runtime = record.get("test_runtime")
    return MeasurementSummary(
        started=_text(record.get("measurement_start_time")),
        runtime_ms=int(runtime * 1000) if isinstance(runtime, int | float) and 0 <= runtime < 1e6 else 0,
        target=_text(record.get("input")),
        state=_text(keys.get("x_state")),
        verdict=_text(verdict.get("code")),
        grade=_grade(keys.get("x_grade") or verdict.get("grade")),
        methods=_texts(keys.get("x_methods")),
        reasons=_texts(keys.get("x_reasons") or verdict.get("reasons")),
        asked=tuple(_asked(keys))[:_ASKED_CAP],
        proxied=keys.get("x_proxied") is True,
        sent=_count(keys.get("x_bytes_sent")),
        received=_count(keys.get("x_bytes_received")),
    )


def _asked(keys: dict[str, Any]) -> Iterator[MeasuredStep]:
    for query in _list(keys.get("queries")):
        yield MeasuredStep("name", _text(query.get("hostname")), _failure(query.get("failure")))
    for connect in _list(keys.get("tcp_connect")):
        status = _fields(connect.get("status"))
        whom = f"{_text(connect.get('ip'))} : {_count(connect.get('port'))}"
        yield MeasuredStep("connect", whom, _failure(status.get("failure")))
    for handshake in _list(keys.get("tls_handshakes")):
        yield MeasuredStep("encrypt", _text(handshake.get("server_name")), _failure(handshake.get("failure")))
    for request in _list(keys.get("requests")):
        asked = _fields(request.get("request"))
        yield MeasuredStep("page", _text(asked.get("url")), _failure(request.get("failure")))


def _fields(untrusted: object) -> dict[str, Any]:
    return untrusted if isinstance(untrusted, dict) else {}


def _list(untrusted: object) -> list[dict[str, Any]]:
    return [one for one in untrusted[:_ASKED_CAP] if isinstance(one, dict)] if isinstance(untrusted, list) else []


def _text(untrusted: object) -> str:
    return plain_line(untrusted, _LABEL_CAP) if isinstance(untrusted, str) else ""


def _texts(untrusted: object) -> tuple[str, ...]:
    return tuple(_text(one) for one in untrusted[:_ASKED_CAP]) if isinstance(untrusted, list) else ()


def _failure(untrusted: object) -> AnyFailure | None:
    text = _text(untrusted)
    return read_failure(text) if text else None


def _count(untrusted: object) -> int:
    return untrusted if isinstance(untrusted, int) and not isinstance(untrusted, bool) and untrusted >= 0 else 0


def _grade(untrusted_value: object) -> DisruptionGrade | None:
    return next((grade for grade in DisruptionGrade if grade == untrusted_value), None)
