"""The guide on telling the world: the pledge, and what to think of before a card or a poster is shown around.

It has a page of its own in place of an article; its parts are what the search looks through.
"""

from ui.screens.guide.topic import Topic, plain
from ui.words import say


def pledge() -> str:
    """Words of solidarity to copy, in the spirit of the campaign and not in its words."""
    return "\n\n".join(
        (
            say(
                "The internet is how we work, learn, call for help and find each other. To cut it is to silence "
                "everybody at once, often just when people most need to be heard."
            ),
            say(
                "We stand with all who are cut off. We ask those in power never to order it, and those who run "
                "networks never to do it, whatever reason is given."
            ),
            say("Who is cut off is not forgotten. We record it, we tell it, and we say: #KeepItOn."),
        )
    )


def warnings() -> tuple[str, ...]:
    """What to think of before a card is made."""
    return (
        say(
            "A place, a date and a length can tell who made this, above all where few people knew of it. Leave out "
            "what is not needed, and say it less exactly."
        ),
        say(
            "No evidence is in it: no pictures, no measurements, nothing from the journal but what stands here. It is "
            "not encrypted."
        ),
        say("The file holds no name, time or computer of yours. Its look can be recognised as made with Evidence Kit."),
    )


def tell_topic() -> Topic:
    """The pledge, cards and a poster."""
    return Topic(
        "tell",
        say("Tell the world: pledge, card, poster"),
        tuple(map(plain, (*pledge().split("\n\n"), *warnings()))),
        also=say("campaign solidarity KeepItOn share social media picture print PNG PDF"),
    )
