"""Articles into tags: `Keywords` beside one regular expression over the same phrases."""

import re
import tempfile
from collections.abc import Iterable

from benchmarks import inputs
from benchmarks.timing import ROUNDS, Result, medians
from classifiers.keywords import KeywordFile, Keywords
from monitor.jobs.tag import tag
from monitor.press import Article, Page
from monitor.text import matching
from storage import articles, open_database

LIBRARIES = ("pyahocorasick", "sqlalchemy")


def run(*, rounds: int = ROUNDS, pieces: int = 500, length: int = 2_400) -> Result:
    """Tag `pieces` articles a round; the peer only finds phrases and weighs nothing."""
    file = inputs.shipped().keywords
    made = [inputs.article(number, length) for number in range(pieces)]
    keywords, phrases = Keywords(file), phrases_of(file)
    pattern = alternation(phrases)

    def ours() -> object:
        return keywords.suggest(made)

    def peer() -> object:
        return [set(pattern.findall(matching(written(article)))) for article in made]

    with tempfile.TemporaryDirectory() as folder, open_database(f"sqlite:///{folder}/monitor.db") as database:
        database.upgrade()
        with database.begin() as conn:
            for number in range(pieces):
                page = Page(made[number].url, made[number].url, inputs.NOW, 200, {}, made[number].url.encode())
                articles.add(conn, made[number], page)
        tag(database, keywords)  # relates them, once

        def again() -> object:
            return tag(database, keywords, again=True)

        contenders = {
            "keywords": lambda: ours,
            "one alternation of re": lambda: peer,
            "monitor tag --again, in SQLite": lambda: again,
        }
        figures = medians(contenders, rounds=rounds, pieces=pieces)
    return Result(
        f"{pieces} articles of {length} characters, {len(phrases)} phrases;"
        " the peer finds phrases that do not overlap, and weighs nothing",
        "ms per article",
        figures,
    )


def phrases_of(file: KeywordFile) -> set[str]:
    """Give every phrase that a keyword file makes us look for."""
    subject = file.subject
    groups: list[Iterable[str]] = [file.mask, subject.strong, subject.weak, subject.outside, *file.lists.values()]
    groups += [words for block in file.items for words in (block.strong, block.weak, block.unless)]
    return {matching(phrase) for group in groups for phrase in group}


def alternation(phrases: Iterable[str]) -> re.Pattern[str]:
    """Give the expression that finds whole phrases, the longer of two first."""
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def written(article: Article) -> str:
    """Give all words of an article as one text."""
    return "\n".join((article.title, article.lead or "", article.text))
