"""Articles → tags, and which articles are the same work; a person's verdict stands over both."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from classifiers import Classifier
from monitor import reprints
from monitor.plan import Plan
from monitor.press import Clipping, Verdict, Word
from storage import Connection, Database, articles, tags

log = logging.getLogger(__name__)

BATCH = 500
WITHIN = timedelta(days=reprints.WITHIN_DAYS)


def tag(database: Database, classifier: Classifier, *, again: bool = False, batch: int = BATCH) -> int:
    """Tag what this classifier has not tagged yet, or everything `again`; give the number of articles read.

    Can be killed and started again: each batch is one transaction, and asks what is not done yet. To tag everything
    again is to forget what was done; what was said stands until the article's turn comes.
    """
    if again:
        with database.begin() as conn:
            tags.forget(conn, classifier.name)
    done, after = 0, 0
    while True:
        with database.begin() as conn:
            some = articles.untagged(conn, classifier.name, batch, after)
            if not some:
                break
            found = classifier.suggest([article for _, article in some])
            numbers = [number for number, _ in some]
            tags.put_all(conn, classifier.name, dict(zip(numbers, found, strict=True)))
        after = numbers[-1]
        done += len(some)
    relate(database)
    log.info("articles tagged by=%s count=%d", classifier.name, done)
    return done


def relate(database: Database) -> int:
    """Find which articles are the same work, from those not yet looked at on; give how many these were.

    Ends as if all were compared anew. What came before the new pieces keeps its relations: nothing that comes later
    makes an earlier piece a copy.
    """
    with database.begin() as conn:
        fresh = articles.unrelated(conn)
        for piece in fresh:
            if piece.published_on is None:  # without a day nothing can be compared: it is its own work
                articles.relate(conn, piece.id, piece.id, None)
        days = sorted({piece.published_on for piece in fresh if piece.published_on is not None})
        while days:
            last = _relate_from(conn, days)
            days = [day for day in days if day > last]
    return len(fresh)


def _relate_from(conn: Connection, days: Sequence[date]) -> date:
    """Relate anew from the first of these days on, as far as it changes anything; give the last day that it changed."""
    first = last = days[0]
    for day in days:
        last = day if day - last <= WITHIN else last
    while True:
        # Twice as far back: a piece within reach may belong to a work that began as long before it.
        around = articles.window(conn, first - 2 * WITHIN, last + WITHIN)
        found = reprints.relate(around, first)
        other = [piece for piece in around if piece.relation != found[piece.id]]
        reached = max((piece.published_on for piece in other if piece.published_on), default=last)
        if reached <= last:  # so long without a change: what follows was compared with the very same pieces
            break
        last = reached
    for piece in other:
        articles.relate(conn, piece.id, found[piece.id].work, found[piece.id].reprint_of)
    return last


def review(
    database: Database,
    plan: Plan,
    number: int,
    *,
    confirm: Sequence[str] = (),
    reject: Sequence[str] = (),
    add: Sequence[str] = (),
    by: str,
    at: datetime,
    note: str = "",
) -> Clipping:
    """Write down a person's verdicts on one article; they stand over every later tagging.

    Raises:
        KeyError: no such article.
        ValueError: an item that the plan does not have, or one that is confirmed and rejected at once.
    """
    words = [(code, Word.CONFIRM) for code in confirm] + [(code, Word.REJECT) for code in reject]
    words += [(code, Word.ADD) for code in add]
    codes = [code for code, _ in words]
    unknown = [code for code in codes if code not in plan.item_codes]
    if unknown:
        raise ValueError(f"the plan has no item {', '.join(unknown)}; its items are {', '.join(plan.item_codes)}")
    if len(set(codes)) != len(codes):
        raise ValueError("an item is named twice: say one thing of each item")
    with database.begin() as conn:
        if articles.get(conn, number) is None:
            raise KeyError(number)
        for code, word in words:
            tags.review(conn, number, Verdict(code, word, by, at, note))
        clipping = articles.get(conn, number)
    assert clipping is not None
    return clipping
