"""Which items an article speaks of: what every way of telling has in common."""

from collections.abc import Sequence
from typing import Protocol

from monitor.press import Article, Tag


class Classifier(Protocol):
    """Whoever tags by machine (bộ gắn nhãn): says what, how sure, and because of which words."""

    @property
    def name(self) -> str:
        """Give the kind and the version of its rules, such as `keywords@3`; stored beside every tag."""
        ...

    def suggest(self, articles: Sequence[Article]) -> list[list[Tag]]:
        """Give for each article the tags that stand, strongest first; none where it speaks of no item."""
        ...

    def scores(self, articles: Sequence[Article]) -> list[dict[str, float]]:
        """Give for each article the probability of every item, also of those that do not stand."""
        ...
