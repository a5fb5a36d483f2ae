"""The drill: the whole journey against a little internet on loopback, with real parts and throw-away keys.

It drives the command line that a person uses, each command in its own process, and looks at what the recipient gets.
"""

import contextlib
import json
import queue
import secrets
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from evidence_kit.clock import SystemClock
from evidence_kit.codes import Code
from evidence_kit.drill.fake_internet import Behaviour, FakeInternet
from evidence_kit.drill.mail_server import Inbox, PostOffice
from evidence_kit.errors import Broken, KitError, Refused, Unavailable, read_error
from evidence_kit.files import chunks_of, private_folder, write_whole
from evidence_kit.machine.children import own_command

_PATIENCE_S: Final = 60.0
_BRANCHES: Final[Mapping[int, type[KitError]]] = {2: Refused, 3: Unavailable, 4: Broken}
# Found anywhere on the disk outside the recipient's folder, it would be a leak.
_TEXT: Final = "The network went at once, on every phone in the street."
_CANARY: Final = "the bridge at the river"


class StepState(StrEnum):
    """How a step ended. SKIPPED: this machine cannot do it, and the reason is said."""

    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the drill: a stable name, its state, how long it took, and facts for its sentence."""

    name: str
    state: StepState
    seconds: float
    facts: tuple[tuple[str, str | int | Code], ...] = ()


Facts = dict[str, str | int | Code]


def rehearse(keep: Path | None) -> Iterator[Step]:
    """Yield each step as it ends; the first failure ends the drill.

    With `keep`, a folder that is new or empty, `vault/` and its `passphrase`, `recipient/gnupg`, `inbox/*.eml` and
    `report/` stay there.
    Raises `Refused(Code.FOLDER_NOT_EMPTY)`.
    """
    if keep is not None and keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise Refused(Code.FOLDER_NOT_EMPTY, folder=str(keep))
    clock = SystemClock()
    with contextlib.ExitStack() as closing:
        # Short, because gpg's agent needs a socket below the recipient's home; in memory where that can be.
        private = closing.enter_context(private_folder())
        folder = private if keep is None else keep.absolute()
        folder.mkdir(parents=True, exist_ok=True)
        drill = _Drill(folder, private, closing)
        for name, step in drill.steps():
            begun_ns = clock.awake_ns()

            def ended(state: StepState, facts: Facts, name: str = name, begun_ns: int = begun_ns) -> Step:
                return Step(name, state, (clock.awake_ns() - begun_ns) / 1e9, tuple(facts.items()))

            try:
                yield ended(StepState.DONE, step() or {})
            except _NotHere as skipped:
                yield ended(StepState.SKIPPED, {"why": skipped.code})
            except KitError as error:
                told = {fact: value for fact, value in error.facts.items() if value is not None}
                yield ended(StepState.FAILED, {**told, "why": error.code})
                return


class _NotHere(Exception):
    """A step that this machine cannot do; said, and not counted as a failure."""

    def __init__(self, code: Code) -> None:
        super().__init__(code.value)
        self.code = code


class _Drill:
    """The stage of one drill."""

    def __init__(self, folder: Path, private: Path, closing: contextlib.ExitStack) -> None:
        self._folder = folder
        self._private = private
        self._closing = closing
        self._vault = folder / "vault"
        self._passphrase = folder / "passphrase"
        self._home = private / "gnupg"
        self._facts: dict[str, str] = {}

    def steps(self) -> Iterator[tuple[str, Any]]:
        """The journey, in order."""
        yield "internet", self._make_internet
        yield "recipient", self._make_recipient
        yield "vault", self._make_vault
        yield "route", self._make_route
        yield "online", self._watch
        yield "cut", self._cut
        yield "noticed", self._notice
        yield "page", self._capture_page
        yield "screen", self._capture_screen
        yield "file", self._capture_file
        yield "note", self._write_note
        yield "report", self._make_report
        yield "waiting", self._wait_offline
        yield "restored", self._restore
        yield "delivered", self._await_mail
        yield "decrypted", self._open_mail
        yield "checked", self._check
        yield "receipted", self._receipt
        yield "closed", self._close_disruption
        yield "no-plaintext", self._search_plaintext

    # The stage

    def _make_internet(self) -> Facts:
        self._internet = self._closing.enter_context(FakeInternet())
        self._targets = self._internet.write_targets(self._private)
        (self._folder / "inbox").mkdir()
        self._inbox = Inbox(self._folder / "inbox")
        self._password = secrets.token_urlsafe(12)
        self._mail = contextlib.ExitStack()
        self._closing.callback(self._mail.close)
        self._mail_url = self._open_post_office().url()
        return {}

    def _open_post_office(self, port: int = 0) -> PostOffice:
        office = PostOffice(self._inbox, self._private / "mail-ca.pem", port=port, password=self._password)
        return self._mail.enter_context(office)

    def _make_recipient(self) -> Facts:
        self._home.mkdir(mode=0o700)
        self._closing.callback(self._end_agent)
        self._closing.callback(self._keep_home)
        made = self._gpg("--quick-generate-key", "Drill recipient", "ed25519", "cert,sign", "never")
        self._fingerprint = next(line.split()[3] for line in made.decode().splitlines() if " KEY_CREATED " in line)
        self._gpg("--quick-add-key", self._fingerprint, "cv25519", "encr", "never")
        self._gpg("--output", str(self._private / "recipient.gpg"), "--export", self._fingerprint)
        return {"fingerprint": self._fingerprint}

    def _end_agent(self) -> None:
        # Where there is no gpg, the step that needed it has said so.
        with contextlib.suppress(Unavailable, Broken):
            _ended("gpgconf", "--homedir", str(self._home), "--kill", "all")

    def _keep_home(self) -> None:
        """The recipient's home beside what it can open, however far the drill came."""
        if self._folder != self._private:
            kept = self._folder / "recipient" / "gnupg"
            shutil.copytree(self._home, kept, ignore=shutil.ignore_patterns("S.*", "*.lock", ".#*"))
            kept.chmod(0o700)

    def _gpg(self, *arguments: str) -> bytes:
        """The recipient's own gpg, as they would run it: nothing of the product's is between. Its status lines."""
        command = ["gpg", "--homedir", str(self._home), "--batch", "--yes", "--no-tty", "--status-fd", "1"]
        # A throw-away key without a passphrase; there is no secret in the empty argument.
        return _ended(*command, "--pinentry-mode", "loopback", "--passphrase", "", *arguments)

    def _make_vault(self) -> Facts:
        write_whole(self._passphrase, secrets.token_urlsafe(24).encode())
        made = self._run("init")
        return {"fingerprint": str(made["fingerprint"])}

    def _make_route(self) -> Facts:
        self._run("recipient", "add", str(self._private / "recipient.gpg"), "--fingerprint", self._fingerprint)
        self._run("destination", "add", "drill", "-", "--recipient", self._fingerprint, given=self._mail_url)
        return {}

    # The blackout

    def _watch(self) -> Facts:
        self._station = self._closing.enter_context(_Station(self._command("watch", "--targets", str(self._targets))))
        self._station.expect(lambda told: told.get("state") == "online")
        return {}

    def _cut(self) -> Facts:
        self._internet.black_out()
        self._mail.close()
        return {}

    def _notice(self) -> Facts:
        self._station.expect(lambda told: told.get("state") == "no-connection-beyond-provider")
        gone = threading.Event()
        for _ in range(round(_PATIENCE_S)):
            disruptions = self._run("disruptions")
            if disruptions:
                self._facts["disruption"] = disruptions[0]["id"]
                return {"disruption": str(disruptions[0]["id"]), "grade": str(disruptions[0]["grade"])}
            gone.wait(0.5)
        raise Broken(Code.DRILL_DISRUPTION_MISSED)

    def _capture_page(self) -> Facts:
        address = f"http://{self._internet.plain_site.address}:{self._internet.plain_site.port}/"
        # Refused rather than dropped, so that the browser's word comes at once.
        self._internet.plain_site.behave(Behaviour.REFUSED)
        (entry,) = self._run("capture", "page", address)
        body = entry["body"]
        if body["page_state"] != "error-page":
            raise Broken(Code.DRILL_PAGE_ALIVE)
        return {"error": str(body["net_error"]), "bytes": int(body["picture"]["size"])}

    def _capture_screen(self) -> Facts:
        try:
            (entry,) = self._run("capture", "screen")
        except (Unavailable, Refused) as error:  # the desktop may say no, too
            raise _NotHere(error.code) from error
        return {"width": int(entry["body"]["width"]), "height": int(entry["body"]["height"])}

    def _capture_file(self) -> Facts:
        photo = self._private / "notes from the street.txt"
        write_whole(photo, f"{_CANARY}: soldiers at 14:20\n".encode())
        (entry,) = self._run("capture", "file", str(photo))
        photo.unlink()
        return {"bytes": int(entry["body"]["original"]["size"])}

    def _write_note(self) -> Facts:
        self._run("note", "-", given=f"Mobile data went first; {_CANARY} is closed")
        return {}

    def _make_report(self) -> Facts:
        made = self._run(
            "report", "create", "--disruption", self._facts["disruption"], "--to", "drill", "--text", "-", given=_TEXT
        )
        (delivery,) = made["deliveries"]
        self._facts["report"], self._facts["delivery"] = made["report"], delivery["id"]
        return {"entries": len(made["entries"]), "bytes": int(delivery["parts"][-1]["size"])}

    def _wait_offline(self) -> Facts:
        (delivery,) = self._run("deliveries")
        if delivery["state"] != "waiting" or self._inbox.received():
            raise Broken(Code.DRILL_SENT_OFFLINE)
        return {}

    # The return

    def _restore(self) -> Facts:
        self._open_post_office(urlsplit(self._mail_url).port or 0)
        self._internet.restore()
        self._station.expect(lambda told: told.get("state") == "online")
        return {}

    def _await_mail(self) -> Facts:
        self._station.expect(lambda told: (told.get("part"), told.get("state")) == ("report", "claimed"))
        received = self._inbox.received()
        if len(received) != 2:
            raise Broken(Code.DRILL_MAIL_COUNT, found=len(received))
        self._notice_mail, self._report_mail = received
        return {"mails": len(received)}

    # The recipient's side

    def _open_mail(self) -> Facts:
        self._run("verify", str(self._notice_mail), "--homedir", str(self._home))
        self._run(
            "verify", str(self._report_mail), "--homedir", str(self._home), "--extract", str(self._folder / "report")
        )
        files = sum(1 for path in (self._folder / "report").rglob("*") if path.is_file())
        return {"files": files}

    def _check(self) -> Facts:
        told = self._run("verify", str(self._folder / "report"))
        return {"findings": len(told["findings"])}

    def _receipt(self) -> Facts:
        receipt = self._private / "receipt.asc"
        self._run("receipt", str(self._report_mail), "--homedir", str(self._home), "--out", str(receipt))
        delivery = self._run("receipt", str(receipt))
        if delivery["state"] != "receipted":
            raise Broken(Code.DRILL_NOT_RECEIPTED)
        return {}

    def _close_disruption(self) -> Facts:
        gone = threading.Event()
        for _ in range(round(_PATIENCE_S)):
            (disruption,) = self._run("disruptions")
            if not disruption["open"]:
                self._station.end()
                return {"entries": len(disruption["entries"])}
            gone.wait(0.5)
        raise Broken(Code.DRILL_DISRUPTION_OPEN)

    def _search_plaintext(self) -> Facts:
        searched = 0
        for path in self._vault.rglob("*"):
            if path.is_file():
                searched += 1
                if holds(path, _CANARY.encode()):
                    raise Broken(Code.DRILL_PLAINTEXT, name=path.name)
        return {"files": searched}

    # Running the product

    def _command(self, *arguments: str) -> list[str]:
        return own_command(
            "--json", "--vault", str(self._vault), "--passphrase-file", str(self._passphrase), *arguments
        )

    def _run(self, *arguments: str, given: str = "") -> Any:
        """Run one command; its JSON. Raises what it said on standard error."""
        done = subprocess.run(
            self._command(*arguments), input=given.encode(), capture_output=True, timeout=_PATIENCE_S, check=False
        )
        if done.returncode:
            raise _error_of(done.returncode, done.stderr)
        return json.loads(done.stdout)


