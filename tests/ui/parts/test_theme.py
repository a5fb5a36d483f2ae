"""Icons and style are made once for each look."""

from PySide6.QtWidgets import QApplication

from evidence_kit.machine.preferences import Appearance
from ui import theme


def test_an_icon_is_drawn_once_for_a_colour_and_anew_in_the_dark(dressed: None, qapp: QApplication) -> None:
    light = theme.icon("note")
    assert theme.icon("note").cacheKey() == light.cacheKey()
    assert theme.icon("note", "accent").cacheKey() != light.cacheKey()
    theme.apply(qapp, Appearance.DARK)
    dark = theme.icon("note")
    assert dark.cacheKey() != light.cacheKey()
    assert dark.pixmap(24, 24).toImage() != light.pixmap(24, 24).toImage()
    theme.apply(qapp, Appearance.LIGHT)
    assert theme.icon("note").cacheKey() == light.cacheKey()


def test_a_style_in_force_is_not_set_again(dressed: None, qapp: QApplication) -> None:
    style = qapp.style()
    theme.apply(qapp, Appearance.LIGHT)
    assert qapp.style() is style
