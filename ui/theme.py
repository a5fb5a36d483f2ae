"""How the window looks: Fusion, one style sheet, light and dark, one accent colour."""

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from evidence_kit.machine.preferences import Appearance

RESOURCES: Final = Path(__file__).resolve().parents[1] / "resources"

# Contrast of text on its ground is at least 4.5 to 1 (WCAG 2.2, 1.4.3); a test measures it.
LIGHT: Final[Mapping[str, str]] = {
    "window": "#f4f5f7",
    "surface": "#ffffff",
    "raised": "#eceef2",
    "text": "#1b1f26",
    "faint": "#545b68",
    "line": "#c9ced8",
    "accent": "#1f5fae",
    "accent_text": "#ffffff",
    "accent_soft": "#dfeafa",
    "good": "#1d6b3a",
    "warn": "#8a4b00",
    "bad": "#a3212f",
    "good_soft": "#e0f2e6",
    "warn_soft": "#fdeeda",
    "bad_soft": "#fbe3e5",
}
DARK: Final[Mapping[str, str]] = {
    "window": "#15181d",
    "surface": "#1d2128",
    "raised": "#2a2f38",
    "text": "#e9ecf1",
    "faint": "#a9b1bf",
    "line": "#414956",
    "accent": "#7db2f5",
    "accent_text": "#0e1a2b",
    "accent_soft": "#22364f",
    "good": "#7ed39b",
    "warn": "#f2b765",
    "bad": "#f59aa3",
    "good_soft": "#1e3527",
    "warn_soft": "#3d2f18",
    "bad_soft": "#43242a",
}


class _Present:
    """The colours in use now."""

    def __init__(self) -> None:
        self.colours: Mapping[str, str] = LIGHT
        self.desktops_choice = ""
        self.icons: dict[tuple[str, str, str], QIcon] = {}  # by name, tint and shade


_present = _Present()


def heard_from_desktop(choice: str) -> None:
    """What the desktop was told by the person, for the next `apply`: "light", "dark", or "" where it says nothing."""
    _present.desktops_choice = choice


def apply(application: QApplication, appearance: Appearance) -> None:
    """Style the whole application, also what is shown already; where it is so already, nothing is drawn again."""
    _present.colours = DARK if wanted(appearance) == "dark" else LIGHT
    signs = {name: (RESOURCES / "theme" / f"{name}-{shade()}.svg").as_posix() for name in ("tick", "arrow", "raise")}
    sheet = (RESOURCES / "theme" / "window.qss").read_text(encoding="utf-8")
    sheet = Template(sheet).substitute(_present.colours, **signs)
    if application.styleSheet() == sheet:
        return
    application.setStyle("Fusion")
    application.setPalette(_palette(_present.colours))
    application.setStyleSheet(sheet)


def wanted(appearance: Appearance) -> str:
    """ "light" or "dark": which colours `apply` would take now."""
    if appearance is not Appearance.SYSTEM:
        return appearance.value
    is_dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return _present.desktops_choice or ("dark" if is_dark else "light")


def shade() -> str:
    """ "light" or "dark": which colours are in use, for those who keep what was drawn in them."""
    return "dark" if _present.colours is DARK else "light"


def colour(name: str) -> QColor:
    """A colour of the theme in use, by its name in `LIGHT`."""
    return QColor(_present.colours[name])


def icon(name: str, tint: str = "text") -> QIcon:
    """An icon of `resources/icons` in a colour of the theme; its selected form suits the accent's ground.

    Each is drawn once and kept: every button asks again whenever the style changes.
    """
    key = (name, tint, shade())
    if key not in _present.icons:
        _present.icons[key] = _drawn(name, tint)
    return _present.icons[key]


def _drawn(name: str, tint: str) -> QIcon:
    svg = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    made = QIcon()
    for mode, its_tint in (
        (QIcon.Mode.Normal, tint),
        (QIcon.Mode.Selected, "accent_text"),
        (QIcon.Mode.Disabled, "faint"),
    ):
        renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", _present.colours[its_tint]).encode()))
        for side in (16, 20, 24, 32, 48):
            pixmap = QPixmap(QSize(side, side))
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter)
            painter.end()
            made.addPixmap(pixmap, mode)
    return made


def _palette(colours: Mapping[str, str]) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for one, name in (
        (role.Window, "window"),
        (role.WindowText, "text"),
        (role.Base, "surface"),
        (role.AlternateBase, "raised"),
        (role.Text, "text"),
        (role.PlaceholderText, "faint"),
        (role.Button, "raised"),
        (role.ButtonText, "text"),
        (role.ToolTipBase, "surface"),
        (role.ToolTipText, "text"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "accent_text"),
        (role.Link, "accent"),
        (role.Accent, "accent"),
        (role.Mid, "line"),
    ):
        palette.setColor(one, QColor(colours[name]))
    for one in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, one, QColor(colours["faint"]))
    return palette
