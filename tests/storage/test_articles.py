"""Articles, their versions and bytes: what is stored comes back, and a correction loses nothing."""

import uuid
from dataclasses import replace
from datetime import UTC, date, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from monitor.plan import Form
from monitor.press import Article, DateSource, Kind, Page, Tag
from monitor.text import nfc
from storage import Database, articles, tags
from storage.articles import Held, Outcome, Stored
from tests.factories import NOON, a_page, an_article, page_of


def store(db: Database, article: Article, page: Page | None = None) -> Stored:
    with db.begin() as conn:
        return articles.add(conn, article, page or page_of(article))


def corrected(article: Article, **changes: Any) -> tuple[Article, Page]:
    """Give the same piece with other words, and the page they were read from an hour later."""
    later = article.fetched_at + timedelta(hours=1)
    page = a_page(b"corrected page", url=article.url, final_url=article.url, fetched_at=later)
    return replace(article, sha256=page.sha256, fetched_at=later, **changes), page


def test_a_new_piece_is_stored_with_its_page(db: Database) -> None:
    article = an_article()
    stored = store(db, article)
    assert stored.outcome is Outcome.NEW
    with db.connect() as conn:
        clipping = articles.get(conn, stored.id)
        assert clipping is not None
        assert (clipping.id, clipping.article, clipping.version) == (stored.id, article, 1)
        assert (clipping.tags, clipping.verdicts, clipping.standing, clipping.work) == ((), (), (), None)
        assert articles.by_identity(conn, "bao-mau", "1") == clipping
        assert articles.body(conn, article.sha256) == page_of(article).body
        assert articles.addresses(conn, stored.id) == [article.url]


def test_what_is_not_there_is_none(db: Database) -> None:
    with db.connect() as conn:
        assert articles.get(conn, 1) is None
        assert articles.get(conn, 10**30) is None
        assert articles.get(conn, -1) is None
        assert articles.by_identity(conn, "bao-mau", "1") is None
        assert articles.body(conn, "0" * 64) is None
        assert articles.versions(conn, 1) == []
        assert articles.addresses(conn, 1) == []


words = st.text(max_size=60).map(nfc)
header_values = st.builds(str.__add__, st.text(max_size=20), st.sampled_from(["", "\x00", "\udcff"]))
zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
years = st.integers(1990, 2200)
moments = st.builds(
    lambda moment, year: moment.replace(year=year, day=min(moment.day, 28)), st.datetimes(timezones=zones), years
)


@st.composite
def pieces(draw: st.DrawFn) -> tuple[Article, Page]:
    # A server's headers are decoded byte by byte: anything may stand in them.
    headers = st.dictionaries(st.text(max_size=10), header_values, max_size=3)
    page = Page(
        url=draw(words),
        final_url=draw(words),
        fetched_at=draw(moments),
        status=draw(st.integers(100, 599)),
        headers=draw(headers),
        body=draw(st.binary(max_size=200)),
    )
    article = Article(
        outlet=draw(words),
        agency=draw(words),
        identity=uuid.uuid4().hex,
        url=draw(words),
        title=draw(words),
        lead=draw(st.none() | words),
        text=draw(words),
        authors=tuple(draw(st.lists(words, max_size=3))),
        published_on=draw(st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))),
        published_at=draw(st.none() | moments),
        date_source=draw(st.none() | st.sampled_from(DateSource)),
        kind=draw(st.sampled_from(Kind)),
        form=draw(st.none() | st.sampled_from(Form)),
        by=draw(words),
        fetched_at=draw(moments),
        sha256=page.sha256,
    )
    return article, page


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces(), st.lists(st.tuples(words, st.floats(0, 1), st.lists(words, max_size=3)), max_size=3))
def test_what_is_stored_comes_back_equal(
    db: Database, piece: tuple[Article, Page], said: list[tuple[str, float, list[str]]]
) -> None:
    article, page = piece
    found = {item: Tag(item, score, "keywords@1", tuple(because)) for item, score, because in said}
    with db.begin() as conn:
        stored = articles.add(conn, article, page)
        tags.put(conn, stored.id, "keywords@1", found.values())
    with db.connect() as conn:
        clipping = articles.get(conn, stored.id)
        assert clipping is not None
        assert clipping.article == article
        assert clipping.tags == tuple(found[item] for item in sorted(found))
        assert articles.body(conn, page.sha256) == page.body
        (version,) = articles.versions(conn, stored.id)
        assert version == articles.Version(1, article, page.final_url, page.status, page.headers)
        assert set(articles.addresses(conn, stored.id)) == {article.url, page.url, page.final_url}
        for moment in (clipping.article.fetched_at, clipping.article.published_at):
            assert moment is None or moment.tzinfo is UTC


