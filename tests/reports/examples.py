"""A report of a small province to look at: a newspaper, a station, a portal, offices that hand in evidence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.calendar import Calendar, Cycle, Every, Period
from monitor.coverage import Gap, Tally, count
from monitor.errors import Reason
from monitor.plan import Channel, Obligation, Plan, Proof, Role, Target, WatchLevel
from monitor.press import (
    Agency,
    Clipping,
    Expected,
    Kind,
    Press,
    Shown,
    Sighting,
    Source,
    SourceKind,
    Tag,
    Verdict,
    Word,
    hanoi_day,
)  # fmt: skip
from monitor.reports.report import CoverageReport, build
from monitor.seen import Outcome, SourceState
from tests.factories import SET_BY, a_plan, a_press, an_article, an_outlet

WEEK = Calendar().period("2021-W12")
"""22/3/2021-28/3/2021; it lies in Tháng 3, which is over by `AFTER`."""
MARCH = Calendar().period("2021-03")
AFTER = datetime(2021, 4, 2, 0, 30, tzinfo=UTC)
"""07:30 in Hà Nội on 2/4/2021."""

NASTY = (
    "=cmd|'/C calc'!A0",
    '<img src=x onerror="alert(1)">',
    "Tin & bài {{ 7*7 }} {% raw %}",
    "+1+1 \x00\x08\x0b\x1b điều khiển",
    "@SUM(A1)",
    "</td></table><script>alert(1)</script>",
    "https://bao-mau.test/nhu-mot-lien-ket",
)
"""Titles as an attacker or a careless editor would write them."""


@dataclass(frozen=True)
class Sums:
    """Totals as storage gives them."""

    articles: int = 0
    tags: int = 0
    unclassified: int = 0


def province() -> tuple[Plan, Press]:
    """Give a plan and a press with every kind of duty."""
    feed = (Source("trang-chu", SourceKind.FEED, "http://dai-mau.test/rss"),)
    press = a_press(
        agencies=(
            Agency("ubnd-mau", "UBND tỉnh Mẫu"),
            Agency("bao-mau", "Báo Mẫu"),
            Agency("dai-mau", "Đài Phát thanh và Truyền hình tỉnh Mẫu"),
            Agency("vp-ubnd", "Văn phòng UBND tỉnh"),
            Agency("truong-ct", "Trường Chính trị tỉnh"),
            Agency("ban-tg", "Ban Tuyên giáo Tỉnh ủy"),
            Agency("cac-so", "Các sở, ngành", collective=True, incomplete=True),
            Agency("so-gd", "Sở Giáo dục và Đào tạo", part_of="cac-so"),
        ),
        outlets=(
            an_outlet(),
            an_outlet(
                code="th-mau", name="Truyền hình Mẫu", agency="dai-mau", channel=Channel.TELEVISION, sources=feed
            ),
            an_outlet(code="pt-mau", name="Phát thanh Mẫu", agency="dai-mau", channel=Channel.RADIO, sources=()),
            an_outlet(
                code="cong-mau", name="Cổng TTĐT tỉnh Mẫu", agency="vp-ubnd", channel=Channel.PORTAL, sources=feed
            ),
            an_outlet(code="trang-gd", name="Trang Sở GDĐT", agency="so-gd", channel=Channel.SITE, sources=feed),
        ),
    )
    month = Every.MONTH
    plan = a_plan(
        obligations=(
            Obligation("3a", "bao-mau", (Channel.ONLINE,), Proof.COUNT),
            Obligation("3b", "bao-mau", (Channel.ONLINE,), Proof.PRESENCE),
            Obligation("6", "bao-mau", (Channel.ONLINE,), Proof.COUNT),
            Obligation("6", "dai-mau", (Channel.TELEVISION,), Proof.COUNT),
            Obligation("6", "dai-mau", (Channel.RADIO, Channel.LOUDSPEAKER), Proof.IMPORT),
            Obligation("6", "vp-ubnd", (Channel.PORTAL,), Proof.COUNT),
            Obligation("9", "bao-mau", (Channel.ONLINE,), Proof.COUNT),
            Obligation("9", "cac-so", (Channel.SITE,), Proof.COUNT),
            Obligation("9", "truong-ct", (Channel.OFFLINE,), Proof.EVIDENCE),
            Obligation("9", "ban-tg", (), Proof.EVIDENCE, Role.REQUESTED),
        ),
        levels=(
            WatchLevel("3a", "bao-mau", Target(1, Every.QUARTER), SET_BY),
            WatchLevel("3b", "bao-mau", Target(1, Every.WEEK), SET_BY),
            WatchLevel("6", "bao-mau", Target(4, month), SET_BY),
            WatchLevel("6", "dai-mau", Target(2, month), SET_BY, channel=Channel.TELEVISION),
            WatchLevel("6", "dai-mau", Target(1, month), SET_BY, channel=Channel.RADIO),
            WatchLevel("6", "vp-ubnd", Target(2, month), "Công văn 12/SNV-CCHC", counts_reprints=False),
            WatchLevel("9", "bao-mau", Target(2, month), SET_BY),
            WatchLevel("9", "cac-so", Target(1, Every.QUARTER), SET_BY),
            WatchLevel("9", "truong-ct", Target(1, Every.QUARTER), SET_BY),
        ),
    )
    return plan, press


def a_clipping(number: int, outlet: str = "bao-mau", items: Sequence[str] = ("9",), **changes: Any) -> Clipping:
    """Give a stored piece of an outlet on 24/3/2021 that speaks of `items`."""
    article = an_article(number, outlet=outlet, **({"published_on": date(2021, 3, 24), "published_at": None} | changes))
    return Clipping(
        id=100 + number,
        article=article,
        version=1,
        tags=tuple(Tag(item, 0.9, "keywords@1", ("một cửa",)) for item in items),
        standing=tuple(items),
    )


def confirmed(clipping: Clipping, by: str = "T.V.H") -> Clipping:
    """Give the clipping with a person's yes on all that stands."""
    return replace(clipping, verdicts=tuple(Verdict(i, Word.CONFIRM, by, AFTER) for i in clipping.standing))


