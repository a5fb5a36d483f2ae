"""The guide as one widget: a search field, the list of topics, and the topic that is read."""

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QLineEdit,
    QListView,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ui.parts.keys import on_keys
from ui.parts.screen import Nothing, scrolled
from ui.parts.text import Text
from ui.parts.tone import Tone
from ui.screens.guide.article import Article
from ui.screens.guide.delegate import TopicDelegate
from ui.screens.guide.model import Contents
from ui.screens.guide.search import Found, find
from ui.screens.guide.topic import Topic
from ui.words import say, say_many

_LIST: Final = 280
_NARROW: Final = 720  # below this the list stands above the text
_LIST_TALL: Final = 170
_TO_LIST: Final = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Reader(QWidget):
    """Shows topics. `pages` make the page that a topic has of its own in place of an article, by name; once, when it
    is first wanted.

    `shown` tells the name of the topic on show.
    """

    shown = Signal(str)

    def __init__(
        self, topics: tuple[Topic, ...], pages: Mapping[str, Callable[[], QWidget]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._topics = topics
        self._titles = {topic.name: topic.title for topic in topics}
        self._makers = pages
        self._pages: dict[str, QWidget] = {}
        self.article: Article | None = None
        self.search = self._make_search()
        self.count = Text("", Tone.FAINT)
        self.contents = Contents()
        self.list = self._make_list()
        self.area = _reading_area()
        self._right = QStackedLayout()
        self._right.addWidget(self.area)
        self._nothing = Nothing(
            say("Nothing is found"), say("Try fewer or other words. All of them must stand in one topic.")
        )
        self._right.addWidget(self._nothing)
        self._arrange()
        self.look_for("")

    def _make_search(self) -> QLineEdit:
        field = QLineEdit()
        field.setAccessibleName(say("Search the guide"))
        field.setPlaceholderText(say("Search the guide"))
        field.setClearButtonEnabled(True)
        field.textChanged.connect(self.look_for)
        field.installEventFilter(self)
        on_keys(QKeySequence.StandardKey.Find, self, self._take_search)
        return field

    def _make_list(self) -> QListView:
        rows = QListView()
        rows.setModel(self.contents)
        rows.setAccessibleName(say("Topics"))
        rows.setItemDelegate(TopicDelegate(rows, self.contents))
        rows.setWordWrap(True)  # so that rows are measured again when the width changes
        rows.setResizeMode(QListView.ResizeMode.Adjust)
        rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows.selectionModel().currentChanged.connect(self._chose)
        rows.activated.connect(self._activated)
        return rows

    def _arrange(self) -> None:
        self._left = QWidget()
        column = QVBoxLayout(self._left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.search)
        column.addWidget(self.count)
        column.addWidget(self.list, 1)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(14)
        self._row.addWidget(self._left)
        self._row.addLayout(self._right, 1)
        self._fit(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        """Beside each other, or where it is narrow above each other."""
        is_narrow = width < _NARROW
        self._row.setDirection(QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight)
        self._left.setMaximumSize(QSize(width, _LIST_TALL) if is_narrow else QSize(_LIST, 1 << 20))
        self._left.setMinimumWidth(0 if is_narrow else _LIST)

    # Which topic

    def show_topic(self, name: str) -> None:
        """Show a topic from its beginning; whatever was searched for is over."""
        if self.search.text():
            self.search.clear()
        row = self.contents.row_of(name)
        self.list.setCurrentIndex(self.contents.index(row or 0))

    def look_for(self, untrusted_words: str) -> None:
        """Show the topics in which these words stand; the one that is read stays if it is among them."""
        before = self.topic()
        found = find(self._topics, untrusted_words)
        self.contents.put(found)
        searched = bool(untrusted_words.strip())
        self.count.setText(say_many("{number} topic", "{number} topics", len(found)) if searched else "")
        self.count.setVisible(searched)
        if not found:
            self._right.setCurrentWidget(self._nothing)
            return
        at = self.contents.row_of(before) if before and not searched else None
        self.list.setCurrentIndex(self.contents.index(at or 0))

    def topic(self) -> str:
        """The name of the topic that was shown last, "" before there is any."""
        shown = self._right.currentWidget()
        page = next((name for name, page in self._pages.items() if page is shown), None)
        return page or (self.article.topic.name if self.article is not None else "")

    def _chose(self, index: QModelIndex) -> None:
        if index.isValid():
            self._show(self.contents.rows[index.row()])

    def _show(self, found: Found) -> None:
        name = found.topic.name
        if name in self._makers:
            self._right.setCurrentWidget(self._page_of(name))
        else:
            self._article_on(found.topic).mark(found.part)
            self._right.setCurrentWidget(self.area)
            # Its places are known once it is laid out.
            QTimer.singleShot(0, self, self._scroll)
        self.shown.emit(name)

    def _page_of(self, name: str) -> QWidget:
        if name not in self._pages:
            self._pages[name] = self._makers[name]()
            self._right.addWidget(self._pages[name])
        return self._pages[name]

    def _article_on(self, topic: Topic) -> Article:
        """The topic's article, put in the place of the one that was there."""
        if self.article is not None and self.article.topic.name == topic.name:
            return self.article
        before = self.area.takeWidget()
        before.hide()
        before.deleteLater()  # later: the link that was pressed may be one of its own
        self.article = Article(topic, self._titles, self.show_topic)
        self.area.setWidget(self.article)
        self.area.setAccessibleName(topic.title)
        return self.article

    def _scroll(self) -> None:
        row = self.list.currentIndex().row()
        if self.article is None or not 0 <= row < len(self.contents.rows):
            return
        part = self.contents.rows[row].part
        if part is None:
            self.area.verticalScrollBar().setValue(0)
        else:
            self.area.ensureWidgetVisible(self.article.parts[part], 0, 40)

    def _activated(self, _index: QModelIndex) -> None:
        self.read()

    # The keyboard

    def read(self) -> None:
        """The keyboard goes to the text: arrows and Page Down scroll it."""
        shown = self._right.currentWidget()
        if shown is self.area:
            self.area.setFocus(Qt.FocusReason.OtherFocusReason)
        elif shown is not None:
            shown.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search field, Down and Enter go to the list, and Esc ends the search."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in _TO_LIST and self.contents.rows:
                self.list.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)


def _reading_area() -> QScrollArea:
    """Scrolls by keyboard too, and shows that it has it."""
    area = scrolled(QWidget())
    area.setProperty("reading", True)
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return area
