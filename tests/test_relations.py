"""Whose copy a stored piece is, whatever comes late or changes its day: the same as if all were compared anew."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from monitor import reprints
from monitor.calendar import Period
from monitor.jobs.tag import relate
from monitor.press import Article, Page, Tag
from monitor.reprints import Relation
from storage import Database, articles, rebuilt, tags
from tests.factories import a_page, an_article
from tests.test_reprints import PAPER_NEWS, STORY, TV_NEWS

DAY = date(2021, 1, 5)
OUTLETS = ("bao-mau", "dai-mau", "cong-mau")
LATER = datetime(2021, 3, 1, tzinfo=UTC)


def a_piece(number: int, day: date | None, words: str = STORY) -> tuple[Article, Page]:
    """Give a piece of the outlet whose turn `number` is, and the page that says it."""
    body = f"{number} {day} {words}".encode()
    outlet = OUTLETS[number % len(OUTLETS)]
    article = replace(
        an_article(number), outlet=outlet, agency=outlet, text=words, published_on=day, published_at=None,
        sha256=sha256(body).hexdigest(),
    )  # fmt: skip
    return article, a_page(body, url=article.url, final_url=article.url)


def store(db: Database, number: int, day: date | None, words: str = STORY) -> None:
    """Store a piece, or the newsroom's correction of it."""
    with db.begin() as conn:
        articles.add(conn, *a_piece(number, day, words))


def reread(db: Database, number: int, day: date | None, words: str = STORY) -> None:
    """Read the stored page of a piece otherwise than before."""
    article, _ = a_piece(number, day, words)
    with db.begin() as conn:
        held = articles.find(conn, article.outlet, [article.identity])[article.identity]
        version = rebuilt.newest(conn, held.id)
        rebuilt.put(conn, held.id, version.version, replace(article, sha256=version.article.sha256), LATER)


def related(db: Database) -> dict[str, tuple[str, str | None]]:
    """Give work and original by the pieces' own numbers, once all are compared."""
    relate(db)
    with db.connect() as conn:
        rows = conn.execute(text("SELECT id, identity, work, reprint_of FROM articles")).all()
    names = {row.id: row.identity for row in rows}
    return {row.identity: (names[row.work], names.get(row.reprint_of)) for row in rows}


def from_scratch(db: Database) -> dict[int, Relation]:
    with db.connect() as conn:
        everything = articles.window(conn, date.min, date.max)
    return reprints.relate([replace(piece, relation=None) for piece in everything])


def kept(db: Database) -> dict[int, Relation | None]:
    with db.connect() as conn:
        return {piece.id: piece.relation for piece in articles.window(conn, date.min, date.max)}


Change = Callable[[Database, int, date | None, str], None]


@pytest.mark.parametrize("change", [store, reread])
def test_a_piece_whose_day_moves_behind_its_copy_becomes_the_copy(db: Database, change: Change) -> None:
    store(db, 0, DAY)
    store(db, 1, DAY + timedelta(days=1))
    assert related(db) == {"0": ("0", None), "1": ("0", "0")}
    change(db, 0, DAY + timedelta(days=5), STORY)
    assert related(db) == {"0": ("1", "1"), "1": ("1", None)}
    with db.begin() as conn:
        for number in (1, 2):
            tags.put(conn, number, "keywords@1", [Tag("9", 0.9, "keywords@1", ())])
        told = tags.tallies(conn, Period(date(2021, 1, 1), date(2021, 1, 31)))
    assert sum(tally.own for tally in told) == 1, "one agency wrote it"


def test_a_piece_whose_words_change_lets_its_copies_go(db: Database) -> None:
    for number in range(3):
        store(db, number, DAY + timedelta(days=number))
    assert related(db)["2"] == ("0", "0")
    store(db, 0, DAY, TV_NEWS)
    assert related(db) == {"0": ("0", None), "1": ("1", None), "2": ("1", "1")}


def test_a_piece_that_comes_late_moves_the_works_after_it_however_far_they_reach(db: Database) -> None:
    for number in range(1, 6):
        store(db, number, DAY + timedelta(days=10 * number))
    assert [work for work, _ in related(db).values()] == ["1", "1", "3", "3", "5"]
    store(db, 0, DAY)
    assert {number: work for number, (work, _) in related(db).items()} == {
        "0": "0", "1": "0", "2": "2", "3": "2", "4": "4", "5": "4",
    }  # fmt: skip


def test_a_piece_that_loses_its_day_is_nobodys_original(db: Database) -> None:
    store(db, 0, DAY)
    store(db, 1, DAY)
    related(db)
    reread(db, 0, None)
    assert related(db) == {"0": ("0", None), "1": ("1", None)}


def test_what_was_compared_is_not_compared_again(db: Database) -> None:
    store(db, 0, DAY)
    assert relate(db) == 1
    assert relate(db) == 0


turns = st.tuples(
    st.sampled_from([store, reread]),
    st.integers(0, 7),
    st.none() | st.integers(0, 70),
    st.sampled_from([STORY, STORY[:400], "Theo TTXVN. " + STORY, TV_NEWS, PAPER_NEWS]),
    st.booleans(),
)


@given(st.lists(turns, max_size=14))
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_comes_and_changes_all_is_as_if_compared_from_scratch(
    db: Database, turns: list[tuple[Change, int, int | None, str, bool]]
) -> None:
    with db.begin() as conn:
        for table in ("tagged", "versions", "addresses", "articles", "pages"):
            conn.execute(text(f"DELETE FROM {table}"))
    there: set[int] = set()
    for change, number, after, words, compare in turns:
        do = change if number in there else store
        there.add(number)
        do(db, number, None if after is None else DAY + timedelta(days=after), words)
        if compare:
            relate(db)
    relate(db)
    assert kept(db) == from_scratch(db)
    with db.connect() as conn:
        rows = conn.execute(text("SELECT id, agency, work, reprint_of FROM articles")).all()
    firsts = {row.id: row.agency for row in rows if row.work == row.id}
    assert all(row.reprint_of in {None, row.work} and row.work in firsts for row in rows), "nothing is a copy's copy"
    own = Counter((row.work, row.agency) for row in rows if row.reprint_of is None)
    assert set(own) == set(firsts.items()), "of each work the agency that had it first owns a piece, and no other"
