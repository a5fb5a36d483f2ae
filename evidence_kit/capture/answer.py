"""Read the page camera's answer line: every field is checked for kind, range and length before anything uses it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused, Unavailable
from evidence_kit.model.bodies.captures import CertificateSeen, CertificateState, LoadEvent, LoadStep, PageState
from evidence_kit.model.codec import Json, parse
from evidence_kit.plain_text import plain_line

TEXT_CAP: Final = 200_000
_LINE_CAP: Final = 4 << 20
_LABEL_CAP: Final = 1_000
_ADDRESS_CAP: Final = 8_000
_LOADS_CAP: Final = 64
_NET_ERROR: Final = re.compile(r"ERR_[A-Z0-9_]{1,60}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DAY_MS: Final = 86_400_000

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class CaptureAnswer:
    """The camera's word on one page, in the nouns of `model.entry`; `spent` says that it ends after this answer."""

    width: int
    height: int
    cut_at: int | None
    address_final: str
    title: str
    page_state: PageState
    net_error: str | None
    net_error_code: int
    http_status: int | None
    loads: tuple[LoadEvent, ...]
    certificate: CertificateSeen
    camera: str
    text: str
    spent: bool


def read_answer(untrusted_line: bytes, width: int, max_height: int) -> CaptureAnswer:
    """The answer to a request for a view of `width` and at most `max_height` pixels.

    Raises `Unavailable(Code.PAGE_CAMERA)` with "rubbish" for anything that does not fit, or with the camera's own
    reason ("page-crashed", "no-sandbox"); `Refused(Code.PAGE_IS_DOWNLOAD)`.
    """
    try:
        untrusted = _fields(parse(untrusted_line, _LINE_CAP))
        if _number(untrusted.get("v"), 1, 1) and untrusted.get("error") is not None:
            raise _told(untrusted)
        height = _number(untrusted.get("height"), 1, max_height)
        return CaptureAnswer(
            width=_number(untrusted.get("width"), width, width),
            height=height,
            cut_at=_or_none(untrusted.get("cut_at"), lambda value: _number(value, height, height)),
            address_final=_label(untrusted.get("address_final"), _ADDRESS_CAP),
            title=_label(untrusted.get("title"), _LABEL_CAP),
            page_state=PageState(_text(untrusted.get("page_state"))),
            net_error=_or_none(untrusted.get("net_error"), lambda value: _matching(value, _NET_ERROR)),
            net_error_code=_number(untrusted.get("net_error_code"), -99_999, 0),
            http_status=_or_none(untrusted.get("http_status"), lambda value: _number(value, 100, 999)),
            loads=tuple(_load(load) for load in _list(untrusted.get("loads"))),
            certificate=_certificate(_fields(untrusted.get("certificate"))),
            camera=_label(untrusted.get("camera"), _LABEL_CAP),
            text=_text(untrusted.get("text")),
            spent=untrusted.get("spent") is True,
        )
    except (Broken, ValueError) as error:
        raise Unavailable(Code.PAGE_CAMERA, reason="rubbish") from error


def _told(untrusted: dict[str, Json]) -> Refused | Unavailable:
    match untrusted.get("error"), untrusted.get("reason"):
        case "page-is-download", _:
            return Refused(Code.PAGE_IS_DOWNLOAD)
        case "page-camera", ("page-crashed" | "no-sandbox") as reason:
            return Unavailable(Code.PAGE_CAMERA, reason=str(reason))
        case _:
            raise ValueError


def _load(untrusted_load: Json) -> LoadEvent:
    untrusted = _fields(untrusted_load)
    return LoadEvent(LoadStep(_text(untrusted.get("name"))), _number(untrusted.get("after_ms"), 0, _DAY_MS))


def _certificate(untrusted: dict[str, Json]) -> CertificateSeen:
    return CertificateSeen(
        state=CertificateState(_text(untrusted.get("state"))),
        error=_or_none(untrusted.get("error"), lambda value: _label(value, 100)),
        sha256=_or_none(untrusted.get("sha256"), lambda value: _matching(value, _DIGEST)),
        subject=_or_none(untrusted.get("subject"), lambda value: _label(value, _LABEL_CAP)),
        issuer=_or_none(untrusted.get("issuer"), lambda value: _label(value, _LABEL_CAP)),
        not_before=_or_none(untrusted.get("not_before"), lambda value: _matching(value, _MOMENT)),
        not_after=_or_none(untrusted.get("not_after"), lambda value: _matching(value, _MOMENT)),
    )


# Each of these gives the value back as what it should be, or raises ValueError.


def _or_none(untrusted: Json, check: Callable[[Json], Value]) -> Value | None:
    return None if untrusted is None else check(untrusted)


def _fields(untrusted: Json) -> dict[str, Json]:
    if isinstance(untrusted, dict):
        return untrusted
    raise ValueError


def _list(untrusted: Json) -> list[Json]:
    if isinstance(untrusted, list) and len(untrusted) <= _LOADS_CAP:
        return untrusted
    raise ValueError


def _number(untrusted: Json, least: int, most: int) -> int:
    if isinstance(untrusted, int) and not isinstance(untrusted, bool) and least <= untrusted <= most:
        return untrusted
    raise ValueError


def _text(untrusted: Json) -> str:
    if isinstance(untrusted, str):
        return untrusted[:TEXT_CAP]
    raise ValueError


def _label(untrusted: Json, cap: int) -> str:
    return plain_line(_text(untrusted), cap)


def _matching(untrusted: Json, form: re.Pattern[str]) -> str:
    if isinstance(untrusted, str) and form.fullmatch(untrusted):
        return untrusted
    raise ValueError


def _one_of(untrusted: Json, words: frozenset[str]) -> str:
    if isinstance(untrusted, str) and untrusted in words:
        return untrusted
    raise ValueError
