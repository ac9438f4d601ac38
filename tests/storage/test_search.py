"""Searching: the same answers on both databases, with or without marks, whatever a person types."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from monitor.plan import Form
from monitor.press import Article, Kind, Tag, Verdict, Word
from monitor.text import nfc
from storage import Database, articles, search, tags
from storage.articles import ArticleQuery
from tests.factories import NOON, an_article, page_of
from tests.storage.test_articles import corrected


def store(db: Database, *pieces: Article) -> list[int]:
    with db.begin() as conn:
        return [articles.add(conn, piece, page_of(piece)).id for piece in pieces]


def asked(db: Database, **query: object) -> list[int]:
    """Give the ids that a query finds, and see that the total agrees."""
    with db.connect() as conn:
        found = articles.search(conn, ArticleQuery(limit=0, **query))  # type: ignore[arg-type]
    assert found.total == len(found.clippings)
    return [clipping.id for clipping in found.clippings]


FINDS = {
    "đẩy mạnh": True,
    "day manh": True,
    "ĐẨY MẠNH": True,
    "Ðẩy mạnh": True,  # Icelandic Eth
    "mạnh đẩy": True,
    '"đẩy mạnh"': True,
    '"mạnh đẩy"': False,
    '"day manh cai cach"': True,
    'day "cai cach hanh chinh"': True,
    "đẩy lùi": False,
    "hành-chính": True,
    "chính-hành": False,
    "hoà bình": True,  # the text has hòa
    "24/7": True,
    "7/24": False,
    "(2026)": True,
    "2026)": True,
    "892/KH-UBND": True,
    "day* manh": True,
    "thu_tuc": True,
    "man": False,  # whole words only
    "mot cua": True,  # from the lead
    "nhan ho so": True,  # from the title
}


def test_words_are_found_with_and_without_marks(db: Database) -> None:
    piece = an_article(
        text="Đẩy mạnh cải cách hành chính năm 2026, hòa bình, 24/7, theo Kế hoạch 892/KH-UBND; mẫu thu_tuc."
    )
    ids = store(db, piece, an_article(2, title="Tin khác", lead=None, text="Không liên quan."))
    assert {q: asked(db, q=q) == ids[:1] for q in FINDS} == FINDS
    assert all(asked(db, q=q) == [] for q, finds in FINDS.items() if not finds)


NASTY = [
    '"',
    '""',
    '"""',
    "'",
    "AND",
    "OR NOT",
    "NEAR(a b)",
    "hành-chính",
    "2026)",
    "(",
    "a:b",
    "folded:cải",
    "^cải",
    "cải*",
    "-cải",
    "+",
    "\\",
    "a\\",
    "%",
    "_",
    ":*",
    "&",
    "|",
    "!",
    "<->",
    "a & | b",
    "\x00",
    "cải\x00cách",
    "\ud800",
    "😀",
    "; DROP TABLE articles; --",
    "$$",
    "{}",
    "[]",
    "w" * 5_000,
    "cải " * 5_000,
    '"' + "cải " * 5_000 + '"',
    " ".join(f"w{n}" for n in range(3_000)),
    "ﬁ ² ½ Ⅷ ª ß İ ſ",
    "\u0301",
]


def test_no_question_is_an_error(db: Database) -> None:
    ids = store(db, an_article(text="cải cách hành chính 2026"))
    for q in NASTY:
        assert asked(db, q=q) in ([], ids)
        assert asked(db, item=q) == []
        assert asked(db, outlets=(q,)) == []


def test_no_question_at_all_finds_everything_and_one_without_a_word_nothing(db: Database) -> None:
    ids = store(db, an_article())
    assert [asked(db, q=q) for q in ("", "   ", "\n", None)] == [ids] * 4
    assert [asked(db, q=q) for q in ('"', "!?", "–")] == [[]] * 3


