"""The outbox on the disk: nothing sent twice, no state skipped, news that reach the journal once."""

import multiprocessing
from dataclasses import replace
from pathlib import Path

import pytest

from evidence_kit.codes import Code
from evidence_kit.errors import Broken, KitError, Refused
from evidence_kit.model.bodies.sharing import DeliveryNoted, ReportSealed
from evidence_kit.model.delivery import Delivery, DeliveryState, Part, PartError
from evidence_kit.model.finding import Verdict
from evidence_kit.vault.outbox import Outbox
from tests.core.vault.conftest import Place
from tests.fakes.clock import FakeClock

S = DeliveryState
ONE = "01900000-0000-7000-8000-000000000001"
NOW = FakeClock().read()


@pytest.fixture
def outbox(place: Place) -> Outbox:
    return Outbox(place.folder)


def parcel(outbox: Outbox, role: str, content: bytes) -> Part:
    import hashlib

    name = outbox.new_parcel()
    outbox.parcel_path(name).write_bytes(content)
    return Part(role, name, hashlib.sha256(content).hexdigest(), len(content), f"<{name}@x>")


def add(outbox: Outbox, delivery_id: str = ONE, created: str = "2026-11-23T10:00:00.000Z") -> Delivery:
    parts = (parcel(outbox, "notice", b"small"), parcel(outbox, "report", b"large" * 1000))
    delivery = Delivery(delivery_id, "report-1", "0" * 16, created, parts)
    outbox.stage(delivery.report, [delivery])
    outbox.settle([delivery.report])
    return delivery


def refusal(call: object) -> str:
    assert callable(call)
    with pytest.raises(KitError) as told:
        call()
    return str(told.value.code.value)


def walk(outbox: Outbox, *states: DeliveryState, role: str = "report") -> None:
    for state in states:
        outbox.move(ONE, role, state, at=NOW)


def test_deliveries_come_back_over_a_restart_oldest_first(outbox: Outbox, place: Place) -> None:
    late = add(outbox, ONE, "2026-11-23T11:00:00.000Z")
    early = add(outbox, ONE[:-1] + "2")
    again = Outbox(place.folder)
    assert again.deliveries() == [early, late]
    assert again.delivery(ONE) == late
    with again.open_parcel(late.parts[1]) as source:
        assert source.read() == b"large" * 1000


def test_a_delivery_without_its_whole_parcels_is_not_taken_in(outbox: Outbox) -> None:
    part = parcel(outbox, "report", b"content")
    delivery = Delivery(ONE, "report-1", "0" * 16, "2026-11-23T10:00:00.000Z", (replace(part, size=8),))
    absent = replace(delivery, parts=(replace(part, parcel="0" * 32),))
    assert refusal(lambda: outbox.stage("report-1", [delivery])) == "parcel-missing"
    assert refusal(lambda: outbox.stage("report-1", [absent])) == "parcel-missing"
    assert outbox.staged() == []


def stage(outbox: Outbox, report: str, *ids: str) -> list[Delivery]:
    parts = (parcel(outbox, "notice", b"small"), parcel(outbox, "report", b"large" * 1000))
    deliveries = [Delivery(one, report, "0" * 16, "2026-11-23T10:00:00.000Z", parts) for one in ids]
    outbox.stage(report, deliveries)
    return deliveries


def sealed(*deliveries: Delivery) -> ReportSealed:
    return ReportSealed(deliveries[0].report, (), None, tuple(one.id for one in deliveries), ("0" * 64,), "")


def test_what_is_staged_is_sent_by_nobody_and_keeps_its_parcels(outbox: Outbox) -> None:
    (delivery,) = stage(outbox, "report-1", ONE)
    outbox.tidy()
    assert (outbox.deliveries(), outbox.staged()) == ([], ["report-1"])
    assert outbox.parcel_path(delivery.parts[0].parcel).exists()


