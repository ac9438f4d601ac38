"""Articles and table rows, into one another; the only place that knows which column is which field."""

from typing import Any

from sqlalchemy import Row

from monitor.press import Article
from storage.search import folded


def words_of(article: Article) -> dict[str, Any]:
    """Give the columns that the current article and each of its versions have in common."""
    return {
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "authors": list(article.authors),
        "published_on": article.published_on,
        "published_at": article.published_at,
        "date_source": article.date_source,
        "kind": article.kind,
        "form": article.form,
        "extracted_by": article.by,
        "fetched_at": article.fetched_at,
        "sha256": article.sha256,
    }


def columns_of(article: Article) -> dict[str, Any]:
    """Give all columns of `articles` that the article itself decides."""
    return words_of(article) | {
        "agency": article.agency,
        "folded": folded(article.title, article.lead, article.text),
    }


def article_of(row: Row[Any]) -> Article:
    """Give the article of a row that has the columns of `words_of`, and outlet, agency and identity."""
    return Article(
        outlet=row.outlet,
        agency=row.agency,
        identity=row.identity,
        url=row.url,
        title=row.title,
        lead=row.lead,
        text=row.text,
        authors=tuple(row.authors),
        published_on=row.published_on,
        published_at=row.published_at,
        date_source=row.date_source,
        kind=row.kind,
        form=row.form,
        by=row.extracted_by,
        fetched_at=row.fetched_at,
        sha256=row.sha256,
    )
