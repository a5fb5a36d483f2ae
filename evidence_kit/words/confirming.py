"""How somebody's key was confirmed, in words: by the person's own comparison, or by somebody's signed list."""

from collections.abc import Callable

from evidence_kit.model.delivery import Confirmation, ConfirmedBy

Speak = Callable[[str], str]


def confirmed_on(by: ConfirmedBy, date: str, show: Callable[[str], str], say: Speak) -> str:
    """What was done on `date`; `show` puts the signer's fingerprint, `say` translates."""
    match by.how:
        case Confirmation.TYPED:
            return say("Fingerprint compared by you on {date}").format(date=date)
        case Confirmation.SCANNED:
            return say("Fingerprint compared by you on {date}, with a code in a picture").format(date=date)
        case Confirmation.SIGNED_LIST:
            told = say("Added on {date} from a list signed by {signer}")
            return told.format(date=date, signer=show(by.signer or ""))


def confirmed_words(by: ConfirmedBy, show: Callable[[str], str], say: Speak) -> str:
    """The same without a date, for where one stands beside it."""
    match by.how:
        case Confirmation.TYPED:
            return say("by the fingerprint, typed and compared")
        case Confirmation.SCANNED:
            return say("by the fingerprint, compared with a code in a picture")
        case Confirmation.SIGNED_LIST:
            return say("by a list signed by {signer}").format(signer=show(by.signer or ""))
