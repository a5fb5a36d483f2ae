"""The tables of words: each has every value of its closed set, and all who show one take it from there."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from evidence_kit.model.bodies.body import BODIES
from evidence_kit.model.bodies.captures import CertificateSeen, CertificateState, PageState
from evidence_kit.model.bodies.sharing import DestinationChange
from evidence_kit.model.bodies.statements import Consent, ImpactArea
from evidence_kit.model.bodies.vault_events import ClockChange
from evidence_kit.model.delivery import PartRole
from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.model.finding import Finding, Verdict
from evidence_kit.model.finding_code import FindingCode
from evidence_kit.model.judgement import TargetOutcome
from evidence_kit.words.captures import (
    CERTIFICATES,
    CERTIFICATES_NAMED,
    EXHIBIT_ROLES,
    PAGE_STATES,
    PAGES_CAPTURED,
    PAGES_NAMED,
    certificate_words,
)
from evidence_kit.words.findings import finding_words
from evidence_kit.words.kinds import COUNTED, counted_kind
from evidence_kit.words.measurements import OUTCOMES, verdict_words
from evidence_kit.words.sharing import DESTINATION_CHANGES, PART_ROLES
from evidence_kit.words.statements import CONSENTS, IMPACT_AREAS
from evidence_kit.words.states import GRADES, NETWORK_STATES
from evidence_kit.words.vault_events import CLOCK_BACK, CLOCK_FORWARD, clock_words


@pytest.mark.parametrize(
    ("values", "table"),
    [
        (CertificateState, CERTIFICATES),
        (ClockChange, CLOCK_BACK),
        (ClockChange, CLOCK_FORWARD),
        (DestinationChange, DESTINATION_CHANGES),
        (DisruptionGrade, GRADES),
        (PartRole, PART_ROLES),
        (CertificateState, CERTIFICATES_NAMED),
        (Consent, CONSENTS),
        (ExhibitRole, EXHIBIT_ROLES),
        (ImpactArea, IMPACT_AREAS),
        (PageState, PAGE_STATES),
        (PageState, PAGES_CAPTURED),
        (PageState, PAGES_NAMED),
    ],
)
def test_every_value_has_words_that_no_other_value_has(values: type[StrEnum], table: Mapping[StrEnum, str]) -> None:
    assert set(table) == set(values)
    assert len(set(table.values())) == len(values)
    assert not set(table.values()) & {value.value for value in values if "-" in value.value}


def test_a_certificate_is_told_with_what_the_camera_named() -> None:
    seen = CertificateSeen(CertificateState.REJECTED, "ERR_CERT_DATE_INVALID", subject="site.example")
    assert certificate_words(seen, str) == "rejected: ERR_CERT_DATE_INVALID, site.example"
    assert certificate_words(CertificateSeen(CertificateState.NONE), str) == "none was shown"


def test_the_check_names_the_role_of_an_exhibit_that_was_kept_back_in_words() -> None:
    kept_back = Finding(FindingCode.EXHIBIT_WITHHELD, Verdict.NOTE, "ab", (("role", "page-mhtml"),))
    assert "(The page as saved)" in finding_words(str, kept_back)
    assert "(no role)" in finding_words(
        str, Finding(FindingCode.EXHIBIT_WITHHELD, Verdict.NOTE, "ab", (("role", "no role"),))
    )


@pytest.mark.parametrize("count", [1, 3])
def test_a_kind_is_counted_with_the_form_for_its_number(count: int) -> None:
    assert set(COUNTED) <= {kind for kind, body in BODIES.items() if body.REPORTABLE}
    for kind, forms in COUNTED.items():
        told = counted_kind(
            kind, count, str, lambda one, many, number: (one if number == 1 else many).format(number=number)
        )
        assert told == forms[count > 1].format(number=count)


def test_a_kind_without_a_form_of_its_own_is_counted_by_its_name() -> None:
    told = counted_kind("receipt", 2, str, lambda one, many, number: "not asked")
    assert told == "A receipt came back: 2"


def test_every_verdict_of_a_measurement_has_words() -> None:
    assert set(OUTCOMES) == set(TargetOutcome)
    assert verdict_words(TargetOutcome.DNS_NXDOMAIN, str) == "its name is not found, or found wrongly"
    for state in NetworkState:
        assert verdict_words(state, str) == NETWORK_STATES[state]


def test_a_clock_that_was_set_back_is_not_said_to_be_set_forward() -> None:
    assert clock_words(ClockChange.WALL_STEP, -2000, "2 s", str) == "The clock was set back by 2 s"
    assert clock_words(ClockChange.WALL_STEP, 2000, "2 s", str) == "The clock was set forward by 2 s"
    assert clock_words(ClockChange.ZONE, -3_600_000, "1 h", str) == "The time zone was moved 1 h to the west"
