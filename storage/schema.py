"""The tables; beside a column stands what its name does not say. `docs/columns.md` says it to people.

A change here needs a new step in `migrations/versions`; a test compares the two on both databases.
Longer than 300 lines, because it is a list: one table after another, and no work.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from monitor.errors import Reason
from monitor.plan import Form
from monitor.press import DateSource, Kind, Shown, Word
from monitor.seen import Outcome, State
from storage.types import Choice, Json, Moment, Number
from storage.upkeep import attach

HEAD = "0003"
"""The newest step in `migrations/versions`; steps are numbered, so an older one sorts before a newer one."""

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def _words() -> Iterator[Column[Any]]:
    """Give the columns that hold what one page said: the same in the current article and in each of its versions."""
    yield Column("url", Text, nullable=False)
    yield Column("title", Text, nullable=False)
    yield Column("lead", Text)
    yield Column("text", Text, nullable=False)
    yield Column("authors", Json, nullable=False)  # JSON list of by-lines as printed
    yield Column("published_on", Date)  # day in Hà Nội; null: no trustworthy day, in no week
    yield Column("published_at", Moment)  # null where the page gives a day without a time
    yield Column("date_source", Choice(DateSource))
    yield Column("kind", Choice(Kind), nullable=False)
    yield Column("form", Choice(Form))
    yield Column("extracted_by", Text, nullable=False)  # `rules:epi` or `general`
    yield Column("fetched_at", Moment, nullable=False)
    yield Column("sha256", Text, ForeignKey("pages.sha256"), nullable=False)  # of the raw bytes, before compression


pages = Table(
    "pages",
    metadata,
    Column("sha256", Text, primary_key=True),  # of the raw bytes, before compression
    Column("body", LargeBinary, nullable=False),  # zstd; the same bytes seen twice are kept once
    Column("size", Integer, nullable=False),  # of the raw bytes
)

articles = Table(
    "articles",
    metadata,
    Column("id", Number, primary_key=True),
    Column("outlet", Text, nullable=False),
    Column("agency", Text, nullable=False),
    Column("identity", Text, nullable=False),  # what makes two addresses of the outlet one piece
    *_words(),
    Column("version", Integer, nullable=False),  # 1 at first; the earlier ones stand in `versions`
    Column("first_seen_at", Moment, nullable=False),
    Column("checked_at", Moment, nullable=False),  # last read, also where the page still said the same
    Column("work", Number),  # id of the earliest article of the same work; null: not compared yet
    Column("reprint_of", Number, ForeignKey("articles.id")),  # the other agency's article that this one repeats
    Column("folded", Text, nullable=False),  # title, lead and text as bare words without marks, for search alone
    UniqueConstraint("outlet", "identity"),
    Index(None, "outlet", "published_on"),
    Index(None, "published_on"),
    Index(None, "work"),
)

versions = Table(
    "versions",
    metadata,
    Column("article_id", Number, ForeignKey("articles.id"), nullable=False),
    Column("version", Integer, nullable=False),
    *_words(),
    Column("final_url", Text, nullable=False),  # where redirects ended
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),  # JSON mapping, as the server sent them
    Column("rebuilt_at", Moment),  # when our reading of these bytes changed; null: they are read as at first
    PrimaryKeyConstraint("article_id", "version"),
)

addresses = Table(
    "addresses",
    metadata,
    Column("article_id", Number, ForeignKey("articles.id"), nullable=False),
    Column("url", Text, nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    PrimaryKeyConstraint("article_id", "url"),
)

links = Table(
    "links",
    metadata,
    Column("outlet", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("source", Text, nullable=False),  # that announced it first
    Column("title", Text, nullable=False),
    Column("published_on", Date),  # what the source says, not proved
    Column("published_at", Moment),
    Column("modified_at", Moment),
    Column("first_seen_at", Moment, nullable=False),
    Column("since", Date, nullable=False),  # the earliest day it may be of, where no day is announced
    Column("state", Choice(State), nullable=False),
    Column("reason", Choice(Reason)),
    Column("attempts", Integer, nullable=False),
    Column("last_attempt_at", Moment),
    PrimaryKeyConstraint("outlet", "identity"),
)

# The newest page of an announced piece that came and could not be read.
unread_pages = Table(
    "unread_pages",
    metadata,
    Column("outlet", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Column("url", Text, nullable=False),  # that was asked for
    Column("final_url", Text, nullable=False),  # where redirects ended
    Column("status", Integer, nullable=False),
    Column("headers", Json, nullable=False),  # JSON mapping, as the server sent them
    Column("fetched_at", Moment, nullable=False),
    Column("sha256", Text, ForeignKey("pages.sha256"), nullable=False),
    PrimaryKeyConstraint("outlet", "identity"),
)

readings = Table(
    "readings",
    metadata,
    Column("run", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    Column("outcome", Choice(Outcome), nullable=False),
    Column("reason", Choice(Reason)),
    Column("announced", Integer, nullable=False),
    Column("known", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("updated", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("overflow", Boolean, nullable=False),  # all that was announced was new: earlier pieces may be missed
    Column("covers_first", Date),  # the days that this reading saw whole; null: it proves none
    Column("covers_last", Date),
    Column("whole_since", Moment),  # since when nothing was missed, by this reading and those it joins; null: never
    Column("unchanged", Boolean),  # the source said, or showed, nothing new; null: not noted then
    PrimaryKeyConstraint("outlet", "source", "at"),
    # Each announced piece ends in exactly one bucket.
    CheckConstraint("announced = known + new + updated + refused + failed + pending", name="buckets"),
    CheckConstraint("(covers_first IS NULL) = (covers_last IS NULL)", name="covers"),
    Index(None, "at"),
)

validators = Table(
    "validators",
    metadata,
    Column("outlet", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("etag", Text),  # byte for byte as the server sent it
    Column("last_modified", Text),  # byte for byte, not a moment
    Column("sha256", Text, nullable=False),  # of the body that came with them; bodies of sources are not kept
    Column("whole", Boolean, nullable=False),  # that reading saw the source whole: unchanged, nothing came since
    Column("following", Json, nullable=False),  # JSON list of addresses, where it is an index of lists
    Column("definition", Text, nullable=False),  # digest of how `sources.yaml` described source and pieces then
    Column("at", Moment, nullable=False),  # when they came
    PrimaryKeyConstraint("outlet", "source", "url"),
)

# One look at one page for one standing duty, whatever it came to.
sightings = Table(
    "sightings",
    metadata,
    Column("outlet", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("shown", Choice(Shown), nullable=False),
    Column("reason", Choice(Reason)),  # why nothing could be read
    Column("expected", Json, nullable=False),  # JSON list of [kind, value, quote or null]
    Column("sha256", Text, ForeignKey("pages.sha256")),  # null: no bytes came
    Column("final_url", Text),  # where redirects ended
    Column("status", Integer),
    Column("headers", Json),  # JSON mapping, as the server sent them
    PrimaryKeyConstraint("outlet", "item", "url", "at"),
    # Whoever says found or absent has the bytes; whoever could not look says why.
    CheckConstraint("(shown = 'unread') = (reason IS NOT NULL)", name="reason"),
    CheckConstraint("shown = 'unread' OR sha256 IS NOT NULL", name="bytes"),
    Index(None, "at"),
)

tags = Table(
    "tags",
    metadata,
    Column("article_id", Number, ForeignKey("articles.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("by", Text, nullable=False),  # name of the classifier, with its version: `keywords@3`
    Column("score", Double, nullable=False),
    Column("because", Json, nullable=False),  # JSON list of words of the article
    PrimaryKeyConstraint("article_id", "item", "by"),
    Index(None, "item", "article_id"),
)

# Which classifier has read which article, since it may have found nothing; a corrected article loses its rows.
tagged = Table(
    "tagged",
    metadata,
    Column("article_id", Number, ForeignKey("articles.id"), nullable=False),
    Column("by", Text, nullable=False),
    PrimaryKeyConstraint("article_id", "by"),
)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Number, primary_key=True),  # the newest (highest) of an article and item rules
    Column("article_id", Number, ForeignKey("articles.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("word", Choice(Word), nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "article_id", "item", "id"),
)

# Stored pieces that are to be read again, each with the next of its steps; done with all of them, it has no row.
rechecks = Table(
    "rechecks",
    metadata,
    Column("article_id", Number, ForeignKey("articles.id"), primary_key=True, autoincrement=False),
    Column("due_at", Moment, nullable=False),
    Column("step", Integer, nullable=False),
    Index(None, "due_at"),
)

withdrawals = Table(
    "withdrawals",
    metadata,
    Column("article_id", Number, ForeignKey("articles.id"), nullable=False),
    Column("at", Moment, nullable=False),  # when the page was first found gone
    Column("reason", Choice(Reason), nullable=False),
    Column("returned_at", Moment),  # null: it has not been seen since
    PrimaryKeyConstraint("article_id", "at"),
)

moves = Table(
    "moves",
    metadata,
    Column("outlet", Text, nullable=False),
    Column("url", Text, nullable=False),  # as in `sources.yaml`
    Column("moved_to", Text, nullable=False),
    Column("at", Moment, nullable=False),
    PrimaryKeyConstraint("outlet", "url"),
)

silences = Table(
    "silences",
    metadata,
    Column("host", Text, primary_key=True),
    Column("until", Moment, nullable=False),
)

robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),  # https://host
    Column("body", LargeBinary, nullable=False),  # as it came; empty where the host has none
    Column("until", Moment, nullable=False),  # until when it need not be asked for again
)

# What an outlet shows for an address of no piece; title null: it answers such an address with an honest error.
not_found_pages = Table(
    "not_found_pages",
    metadata,
    Column("outlet", Text, primary_key=True),
    Column("title", Text),
    Column("opening", Text, nullable=False),  # the first letters of its text
    Column("at", Moment, nullable=False),
)

attach(metadata)
