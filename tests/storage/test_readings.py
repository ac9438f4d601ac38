"""Attempts at sources, announced pieces, and the days they prove: what we did not see accuses nobody."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from monitor.calendar import Period
from monitor.coverage import Gap
from monitor.errors import Reason
from monitor.press import HANOI, Link, Outlet, Source, SourceKind, Validity, midnight
from monitor.seen import Ground, Outcome, SourceState, State
from storage import Database, readings
from storage.readings import Kept, Reading
from tests.factories import NOON, an_outlet

TODAY = date(2021, 1, 12)
WEEK = Period(date(2021, 1, 4), date(2021, 1, 10))
URL = "http://bao-mau.test/tin-post1.html"


def at(day: date, hour: int = 5) -> datetime:
    return midnight(day) + timedelta(hours=hour)


def a_reading(day: date = TODAY, covers: Period | None = None, **changes: object) -> Reading:
    """Give a reading at five in the morning in Hà Nội."""
    reading = Reading("run", "bao-mau", "trang-chu", at(day), at(day), Outcome.OK, covers=covers)
    return replace(reading, **changes)  # type: ignore[arg-type]


def record(db: Database, *rows: Reading) -> None:
    with db.begin() as conn:
        for row in rows:
            readings.record(conn, row)


def announce(db: Database, identity: str = "1", link: Link | None = None, day: date = TODAY) -> None:
    with db.begin() as conn:
        readings.announce(conn, "bao-mau", "trang-chu", {identity: link or Link(URL)}, at(day))


def gaps(db: Database, *outlets: Outlet, period: Period = WEEK, as_of: date = TODAY) -> list[Gap]:
    with db.connect() as conn:
        return readings.gaps(conn, outlets or (an_outlet(),), period, as_of)


def blind_days(db: Database, *outlets: Outlet, period: Period = WEEK, as_of: date = TODAY) -> list[int]:
    return [gap.day.day for gap in gaps(db, *outlets, period=period, as_of=as_of)]


def test_a_week_read_whole_after_it_was_over_has_no_gap(db: Database) -> None:
    record(db, a_reading(covers=WEEK))
    assert gaps(db) == []


def test_nothing_read_is_all_gaps(db: Database) -> None:
    assert gaps(db) == [Gap("bao-mau", day, "chưa đọc được nguồn") for day in WEEK]


def test_a_day_is_proved_only_by_a_reading_after_it_was_over(db: Database) -> None:
    record(db, a_reading(date(2021, 1, 7), covers=WEEK))
    assert blind_days(db) == [7, 8, 9, 10]
    record(db, a_reading(date(2021, 1, 7), covers=WEEK, at=datetime(2021, 1, 7, 17, 0, tzinfo=UTC)))
    assert blind_days(db) == [8, 9, 10], "17:00 UTC is midnight in Hà Nội: the 7th is over"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_only_a_source_that_was_read_proves_days(db: Database, outcome: Outcome) -> None:
    record(db, a_reading(covers=WEEK, outcome=outcome))
    assert (blind_days(db) == []) is (outcome in {Outcome.OK, Outcome.NOT_MODIFIED, Outcome.PARTIAL})


def test_readings_join_into_what_they_prove_together(db: Database) -> None:
    record(
        db,
        a_reading(date(2021, 1, 7), Period(date(2021, 1, 3), date(2021, 1, 5))),
        a_reading(date(2021, 1, 9), Period(date(2021, 1, 7), date(2021, 1, 8)), source="thang"),
        a_reading(TODAY, Period(date(2021, 1, 10), TODAY)),
    )
    sources = (*an_outlet().sources, Source("thang", SourceKind.SITEMAP, "http://bao-mau.test/{year}-{month}.xml"))
    assert blind_days(db, an_outlet(sources=sources)) == [6, 9]


def test_a_source_that_shows_one_section_proves_nothing(db: Database) -> None:
    record(db, a_reading(covers=WEEK))
    part = replace(an_outlet().sources[0], whole=False)
    assert {gap.why for gap in gaps(db, an_outlet(sources=(part,)))} == {
        "các nguồn đang đọc chỉ cho thấy một phần tin, bài"
    }
    assert blind_days(db, an_outlet(sources=(part,))) == [4, 5, 6, 7, 8, 9, 10]


def test_a_source_that_the_file_no_longer_names_proves_nothing(db: Database) -> None:
    record(db, a_reading(covers=WEEK, source="nguon-cu"))
    assert len(gaps(db)) == 7


def test_another_outlets_reading_proves_nothing(db: Database) -> None:
    record(db, a_reading(covers=WEEK, outlet="dai-mau"))
    assert len(gaps(db)) == 7
    assert {gap.outlet for gap in gaps(db, an_outlet(), an_outlet(code="dai-mau"))} == {"bao-mau"}


def test_days_outside_the_outlets_life_and_days_not_over_are_no_gaps(db: Database) -> None:
    alive = Validity(date(2021, 1, 6), date(2021, 1, 9))
    assert blind_days(db, an_outlet(valid=alive)) == [6, 7, 8, 9]
    assert blind_days(db, as_of=date(2021, 1, 6)) == [4, 5]
    assert blind_days(db, as_of=WEEK.first) == []


@pytest.mark.parametrize(
    ("outlet", "why"),
    [
        (an_outlet(sources=()), "chưa có nguồn để đọc"),
        (an_outlet(enabled=False, why="trang đã đóng từ ngày 01/7/2025"), "trang đã đóng từ ngày 01/7/2025"),
        (an_outlet(sources=(), why="chỉ phát sóng, không có trang"), "chỉ phát sóng, không có trang"),
    ],
)
def test_an_outlet_that_is_not_read_is_blind_and_says_why(db: Database, outlet: Outlet, why: str) -> None:
    assert gaps(db, outlet) == [Gap("bao-mau", day, why) for day in WEEK]


def test_days_proved_before_an_outlet_was_switched_off_stay_proved(db: Database) -> None:
    record(db, a_reading(covers=WEEK))
    assert gaps(db, an_outlet(enabled=False, why="đã đóng")) == []


def test_an_announced_piece_that_was_not_read_opens_its_day(db: Database) -> None:
    record(db, a_reading(covers=WEEK))
    announce(db, "1", Link(URL, published_on=date(2021, 1, 6)))
    announce(db, "2", Link(URL, published_on=date(2021, 1, 6)))
    announce(db, "3", Link(URL, published_at=datetime(2021, 1, 7, 18, tzinfo=UTC)))
    announce(db, "4", Link(URL), day=date(2021, 1, 9))
    announce(db, "5", Link(URL, published_on=date(2021, 2, 1)))
    assert gaps(db) == [
        Gap("bao-mau", date(2021, 1, 6), "còn 2 tin, bài chưa đọc được hoặc chưa rõ ngày đăng", partly=True),
        Gap("bao-mau", date(2021, 1, 8), "còn 1 tin, bài chưa đọc được hoặc chưa rõ ngày đăng", partly=True),
        Gap("bao-mau", date(2021, 1, 9), "còn 1 tin, bài chưa đọc được hoặc chưa rõ ngày đăng", partly=True),
    ]


def test_a_blind_day_also_says_what_is_unread(db: Database) -> None:
    announce(db, "1", Link(URL, published_on=date(2021, 1, 6)))
    why = {gap.day: (gap.why, gap.partly) for gap in gaps(db)}
    assert why[date(2021, 1, 6)] == ("chưa đọc được nguồn; còn 1 tin, bài chưa đọc được hoặc chưa rõ ngày đăng", False)
    assert why[date(2021, 1, 7)] == ("chưa đọc được nguồn", False)


def test_a_failed_piece_is_a_gap_however_often_it_was_tried_and_a_refused_one_is_none(db: Database) -> None:
    record(db, a_reading(covers=WEEK))
    announce(db, "1", Link(URL, published_on=date(2021, 1, 6)))
    with db.begin() as conn:
        for _ in range(9):
            readings.missed(conn, "bao-mau", "1", Reason.TLS, NOON, refused=False)
    assert blind_days(db) == [6]
    with db.begin() as conn:
        readings.missed(conn, "bao-mau", "1", Reason.NOT_AN_ARTICLE, NOON, refused=True)
    assert blind_days(db) == []


def test_a_piece_that_arrived_closes_its_gap(db: Database) -> None:
    record(db, a_reading(covers=WEEK))
    announce(db, "1", Link(URL, published_on=date(2021, 1, 6)))
    with db.begin() as conn:
        readings.arrived(conn, "bao-mau", "1")
        readings.arrived(conn, "bao-mau", "never announced")
    assert blind_days(db) == []


def test_the_same_moment_played_again_replaces_its_row(db: Database) -> None:
    record(db, a_reading(announced=2, new=2), a_reading(announced=3, known=2, failed=1, run="again", covers=WEEK))
    with db.connect() as conn:
        rows = conn.execute(text("SELECT run, announced, new FROM readings")).all()
    assert [tuple(row) for row in rows] == [("again", 3, 0)]
    record(db, a_reading(outcome=Outcome.FAILED, reason=Reason.DNS))
    assert len(gaps(db)) == 7, "nothing of the earlier attempt is left"


def test_what_is_known_of_a_link_is_not_forgotten(db: Database) -> None:
    first = Link(URL, "Tên bài", date(2021, 1, 6), NOON, NOON)
    announce(db, "1", first)
    with db.begin() as conn:
        readings.missed(conn, "bao-mau", "1", Reason.DEADLINE, NOON, refused=False)
        moved = Link("http://bao-mau.test/khac-post1.html")
        readings.announce(conn, "bao-mau", "chuyen-muc", {"1": moved}, at(TODAY) + timedelta(days=1))
        (one,) = readings.unread(conn, "bao-mau")
    assert one.link == replace(first, url=moved.url)
    assert (one.identity, one.source, one.first_seen_at) == ("1", "trang-chu", at(TODAY))
    assert (one.state, one.reason, one.attempts) == (State.FAILED, Reason.DEADLINE, 1)
    better = Link(URL, "Tên đúng", date(2021, 1, 7), NOON + timedelta(hours=1), NOON + timedelta(hours=2))
    announce(db, "1", better)
    with db.connect() as conn:
        assert readings.states(conn, "bao-mau", ["1", "2"])["1"].link == better


def test_unread_pieces_come_least_tried_first_and_newest_first(db: Database) -> None:
    days = {"old": date(2021, 1, 4), "new": date(2021, 1, 6), "tried": date(2021, 1, 7), "given-up": date(2021, 1, 8)}
    for identity, day in days.items():
        announce(db, identity, Link(URL, published_on=day))
    announce(db, "undated")
    announce(db, "refused")
    with db.begin() as conn:
        for identity, times in (("tried", 1), ("given-up", 3)):
            for _ in range(times):
                readings.missed(conn, "bao-mau", identity, Reason.TLS, NOON, refused=False)
        readings.missed(conn, "bao-mau", "refused", Reason.SOFT_404, NOON, refused=True)
        readings.missed(conn, "bao-mau", "never announced", Reason.TLS, NOON, refused=False)
        found = readings.unread(conn, "bao-mau")
        assert [one.identity for one in found] == ["new", "old", "undated", "tried", "given-up"]
        assert [one.state for one in found] == [State.PENDING] * 3 + [State.FAILED] * 2
        assert readings.unread(conn, "dai-mau") == []
        asked = [*days, "refused", *(str(n) for n in range(1_500))]
        assert set(readings.states(conn, "bao-mau", asked)) == {*days, "refused"}
        assert readings.states(conn, "bao-mau", asked)["refused"].state is State.REFUSED


def test_validators_are_kept_byte_for_byte_by_address(db: Database) -> None:
    sent = Kept('W/"a b\\"', "Tue, 05 Jan 2021 05:00:00 GMT", "0" * 64, whole=True, at=NOON)
    with db.begin() as conn:
        assert readings.validators(conn, "bao-mau", "trang-chu").get(URL) is None
        readings.keep_validators(conn, "bao-mau", "trang-chu", URL, sent)
        assert readings.validators(conn, "bao-mau", "trang-chu").get(URL) == sent
        assert readings.validators(conn, "bao-mau", "thang").get(URL) is None
        later = Kept(None, None, "1" * 64, whole=False, at=NOON)
        readings.keep_validators(conn, "bao-mau", "trang-chu", URL, later)
        assert readings.validators(conn, "bao-mau", "trang-chu").get(URL) == later


def days(*numbers: int) -> list[datetime]:
    return [at(date(2021, 1, number)) for number in numbers]


def test_a_source_is_known_by_its_last_attempt_and_its_failures_since(db: Database) -> None:
    story = [
        (1, Outcome.FAILED, Reason.DNS),
        (2, Outcome.OK, None),
        (3, Outcome.PARTIAL, None),
        (4, Outcome.FAILED, Reason.TLS),
        (5, Outcome.SKIPPED, None),
        (6, Outcome.BLOCKED, Reason.CHALLENGE),
        (7, Outcome.SKIPPED, None),
    ]
    record(db, *(a_reading(date(2021, 1, day), outcome=outcome, reason=reason) for day, outcome, reason in story))
    record(db, a_reading(date(2021, 1, 2), source="a-dead-one", outcome=Outcome.FAILED, reason=Reason.GONE))
    record(db, a_reading(date(2021, 1, 3), source="a-dead-one", outcome=Outcome.FAILED, reason=Reason.DNS))
    record(db, a_reading(date(2021, 1, 3), source="b-waiting", outcome=Outcome.SKIPPED))
    first, second, third, sixth = days(1, 2, 3, 6)
    with db.connect() as conn:
        assert readings.last(conn) == [
            SourceState("bao-mau", "a-dead-one", third, None, Outcome.FAILED, Reason.DNS, 2, second),
            SourceState("bao-mau", "b-waiting", None, None, Outcome.SKIPPED, None, 0),
            SourceState("bao-mau", "trang-chu", sixth, third, Outcome.BLOCKED, Reason.CHALLENGE, 2, first),
        ]
    record(db, a_reading(date(2021, 1, 8), outcome=Outcome.NOT_MODIFIED))
    (eighth,) = days(8)
    with db.connect() as conn:
        assert readings.last(conn)[-1] == SourceState(
            "bao-mau", "trang-chu", eighth, eighth, Outcome.NOT_MODIFIED, None, 0, first
        )


LATER = datetime(2021, 2, 1, tzinfo=HANOI)


def test_known_ground_is_the_last_reading_that_saw_its_source_whole(db: Database) -> None:
    with db.connect() as conn:
        assert readings.ground(conn, "bao-mau", "trang-chu", LATER) is None
        assert readings.newest(conn) is None
    since = at(date(2021, 1, 3))
    whole = [replace(a_reading(date(2021, 1, day), WEEK), whole_since=since) for day in (10, 11, 12, 13)]
    record(
        db,
        whole[0],
        replace(whole[1], outcome=Outcome.PARTIAL),
        replace(whole[2], outcome=Outcome.NOT_MODIFIED),  # some servers say so whatever happens
        replace(whole[3], outcome=Outcome.FAILED),
        a_reading(date(2021, 1, 14)),  # a backfill, or a list that broke off
    )
    with db.connect() as conn:
        assert readings.ground(conn, "bao-mau", "trang-chu", LATER) == Ground(whole[1].at, whole[1].ended_at, since)
        assert readings.ground(conn, "bao-mau", "thang", LATER) is None
        assert readings.ground(conn, "bao-mau", "trang-chu", whole[0].at) is None
        assert readings.newest(conn) == datetime(2021, 1, 14, 5, tzinfo=HANOI)


def test_every_outcome_has_a_word_of_its_own_for_people() -> None:
    assert len({outcome.label for outcome in Outcome}) == len(Outcome)
    assert all(outcome.label and outcome.label != outcome.value for outcome in Outcome)


def test_an_outlet_waits_as_long_as_a_piece_of_it_is_unread_and_not_refused(db: Database) -> None:
    with db.begin() as conn:
        assert readings.outlets_waiting(conn) == set()
        readings.announce(conn, "bao-mau", "trang-chu", {"1": Link(URL)}, NOON)
        readings.refuse(conn, "dai-mau", "trang-chu", {"http://dai-mau.test/": Reason.NOT_AN_ARTICLE}, NOON)
        assert readings.outlets_waiting(conn) == {"bao-mau"}
        readings.missed(conn, "bao-mau", "1", Reason.TLS, NOON, refused=False)
        assert readings.outlets_waiting(conn) == {"bao-mau"}
        readings.missed(conn, "bao-mau", "1", Reason.NOT_AN_ARTICLE, NOON, refused=True)
        assert readings.outlets_waiting(conn) == set()