def test_a_crash_before_the_journals_entry_leaves_none_of_a_reports_deliveries(outbox: Outbox, place: Place) -> None:
    (delivery, _) = stage(outbox, "report-1", ONE, ONE[:-1] + "2")
    with place.open() as vault:
        assert (vault.outbox.deliveries(), vault.outbox.staged()) == ([], [])
    assert not outbox.parcel_path(delivery.parts[0].parcel).exists()


@pytest.mark.parametrize("entered", [0, 1, 2])
def test_a_crash_after_it_leaves_all_of_them_and_none_goes_back(outbox: Outbox, place: Place, entered: int) -> None:
    file = place.folder / "outbox" / "staged" / "report-1.json"
    with place.open() as vault:
        staged = stage(outbox, "report-1", ONE, ONE[:-1] + "2")
        whole = file.read_bytes()
        vault.append(sealed(*staged))
        outbox.settle(["report-1"])
        for one in staged[entered:]:
            (place.folder / "outbox" / "deliveries" / f"{one.id}.json").unlink()
    file.write_bytes(whole)
    if entered:
        walk(outbox, S.SENDING, S.CLAIMED)
    with place.open() as vault:
        assert [one.id for one in vault.outbox.deliveries()] == [one.id for one in staged]
        assert vault.outbox.delivery(ONE).parts[1].state is (S.CLAIMED if entered else S.WAITING)
        assert vault.outbox.staged() == []


def test_a_damaged_stage_is_told_and_its_parcels_stay(outbox: Outbox, place: Place) -> None:
    with place.open() as vault:
        staged = stage(outbox, "report-1", ONE)
        vault.append(sealed(*staged))
        (place.folder / "outbox" / "staged" / "report-1.json").write_bytes(b"{")
    with place.open() as vault:
        broken = {(found.code, found.subject) for found in vault.check() if found.verdict is Verdict.BROKEN}
    assert broken == {("delivery-damaged", "report-1")}
    assert outbox.parcel_path(staged[0].parts[0].parcel).exists()


@pytest.mark.parametrize("name", ["../../vault", "a/b", "", "short", "x" * 65, "dot.dot.dot"])
def test_names_never_leave_the_outbox(outbox: Outbox, name: str) -> None:
    assert refusal(lambda: outbox.delivery(name)) == "no-such-delivery"
    assert refusal(lambda: outbox.parcel_path(name)) == "delivery-damaged"


def test_a_move_keeps_what_is_not_said_and_replaces_what_is(outbox: Outbox, place: Place) -> None:
    add(outbox)
    outbox.move(ONE, "report", S.SENDING, at=NOW, attempts=3)
    moved = outbox.move(
        ONE, "report", S.WAITING, at=NOW, error=PartError(Code.ROUTE_MISSING), retry_utc="2026-11-23T12:00:00.000Z"
    )
    notice, report = moved.parts
    assert (report.state, report.attempts, report.error) == (S.WAITING, 3, PartError(Code.ROUTE_MISSING))
    assert report.retry_utc == "2026-11-23T12:00:00.000Z"
    assert (notice.state, notice.attempts) == (S.WAITING, 0)
    assert Outbox(place.folder).delivery(ONE) == moved
    assert outbox.move(ONE, "report", S.SENDING, at=NOW).parts[1].error is None


ALLOWED = {
    S.WAITING: {S.WAITING, S.SENDING, S.NEEDS_ANOTHER_WAY, S.RECEIPTED},
    S.SENDING: set(S),
    S.UNCERTAIN: set(S),
    S.CLAIMED: {S.READ_BACK, S.RECEIPTED},
    S.READ_BACK: {S.RECEIPTED},
    S.RECEIPTED: set(),
    S.NEEDS_ANOTHER_WAY: {S.WAITING, S.RECEIPTED},
}
PATHS = {
    S.WAITING: (),
    S.SENDING: (S.SENDING,),
    S.UNCERTAIN: (S.SENDING, S.UNCERTAIN),
    S.CLAIMED: (S.SENDING, S.UNCERTAIN, S.CLAIMED),
    S.READ_BACK: (S.SENDING, S.READ_BACK),
    S.RECEIPTED: (S.RECEIPTED,),
    S.NEEDS_ANOTHER_WAY: (S.SENDING, S.NEEDS_ANOTHER_WAY),
}