def holds(piece: Article, q: str) -> bool:
    """Say what a search means, without a database: each phrase stands somewhere in the words."""
    words = search.words("\n".join((piece.title, piece.lead or "", piece.text)))
    phrases = search.phrases(q)
    return bool(phrases) and all(
        any(words[at : at + len(phrase)] == phrase for at in range(len(words))) for phrase in phrases
    )


syllables = st.sampled_from(
    ["cải", "cách", "Đẩy", "đay", "hành", "hanh", "2", "²", "ß", "ﬁ", "_", "ѝ", "한", "𝒜", "ª", "é"]
)
separators = st.sampled_from([" ", "-", ".", "/", "'", '"', "\n", "\u00a0", "\u0301", ":", "&", "*", ""])
phrasings = st.lists(st.tuples(syllables, separators), max_size=6).map(lambda parts: "".join(a + b for a, b in parts))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given((phrasings | st.text(max_size=30)).map(nfc), phrasings | st.text(max_size=8))
@example("cải-cách", '"cai cach')
@example("x²", "x²")
def test_both_databases_answer_what_the_words_say(db: Database, written: str, q: str) -> None:
    piece = an_article(title=written, lead=None, text="")
    with db.begin() as conn:
        articles.add(conn, piece, page_of(piece))
        found = articles.search(conn, ArticleQuery(q=q if q.strip() else "khong-co"))
        assert (found.total == 1) == holds(piece, q if q.strip() else "khong-co")
        conn.rollback()


def test_a_corrected_piece_is_found_by_its_new_words_alone(db: Database) -> None:
    ids = store(db, an_article(title="Lời cũ"))
    with db.begin() as conn:
        articles.add(conn, *corrected(an_article(title="Lời cũ"), title="Chữ mới"))
    assert asked(db, q='"loi cu"') == []
    assert asked(db, q='"chu moi"') == ids


def test_relating_pieces_leaves_the_index_whole(db: Database) -> None:
    ids = store(db, an_article(1), an_article(2))
    with db.begin() as conn:
        articles.relate(conn, ids[1], ids[0], ids[0])
        if conn.dialect.name == "sqlite":
            conn.execute(text("INSERT INTO article_search (article_search, rank) VALUES ('integrity-check', 1)"))
    assert asked(db, q="truc tuyen") == ids[::-1]


def test_a_monstrous_piece_is_stored_and_found_by_its_beginning(db: Database) -> None:
    long = " ".join(f"từ{n}" for n in range(20_000))
    wide = "đ" * 100_000
    broad = " ".join("𝒜" * 99 + str(n) for n in range(5_000))
    ids = store(db, an_article(1, text=long), an_article(2, text=wide), an_article(3, text=broad))
    assert asked(db, q="tu7 tu8") == ids[:1]
    assert asked(db, q='"tu15000 tu15001"') == ids[:1]
    assert asked(db, q="tu19999") == []
    assert asked(db, q="d" * 100_000) == [ids[1]]
    assert asked(db, q='"truc tuyen bai 3"') == [ids[2]]


def test_the_newest_come_first_and_undated_last(db: Database) -> None:
    def at(hour: int) -> datetime:
        return datetime(2021, 1, 5, hour, tzinfo=UTC)

    late, undated, early, timeless, next_day, equal = store(
        db,
        an_article(1, published_at=at(9)),
        an_article(2, published_on=None, published_at=None),
        an_article(3, published_at=at(1)),
        an_article(4, published_at=None),
        an_article(5, published_on=date(2021, 1, 6), published_at=None),
        an_article(6, published_at=at(9)),
    )
    assert asked(db) == [next_day, equal, late, early, timeless, undated]


def test_pages_of_a_list_tile_it(db: Database) -> None:
    ids = store(db, *(an_article(n, published_at=None) for n in range(7)))[::-1]
    with db.connect() as conn:
        pages = [articles.search(conn, ArticleQuery(limit=3, offset=start)) for start in (0, 3, 6, 9, 10**18)]
        rest = articles.search(conn, ArticleQuery(limit=0, offset=5))
        most = articles.search(conn, ArticleQuery(limit=10**30))
    assert [clipping.id for page in pages for clipping in page.clippings] == ids
    assert {page.total for page in pages} == {7}
    assert [clipping.id for clipping in rest.clippings] == ids[5:]
    assert [clipping.id for clipping in most.clippings] == ids


