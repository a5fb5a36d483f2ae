"""What one change to the product touches: each is made for real in a copy of the tree, and the files are counted."""

import filecmp
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from evidence_kit.detect.rules import RULES
from evidence_kit.jobs.people import AddRecipient
from evidence_kit.model.bodies.body import BODIES, Body
from evidence_kit.probe.registry import PROBES
from evidence_kit.seal.pgp import Keyring
from evidence_kit.sync.types import TYPES
from evidence_kit.words.kinds import NAMES
from evidence_kit.words.languages import spoken_languages
from tests.core.kits import PASSPHRASE, open_kit
from tests.core.sources import ROOT

FOLDERS = ("evidence_kit", "ui", "resources", "packaging", "tests")


@dataclass(frozen=True, slots=True)
class Copy:
    """The product's own tree once more, to be changed."""

    top: Path

    def write(self, path: str, text: str) -> None:
        (self.top / path).parent.mkdir(parents=True, exist_ok=True)
        (self.top / path).write_text(dedent(text).lstrip(), encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        text = (self.top / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, (path, old)
        (self.top / path).write_text(text.replace(old, new), encoding="utf-8")

    def change(self, path: str, pattern: str, new: str) -> None:
        """As `replace`, the first place that fits a regular expression."""
        text, count = re.subn(pattern, new, (self.top / path).read_text(encoding="utf-8"), count=1)
        assert count == 1, (path, pattern)
        (self.top / path).write_text(text, encoding="utf-8")

    def touched(self) -> set[str]:
        """Files that are new here or other than in the product's tree."""
        files = (file for folder in FOLDERS for file in (self.top / folder).rglob("*.*"))
        return {
            path
            for path in (file.relative_to(self.top).as_posix() for file in files if file.is_file())
            if "__pycache__" not in path
            and not ((ROOT / path).exists() and filecmp.cmp(self.top / path, ROOT / path, shallow=False))
        }

    def run(self, *arguments: str) -> str:
        """What Python says to that in the copy; it must end well."""
        around = {**os.environ, "PYTHONPATH": str(self.top), "QT_QPA_PLATFORM": "offscreen"}
        told = subprocess.run(
            [sys.executable, *arguments], cwd=self.top, env=around, capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stdout + told.stderr
        return told.stdout


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    top = tmp_path / "copy"
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, top / folder)
    shutil.copy(ROOT / "pyproject.toml", top)
    yield Copy(top)
    shutil.rmtree(top)


# A type of destination: its package, its entry in the list, its subclass of the contract's tests

TWIN = '''
    """Two folders as one destination: what is sent lies in both of them, or in none."""

    from collections.abc import Mapping
    from dataclasses import dataclass
    from pathlib import Path
    from typing import Final
    from urllib.parse import quote, unquote

    from evidence_kit.codes import Code
    from evidence_kit.errors import Refused
    from evidence_kit.model.delivery import DeliveryState
    from evidence_kit.model.destination_form import Field, FieldKind, Form, ShownAddress
    from evidence_kit.sync.destination_type import DestinationType, Faults
    from evidence_kit.sync.network import Network
    from evidence_kit.sync.transport import Transport
    from evidence_kit.words.marked import marked


    @dataclass(frozen=True, slots=True)
    class TwinRoute:
        """Two folders that are there."""

        one: Path
        other: Path

        def url(self) -> str:
            return f"twin:{quote(str(self.one))}?{quote(str(self.other))}"

        def url_shown(self) -> str:
            return self.url()

        def shown(self) -> ShownAddress:
            return ShownAddress(marked("Both {one} and {other}"), {"one": str(self.one), "other": str(self.other)})

        def values(self) -> Mapping[str, str]:
            return {"one": str(self.one), "other": str(self.other)}

        def transport(self, _network: Network) -> Transport:
            from evidence_kit.sync.twin.transport import TwinTransport

            return TwinTransport(self.one, self.other)


    def read(untrusted_url: str) -> TwinRoute:
        one, _, other = untrusted_url.partition(":")[2].partition("?")
        return from_values({"one": unquote(one), "other": unquote(other)})


    def from_values(untrusted_values: Mapping[str, str]) -> TwinRoute:
        for name in untrusted_values.values():
            if not Path(name).is_absolute():
                raise Refused(Code.FOLDER_NOT_ABSOLUTE, path=name)
        return TwinRoute(Path(untrusted_values["one"]), Path(untrusted_values["other"]))


    TYPE: Final = DestinationType(
        schemes=("twin",),
        usage="twin:/path?/path",
        form=Form(
            type="twin",
            title=marked("Into two folders at once"),
            fields=(
                Field("one", marked("The first folder"), FieldKind.FOLDER),
                Field("other", marked("The second folder"), FieldKind.FOLDER),
            ),
            note=marked("Both have to be there."),
        ),
        read=read,
        from_values=from_values,
        reaches=DeliveryState.READ_BACK,
        by_network=False,
        faults=Faults(of_destination=frozenset({Code.FOLDER_MISSING})),
    )
'''
TWIN_TRANSPORT = '''
    """Send into two folders."""

    from dataclasses import replace
    from pathlib import Path

    from evidence_kit.codes import Code
    from evidence_kit.errors import Unavailable
    from evidence_kit.sync.folder.transport import FolderTransport
    from evidence_kit.sync.transport import HandingOver, OutgoingMessage, Progressed, SentState


    class TwinTransport:
        """A transport into both folders."""

        def __init__(self, *folders: Path) -> None:
            self._folders = folders

        def send(self, message: OutgoingMessage, handing_over: HandingOver, progressed: Progressed, /) -> SentState:
            if not all(folder.is_dir() for folder in self._folders):
                raise Unavailable(Code.FOLDER_MISSING)
            first, second = (FolderTransport(folder) for folder in self._folders)
            first.send(message, handing_over, progressed)
            with (self._folders[0] / message.name).open("rb") as content:  # what is given is read once
                return second.send(replace(message, content=content), handing_over, lambda _done: None)
'''
TWIN_TEST = '''
    from collections.abc import Iterator
    from contextlib import contextmanager
    from pathlib import Path

    import pytest

    from evidence_kit.sync import twin
    from tests.core.sync.contract import FarSide, TransportContract
    from tests.core.sync.test_contracts import Stick


    class Pair(Stick):
        """Two folders, of which the second is looked into."""

        @property
        def url(self) -> str:
            return twin.TwinRoute(self.path.parent, self.path).url()


    class TestTwin(TransportContract):
        TYPE = twin.TYPE
        LEAVES_SECOND_COPY = False

        @pytest.fixture
        def far(self, tmp_path: Path) -> FarSide:
            return Pair(tmp_path / "second")
'''
TWIN_KNOWN = '''
    """Every part of the product that sends to `argv[1]` or shows it; what each says of it, as JSON."""

    import hashlib
    import json
    import sys
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QRadioButton

    from evidence_kit.clock import SystemClock
    from evidence_kit.model.delivery import Delivery, Destination, Part
    from evidence_kit.sync.sender import Sender
    from evidence_kit.sync.transport import new_message_id
    from evidence_kit.vault.outbox import Outbox
    from ui.parts.destination import DestinationForms
    from ui.screens.people.model import destination_row

    url, home, content = sys.argv[1], Path(sys.argv[2]), b"ciphertext" * 1000
    outbox, clock = Outbox(home), SystemClock()
    parcel = outbox.new_parcel()
    outbox.parcel_path(parcel).write_bytes(content)
    part = Part("report", parcel, hashlib.sha256(content).hexdigest(), len(content), new_message_id())
    outbox.stage("report-1", [Delivery("delivery-1", "report-1", "twin", clock.read().wall_utc, (part,))])
    outbox.settle(["report-1"])
    destination = Destination("twin", "Twins", url, ())
    sent = [one.state for one in Sender(outbox, {"twin": destination}, clock).run_once()]

    app = QApplication([])
    forms = DestinationForms()
    form = forms.choose("twin")
    for name, text in zip(("one", "other"), sys.argv[3:], strict=True):
        form.set_value(name, text)
    told = {
        "sent": sent,
        "offered": [one.text() for one in forms.findChildren(QRadioButton)],
        "fields": [one.accessibleName() for one in form.lines()],
        "address": form.url(),
        "shown": destination_row(destination, ()).where,
    }
    print(json.dumps(told))
'''


@pytest.mark.slow
def test_a_type_of_destination_is_a_package_one_entry_and_a_subclass_of_the_contract(
    copy: Copy, folder: Path, recipient_key: bytes, tmp_path: Path
) -> None:
    package, listed, tested = "evidence_kit/sync/twin", "evidence_kit/sync/types.py", "tests/core/sync/test_twin.py"
    copy.write(f"{package}/__init__.py", TWIN)
    copy.write(f"{package}/transport.py", TWIN_TRANSPORT)
    copy.change(listed, r"(from evidence_kit\.sync import [^\n(]+)\n", r"\1, twin\n")
    copy.change(listed, r"(\([^()]+\.TYPE)\)", r"\1, twin.TYPE)")
    copy.write(tested, TWIN_TEST)
    assert copy.touched() == {f"{package}/__init__.py", f"{package}/transport.py", listed, tested}
    # The contract is kept.
    copy.run("-m", "pytest", "-q", tested)
    # Sender, address, and the window's form and list know it.
    one, other = tmp_path / "the first", tmp_path / "the second"
    for path in (one, other, tmp_path / "home"):
        path.mkdir()
    url = f"twin:{one}?{other}".replace(" ", "%20")
    copy.write("known.py", TWIN_KNOWN)
    told = json.loads(copy.run("known.py", url, str(tmp_path / "home"), str(one), str(other)))
    assert told == {
        "sent": ["read-back"],
        "offered": [*(one.form.title for one in TYPES), "Into two folders at once"],
        "fields": ["The first folder", "The second folder"],
        "address": url,
        "shown": f"Both {one} and {other}",
    }
    assert [path.read_bytes() for path in (*one.iterdir(), *other.iterdir())] == [b"ciphertext" * 1000] * 2
    # So does the command line.
    with Keyring() as keyring, open_kit(folder) as kit:
        fingerprint = keyring.load_certificate(recipient_key)
        kit.run(AddRecipient(recipient_key, fingerprint))
    (tmp_path / "passphrase").write_bytes(PASSPHRASE)
    line = ("-m", "evidence_kit", "--vault", str(folder), "--passphrase-file", str(tmp_path / "passphrase"))
    copy.run(*line, "destination", "add", "twins", url, "--recipient", fingerprint)
    assert f"Both {one} and {other}" in copy.run(*line, "destination", "list")
    assert "twin:/path?/path" in copy.run(*line, "destination", "add", "--help")


# A probe: its module, its line in the registry, its rule

KNOCK = '''"""A throw-away probe: does the door of the first anchor open?"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from evidence_kit.model.measurement import Observation
from evidence_kit.probe.probe import AskingOrder, Probe, Question, Gathered, Site
from evidence_kit.probe.step import Run
from evidence_kit.probe.tcp import connect, endpoint_text


def _first(run: Run, order: AskingOrder) -> Sequence[Question]:
    return [partial(_knock, run, anchor.endpoint.address, anchor.endpoint.port) for anchor in order.anchors[:1]]


def _site(run: Run, site: Site) -> Sequence[Question]:
    return [partial(_knock, run, "127.0.0.1", site.port)]


def _knock(run: Run, host: str, port: int) -> Gathered:
    tcp, wire = connect(run.trace, host, port, timeout_s=run.targets.timeouts.tcp_s, proxy=run.proxy)
    if wire is not None:
        wire.close()
    knocked = Observation("knock", endpoint_text(host, port), tcp.failure, connects=(tcp,), facts=(("knocks", 1),))
    return Gathered(observations=(knocked,))


PROBE: Final = Probe("knock", first=_first, site=_site, steps=("knock",))
'''
RULE = """    Rule(
        "knock",
        lambda seen: iter([Method.TLS_BLOCKED] if all(one.failure is None for one in seen.observations) else []),
        lambda seen: iter([Reason.LINKS.of(len(seen.observations))]),
    ),
"""
RUN = """
import json, sys
from dataclasses import replace
from pathlib import Path
from evidence_kit.clock import SystemClock
from evidence_kit.detect.classify import classify
from evidence_kit.detect.ladder import judge
from evidence_kit.drill.fake_internet import SITE, FakeInternet
from evidence_kit.model.ooni import round_to_ooni, to_ooni
from evidence_kit.probe.round import measure_round
from evidence_kit.probe.target import measure_url
from evidence_kit.probe.targets import load_targets

with FakeInternet() as internet:
    targets = load_targets(internet.write_targets(Path(sys.argv[1])))
    seen = measure_round(targets, SystemClock())
    site = measure_url(f"https://{SITE}:{internet.site.port}/", targets, SystemClock())
    print(round_to_ooni(seen, judge(seen)).decode())
    print(to_ooni(site, classify(site)).decode())
"""


class TestAProbe:
    def test_is_one_module_its_line_in_the_registry_and_one_rule(self, copy: Copy) -> None:
        probe, registry, rules = (
            f"evidence_kit/{name}.py" for name in ("probe/knock", "probe/registry", "detect/rules")
        )
        copy.write(probe, KNOCK)
        copy.replace(registry, "    http_checks.PROBE,\n", "    http_checks.PROBE,\n    knock.PROBE,\n")
        copy.replace(
            registry, "import anchors, gateway, http_checks, ", "import anchors, gateway, http_checks, knock, "
        )
        last = '    Rule("dns", _names, _name_numbers),\n'
        copy.replace(rules, last, last + RULE)
        assert copy.touched() == {probe, registry, rules}
        (copy.top / "targets").mkdir()
        round_, site = (json.loads(line)["test_keys"] for line in copy.run("-c", RUN, "targets").splitlines())
        (knocked,) = (one for one in round_["x_observations"] if one["probe"] == "knock")
        assert (knocked["probe"], knocked["failure"], knocked["facts"]) == ("knock", None, {"knocks": 1})
        assert len(round_["tcp_connect"]) == len(round_["x_anchors"]) + len(round_["x_http_checks"]) + 1
        assert round_["x_methods"] == ["protocol-block.tls"]
        assert "links=1" in round_["x_reasons"]
        assert "knock" in [one["probe"] for one in site["x_observations"]]

    def test_without_its_rule_is_noticed(self) -> None:
        assert sorted(rule.probe for rule in RULES) == sorted(probe.name for probe in PROBES)


# A kind of entry: one class, one name

CURFEW = '''

@dataclass(frozen=True, slots=True)
class CurfewHeard(Linked):
    """What was announced about a curfew."""

    KIND = "curfew"
    SEARCHED = ("announced",)
    REPORTABLE = True
    announced: str
    disruption: str | None = None
'''

CURFEW_KNOWN = """
    import io, json, sys
    from pathlib import Path

    from evidence_kit.clock import SystemClock
    from evidence_kit.cli.shapes import gist
    from evidence_kit.jobs.browse import FindEntries, ReadRows
    from evidence_kit.jobs.job import Job
    from evidence_kit.jobs.kit import Kit
    from evidence_kit.jobs.report_gathering import GatherReport
    from evidence_kit.model.bodies.statements import CurfewHeard
    from evidence_kit.model.finding import Verdict
    from evidence_kit.report.compose import write_report
    from evidence_kit.report.contents import document_of
    from evidence_kit.report.page import html
    from evidence_kit.vault.vault import Vault
    from evidence_kit.verify.check import check
    from evidence_kit.words.kinds import counted_kind
    from ui.screens.journal.words import kind_words, title_of

    class Seal(Job):
        def run(self, context):
            return context.vault.append(CurfewHeard("nobody on the streets after nine"))

    class Faults(Job):
        def run(self, context):
            return [one.code for one in context.vault.check() if one.verdict is Verdict.BROKEN]

    clock = SystemClock()
    folder = Path(sys.argv[1])
    with Kit(folder, lambda: Vault.open(folder, bytearray(sys.argv[2].encode()), clock), clock) as kit:
        sealed = kit.run(Seal())
        found = list(kit.run(FindEntries(search="streets")).sequences())
        (row,) = kit.run(ReadRows((sealed.sequence,)))
        gathered = kit.run(GatherReport(None, (), (), ""))
        out = io.BytesIO()
        write_report(gathered.contents, gathered.shelf, out)
        page = b"".join(html(gathered.contents, document_of(gathered.contents), gathered.shelf)).decode()
        faults = kit.run(Faults())
    report = Path(sys.argv[3])
    report.write_bytes(out.getvalue())
    told = {
        "found": found == [sealed.sequence],
        "row": [kind_words(row.kind), title_of(row)],
        "counted": counted_kind(row.kind, 2, str, lambda one, many, number: ""),
        "gist": gist(sealed),
        "page": ["A curfew was announced" in page, "after nine" in page],
        "faults": faults + [one.code for one in check(report) if one.verdict is Verdict.BROKEN],
    }
    print(json.dumps(told))
"""


@pytest.mark.slow
def test_a_kind_of_entry_is_a_class_and_a_name(copy: Copy, folder: Path, tmp_path: Path) -> None:
    model, named = "evidence_kit/model/bodies/statements.py", "evidence_kit/words/kinds.py"
    before = "\n\n@dataclass(frozen=True, slots=True)\nclass CorrectionWritten(Body):"
    copy.replace(model, before, CURFEW + before)
    last = '    "receipt": marked("A receipt came back"),\n'
    copy.replace(named, last, last + '    "curfew": marked("A curfew was announced"),\n')
    assert copy.touched() == {model, named}
    copy.write("known.py", CURFEW_KNOWN)
    told = json.loads(copy.run("known.py", str(folder), PASSPHRASE.decode(), str(tmp_path / "report.zip")))
    words = "nobody on the streets after nine"
    assert told == {
        "found": True,
        "row": ["A curfew was announced", words],
        "counted": "A curfew was announced: 2",
        "gist": words,
        "page": [True, True],
        "faults": [],
    }


def test_whoever_decodes_an_entry_knows_the_kinds_of_every_module() -> None:
    modules = {
        f"evidence_kit.model.bodies.{file.stem}" for file in (ROOT / "evidence_kit/model/bodies").glob("[!_]*.py")
    }
    code = "import sys, evidence_kit.model.codec; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert len(modules) > 1
    assert modules - set(loaded.split()) == set()


@pytest.mark.parametrize("missing", ["KIND", "SEARCHED", "REPORTABLE"])
def test_a_kind_of_entry_that_leaves_something_out_cannot_be_made(missing: str) -> None:
    said = {"KIND": "curfew", "SEARCHED": (), "REPORTABLE": True}
    with pytest.raises(TypeError, match=f"does not say its {missing}"):
        type("CurfewHeard", (Body,), {name: value for name, value in said.items() if name != missing})
    assert "curfew" not in BODIES


def test_every_kind_of_entry_has_a_name_and_a_line_kept() -> None:
    assert set(NAMES) == set(BODIES)
    lines = {json.loads(line.read_bytes())["kind"] for line in (ROOT / "tests/format/entries").glob("*.json")}
    assert lines == set(BODIES)


# A language: one catalogue

SWAHILI = """
    import sys
    from pathlib import Path

    sys.path.insert(0, "packaging/setup")
    import catalogues

    made = catalogues.read(Path("resources/locale/fr.po"))
    for message in made:
        if message.id:
            texts = tuple(f"sw: {text}" for text in catalogues.ids_of(message.id))
            message.string = texts if len(texts) > 1 else texts[0]
    with Path(sys.argv[1]).open("wb") as out:
        catalogues.write_po(out, made, width=120, no_location=True, sort_output=True)
    text = Path(sys.argv[1]).read_text()
    Path(sys.argv[1]).write_text(text.replace("Language: fr", "Language: sw").replace("(n > 1)", "(n != 1)"))
    Path(sys.argv[1]).write_bytes(catalogues.collected(Path(sys.argv[1])))
"""
LANGUAGE_KNOWN = """
    import json, sys
    from pathlib import Path

    sys.path.insert(0, "packaging/linux")
    from languages import desktop_entry, metainfo, qt_texts

    from evidence_kit.words.languages import spoken_languages
    from ui.words import languages

    locales, share = Path("resources/locale"), Path("packaging/linux/share")
    qt = qt_texts(locales)
    texts = ("qtbase_sw.qm", "qtwebengine_locales/sw.pak", "qtbase_fr.qm", "qtbase_de.qm", "qtwebengine_locales/de.pak")
    told = {
        "spoken": spoken_languages(),
        "offered": dict(languages())["sw"],
        "of Qt": [name for name in texts if qt.search("PySide6/Qt/translations/" + name)],
        "entry": "\\nComment[sw]=sw: " in desktop_entry((share / "evidence-kit.desktop").read_text(), locales),
        "metainfo": '"sw">sw: ' in metainfo((share / "evidence-kit.metainfo.xml").read_text(), locales),
    }
    print(json.dumps(told))
"""
SINDHI = SWAHILI.replace("sw: {text}", "سنڌي: {text}").replace("Language: sw", "Language: sd")
DIRECTION_KNOWN = """
    import json

    from evidence_kit.report.words import direction
    from ui import words

    words.speak("sd")
    print(json.dumps([direction("sd"), direction("fr"), words.direction().name]))
"""


@pytest.mark.slow
class TestALanguage:
    def test_from_right_to_left_is_one_catalogue_too(self, copy: Copy, tmp_path: Path) -> None:
        catalogue = "resources/locale/sd.po"
        (tmp_path / "sindhi.py").write_text(dedent(SINDHI), encoding="utf-8")
        copy.run(str(tmp_path / "sindhi.py"), catalogue)
        copy.run("packaging/setup/catalogues.py", "check")
        assert copy.touched() == {catalogue}
        copy.run("packaging/setup/catalogues.py", "compile")
        copy.write("known.py", DIRECTION_KNOWN)
        assert json.loads(copy.run("known.py")) == ["rtl", "ltr", "RightToLeft"]

    def test_is_one_catalogue(self, copy: Copy, folder: Path, recipient_key: bytes, tmp_path: Path) -> None:
        catalogue = "resources/locale/sw.po"
        (tmp_path / "swahili.py").write_text(dedent(SWAHILI), encoding="utf-8")
        copy.run(str(tmp_path / "swahili.py"), catalogue)
        assert copy.touched() == {catalogue}
        copy.run("packaging/setup/catalogues.py", "check")
        copy.run("packaging/setup/catalogues.py", "compile")
        copy.write("known.py", LANGUAGE_KNOWN)
        assert json.loads(copy.run("known.py")) == {
            "spoken": sorted({*spoken_languages(), "sw"}),
            "offered": "Kiswahili",
            "of Qt": ["qtbase_sw.qm", "qtwebengine_locales/sw.pak", "qtbase_fr.qm"],
            "entry": True,
            "metainfo": True,
        }
        (tmp_path / "passphrase").write_bytes(PASSPHRASE)
        line = ("-m", "evidence_kit", "--vault", str(folder), "--passphrase-file", str(tmp_path / "passphrase"))
        with Keyring() as keyring, open_kit(folder) as kit:
            fingerprint = keyring.load_certificate(recipient_key)
            kit.run(AddRecipient(recipient_key, fingerprint))
        copy.run(*line, "destination", "add", "stick", f"folder:{tmp_path}", "--recipient", fingerprint)
        copy.run(*line, "note", "Nothing opens")
        copy.run(*line, "report", "create", "--preview", "--to", "stick", "--language", "sw")
