"""Jobs around reports as a person makes them: drafts that nothing is sealed of, and the list of what was sealed."""

from dataclasses import dataclass, replace
from typing import Final

from evidence_kit.codes import Code
from evidence_kit.errors import Broken
from evidence_kit.jobs.job import Job, JobContext
from evidence_kit.model import codec
from evidence_kit.model.bodies.disruptions import (
    DisruptionChanged,
    DisruptionClosed,
    DisruptionOpened,
    MeasurementTaken,
)
from evidence_kit.model.bodies.sharing import DeliveryNoted, ReportSealed
from evidence_kit.model.clock_reading import ClockReading
from evidence_kit.model.codec import Json
from evidence_kit.model.delivery import Delivery, DeliveryState
from evidence_kit.model.disruption import Disruption
from evidence_kit.model.identity import new_id

VERSION: Final = 1
# What nobody ticks one by one: it goes along with its disruption, or stays.
COURSE: Final = (DisruptionOpened, DisruptionChanged, DisruptionClosed)
ACCOMPANYING: Final = (MeasurementTaken, *COURSE)
_DRAFTS: Final = "report-drafts"
_VERSIONS: Final = "report-versions"
_ARRIVED: Final = frozenset({DeliveryState.CLAIMED, DeliveryState.READ_BACK})


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """A report in the making. It lies in the vault's settings, never outside, and goes once the report is sealed.

    `page` is where the person was (from 0). `disruption` null and `decided` true: the entries are chosen one by one.
    `entries` are ids of captures and notes that were ticked; `measurements` takes the disruption's along.
    `destinations` are ids; `replaces` is the sealed report that this will be a new version of. `language` is the
    report's own, "" until one was chosen.
    """

    id: str
    changed_utc: str
    page: int = 0
    decided: bool = False
    disruption: str | None = None
    entries: tuple[str, ...] = ()
    measurements: bool = True
    text: str = ""
    pseudonym: str | None = None
    place: str | None = None
    consent: str | None = None
    destinations: tuple[str, ...] = ()
    replaces: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class ReportSent:
    """A sealed report: what it is about, its entries' ids, and its deliveries with their destinations' names.

    `replaces` and `replaced_by` are reports.
    """

    id: str
    sealed: ClockReading
    disruption: Disruption | None
    entries: tuple[str, ...]
    text: str
    deliveries: tuple[tuple[Delivery, str | None], ...]
    replaces: str | None
    replaced_by: str | None


@dataclass(frozen=True, slots=True)
class ReportList:
    """Drafts, the newest change first, and sealed reports, the newest first."""

    drafts: tuple[ReportDraft, ...]
    sent: tuple[ReportSent, ...]
    disruptions: tuple[Disruption, ...]


@dataclass(frozen=True, slots=True)
class ListReports(Job[ReportList]):
    """Everything that the list of reports shows. Raises `Broken(Code.NEWER_VERSION)`."""

    def run(self, context: JobContext) -> ReportList:
        disruptions = {disruption.id: disruption for disruption in context.vault.disruptions.all()}
        names = {destination.id: destination.name for destination in context.vault.register.destinations()}
        deliveries: dict[str, list[tuple[Delivery, str | None]]] = {}
        for delivery in context.vault.outbox.deliveries():
            deliveries.setdefault(delivery.report, []).append((delivery, names.get(delivery.destination)))
        versions = _versions(context)
        newer = {old: new for new, old in versions.items()}
        sent = [
            ReportSent(
                id=body.report,
                sealed=entry.seen,
                disruption=disruptions.get(body.disruption) if body.disruption else None,
                entries=body.entries,
                text=body.text,
                deliveries=tuple(deliveries.get(body.report, ())),
                replaces=versions.get(body.report),
                replaced_by=newer.get(body.report),
            )
            for entry in context.vault.entries(kinds=(ReportSealed.KIND,))
            if isinstance(body := entry.body, ReportSealed)
        ]
        drafts = sorted(_drafts(context), key=lambda draft: draft.changed_utc, reverse=True)
        return ReportList(tuple(drafts), tuple(reversed(sent)), tuple(disruptions.values()))


@dataclass(frozen=True, slots=True)
class BeginDraft(Job[ReportDraft]):
    """A new draft; a new version of `replaces` begins with what that held. Kept by `KeepDraft`, not yet here."""

    replaces: str | None = None

    def run(self, context: JobContext) -> ReportDraft:
        now = context.clock.read()
        blank = ReportDraft(new_id(now), now.wall_utc)
        for entry in context.vault.entries(kinds=(ReportSealed.KIND,)):
            if self.replaces and isinstance(body := entry.body, ReportSealed) and body.report == self.replaces:
                held = [context.vault.entry(one) for one in body.entries]
                captured = tuple(one.id for one in held if not isinstance(one.body, ACCOMPANYING))
                return replace(
                    blank,
                    decided=True,
                    disruption=body.disruption,
                    entries=captured,
                    measurements=body.disruption is not None and len(captured) < len(held),
                    text=body.text,
                    destinations=_destinations_of(context, body.report),
                    replaces=body.report,
                )
        return blank


