"""Which items an article speaks of: what classifiers said, what people said, and what stands of both."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    Table,
    and_,
    bindparam,
    case,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    union_all,
)

from monitor.calendar import Period
from monitor.coverage import Tally
from monitor.press import Kind, Tag, Verdict, Word
from storage.schema import articles, tagged, tags, verdicts

_YES = (Word.CONFIRM, Word.ADD)
COUNTED = tuple(kind for kind in Kind if kind.counts)
"""The kinds of page that are counted; on the others a tag counts only by a person's word."""


@dataclass(frozen=True, slots=True)
class Totals:
    """What a period holds: pieces that count, tags that count on them, pieces on which none stands."""

    articles: int
    tags: int
    unclassified: int


@cache
def standing() -> Subquery:
    """Which tags stand: (article_id, item, reviewed); the rule of every count, list and page.

    A person's newest word rules, for ever: confirm and add make a tag stand, reject takes it away. Where no person
    spoke a machine's tag stands; it passed its threshold before it was stored.
    """
    newer = verdicts.alias("newer")
    superseded = select(newer.c.id).where(
        newer.c.article_id == verdicts.c.article_id, newer.c.item == verdicts.c.item, newer.c.id > verdicts.c.id
    )
    by_person = select(verdicts.c.article_id, verdicts.c.item, true().label("reviewed")).where(
        verdicts.c.word.in_(_YES), ~superseded.exists()
    )
    spoken = select(verdicts.c.id).where(verdicts.c.article_id == tags.c.article_id, verdicts.c.item == tags.c.item)
    by_machine = select(tags.c.article_id, tags.c.item, false().label("reviewed")).where(~spoken.exists()).distinct()
    return union_all(by_person, by_machine).subquery("standing")


def put(conn: Connection, article_id: int, by: str, found: Iterable[Tag]) -> None:
    """Replace what this classifier said of an article, in whatever version of its rules, and note that it was here."""
    put_all(conn, by, {article_id: found})


def put_all(conn: Connection, by: str, found: Mapping[int, Iterable[Tag]]) -> None:
    """Replace what this classifier said of these articles, by their ids; the same as `put` on each, in less time."""
    if not found:
        return
    same = [{"article": number} | _family(by) for number in found]
    for forget in _FORGET:
        conn.execute(forget, same)
    conn.execute(_INSERT_TAGGED, [{"article_id": number, "by": by} for number in found])
    rows = [
        {"article_id": number, "item": tag.item, "by": by, "score": tag.score, "because": list(tag.because)}
        for number, some in found.items()
        for tag in some
    ]
    if rows:
        conn.execute(_INSERT_TAGS, rows)


def forget(conn: Connection, by: str) -> None:
    """Let this classifier read every article again; what it said of one stands until it says something else."""
    conn.execute(delete(tagged).where(_of_family(tagged)), _family(by))


def _of_family(table: Table) -> ColumnElement[bool]:
    """Say which rows are of a classifier in any version: its name alone, or its name, @ and what follows."""
    named = table.c.by.in_((bindparam("name"), bindparam("family")))
    return or_(named, table.c.by.like(bindparam("versions"), escape="/"))


_FORGET = tuple(
    delete(table).where(table.c.article_id == bindparam("article"), _of_family(table)) for table in (tags, tagged)
)
_INSERT_TAGS, _INSERT_TAGGED = insert(tags), insert(tagged)


def _family(by: str) -> dict[str, str]:
    family = by.partition("@")[0]
    escaped = family.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return {"name": by, "family": family, "versions": f"{escaped}@%"}


def review(conn: Connection, article_id: int, verdict: Verdict) -> None:
    """Write down a person's word; nothing said earlier is changed."""
    conn.execute(
        insert(verdicts).values(
            article_id=article_id,
            item=verdict.item,
            word=verdict.word,
            by=verdict.by,
            at=verdict.at,
            note=verdict.note,
        )
    )


def counts(item: str | None = None) -> ColumnElement[bool]:
    """Say which articles count, or count for `item`: by their kind, or because a person says so."""
    by_person = select(standing().c.article_id).where(standing().c.reviewed)
    if item is not None:
        by_person = by_person.where(standing().c.item == item)
    return or_(articles.c.kind.in_(COUNTED), articles.c.id.in_(by_person))


def tallies(conn: Connection, period: Period) -> list[Tally]:
    """Give the numbers per item, outlet and day: only of tags that stand, on kinds that count or by a person's word.

    A work is new where no earlier counted piece of the same item and agency is the same work; an article not yet
    compared with others is a work of its own.
    """
    stands = standing()
    turn = func.row_number().over(
        # -id: article ids are positive, so a piece that was not compared shares its work with nobody.
        partition_by=(stands.c.item, articles.c.agency, func.coalesce(articles.c.work, -articles.c.id)),
        order_by=(articles.c.published_on, articles.c.id),
    )
    counted = (
        select(
            stands.c.item,
            stands.c.reviewed,
            articles.c.outlet,
            articles.c.published_on,
            articles.c.reprint_of.is_(None).label("own"),
            (turn == 1).label("first"),
        )
        .join_from(articles, stands, stands.c.article_id == articles.c.id)
        # Earlier days stay in: they say which works were published before.
        .where(or_(articles.c.kind.in_(COUNTED), stands.c.reviewed), articles.c.published_on <= period.last)
        .subquery("counted")
    )
    c = counted.c

    def number(*which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(*which), 1), else_=0))

    rows = conn.execute(
        select(
            c.item,
            c.outlet,
            c.published_on,
            func.count(),
            number(c.first),
            number(c.own),
            number(c.first, c.own),
            number(c.reviewed),
        )
        .where(c.published_on >= period.first)
        .group_by(c.item, c.outlet, c.published_on)
    )
    return sorted((Tally(*row) for row in rows), key=lambda t: (t.item, t.outlet, t.day))


def totals(conn: Connection, period: Period, outlets: Collection[str] | None = None) -> Totals:
    """Give what `period` holds in all outlets together, or in those named."""
    stands = standing()
    dated = and_(articles.c.published_on >= period.first, articles.c.published_on <= period.last)
    if outlets is not None:
        dated = and_(dated, articles.c.outlet.in_(outlets))
    pieces = conn.execute(select(func.count()).select_from(articles).where(dated, counts())).scalar_one()
    tagged_pieces, tag_count = conn.execute(
        select(func.count(articles.c.id.distinct()), func.count())
        .join_from(articles, stands, stands.c.article_id == articles.c.id)
        .where(dated, or_(articles.c.kind.in_(COUNTED), stands.c.reviewed))
    ).one()
    return Totals(articles=pieces, tags=tag_count, unclassified=pieces - tagged_pieces)
