"""A small filled office for the pages: three articles, one hostile, tags, a verdict, a day not seen, two looks."""

from datetime import UTC, date, datetime

from fastapi import FastAPI

from monitor.calendar import Period
from monitor.jobs.tag import relate
from monitor.plan import Plan
from monitor.press import Expected, Kind, Press, Shown, Sighting, Tag, Verdict, Word
from monitor.seen import Outcome
from monitor.web import create_app
from storage import Database, articles, presence, readings, tags
from storage.readings import Reading
from tests.factories import a_page, a_plan, a_press, an_article, page_of

NOW = datetime(2021, 1, 11, 0, 0, tzinfo=UTC)
"""Monday 11 January 2021, 07:00 in Hà Nội."""

HOSTILE = '<script>alert("x")</script> =1+1 {{ 7 * 7 }} & <img src=x onerror=alert(1)>'
KEYWORDS = "keywords@1"


def fill(db: Database, press: Press) -> None:
    """Store the articles, their tags and the reading that proved all days but one."""
    stories = (
        an_article(1),
        an_article(2, title=HOSTILE, text=HOSTILE, published_on=date(2021, 1, 6), published_at=None),
        an_article(3, title="Điểm báo in Mẫu", kind=Kind.DIGEST, published_on=date(2021, 1, 7), published_at=None),
    )
    with db.begin() as conn:
        for article in stories:
            articles.add(conn, article, page_of(article))
        tags.put(conn, 1, KEYWORDS, [Tag("9", 0.93, KEYWORDS, ("nộp hồ sơ tại nhà", "bưu chính công ích"))])
        tags.put(conn, 2, KEYWORDS, [Tag("6", 0.61, KEYWORDS, ("onerror",))])
        tags.put(conn, 3, KEYWORDS, [])
        tags.review(conn, 2, Verdict("6", Word.REJECT, "phòng CCHC", NOW, HOSTILE))
        tags.review(conn, 2, Verdict("9", Word.ADD, "phòng CCHC", NOW))
        reading = Reading(
            run="r1",
            outlet="bao-mau",
            source="trang-chu",
            at=NOW,
            ended_at=NOW,
            outcome=Outcome.OK,
            announced=3,
            new=3,
            covers=Period(date(2021, 1, 5), date(2021, 1, 10)),
        )
        readings.record(conn, reading)
        quote = "Đường dây nóng tiếp nhận phản ánh, kiến nghị: 0209.3870.123"
        for number, shown in enumerate((Shown.FOUND, Shown.ABSENT)):
            expected = (Expected("phone", "0209.3870.123", None if number else quote),)
            home = f"http://bao-mau.test/{'duong-day-nong-cua-toa-soan/' * number}"
            presence.record(
                conn, Sighting("bao-mau", "3b", home, NOW, shown, None, expected), a_page(f"trang {number}")
            )
    relate(db)


def an_app(db: Database, plan: Plan | None = None, press: Press | None = None) -> FastAPI:
    """Give the pages of the filled office."""
    press = press or a_press()
    fill(db, press)
    return create_app(db, press, plan or a_plan(), now=lambda: NOW)