def week_of_pieces() -> list[Clipping]:
    """Give a week's pieces: nasty titles, a copy, a digest, one without a day, one without an item."""
    found = [a_clipping(n, title=title) for n, title in enumerate(NASTY, 1)]
    found.append(confirmed(a_clipping(20, items=("6", "9"), authors=("N.M", "H.L"))))
    found.append(a_clipping(21, "th-mau", items=("6",), agency="dai-mau", published_on=date(2021, 3, 22)))
    found.append(replace(a_clipping(22, "cong-mau", items=("6",), agency="vp-ubnd"), reprint_of=120))
    found.append(a_clipping(23, items=()))
    found.append(a_clipping(24, items=(), published_on=None, date_source=None))
    found.append(a_clipping(25, items=("6",), kind=Kind.DIGEST))
    return found


def tallies_of(pieces: Iterable[Clipping]) -> list[Tally]:
    """Count the pieces as storage does, one by one."""
    return [
        Tally(
            item=item,
            outlet=p.article.outlet,
            day=p.article.published_on,
            done=1,
            works=1,
            own=0 if p.reprint_of else 1,
            own_works=0 if p.reprint_of else 1,
            reviewed=1 if p.verdicts else 0,
        )
        for p in pieces
        for item in p.standing
        if p.article.published_on is not None
    ]


def gaps_of(outlet: str, first: date, days: int, why: str = "quá thời gian chờ") -> list[Gap]:
    """Give a run of days that were not seen."""
    return [Gap(outlet, first + timedelta(days=n), why) for n in range(days)]


def a_report(
    pieces: Sequence[Clipping] | None = None,
    gaps: Sequence[Gap] | None = None,
    period: Period = WEEK,
    as_of: datetime = AFTER,
    sightings: Sequence[Sighting] = (),
    **changes: Any,
) -> CoverageReport:
    """Give the report of a week in which the station was not read for twelve days of the month."""
    plan, press = province()
    plan = replace(plan, **changes)
    pieces = week_of_pieces() if pieces is None else pieces
    gaps = gaps_of("th-mau", date(2021, 3, 13), 12) if gaps is None else gaps
    counting = [p for p in pieces if p.article.published_on and p.article.kind.counts]
    return build(
        plan,
        press,
        period,
        Calendar(),
        as_of,
        rows=count(plan, press, tallies_of(counting), gaps, period, hanoi_day(as_of)),
        pieces=pieces,
        totals=Sums(len(counting), sum(len(p.standing) for p in counting), sum(1 for p in counting if not p.standing)),
        gaps=gaps,
        sources=[
            SourceState("bao-mau", "trang-chu", AFTER, AFTER, Outcome.OK, None, 0),
            SourceState("th-mau", "trang-chu", AFTER, AFTER - timedelta(days=9), Outcome.FAILED, Reason.DEADLINE, 2),
        ],
        link=lambda path: f"http://127.0.0.1:8000{path}",
        sightings=sightings,
    )


def a_report_with_looks() -> CoverageReport:
    """Give the report of a week in which a page was looked at for the hotline."""
    quote = "Đường dây nóng tiếp nhận phản ánh, kiến nghị: 0209.3870.123"
    look = Sighting(
        "bao-mau",
        "3b",
        "http://bao-mau.test/gioi-thieu/duong-day-nong-cua-toa-soan-va-hop-thu-ban-doc",
        AFTER - timedelta(days=8),
        Shown.FOUND,
        expected=(Expected("phone", "0209.3870.123", quote),),
        sha256="0" * 64,
    )
    return a_report(sightings=[look])


def a_dark_report() -> CoverageReport:
    """Give the report of a week in which nothing at all could be read."""
    _, press = province()
    days = [gap for o in press.outlets for gap in gaps_of(o.code, date(2020, 12, 1), 130, "dns")]
    return a_report(pieces=[], gaps=days)


def a_report_after_the_plan() -> CoverageReport:
    """Give the report of a week in the year after the plan's."""
    week: Cycle = Calendar().period("2022-W12")
    return a_report(
        pieces=[a_clipping(1, published_on=date(2022, 3, 23))], gaps=[], period=week, as_of=AFTER.replace(year=2022)
    )
