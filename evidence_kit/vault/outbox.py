"""The outbox: ciphertext parcels and how far each has come; needs no key, so delivery goes on while locked.

Every change is one file written whole under a lock, and carries its own news for the journal: state and news
cannot part in a crash. Sends nothing itself, and deletes nothing because a server said something.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, TypeVar

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, Refused, Unavailable
from evidence_kit.files import disk_errors, read_capped, remove_abandoned, sync_folder, write_whole
from evidence_kit.model import codec
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.delivery import Delivery, DeliveryState, Part, PartError, PartRole
from evidence_kit.system import locks

VERSION: Final = 1
STATE_CAP: Final = 1 << 20
_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}")

_S = DeliveryState
# RECEIPTED settles a part from anywhere: the recipient's own word may arrive by any way, at any time.
_MOVES: Final[dict[DeliveryState, frozenset[DeliveryState]]] = {
    _S.WAITING: frozenset({_S.WAITING, _S.SENDING, _S.NEEDS_ANOTHER_WAY, _S.RECEIPTED}),
    # SENDING again: the process before this one died under way, before the last byte.
    _S.SENDING: frozenset(
        {_S.SENDING, _S.WAITING, _S.UNCERTAIN, _S.CLAIMED, _S.READ_BACK, _S.NEEDS_ANOTHER_WAY, _S.RECEIPTED}
    ),
    # Out of UNCERTAIN by an answer that did come (also a refusal), or by sending the same message once more.
    _S.UNCERTAIN: frozenset(
        {_S.UNCERTAIN, _S.SENDING, _S.WAITING, _S.CLAIMED, _S.READ_BACK, _S.NEEDS_ANOTHER_WAY, _S.RECEIPTED}
    ),
    _S.NEEDS_ANOTHER_WAY: frozenset({_S.WAITING, _S.RECEIPTED}),
    _S.CLAIMED: frozenset({_S.READ_BACK, _S.RECEIPTED}),
    _S.READ_BACK: frozenset({_S.RECEIPTED}),
    _S.RECEIPTED: frozenset(),
}


@dataclass(frozen=True, slots=True)
class News:
    """What the journal has not heard yet: `part` (a role) reached `state`. `serial` counts up within a delivery."""

    serial: int
    part: PartRole
    state: DeliveryState
    attempts: int
    error: PartError | None
    at: ClockReading


@dataclass(frozen=True, slots=True)
class _Record:
    v: int
    serial: int
    delivery: Delivery
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class _Staged:
    """All deliveries of one report, which enter together or not at all."""

    v: int
    deliveries: tuple[Delivery, ...]


_Kept = TypeVar("_Kept", _Record, _Staged)


class _Files:
    """What lies in the outbox's folder, and the lock under which it changes."""

    def __init__(self, folder: Path) -> None:
        self._home = folder / "outbox"
        self.parcels = self._home / "parcels"
        self.deliveries = self._home / "deliveries"
        self.claims = self._home / "claims"
        self.staged = self._home / "staged"
        with disk_errors():
            for room in (self._home, self.parcels, self.deliveries, self.claims, self.staged):
                room.mkdir(mode=0o700, exist_ok=True)

    def changing(self) -> contextlib.AbstractContextManager[None]:
        return locks.waited(self._home / "lock")

    def ids(self) -> list[str]:
        return sorted(path.stem for path in self.deliveries.glob("*.json") if _ID.fullmatch(path.stem))

    def file(self, delivery_id: str) -> Path:
        if not _ID.fullmatch(delivery_id):
            raise Refused(Code.NO_SUCH_DELIVERY, delivery=delivery_id[:64])
        return self.deliveries / f"{delivery_id}.json"

    def stage_file(self, report: str) -> Path:
        if not _ID.fullmatch(report):
            raise ValueError("no id of a report")
        return self.staged / f"{report}.json"

    def read_known(self, delivery_id: str) -> _Record:
        try:
            return self.read(delivery_id)
        except FileNotFoundError:
            raise Refused(Code.NO_SUCH_DELIVERY, delivery=delivery_id) from None

    def read(self, delivery_id: str) -> _Record:
        record = _parsed(self.file(delivery_id), _Record, delivery_id)
        if record.delivery.id != delivery_id or not record.delivery.parts:
            raise Broken(Code.DELIVERY_DAMAGED, delivery=delivery_id)
        return record

    def read_staged(self, report: str) -> _Staged:
        staged = _parsed(self.stage_file(report), _Staged, report)
        if any(delivery.report != report or not delivery.parts for delivery in staged.deliveries):
            raise Broken(Code.DELIVERY_DAMAGED, delivery=report)
        return staged

    def write(self, record: _Record) -> None:
        write_whole(self.file(record.delivery.id), _bytes_of(record))