@pytest.mark.parametrize("found", list(S))
def test_no_state_is_skipped_or_taken_back(outbox: Outbox, found: DeliveryState) -> None:
    for asked in S:
        delivery_id = f"{list(S).index(asked):08d}"
        add(outbox, delivery_id)
        for state in PATHS[found]:
            outbox.move(delivery_id, "report", state, at=NOW)
        if asked in ALLOWED[found]:
            assert outbox.move(delivery_id, "report", asked, at=NOW).state is asked
        else:
            told = refusal(lambda i=delivery_id, a=asked: outbox.move(i, "report", a, at=NOW))
            assert told == "delivery-moved-on"
            assert outbox.delivery(delivery_id).state is found


def test_unknown_parts_and_deliveries_are_refused(outbox: Outbox) -> None:
    add(outbox)
    assert refusal(lambda: outbox.move(ONE, "letter", S.SENDING, at=NOW)) == "no-such-part"
    assert refusal(lambda: outbox.move("0" * 32, "report", S.SENDING, at=NOW)) == "no-such-delivery"


def _try_claim(folder: Path) -> str:
    try:
        with Outbox(folder).claim(ONE):
            return "claimed"
    except KitError as error:
        return error.code.value


def test_one_delivery_has_one_sender_over_threads_and_processes(outbox: Outbox, place: Place) -> None:
    add(outbox)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with outbox.claim(ONE) as delivery:
            assert delivery.id == ONE
            assert refusal(lambda: Outbox(place.folder).claim(ONE).__enter__()) == "delivery-busy"
            assert pool.apply(_try_claim, (place.folder,)) == "delivery-busy"
            outbox.move(ONE, "report", S.SENDING, at=NOW)  # the claim keeps nobody from the state
        assert pool.apply(_try_claim, (place.folder,)) == "claimed"
        pool.close()
        pool.join()
    assert refusal(lambda: outbox.claim("0" * 32).__enter__()) == "no-such-delivery"


def test_a_pause_reaches_a_delivery_under_way_and_survives_its_moves(outbox: Outbox) -> None:
    add(outbox)
    with outbox.claim(ONE):
        outbox.move(ONE, "report", S.SENDING, at=NOW)
        assert outbox.pause(ONE).paused
        assert outbox.move(ONE, "report", S.WAITING, at=NOW).paused
    assert not outbox.resume(ONE).paused


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b'{"v":1}', b'{"v":1,"v":1}', b"x" * 2_000_000, b'{"v":1,"serial":0,"news":[],"delivery":null}'],
)
def test_a_damaged_state_is_told_and_the_others_go_on(outbox: Outbox, place: Place, content: bytes) -> None:
    sound, bad = add(outbox, ONE), add(outbox, ONE[:-1] + "2")
    (place.folder / "outbox" / "deliveries" / f"{bad.id}.json").write_bytes(content)
    assert (outbox.deliveries(), outbox.damaged()) == ([sound], [bad.id])
    assert refusal(lambda: outbox.delivery(bad.id)) == "delivery-damaged"
    outbox.tidy()
    assert outbox.parcel_path(bad.parts[0].parcel).exists()  # not known to be nobody's
    with place.open() as vault:
        broken = {(found.code, found.subject) for found in vault.check() if found.verdict is Verdict.BROKEN}
        assert broken == {("delivery-damaged", bad.id)}


def test_the_state_of_one_delivery_under_the_name_of_another_is_damage(outbox: Outbox, place: Place) -> None:
    add(outbox)
    home = place.folder / "outbox" / "deliveries"
    (home / f"{ONE[:-1]}2.json").write_bytes((home / f"{ONE}.json").read_bytes())
    assert outbox.damaged() == [ONE[:-1] + "2"]


