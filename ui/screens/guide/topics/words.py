"""The guide's list of words: each is used for one thing only, in the whole product."""

from ui.screens.guide.topic import Topic, point
from ui.words import say


def words_topic() -> Topic:
    """What the words mean."""
    return Topic(
        "words",
        say("What the words mean"),
        (
            point(say("Vault: the encrypted folder on this computer that holds everything.")),
            point(say("Journal: the list of all that you recorded, in order. Entries are only added, never changed.")),
            point(say("Entry: one line of the journal, with what was captured, and when by your clock.")),
            point(
                say(
                    "Disruption: a time in which the connection was disturbed, as it was observed. It does not say "
                    "that somebody did it."
                )
            ),
            point(say("Shutdown: a disruption that somebody made on purpose. People say this; the app never does.")),
            point(say("Provider: the company that gives you your connection.")),
            point(say("Login page (captive portal): a page that stands before the internet, as in hotels.")),
            point(say("Sealed: encrypted at once, so that nobody can read it before the next unlock.")),
            point(
                say(
                    "PGP key: two parts. With the public one others lock messages for you; with the secret one you "
                    "open them, and sign."
                )
            ),
            point(say("Fingerprint: the full row of letters and digits that belongs to one PGP key alone.")),
            point(say("Recipient: a person or group who can open your reports.")),
            point(say("Destination: where reports go, such as a mailbox or a USB stick.")),
            point(say("Report: the entries that you chose, signed and encrypted.")),
            point(say("Notice: the short message that goes before a report. It is not evidence by itself.")),
            point(say("Delivery: one report on its way to one destination.")),
            point(say("Receipt: a small file that the recipient signs: “this has reached me”.")),
            point(say("Hash: a short row of digits computed from a file; it changes with every letter.")),
            point(say("Root: one hash that stands for the whole journal.")),
            point(say("Time stamp: a signed word on the time from outside. This version has none yet.")),
            point(say("Metadata: data inside a photo or file about it, such as place, time, device and author.")),
            point(
                say("Proxy, Tor: other computers through which your connections go, so that the provider sees less.")
            ),
        ),
        also=say("glossary dictionary meaning term explain"),
        see=("shutdown", "proof"),
    )