class Outbox:
    """The `outbox/` of the vault in `folder`. Safe between threads and processes.

    Raises `Refused(Code.NO_VAULT)` where the folder does not exist.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise Refused(Code.NO_VAULT, folder=str(folder))
        self._files = _Files(folder)

    def new_parcel(self) -> str:
        """A fresh parcel id, 32 hex digits; write the ciphertext to `parcel_path` of it, synced."""
        return secrets.token_hex(16)

    def parcel_path(self, parcel: str) -> Path:
        """Where a parcel's ciphertext lies. Raises `Broken(Code.DELIVERY_DAMAGED)` for an id that is none."""
        if not _ID.fullmatch(parcel):
            raise Broken(Code.DELIVERY_DAMAGED)
        return self._files.parcels / f"{parcel}.pgp"

    def stage(self, report: str, deliveries: Sequence[Delivery]) -> None:
        """Keep all deliveries of a report together until `settle`; durable when this returns, and sent by nobody yet.

        Raises `Broken(Code.PARCEL_MISSING)` for a parcel that is absent or of another size.
        """
        for delivery in deliveries:
            for part in delivery.parts:
                path = self.parcel_path(part.parcel)
                if not path.is_file() or path.stat().st_size != part.size:
                    raise Broken(Code.PARCEL_MISSING, delivery=delivery.id, part=part.role)
        with disk_errors(), self._files.changing():
            sync_folder(self._files.parcels)
            staged = _Staged(VERSION, tuple(deliveries))
            write_whole(self._files.stage_file(report), codec.canonical(codec.to_json(staged)), replace=False)

    def staged(self) -> list[str]:
        """Reports whose deliveries are staged."""
        return sorted(path.stem for path in self._files.staged.glob("*.json") if _ID.fullmatch(path.stem))

    def settle(self, reports: Collection[str]) -> None:
        """Let the staged deliveries of `reports` in, each once whatever crashes; forget those of any other report.

        A damaged stage stays as it is and `damaged` names it.
        """
        with disk_errors(), self._files.changing():
            for report in self.staged():
                if report in reports:
                    try:
                        staged = self._files.read_staged(report)
                    except Broken:
                        continue
                    for delivery in staged.deliveries:
                        # One that is there already entered before a crash, and may have been sent since.
                        if not self._files.file(delivery.id).exists():
                            self._files.write(_Record(VERSION, 0, delivery, ()))
                self._files.stage_file(report).unlink(missing_ok=True)
            sync_folder(self._files.staged)

    def deliveries(self) -> list[Delivery]:
        """Every delivery that can be read, oldest first; `damaged` names the others."""
        found = []
        for delivery_id in self._files.ids():
            with contextlib.suppress(Broken, Unavailable, FileNotFoundError):
                found.append(self._files.read(delivery_id).delivery)
        return sorted(found, key=lambda delivery: (delivery.created_utc, delivery.id))

    def damaged(self) -> list[str]:
        """Ids of deliveries whose state file cannot be read, and of reports whose staged deliveries cannot."""
        found = []
        for report in self.staged():
            try:
                self._files.read_staged(report)
            except (Broken, Unavailable):
                found.append(report)
        for delivery_id in self._files.ids():
            try:
                self._files.read(delivery_id)
            except (Broken, Unavailable):
                found.append(delivery_id)
        return found

    def delivery(self, delivery_id: str) -> Delivery:
        """One delivery as it is on the disk now.

        Raises `Refused(Code.NO_SUCH_DELIVERY)`, `Broken(Code.DELIVERY_DAMAGED)`.
        """
        return self._files.read_known(delivery_id).delivery

    def open_parcel(self, part: Part) -> BinaryIO:
        """The part's ciphertext, to be read from its beginning. Raises `Broken(Code.PARCEL_MISSING)`.

        Its SHA-256 is for the reader to check while the bytes pass.
        """
        with disk_errors():
            try:
                return self.parcel_path(part.parcel).open("rb")
            except FileNotFoundError:
                raise Broken(Code.PARCEL_MISSING, part=part.role) from None

    @contextlib.contextmanager
    def claim(self, delivery_id: str) -> Iterator[Delivery]:
        """Be the only sender of a delivery, over all processes, until the block ends or the process dies.

        Raises `Unavailable(Code.DELIVERY_BUSY)` where another one is at it, and as `delivery` does.
        """
        self._files.read_known(delivery_id)
        with disk_errors():
            handle = locks.take(self._files.claims / f"{delivery_id}.lock")
        if handle is None:
            raise Unavailable(Code.DELIVERY_BUSY, delivery=delivery_id)
        try:
            yield self.delivery(delivery_id)
        finally:
            os.close(handle)

    def move(
        self,
        delivery_id: str,
        role: str,
        state: DeliveryState,
        *,
        at: ClockReading,
        attempts: int | None = None,
        error: PartError | None = None,
        retry_utc: str | None = None,
    ) -> Delivery:
        """Persist that the part `role` reached `state`; on the disk when this returns.

        `attempts` stays as it was where it is None; `error` and `retry_utc` are replaced. A sender holds the claim
        meanwhile; a receipt or a person's choice needs none. Raises `Refused(Code.DELIVERY_MOVED_ON)` for a move
        that would skip or go back, `Refused(Code.NO_SUCH_PART)`, and as `delivery` does.
        """
        with disk_errors(), self._files.changing():
            record = self._files.read_known(delivery_id)
            part = next((part for part in record.delivery.parts if part.role == role), None)
            if part is None:
                raise Refused(Code.NO_SUCH_PART, delivery=delivery_id, part=role)
            if state not in _MOVES[part.state]:
                raise Refused(Code.DELIVERY_MOVED_ON, delivery=delivery_id, found=part.state.value, asked=state.value)
            moved = replace(
                part,
                state=state,
                attempts=part.attempts if attempts is None else attempts,
                error=error,
                retry_utc=retry_utc,
            )
            parts = tuple(moved if part.role == role else part for part in record.delivery.parts)
            record = replace(record, delivery=replace(record.delivery, parts=parts))
            if state is not DeliveryState.SENDING:  # that it was tried is told by what came of it
                record = _with_news(record, moved, at)
            self._files.write(record)
            return record.delivery

    def pause(self, delivery_id: str) -> Delivery:
        """Hold a delivery back; one under way sees it at its next look. Raises as `delivery` does."""
        return self._set_paused(delivery_id, paused=True)

    def resume(self, delivery_id: str) -> Delivery:
        """Let a delivery go on. Raises as `delivery` does."""
        return self._set_paused(delivery_id, paused=False)

    def news(self) -> list[tuple[Delivery, tuple[News, ...]]]:
        """Deliveries with what happened to them that `forget_news` was not yet told of, oldest first."""
        found = []
        for delivery_id in self._files.ids():
            with contextlib.suppress(Broken, FileNotFoundError):
                record = self._files.read(delivery_id)
                if record.news:
                    found.append((record.delivery, record.news))
        return sorted(found, key=lambda pair: (pair[0].created_utc, pair[0].id))

    def forget_news(self, delivery_id: str, last_serial: int) -> None:
        """Drop news up to `last_serial`, which the journal holds now."""
        with disk_errors(), self._files.changing():
            record = self._files.read_known(delivery_id)
            left = tuple(item for item in record.news if item.serial > last_serial)
            if left != record.news:
                self._files.write(replace(record, news=left))

    def tidy(self) -> None:
        """Remove what a crash left: half-written files, and parcels that no delivery names.

        Only for the one process that seals reports, and not between sealing and `stage`. Nothing is removed while a
        delivery cannot be read, because its parcels are not known.
        """
        with disk_errors(), self._files.changing():
            for room in (self._files.parcels, self._files.deliveries, self._files.staged):
                remove_abandoned(room)
            if self.damaged():
                return
            staged = [delivery for report in self.staged() for delivery in self._files.read_staged(report).deliveries]
            named = {part.parcel for delivery in (*self.deliveries(), *staged) for part in delivery.parts}
            for path in self._files.parcels.glob("*.pgp"):
                if path.stem not in named:
                    path.unlink(missing_ok=True)

    def _set_paused(self, delivery_id: str, *, paused: bool) -> Delivery:
        with disk_errors(), self._files.changing():
            record = self._files.read_known(delivery_id)
            if record.delivery.paused != paused:
                record = replace(record, delivery=replace(record.delivery, paused=paused))
                self._files.write(record)
            return record.delivery


