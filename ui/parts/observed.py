"""What the watch observed, as the window shows it: icon and colour, and its words in the person's language."""

from typing import Final

from evidence_kit.model.disruption import DisruptionGrade, NetworkState
from evidence_kit.model.judgement import Layer, LayerState
from evidence_kit.words import network
from evidence_kit.words.states import GRADES, NETWORK_STATES, STATE_HINTS, spell_words
from ui.words import number, say_marked

_CUT: Final = ("bad", "bad")
_NEAR: Final = ("warning", "warn")
_LOOKS: Final = {
    NetworkState.ONLINE: ("good", "good"),
    NetworkState.LOCAL_FAULT: _NEAR,
    NetworkState.CAPTIVE_PORTAL: _NEAR,
    NetworkState.BEYOND_PROVIDER: _CUT,
    NetworkState.ABROAD_CUT: _CUT,
}
_LAYER_LOOKS: Final = {LayerState.OK: ("good", "good"), LayerState.FAILED: ("bad", "bad")}


def state_look(state: NetworkState) -> tuple[str, str]:
    """Icon and colour of a state."""
    return _LOOKS.get(state, ("unknown", "text"))


def state_words(state: NetworkState) -> str:
    """A state as a heading."""
    return say_marked(NETWORK_STATES[state])


def spell_heading(state: NetworkState) -> str:
    """A state that a disruption had, as a heading."""
    return spell_words(state, say_marked)


def state_hint(state: NetworkState) -> str:
    """What a state means and what to do."""
    return say_marked(STATE_HINTS[state])


def grade_words(grade: DisruptionGrade) -> str:
    """How far a judgement goes."""
    return say_marked(GRADES[grade])


def layer_look(state: LayerState) -> tuple[str, str]:
    """Icon and colour of a layer's state."""
    return _LAYER_LOOKS.get(state, ("unknown", "faint"))


def layer_words(layer: Layer) -> str:
    """A layer's name."""
    return network.layer_words(layer, say_marked)


def layer_state_words(state: LayerState) -> str:
    """How a layer does."""
    return network.layer_state_words(state, say_marked)


def layer_meaning(layer: Layer) -> str:
    """What a layer is."""
    return network.layer_meaning(layer, say_marked)


def method_words(code: str) -> str:
    """A way of being cut, or something amiss, in a sentence; an unknown code stands for itself."""
    return network.method_words(code, say_marked)


def reason_words(code: str) -> str:
    """A reason with its number in a sentence; an unknown code stands for itself."""
    return network.reason_words(code, say_marked, number)