def test_a_newer_state_is_named_so_and_not_touched(outbox: Outbox, place: Place) -> None:
    add(outbox)
    path = place.folder / "outbox" / "deliveries" / f"{ONE}.json"
    path.write_bytes(b'{"v":2,"more":true}')
    assert refusal(lambda: outbox.move(ONE, "report", S.SENDING, at=NOW)) == "newer-version"
    assert path.read_bytes() == b'{"v":2,"more":true}'


def test_news_reach_the_journal_once_also_when_a_crash_kept_them_from_being_forgotten(
    outbox: Outbox, place: Place
) -> None:
    add(outbox)
    outbox.move(ONE, "report", S.SENDING, at=NOW, attempts=1)
    outbox.move(ONE, "report", S.WAITING, at=NOW, error=PartError(Code.ROUTE_MISSING))
    outbox.move(ONE, "report", S.SENDING, at=NOW, attempts=2)
    path = place.folder / "outbox" / "deliveries" / f"{ONE}.json"
    unforgotten = path.read_bytes()
    with place.open() as vault:
        assert vault.absorb() == 1
        path.write_bytes(unforgotten)
        assert vault.absorb() == 0
        walk(outbox, S.UNCERTAIN, S.CLAIMED, S.RECEIPTED)
        assert vault.absorb() == 3
        assert vault.absorb() == 0
        bodies = [entry.body for entry in vault.entries()]
        assert bodies[0] == DeliveryNoted(ONE, "report-1", "report", S.WAITING, 1, PartError(Code.ROUTE_MISSING), NOW)
        assert [body.state for body in bodies if isinstance(body, DeliveryNoted)] == [
            S.WAITING,
            S.UNCERTAIN,
            S.CLAIMED,
            S.RECEIPTED,
        ]
    assert outbox.news() == []


def test_a_thousand_failures_of_one_kind_are_one_piece_of_news_with_the_last_count(outbox: Outbox) -> None:
    add(outbox)
    for attempt in range(1, 30):
        outbox.move(ONE, "report", S.SENDING, at=NOW, attempts=attempt)
        outbox.move(ONE, "report", S.WAITING, at=NOW, error=PartError(Code.ROUTE_MISSING))
    ((_, (item,)),) = outbox.news()
    assert (item.attempts, item.serial) == (29, 29)


def test_parcels_that_no_delivery_names_go_at_the_opening_and_the_others_stay(outbox: Outbox, place: Place) -> None:
    delivery = add(outbox)
    stray = parcel(outbox, "report", b"sealed, then killed")
    half = place.folder / "outbox" / "parcels" / ".1234.part"
    half.write_bytes(b"half")
    place.open().close()
    assert not outbox.parcel_path(stray.parcel).exists()
    assert not half.exists()
    assert all(outbox.parcel_path(part.parcel).exists() for part in delivery.parts)


def test_damaged_and_missing_parcels_are_found_by_the_check(outbox: Outbox, place: Place) -> None:
    delivery = add(outbox)
    outbox.parcel_path(delivery.parts[0].parcel).unlink()
    outbox.parcel_path(delivery.parts[1].parcel).write_bytes(b"LARGE" * 1000)
    assert refusal(lambda: outbox.open_parcel(delivery.parts[0])) == "parcel-missing"
    with place.open() as vault:
        broken = {(found.code, found.facts) for found in vault.check() if found.verdict is Verdict.BROKEN}
        assert broken == {
            ("parcel-damaged", (("part", "notice"),)),
            ("parcel-damaged", (("part", "report"),)),
        }


def test_without_a_vault_there_is_no_outbox(tmp_path: Path) -> None:
    with pytest.raises(Refused) as told:
        Outbox(tmp_path / "absent")
    assert told.value.code is Code.NO_VAULT
    with pytest.raises(Broken):
        Outbox(tmp_path).parcel_path("/etc/passwd")
