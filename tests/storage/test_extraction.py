"""How the newest pages of each outlet were read: one question, the same answer on both databases."""

from datetime import timedelta
from typing import Any

from monitor.drift import Reading
from monitor.press import Kind
from storage import Database, articles, extraction
from tests.factories import NOON, an_article, page_of


def put(db: Database, number: int, hours: int, **changes: Any) -> None:
    article = an_article(number, fetched_at=NOON + timedelta(hours=hours), **changes)
    with db.begin() as conn:
        articles.add(conn, article, page_of(article))


def test_the_newest_readings_of_each_outlet_come_oldest_first(db: Database) -> None:
    put(db, 1, 3, text="ba")
    put(db, 2, 1, text="một")
    put(db, 3, 2, text="")
    put(db, 4, 9, outlet="dai-mau", by="general", lead=None, published_on=None, published_at=None, kind=Kind.EMPTY)
    with db.connect() as conn:
        found = extraction.newest(conn, ["bao-mau", "dai-mau"], 2)
        alone = extraction.newest(conn, ["dai-mau"], 2)
        before = extraction.newest(conn, ["bao-mau"], 9, NOON + timedelta(hours=2))
    assert [one.length for one in found["bao-mau"]] == [0, 2]
    assert [one.length for one in before["bao-mau"]] == [3, 0]
    assert found["dai-mau"] == [Reading(by_rules=False, empty=True, lead=False, dated=False, length=67)]
    assert list(alone) == ["dai-mau"]
    assert found["bao-mau"][0] == Reading(by_rules=True, empty=False, lead=True, dated=True, length=0)


def test_an_outlet_without_articles_has_no_readings(db: Database) -> None:
    with db.connect() as conn:
        assert extraction.newest(conn, ["bao-mau"], 5) == {}