def _destinations_of(context: JobContext, report: str) -> tuple[str, ...]:
    known = {destination.id for destination in context.vault.register.destinations()}
    sent = (one.destination for one in context.vault.outbox.deliveries() if one.report == report)
    return tuple(destination for destination in sent if destination in known)


@dataclass(frozen=True, slots=True)
class KeepDraft(Job[ReportDraft]):
    """Keep a draft in place of the same one from before; answers with it as it is kept."""

    draft: ReportDraft

    def run(self, context: JobContext) -> ReportDraft:
        kept = replace(self.draft, changed_utc=context.clock.read().wall_utc)
        _put(context, [*(one for one in _drafts(context) if one.id != kept.id), kept])
        return kept


@dataclass(frozen=True, slots=True)
class DiscardDraft(Job[None]):
    """Forget a draft; whoever undoes that keeps it again."""

    draft: str

    def run(self, context: JobContext) -> None:
        _put(context, [one for one in _drafts(context) if one.id != self.draft])


@dataclass(frozen=True, slots=True)
class SettleDraft(Job[None]):
    """The draft became `report`: forget it, and remember which report that is a new version of."""

    draft: str
    report: str
    replaces: str | None

    def run(self, context: JobContext) -> None:
        if self.replaces is not None:
            links: Json = [[new, old] for new, old in {**_versions(context), self.report: self.replaces}.items()]
            context.vault.register.put(_VERSIONS, {"v": VERSION, "versions": links})
        DiscardDraft(self.draft).run(context)


@dataclass(frozen=True, slots=True)
class MeasuredPace:
    """How fast an earlier report went to a destination, in bytes a second; null where none was measured."""

    destination: str
    name: str
    bytes_per_s: int | None


@dataclass(frozen=True, slots=True)
class MeasurePace(Job[tuple[MeasuredPace, ...]]):
    """What the journal knows of the pace to destinations (ids).

    The notice goes first and the report right after it, so the steady clock between the two is the report's own time
    on the way, or a little more; only where both went at the first attempt and in one run of the device.
    """

    destinations: tuple[str, ...]

    def run(self, context: JobContext) -> tuple[MeasuredPace, ...]:
        arrived: dict[tuple[str, str], DeliveryNoted] = {}
        for entry in context.vault.entries(kinds=(DeliveryNoted.KIND,)):
            if isinstance(body := entry.body, DeliveryNoted) and body.state in _ARRIVED and body.attempts == 1:
                arrived.setdefault((body.delivery, body.part), body)
        paces: dict[str, int] = {}
        for delivery in context.vault.outbox.deliveries():
            notice, report = arrived.get((delivery.id, "notice")), arrived.get((delivery.id, "report"))
            if notice is None or report is None or notice.at.boot_id != report.at.boot_id:
                continue
            took_ns = report.at.boottime_ns - notice.at.boottime_ns
            if took_ns > 0:
                paces[delivery.destination] = delivery.parts[-1].size * 1_000_000_000 // took_ns
        return tuple(
            MeasuredPace(one.id, one.name, paces.get(one.id))
            for one in context.vault.register.destinations()
            if one.id in self.destinations
        )


def _drafts(context: JobContext) -> list[ReportDraft]:
    kept = _kept(context, _DRAFTS, "drafts")
    return [codec.from_json(ReportDraft, draft) for draft in kept]


def _versions(context: JobContext) -> dict[str, str]:
    """Which older report each new version replaces."""
    return {
        new: old
        for link in _kept(context, _VERSIONS, "versions")
        if isinstance(link, list) and len(link) == 2
        for new, old in [link]
        if isinstance(new, str) and isinstance(old, str)
    }


def _kept(context: JobContext, name: str, member: str) -> list[Json]:
    kept = context.vault.register.get(name)
    if not isinstance(kept, dict):
        return []
    if kept.get("v") != VERSION:
        raise Broken(Code.NEWER_VERSION, found=str(kept.get("v")), known=VERSION)
    found = kept.get(member)
    return found if isinstance(found, list) else []


def _put(context: JobContext, drafts: list[ReportDraft]) -> None:
    context.vault.register.put(
        _DRAFTS, {"v": VERSION, "drafts": [codec.to_json(draft) for draft in drafts]} if drafts else None
    )
