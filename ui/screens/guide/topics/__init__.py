"""The guide's topics in the order of the list. Nothing is loaded from anywhere: the guide is part of the program."""

from ui.screens.guide.topic import Topic
from ui.screens.guide.topics import recording, safety, sending
from ui.screens.guide.topics.words import words_topic


def topics() -> tuple[Topic, ...]:
    """Every topic, in the language of now."""
    return (*recording.topics(), *sending.topics(), *safety.topics(), words_topic())