def _parsed(path: Path, kind: type[_Kept], name: str) -> _Kept:
    try:
        untrusted = codec.parse(read_capped(path, STATE_CAP), cap=STATE_CAP)
        if isinstance(untrusted, dict) and isinstance(version := untrusted.get("v"), int) and version > VERSION:
            raise Broken(Code.NEWER_VERSION, found=version, known=VERSION)
        return codec.from_json(kind, untrusted)
    except Refused:
        raise Broken(Code.DELIVERY_DAMAGED, delivery=name) from None
    except Broken as fault:
        if fault.code is Code.NEWER_VERSION:
            raise
        raise Broken(Code.DELIVERY_DAMAGED, delivery=name) from fault


def _bytes_of(record: _Record) -> bytes:
    return codec.canonical(codec.to_json(record))


def _with_news(record: _Record, part: Part, at: ClockReading) -> _Record:
    """The record with one more item of news; the hundredth failure of one kind replaces the ninety-ninth."""
    item = News(record.serial + 1, part.role, part.state, part.attempts, part.error, at)
    kept = record.news
    last = kept[-1] if kept else None
    if last is not None and (last.part, last.state, last.error) == (item.part, item.state, item.error):
        kept = kept[:-1]
    return replace(record, serial=item.serial, news=(*kept, item))
