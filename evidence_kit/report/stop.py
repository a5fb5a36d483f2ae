"""The STOP tracker's 45 columns, filled in as far as one computer can know; the rest is the person's or stays open.

One row per disruption. Never claims to be an entry of the tracker: "Unknown" and "Not sure" are honest answers.
"""

import csv
import io
from datetime import date, datetime, timedelta
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Refused
from evidence_kit.model.disruption import Disruption, Moment, NetworkState
from evidence_kit.report.contents import ReportContents

COLUMNS: Final = (
    "start_date_type",
    "start_date",
    "country",
    "geo_scope",
    "area_name",
    "shutdown_type",
    "affected_network",
    "shutdown_extent",
    "ordered_by",
    "decision_maker",
    "actual_cause",
    "actual_cause_details",
    "info_source",
    "info_source_link",
    "shutdown_status",
    "end_date",
    "duration",
    "gov_justification",
    "gov_just_details",
    "gov_ack",
    "legal_just",
    "legal_method",
    "gov_ack_source",
    "gov_ack_quote",
    "facebook_affected",
    "twitter_affected",
    "whatsapp_affected",
    "instagram_affected",
    "telegram_affected",
    "other_affected",
    "sms_affected",
    "phonecall_affected",
    "telcos_involved",
    "telco_ack",
    "telco_ack_source",
    "telco_ack_quote",
    "election",
    "violence",
    "hr_abuse_reported",
    "users_targeted",
    "users_target_detail",
    "users_notified",
    "econ_impact",
    "event",
    "an_link",
)

_UNKNOWN: Final = (
    "affected_network",
    "ordered_by",
    "actual_cause",
    "gov_justification",
    "gov_ack",
    "legal_just",
    "facebook_affected",
    "twitter_affected",
    "whatsapp_affected",
    "instagram_affected",
    "telegram_affected",
    "sms_affected",
    "phonecall_affected",
    "telco_ack",
    "election",
    "violence",
    "hr_abuse_reported",
    "users_notified",
)
_WHOLE_NETWORK: Final = frozenset({NetworkState.BEYOND_PROVIDER, NetworkState.ABROAD_CUT})


def rows(contents: ReportContents) -> str:
    """CSV (RFC 4180, CRLF): the columns' names, then a row per disruption, or one without dates where there is none.

    Dates are the device's local ones as M/D/YYYY, the tracker's own form. A cell that a spreadsheet would take for a
    formula has an apostrophe before it. Raises `Refused(Code.UNKNOWN_STOP_COLUMN)` for an answer to no column.
    """
    for answer in contents.answers:
        if answer.column not in COLUMNS:
            raise Refused(Code.UNKNOWN_STOP_COLUMN, column=answer.column)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for disruption in contents.disruptions or (None,):
        cells = _known(contents, disruption) | {answer.column: answer.value for answer in contents.answers}
        table.writerow([harmless(cells.get(column, "")) for column in COLUMNS])
    return out.getvalue()


def harmless(cell: str) -> str:
    """`cell` as text for every spreadsheet: no formula, no control characters but line feeds."""
    text = "".join(" " if character < " " and character != "\n" else character for character in cell)
    return (
        f"'{text}"
        if cell[:1] in {"\t", "\r"} or text.lstrip()[:1] in {"=", "+", "-", "@", "＝", "＋", "－", "＠"}
        else text
    )


def _known(contents: ReportContents, disruption: Disruption | None) -> dict[str, str]:
    cells = dict.fromkeys(_UNKNOWN, "Unknown")
    cells |= {"geo_scope": "Not sure", "info_source": "Confidential", "event": contents.text}
    if contents.place:
        cells["area_name"] = contents.place
    if disruption is None:
        return cells | {"start_date_type": "Estimated", "shutdown_status": "Unknown"}
    offset = timedelta(seconds=contents.created.utc_offset_s)
    started = _local_date(disruption.started.before, offset)
    cells |= {
        "start_date_type": "Actual" if disruption.started.after else "Estimated",
        "start_date": _american(started),
        "shutdown_type": _shutdown_type(disruption),
        "shutdown_extent": _extent(disruption),
        "shutdown_status": "Ended" if disruption.ended else "Ongoing",
    }
    if disruption.ended:
        ended = _local_date(disruption.ended.before, offset)
        # The tracker counts days, the first and the last included.
        cells |= {"end_date": _american(ended), "duration": str((ended - started).days + 1)}
    return cells


def _shutdown_type(disruption: Disruption) -> str:
    # A fault at home or a sign-in page is neither.
    parts = [one for one in disruption.segments if one.state in _WHOLE_NETWORK or one.state is NetworkState.ONLINE]
    methods = {method for one in parts for method in one.methods}
    slowed = {method for method in methods if "throttl" in method}
    cut = methods - slowed or {one.state for one in parts} & _WHOLE_NETWORK
    return ", ".join([name for name, found in (("Shutdown", cut), ("Throttle", slowed)) if found]) or "Unknown"


def _extent(disruption: Disruption) -> str:
    states = {segment.state for segment in disruption.segments}
    whole, part = bool(states & _WHOLE_NETWORK), NetworkState.ONLINE in states
    return ", ".join([name for name, found in (("Full network", whole), ("Service-based", part)) if found])


def _local_date(moment: Moment, offset: timedelta) -> date:
    return (datetime.fromisoformat(moment.wall_utc) + offset).date()


def _american(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"
