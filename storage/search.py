"""Full text: FTS5 and PostgreSQL's text search side by side, with the same answers to the same words.

Both get bare words without marks (`folded`), cut in one place here, and neither sees what a person typed.
"""

import re

from sqlalchemy import ColumnElement, Connection, Text, cast, column, false, literal, select, table

from monitor.text import fold
from storage.schema import articles

MOST_WORDS = 16_000
"""Words of one piece that can be found; PostgreSQL places no word beyond 16,383."""

_MOST_BYTES = 400_000  # PostgreSQL's index of one piece must stay under 1 MB, whatever the piece
_LONGEST = 100  # characters of a word; PostgreSQL refuses one beyond 2,046 bytes
_MOST_PHRASES = 64  # words and phrases of one question: more than anybody types, less than a server minds
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r'"([^"]*)"?')


def words(text: str) -> list[str]:
    """Give the words of `text` as the index knows them: lower case, without marks, đ as d."""
    return [word[:_LONGEST] for word in _WORD.findall(fold(text))]


def folded(title: str, lead: str | None, text: str) -> str:
    """Give what is searched of a piece: its words with one blank between them."""
    found = " ".join(words("\n".join((title, lead or "", text)))[:MOST_WORDS])
    cut = found.encode()[:_MOST_BYTES]
    return cut.decode(errors="ignore") if len(cut) == _MOST_BYTES else found


def phrases(q: str) -> list[list[str]]:
    """Give what must all be found: a quoted phrase, or what stands between blanks, as its words in order.

    `hành-chính` is a phrase of two words, `2026)` the word 2026; a quote that nobody closed reaches to the end.
    """
    found: list[list[str]] = []
    at = 0
    for match in _QUOTED.finditer(q):
        found += [words(chunk) for chunk in q[at : match.start()].split()]
        found.append(words(match[1]))
        at = match.end()
    found += [words(chunk) for chunk in q[at:].split()]
    return [phrase for phrase in found if phrase][:_MOST_PHRASES]


def matching(conn: Connection, q: str) -> ColumnElement[bool]:
    """Give the condition that an article holds all of `q`; a question without any word finds nothing."""
    wanted = phrases(q)
    if not wanted:
        return false()
    # Words hold letters, digits and _ alone, so quoting is all that is needed on either side.
    if conn.dialect.name == "sqlite":
        index = table("article_search", column("rowid"))
        question = " ".join(f'"{" ".join(phrase)}"' for phrase in wanted)
        found = select(index.c.rowid).where(column("article_search").op("MATCH")(literal(question)))
    else:
        from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR  # here: a run on SQLite need not load it

        index = table("article_search", column("article_id"), column("words", TSVECTOR))
        question = " & ".join("(" + " <-> ".join(f"'{word}'" for word in phrase) + ")" for phrase in wanted)
        found = select(index.c.article_id).where(index.c.words.op("@@")(cast(literal(question, Text), TSQUERY)))
    return articles.c.id.in_(found)
