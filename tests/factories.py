"""Whole examples to build on: a test names only what it is about."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from monitor.calendar import Calendar, Every, Period
from monitor.plan import Channel, ContentItem, ItemPart, Letterhead, Obligation, Plan, Proof, Role, Target, WatchLevel
from monitor.press import (
    Agency,
    Article,
    DateSource,
    Kind,
    Outlet,
    Page,
    PageRules,
    Press,
    Source,
    SourceKind,
    midnight,
)

NOON = datetime(2021, 1, 5, 5, 0, tzinfo=UTC)
"""Noon in Hà Nội on Tuesday 5 January 2021."""

SET_BY = "mức theo dõi mặc định, chưa được phê duyệt"


def an_outlet(**changes: Any) -> Outlet:
    """Give the newspaper of tỉnh Mẫu."""
    outlet = Outlet(
        code="bao-mau",
        name="Báo Mẫu",
        agency="bao-mau",
        channel=Channel.ONLINE,
        hosts=("bao-mau.test",),
        identity=r"-post(?P<id>\d+)\.html$",
        pages="epi",
        sources=(Source("trang-chu", SourceKind.FEED, "http://bao-mau.test/rss/home.rss"),),
    )
    return replace(outlet, **changes)


def a_page(body: bytes | str = b"<html></html>", **changes: Any) -> Page:
    """Give a page as it came from the newspaper."""
    page = Page(
        url="http://bao-mau.test/tin-post1.html",
        final_url="http://bao-mau.test/tin-post1.html",
        fetched_at=NOON,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=body.encode() if isinstance(body, str) else body,
    )
    return replace(page, **changes)


def an_article(number: int = 1, **changes: Any) -> Article:
    """Give an article of the newspaper; `number` makes it another one."""
    article = Article(
        outlet="bao-mau",
        agency="bao-mau",
        identity=str(number),
        url=f"http://bao-mau.test/tin-post{number}.html",
        title=f"Xã Mẫu Sơn nhận hồ sơ trực tuyến, bài {number}",
        lead="Từ đầu năm, bộ phận một cửa của xã nhận hồ sơ qua mạng.",
        text="Người dân nộp hồ sơ tại nhà và nhận kết quả qua bưu chính công ích.",
        authors=("N.M",),
        published_on=date(2021, 1, 5),
        published_at=midnight(date(2021, 1, 5)).replace(hour=8).astimezone(UTC),
        date_source=DateSource.META,
        kind=Kind.ARTICLE,
        form=None,
        by="rules:epi",
        fetched_at=NOON,
        sha256=hashlib.sha256(f"page {number}".encode()).hexdigest(),
    )
    return replace(article, **changes)


def page_of(article: Article) -> Page:
    """Give the page whose bytes have the digest that `an_article` names."""
    return a_page(f"page {article.identity}", url=article.url, final_url=article.url, fetched_at=article.fetched_at)


def an_item(code: str = "9", **changes: Any) -> ContentItem:
    """Give a content item that the newspaper leads."""
    item = ContentItem(
        code=code,
        title=f"Nội dung {code}",
        text=f"Tuyên truyền nội dung {code}",
        forms=("Trên báo điện tử",),
        leads=("bao-mau",),
        cadence="Thường xuyên",
    )
    return replace(item, **changes)


def a_plan(**changes: Any) -> Plan:
    """Give a plan with items 3 (3a, 3b), 6 and 9; the newspaper owes two pieces of item 9 a month."""
    plan = Plan(
        number="01/KH-UBND",
        title="Kế hoạch tuyên truyền cải cách hành chính năm 2021",
        issued_on=date(2020, 12, 30),
        issued_by="ubnd-mau",
        period=Period(date(2021, 1, 1), date(2021, 12, 31), "Năm 2021"),
        items=(
            an_item("3", parts=(ItemPart("3a", "Ý kiến và phản hồi"), ItemPart("3b", "Đường dây nóng"))),
            an_item("6"),
            an_item("9"),
        ),
        obligations=(Obligation("9", "bao-mau", (Channel.ONLINE,), Proof.COUNT, Role.LEAD),),
        letterhead=Letterhead(
            parent="UBND TỈNH MẪU",
            agency="SỞ NỘI VỤ",
            symbol="BC-SNV",
            place="Mẫu",
            addressee="Ủy ban nhân dân tỉnh Mẫu",
            signer="GIÁM ĐỐC",
        ),
        calendar=Calendar(),
        levels=(WatchLevel("9", "bao-mau", Target(2, Every.MONTH), SET_BY),),
    )
    return replace(plan, **changes)


def a_press(**changes: Any) -> Press:
    """Give the registry of tỉnh Mẫu: one newspaper, with page rules of the EPI kind."""
    press = Press(
        user_agent="cchc-monitor/2026.1 (test)",
        agencies=(Agency("ubnd-mau", "UBND tỉnh Mẫu"), Agency("bao-mau", "Báo Mẫu")),
        outlets=(an_outlet(),),
        pages={"epi": (PageRules(title=("h1",), text=("div.body",)),)},
    )
    return replace(press, **changes)