def _ended(*command: str) -> bytes:
    """Run a program to its end; its output. Raises with "gpg-missing" or "drill-gpg-failed"."""
    try:
        return subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=True).stdout
    except FileNotFoundError:
        raise Unavailable(Code.GPG_MISSING) from None
    except subprocess.SubprocessError:
        raise Broken(Code.DRILL_GPG_FAILED) from None


def _error_of(code: int, told: bytes) -> KitError:
    branch = _BRANCHES.get(code, Broken)
    with contextlib.suppress(ValueError, KeyError, TypeError, IndexError):
        error = json.loads(told.splitlines()[-1])
        return read_error(branch.__name__, error["error"], error["facts"])
    return branch(Code.DRILL_COMMAND_FAILED)


def holds(path: Path, words: bytes) -> bool:
    """Whether a file holds `words` in clear, also across two of the pieces that it is read in."""
    before = b""
    with path.open("rb") as source:
        for chunk in chunks_of(source):
            if words in before + chunk:
                return True
            before = chunk[-len(words) :]
    return False


class _Station:
    """The `watch` command in a process of its own, and what it tells, line by line."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._told: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="drill-station", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        if self._process.stdout is not None:
            for line in self._process.stdout:
                self._told.put(json.loads(line))
        self._told.put(None)

    def expect(self, wanted: Any) -> dict[str, Any]:
        """The next thing told that is wanted. Raises `Broken(Code.DRILL_STATION_SILENT)` after a minute."""
        clock = SystemClock()
        end_ns = clock.awake_ns() + round(_PATIENCE_S * 1e9)
        while (left_ns := end_ns - clock.awake_ns()) > 0:
            try:
                told = self._told.get(timeout=left_ns / 1e9)
            except queue.Empty:
                break
            if told is None:
                break
            if wanted(told):
                return told
        raise Broken(Code.DRILL_STATION_SILENT)

    def end(self) -> None:
        """Ask it to stop, and wait until it has."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(timeout=_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._reader.join()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> "_Station":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