def test_a_list_cannot_begin_before_its_beginning() -> None:
    for wrong in ({"limit": -1}, {"offset": -1}):
        with pytest.raises(ValueError, match="0 or more"):
            ArticleQuery(**wrong)  # type: ignore[arg-type]


def test_every_narrowing_narrows(db: Database) -> None:
    base, other, form, digest, early, undated, copy = store(
        db,
        an_article(1),
        an_article(2, outlet="dai-mau", agency="dai-mau"),
        an_article(3, form=Form.REPORTAGE),
        an_article(4, kind=Kind.DIGEST),
        an_article(5, published_on=date(2020, 12, 31), published_at=None),
        an_article(6, published_on=None, published_at=None),
        an_article(7),
    )
    with db.begin() as conn:
        articles.relate(conn, copy, other, other)
    everything = {base, other, form, digest, early, undated, copy}
    assert set(asked(db, outlets=("dai-mau",))) == {other}
    assert set(asked(db, outlets=("dai-mau", "bao-mau"))) == everything
    assert set(asked(db, form=Form.REPORTAGE)) == {form}
    assert set(asked(db, counted=True)) == everything - {digest}
    assert set(asked(db, first=date(2021, 1, 5))) == everything - {early, undated}
    assert set(asked(db, last=date(2021, 1, 4))) == {early}
    assert set(asked(db, first=date(2021, 1, 5), last=date(2021, 1, 5))) == everything - {early, undated}
    assert set(asked(db, undated=True)) == {undated}
    assert set(asked(db, reprints=True)) == {copy}
    assert set(asked(db, reprints=False)) == everything - {copy}
    assert set(asked(db, outlets=("bao-mau",), form=Form.REPORTAGE, q="ho so")) == {form}


def test_lists_by_tag_follow_what_stands(db: Database) -> None:
    machine, confirmed, rejected, added, bare, digest = store(
        db, *(an_article(n, published_at=None) for n in range(5)), an_article(5, kind=Kind.DIGEST)
    )

    with db.begin() as conn:
        for number in (machine, confirmed, rejected):
            tags.put(conn, number, "keywords@1", [Tag("9", 0.9, "keywords@1", ("hồ sơ",))])
        for number, word in ((confirmed, Word.CONFIRM), (rejected, Word.REJECT), (added, Word.ADD)):
            tags.review(conn, number, Verdict("9", word, "L.T", NOON))
    assert set(asked(db, item="9")) == {machine, confirmed, added}
    assert asked(db, item="6") == []
    assert set(asked(db, unreviewed=True)) == {machine}
    assert set(asked(db, item="9", unreviewed=True)) == {machine}
    assert asked(db, item="6", unreviewed=True) == []
    assert set(asked(db, unclassified=True)) == {rejected, bare}
    assert digest not in asked(db, unclassified=True)
    with db.connect() as conn:
        found = {one.id: one for one in articles.search(conn, ArticleQuery(limit=0)).clippings}
    assert {number: one.standing for number, one in found.items()} == {
        machine: ("9",),
        confirmed: ("9",),
        rejected: (),
        added: ("9",),
        bare: (),
        digest: (),
    }
    assert [tag.item for tag in found[rejected].tags] == ["9"], "what the machine said can still be seen"


def test_a_list_longer_than_one_statement_holds_is_whole(db: Database) -> None:
    with db.begin() as conn:
        for number in range(210):
            piece = an_article(number, published_at=None)
            stored = articles.add(conn, piece, page_of(piece))
            tags.put(conn, stored.id, "keywords@1", [Tag("9", 0.9, "keywords@1", ())])
        found = articles.search(conn, ArticleQuery(limit=0))
    assert found.total == len(found.clippings) == 210
    assert all(clipping.standing == ("9",) and len(clipping.tags) == 1 for clipping in found.clippings)