def test_a_moment_without_a_zone_is_never_stored(db: Database) -> None:
    with pytest.raises(Exception, match="without a zone"):
        store(db, an_article(published_at=NOON.replace(tzinfo=None)))


def test_an_article_is_stored_only_with_the_page_it_was_read_from(db: Database) -> None:
    with pytest.raises(ValueError, match="names the bytes"):
        store(db, an_article(), a_page(b"another page"))


def test_the_same_content_again_adds_its_address_and_nothing_else(db: Database) -> None:
    first = store(db, an_article())
    again, page = corrected(an_article(), authors=("T.H",), url="http://bao-mau.test/khac-post1.html")
    assert store(db, again, page) == Stored(first.id, Outcome.KNOWN)
    with db.connect() as conn:
        clipping = articles.get(conn, first.id)
        assert clipping is not None
        assert clipping.article == an_article()
        assert len(articles.versions(conn, first.id)) == 1
        assert articles.addresses(conn, first.id) == [an_article().url, again.url]
        assert articles.body(conn, page.sha256) is None, "an advertisement that changed is not kept"


def test_a_day_that_is_known_is_not_lost_where_the_page_says_none(db: Database) -> None:
    first, silent = store(db, an_article()), {"published_on": None, "published_at": None, "date_source": None}
    again, page = corrected(an_article(), **silent)
    assert store(db, again, page) == Stored(first.id, Outcome.KNOWN)
    changed, page = corrected(an_article(), text="Đính chính: hồ sơ nhận từ tháng Hai.", **silent)
    assert store(db, changed, page) == Stored(first.id, Outcome.UPDATED)
    with db.connect() as conn:
        told = [(v.article.published_on, v.article.date_source) for v in articles.versions(conn, first.id)]
    assert told == [(an_article().published_on, an_article().date_source)] * 2


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Xã Mẫu Sơn dừng nhận hồ sơ giấy"},
        {"lead": None},
        {"text": "Đính chính: hồ sơ nhận từ tháng Hai."},
        {"published_on": date(2021, 1, 6)},
        {"kind": Kind.DIGEST},
    ],
)
def test_a_correction_keeps_both_versions_and_their_bytes(db: Database, changes: dict[str, object]) -> None:
    first = store(db, an_article())
    changed, page = corrected(an_article(), **changes)
    assert store(db, changed, page) == Stored(first.id, Outcome.UPDATED)
    with db.connect() as conn:
        clipping = articles.get(conn, first.id)
        assert clipping is not None
        assert (clipping.article, clipping.version) == (changed, 2)
        history = articles.versions(conn, first.id)
        assert [(v.version, v.article) for v in history] == [(1, an_article()), (2, changed)]
        assert [articles.body(conn, v.article.sha256) for v in history] == [b"page 1", b"corrected page"]
        assert articles.find(conn, "bao-mau", ["1"]) == {"1": Held(first.id, NOON, changed.fetched_at, changed.sha256)}
        assert len(articles.batch(conn, 0, 10)) == 1


def test_words_that_change_back_are_a_third_version_with_the_first_ones_bytes(db: Database) -> None:
    first = store(db, an_article())
    store(db, *corrected(an_article(), title="Tên khác"))
    store(db, an_article())
    with db.connect() as conn:
        assert [v.article.title for v in articles.versions(conn, first.id)] == [
            an_article().title,
            "Tên khác",
            an_article().title,
        ]
        assert conn.execute(text("SELECT count(*) FROM pages")).scalar() == 2


def test_read_anew_from_the_same_bytes_it_is_a_new_version(db: Database) -> None:
    first = store(db, an_article())
    better = replace(an_article(), text="Sau khi sửa quy tắc đọc trang.", by="rules:epi")
    assert store(db, better, page_of(an_article())).outcome is Outcome.UPDATED
    with db.connect() as conn:
        assert len({v.article.sha256 for v in articles.versions(conn, first.id)}) == 1
        assert list(articles.digests(conn)) == [an_article().sha256]


