"""What captures show and what captured bytes are, in words: pages, their certificates, the roles of exhibits."""

from collections.abc import Mapping
from typing import Final

from evidence_kit.model.bodies.captures import CertificateSeen, CertificateState, PageState
from evidence_kit.model.exhibit import ExhibitRole
from evidence_kit.words.languages import Say
from evidence_kit.words.marked import marked

PAGE_STATES: Final[Mapping[PageState, str]] = {
    PageState.LIVE: marked("The page itself was shown."),
    PageState.ERROR_PAGE: marked("The page did not load; the picture is of the browser's error page."),
    PageState.NO_ANSWER: marked("An empty view: nothing had come when the camera stopped waiting."),
}

PAGES_NAMED: Final[Mapping[PageState, str]] = {
    PageState.LIVE: marked("Page: {words}"),
    PageState.ERROR_PAGE: marked("Page that did not load: {words}"),
    PageState.NO_ANSWER: marked("Page without an answer: {words}"),
}
"""In one line, with the page's address or title."""

PAGES_CAPTURED: Final[Mapping[PageState, str]] = {
    PageState.LIVE: marked("{address}: the page."),
    PageState.ERROR_PAGE: marked("{address}: an error page, {name}."),
    PageState.NO_ANSWER: marked("{address}: no answer came."),
}
"""What a capture brought, with the browser engine's name for the error."""

CERTIFICATES: Final[Mapping[CertificateState, str]] = {
    CertificateState.NONE: marked("none was shown"),
    CertificateState.ACCEPTED: marked("accepted"),
    CertificateState.REJECTED: marked("rejected"),
}
# With the fault, whose it is and who signed it, where the camera named them.
CERTIFICATES_NAMED: Final[Mapping[CertificateState, str]] = {
    CertificateState.NONE: marked("none was shown: {named}"),
    CertificateState.ACCEPTED: marked("accepted: {named}"),
    CertificateState.REJECTED: marked("rejected: {named}"),
}

EXHIBIT_ROLES: Final[Mapping[ExhibitRole, str]] = {
    ExhibitRole.SCREENSHOT: marked("Picture of the screen"),
    ExhibitRole.PAGE_PICTURE: marked("Picture of the page"),
    ExhibitRole.PAGE_MHTML: marked("The page as saved"),
    ExhibitRole.PAGE_TEXT: marked("The page's words"),
    ExhibitRole.PHOTO: marked("Photo"),
    ExhibitRole.FILE: marked("File"),
    ExhibitRole.MEASUREMENT: marked("Record of the measurement"),
    ExhibitRole.RECEIPT: marked("Receipt"),
}


def page_state_words(state: PageState, translate: Say) -> str:
    """What a page's picture shows, in a sentence."""
    return translate(PAGE_STATES[state])


def certificate_words(seen: CertificateSeen, translate: Say) -> str:
    """What the camera said of a page's certificate, with the names that it gave (untrusted)."""
    named = ", ".join(part for part in (seen.error, seen.subject, seen.issuer) if part)
    return (
        translate(CERTIFICATES_NAMED[seen.state]).format(named=named) if named else translate(CERTIFICATES[seen.state])
    )


def exhibit_role_words(role: ExhibitRole, translate: Say) -> str:
    """What captured bytes are to their entry."""
    return translate(EXHIBIT_ROLES[role])
