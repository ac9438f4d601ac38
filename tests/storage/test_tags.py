"""What stands of what machines and people said, and the numbers that are counted from it."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.calendar import Period
from monitor.coverage import Tally
from monitor.press import Article, Clipping, Kind, Tag, Verdict, Word
from storage import Database, articles, tags
from storage.articles import ArticleQuery
from storage.tags import Totals
from tests.factories import NOON, an_article, page_of

MONDAY = date(2021, 1, 4)
TUESDAY = date(2021, 1, 5)
JANUARY = Period(date(2021, 1, 1), date(2021, 1, 31))


def store(db: Database, piece: Article, *items: str, work: int | None = None, reprint_of: int | None = None) -> int:
    """Store a piece that the machine tagged with `items`; `work` 0 means its own."""
    with db.begin() as conn:
        stored = articles.add(conn, piece, page_of(piece))
        tags.put(conn, stored.id, "keywords@1", machine(*items))
        if work is not None:
            articles.relate(conn, stored.id, work or stored.id, reprint_of)
    return stored.id


def machine(*items: str, by: str = "keywords@1") -> list[Tag]:
    return [Tag(item, 0.9, by, ("hồ sơ", "trực tuyến")) for item in items]


def say(db: Database, number: int, word: Word, item: str = "9", by: str = "L.T") -> None:
    with db.begin() as conn:
        tags.review(conn, number, Verdict(item, word, by, NOON))


def clipping(db: Database, number: int) -> Clipping:
    with db.connect() as conn:
        found = articles.get(conn, number)
    assert found is not None
    return found


def counted(db: Database, period: Period = JANUARY) -> list[Tally]:
    with db.connect() as conn:
        return tags.tallies(conn, period)


def piece(number: int, day: date | None = TUESDAY, outlet: str = "bao-mau", **changes: object) -> Article:
    return an_article(number, outlet=outlet, agency=outlet, published_on=day, published_at=None, **changes)


def test_a_machines_tag_stands_until_a_person_rejects_it(db: Database) -> None:
    number = store(db, piece(1), "9", "6")
    assert clipping(db, number).standing == ("6", "9")
    say(db, number, Word.REJECT)
    assert clipping(db, number).standing == ("6",)
    assert clipping(db, number).tags == tuple(machine("6", "9")), "what the machine said can still be read"


def test_a_persons_addition_stands_without_any_machine(db: Database) -> None:
    number = store(db, piece(1))
    say(db, number, Word.ADD)
    assert clipping(db, number).standing == ("9",)


def test_a_verdict_outranks_every_later_classifier(db: Database) -> None:
    rejected, added = store(db, piece(1), "9"), store(db, piece(2))
    say(db, rejected, Word.REJECT)
    say(db, added, Word.ADD)
    with db.begin() as conn:
        for version in range(2, 5):
            tags.put(conn, rejected, f"keywords@{version}", machine("9", by=f"keywords@{version}"))
            tags.put(conn, rejected, "linear@7", machine("9", by="linear@7"))
            tags.put(conn, added, f"keywords@{version}", [])
    assert clipping(db, rejected).standing == ()
    assert clipping(db, added).standing == ("9",)


def test_the_newest_verdict_rules_and_all_are_kept(db: Database) -> None:
    number = store(db, piece(1), "9")
    for word in (Word.REJECT, Word.CONFIRM, Word.REJECT):
        say(db, number, word)
    assert clipping(db, number).standing == ()
    say(db, number, Word.ADD)
    assert clipping(db, number).standing == ("9",)
    assert [verdict.word for verdict in clipping(db, number).verdicts] == [
        Word.REJECT,
        Word.CONFIRM,
        Word.REJECT,
        Word.ADD,
    ]


def test_the_order_of_verdicts_is_that_of_saying_not_of_their_clock(db: Database) -> None:
    number = store(db, piece(1), "9")
    say(db, number, Word.CONFIRM)
    with db.begin() as conn:
        tags.review(conn, number, Verdict("9", Word.REJECT, "T.H", NOON - timedelta(days=400), "đồng hồ chạy chậm"))
    assert clipping(db, number).standing == ()
    assert clipping(db, number).verdicts[-1].note == "đồng hồ chạy chậm"


def test_a_classifier_replaces_what_it_said_itself(db: Database) -> None:
    number = store(db, piece(1), "9", "6")
    with db.begin() as conn:
        tags.put(conn, number, "linear@1", machine("3", by="linear@1"))
        tags.put(conn, number, "keywords@1", machine("6"))
    assert clipping(db, number).standing == ("3", "6")


def test_new_rules_of_a_classifier_replace_its_old_ones(db: Database) -> None:
    number = store(db, piece(1), "9", "6")
    with db.begin() as conn:
        tags.put(conn, number, "keywords-2@1", machine("1", by="keywords-2@1"))  # another name, not another version
        tags.put(conn, number, "keywords@2", machine("6", by="keywords@2"))
        assert [found for found, _ in articles.untagged(conn, "keywords@1", 9)] == [number]
        assert articles.untagged(conn, "keywords@2", 9) == []
    assert clipping(db, number).standing == ("1", "6")
    assert {tag.by for tag in clipping(db, number).tags} == {"keywords-2@1", "keywords@2"}


def test_a_classifiers_name_is_no_pattern(db: Database) -> None:
    number = store(db, piece(1), "9")
    with db.begin() as conn:
        tags.put(conn, number, "key%@1", [])
        tags.put(conn, number, "key_ords@1", [])
    assert clipping(db, number).standing == ("9",)


def test_two_classifiers_that_agree_count_once(db: Database) -> None:
    number = store(db, piece(1), "9")
    with db.begin() as conn:
        tags.put(conn, number, "linear@1", machine("9", by="linear@1"))
    assert counted(db) == [Tally("9", "bao-mau", TUESDAY, done=1, works=1, own=1, own_works=1)]


def test_pieces_are_counted_by_item_outlet_and_day(db: Database) -> None:
    for number in range(3):
        store(db, piece(number), "9")
    store(db, piece(3, MONDAY), "9", "6")
    store(db, piece(4, outlet="dai-mau"), "9")
    assert counted(db) == [
        Tally("6", "bao-mau", MONDAY, 1, 1, 1, 1),
        Tally("9", "bao-mau", MONDAY, 1, 1, 1, 1),
        Tally("9", "bao-mau", TUESDAY, 3, 3, 3, 3),
        Tally("9", "dai-mau", TUESDAY, 1, 1, 1, 1),
    ]


def test_only_days_of_the_period_and_kinds_that_count_are_counted(db: Database) -> None:
    inside = store(db, piece(1, JANUARY.first), "9")
    store(db, piece(2, JANUARY.last), "9")
    store(db, piece(3, JANUARY.first - timedelta(days=1)), "9")
    store(db, piece(4, JANUARY.last + timedelta(days=1)), "9")
    store(db, piece(5, None), "9")
    for number, kind in enumerate(Kind, start=10):
        store(db, piece(number, TUESDAY, kind=kind), "9")
    assert {(t.day, t.done) for t in counted(db)} == {
        (JANUARY.first, 1),
        (TUESDAY, sum(kind.counts for kind in Kind)),
        (JANUARY.last, 1),
    }
    say(db, inside, Word.REJECT)
    assert JANUARY.first not in {t.day for t in counted(db)}


def test_what_people_said_counts_and_is_counted_as_reviewed(db: Database) -> None:
    confirmed, rejected, added = store(db, piece(1), "9"), store(db, piece(2), "9"), store(db, piece(3))
    store(db, piece(4), "9")
    say(db, confirmed, Word.CONFIRM)
    say(db, rejected, Word.REJECT)
    say(db, added, Word.ADD)
    assert counted(db) == [Tally("9", "bao-mau", TUESDAY, done=3, works=3, own=3, own_works=3, reviewed=2)]


def test_a_persons_yes_counts_on_a_page_that_a_machine_may_not_count(db: Database) -> None:
    digest, empty = store(db, piece(1, kind=Kind.DIGEST), "9", "6"), store(db, piece(2, kind=Kind.EMPTY))
    taken_back = store(db, piece(3, kind=Kind.DIGEST), "9")
    say(db, digest, Word.CONFIRM)
    say(db, empty, Word.ADD)
    say(db, taken_back, Word.CONFIRM)
    say(db, taken_back, Word.REJECT)
    assert counted(db) == [Tally("9", "bao-mau", TUESDAY, done=2, works=2, own=2, own_works=2, reviewed=2)]
    with db.connect() as conn:
        assert tags.totals(conn, JANUARY) == Totals(articles=2, tags=2, unclassified=0)
        opened = {item: articles.search(conn, ArticleQuery(item=item, counted=True)).total for item in ("9", "6")}
    assert opened == {"9": 2, "6": 0}


def test_a_copy_in_another_agency_is_a_work_there_but_not_its_own(db: Database) -> None:
    original = store(db, piece(1, MONDAY), "9", work=0)
    store(db, piece(2, outlet="dai-mau"), "9", work=original, reprint_of=original)
    assert counted(db) == [
        Tally("9", "bao-mau", MONDAY, done=1, works=1, own=1, own_works=1),
        Tally("9", "dai-mau", TUESDAY, done=1, works=1, own=0, own_works=0),
    ]


def test_the_same_work_twice_in_one_agency_is_two_pieces_and_one_work(db: Database) -> None:
    first = store(db, piece(1, MONDAY), "9", work=0)
    store(db, piece(2, TUESDAY), "9", work=first)
    again = an_article(3, outlet="bao-mau-tv", agency="bao-mau", published_on=TUESDAY, published_at=None)
    store(db, again, "9", work=first)
    assert counted(db) == [
        Tally("9", "bao-mau", MONDAY, done=1, works=1, own=1, own_works=1),
        Tally("9", "bao-mau", TUESDAY, done=1, works=0, own=1, own_works=0),
        Tally("9", "bao-mau-tv", TUESDAY, done=1, works=0, own=1, own_works=0),
    ]


def test_on_one_day_the_piece_stored_first_is_the_work(db: Database) -> None:
    first = store(db, piece(1), "9", work=0)
    store(db, piece(2), "9", work=first)
    assert counted(db) == [Tally("9", "bao-mau", TUESDAY, done=2, works=1, own=2, own_works=1)]


def test_a_work_published_before_the_period_is_not_new_in_it(db: Database) -> None:
    first = store(db, piece(1, date(2020, 12, 31)), "9", work=0)
    store(db, piece(2), "9", work=first)
    assert counted(db) == [Tally("9", "bao-mau", TUESDAY, done=1, works=0, own=1, own_works=0)]


def test_an_earlier_piece_that_is_not_counted_takes_no_work_away(db: Database) -> None:
    first = store(db, piece(1, MONDAY), "9", work=0)
    store(db, piece(2, TUESDAY), "9", work=first)
    say(db, first, Word.REJECT)
    assert counted(db) == [Tally("9", "bao-mau", TUESDAY, done=1, works=1, own=1, own_works=1)]


def test_pieces_not_compared_yet_are_works_of_their_own(db: Database) -> None:
    store(db, piece(1), "9")
    store(db, piece(2), "9")
    (tally,) = counted(db)
    assert (tally.done, tally.works) == (2, 2)


def test_totals_name_what_nobody_could_place(db: Database) -> None:
    store(db, piece(1), "9", "6")
    rejected = store(db, piece(2), "9")
    store(db, piece(3))
    store(db, piece(4, kind=Kind.DIGEST), "9")
    store(db, piece(5, None), "9")
    store(db, piece(6, date(2020, 12, 31)), "9")
    say(db, rejected, Word.REJECT)
    with db.connect() as conn:
        assert tags.totals(conn, JANUARY) == Totals(articles=3, tags=2, unclassified=2)
        query = ArticleQuery(first=JANUARY.first, last=JANUARY.last, unclassified=True)
        assert articles.search(conn, query).total == 2
        assert tags.totals(conn, Period(MONDAY, MONDAY)) == Totals(0, 0, 0)


words = st.sampled_from([*Word, "machine", "linear"])
histories = st.lists(st.tuples(st.sampled_from("369"), words), max_size=6)
stories = st.lists(
    st.tuples(
        st.sampled_from(["bao-mau", "dai-mau"]),
        st.sampled_from([None, MONDAY, TUESDAY]),
        st.sampled_from([Kind.ARTICLE, Kind.DIGEST]),
        st.integers(0, 3),
        histories,
    ),
    min_size=1,
    max_size=6,
)


def stands(history: Sequence[tuple[str, object]]) -> dict[str, bool]:
    """Say what stands and whether a person said so, without a database."""
    found: dict[str, bool] = {}
    for item in {item for item, _ in history}:
        said = [word for one, word in history if one == item and isinstance(word, Word)]
        if not said or said[-1] is not Word.REJECT:
            found[item] = bool(said)
    return found


def counted_by_hand(article: Article, standing: dict[str, bool]) -> set[str]:
    """Give the items that a piece counts for: all that stand, or on a digest those that a person said."""
    return {item for item, by_person in standing.items() if article.kind.counts or by_person}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories)
def test_every_number_can_be_opened(
    db: Database, story: list[tuple[str, date | None, Kind, int, list[tuple[str, object]]]]
) -> None:
    """However tags and verdicts follow one another: count, list and single piece agree with a count by hand."""
    with db.begin() as conn:
        pieces: dict[int, tuple[Article, dict[str, bool]]] = {}
        for number, (outlet, day, kind, work, history) in enumerate(story):
            article = piece(number, day, outlet, kind=kind)
            stored = articles.add(conn, article, page_of(article)).id
            ids = list(pieces)
            articles.relate(conn, stored, ids[work] if work < len(ids) else stored, None)
            for by in ("machine", "linear"):
                tags.put(conn, stored, by, machine(*{item for item, word in history if word == by}, by=by))
            for item, word in history:
                if isinstance(word, Word):
                    tags.review(conn, stored, Verdict(item, word, "L.T", NOON))
            pieces[stored] = article, stands(history)
        counting = {number: counted_by_hand(a, standing) for number, (a, standing) in pieces.items() if a.published_on}
        tallies = tags.tallies(conn, JANUARY)
        for tally in tallies:
            query = ArticleQuery(
                item=tally.item, outlets=(tally.outlet,), first=tally.day, last=tally.day, counted=True, limit=0
            )
            opened = articles.search(conn, query)
            assert opened.total == tally.done
            assert all(tally.item in one.standing for one in opened.clippings)
            assert tally.done == sum(
                tally.item in items and (a.outlet, a.published_on) == (tally.outlet, tally.day)
                for (a, _), items in ((pieces[number], items) for number, items in counting.items())
            )
            assert 0 <= tally.works <= tally.done == tally.own
            assert tally.reviewed == sum(
                standing.get(tally.item, False) and (a.outlet, a.published_on) == (tally.outlet, tally.day)
                for a, standing in pieces.values()
            )
        for number, (_, standing) in pieces.items():
            found = articles.get(conn, number)
            assert found is not None
            assert found.standing == tuple(sorted(standing))
        assert sum(tally.done for tally in tallies) == sum(len(items) for items in counting.values())
        ordinary = [number for number in counting if pieces[number][0].kind.counts]
        by_person = [number for number, items in counting.items() if items and number not in ordinary]
        assert tags.totals(conn, JANUARY) == Totals(
            articles=len(ordinary) + len(by_person),
            tags=sum(len(items) for items in counting.values()),
            unclassified=sum(not counting[number] for number in ordinary),
        )
        conn.rollback()