def test_a_corrected_piece_is_read_and_compared_again(db: Database) -> None:
    first = store(db, an_article())
    with db.begin() as conn:
        tags.put(conn, first.id, "keywords@1", [Tag("9", 0.9, "keywords@1", ("hồ sơ",))])
        articles.relate(conn, first.id, first.id, None)
        assert articles.untagged(conn, "keywords@1", 10) == []
        assert articles.unrelated(conn) == []
    store(db, *corrected(an_article(), title="Tên khác"))
    with db.connect() as conn:
        assert [number for number, _ in articles.untagged(conn, "keywords@1", 10)] == [first.id]
        assert [piece.id for piece in articles.unrelated(conn)] == [first.id]
        clipping = articles.get(conn, first.id)
        assert clipping is not None
        assert clipping.standing == ("9",), "until then the earlier reading stands"


def test_one_identity_in_two_outlets_is_two_pieces(db: Database) -> None:
    one, two = store(db, an_article()), store(db, an_article(outlet="dai-mau", agency="dai-mau"))
    assert two.outcome is Outcome.NEW
    with db.connect() as conn:
        assert set(articles.find(conn, "bao-mau", ["1", "2"])) == {"1"}
        assert articles.find(conn, "dai-mau", ["1"])["1"].id == two.id != one.id


def test_many_pieces_are_found_at_once(db: Database) -> None:
    with db.begin() as conn:
        for number in range(3):
            articles.add(conn, an_article(number), page_of(an_article(number)))
        asked = [str(number) for number in range(2_000)]
        assert set(articles.find(conn, "bao-mau", asked)) == {"0", "1", "2"}
        assert articles.find(conn, "bao-mau", []) == {}


def test_going_through_all_pieces_misses_none(db: Database) -> None:
    ids = [store(db, an_article(number)).id for number in range(5)]
    seen: list[int] = []
    with db.connect() as conn:
        while some := articles.batch(conn, seen[-1] if seen else 0, 2):
            assert len(some) <= 2
            seen += [number for number, _ in some]
        assert seen == ids
        assert [number for number, _ in articles.untagged(conn, "keywords@1", 3)] == ids[:3]


def test_a_classifier_that_found_nothing_does_not_look_again(db: Database) -> None:
    stored = store(db, an_article())
    with db.begin() as conn:
        tags.put(conn, stored.id, "keywords@1", [])
        assert articles.untagged(conn, "keywords@1", 10) == []
        assert [number for number, _ in articles.untagged(conn, "linear@1", 10)] == [stored.id]


def test_pieces_to_compare_are_those_of_the_window(db: Database) -> None:
    days = [date(2021, 1, 4), date(2021, 1, 5), date(2021, 1, 6), None]
    ids = [store(db, an_article(n, published_on=day, published_at=None)).id for n, day in enumerate(days)]
    with db.begin() as conn:
        assert [piece.id for piece in articles.window(conn, date(2021, 1, 4), date(2021, 1, 5))] == ids[:2]
        assert [piece.id for piece in articles.unrelated(conn)] == ids
        articles.relate(conn, ids[0], ids[0], None)
        articles.relate(conn, ids[1], ids[0], ids[0])
        assert [piece.id for piece in articles.unrelated(conn)] == ids[2:]
        piece = articles.window(conn, date(2021, 1, 5), date(2021, 1, 5))[0]
        article = an_article(1, published_on=days[1], published_at=None)
        assert (piece.outlet, piece.agency, piece.published_on, piece.published_at, piece.title, piece.text) == (
            article.outlet,
            article.agency,
            article.published_on,
            None,
            article.title,
            article.text,
        )
        clipping = articles.get(conn, ids[1])
        assert clipping is not None
        assert (clipping.work, clipping.reprint_of) == (ids[0], ids[0])


def test_people_who_open_the_file_read_utc_without_a_zone(db: Database) -> None:
    store(db, an_article())
    if db.journal != "server":
        with db.connect() as conn:
            assert conn.execute(text("SELECT fetched_at FROM articles")).scalar() == "2021-01-05 05:00:00.000000"
    with db.connect() as conn:
        assert articles.batch(conn, 0, 1)[0][1].fetched_at == NOON


def test_the_pieces_of_one_work_are_given_with_the_one_that_names_it_first(db: Database) -> None:
    with db.begin() as conn:
        ids = [articles.add(conn, one, page_of(one)).id for one in map(an_article, range(1, 5))]
        for number in ids[:3]:
            articles.relate(conn, number, ids[1], None if number == ids[1] else ids[1])
        assert [piece.id for piece in articles.same_work(conn, ids[1])] == [ids[1], ids[0], ids[2]]
        assert articles.same_work(conn, ids[3]) == [], "not compared yet"
