"""How values of the vocabulary lie in columns that both databases, and people with other tools, can read."""

import json
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator

from monitor.errors import DamagedError

E = TypeVar("E", bound=StrEnum)
BRING_BACK = "bring back the newest backup"

_SURROGATE = re.compile("[\ud800-\udfff]")

Number = BigInteger().with_variant(Integer, "sqlite")
"""Row ids; SQLite counts up by itself only in a column that is exactly INTEGER."""


class Moment(TypeDecorator[datetime]):
    """An aware moment; in UTC on the way in and out. SQLite keeps it as text without a zone, always UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Bring a moment to UTC; one without a zone is a bug of the caller."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"a moment without a zone cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the moment back, aware and in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)  # type: ignore[no-any-return]


class Json(TypeDecorator[Any]):
    """Lists and mappings of text as JSON text: the same characters on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write JSON that people can read; a header's stray surrogate is escaped, since UTF-8 cannot hold it."""
        if value is None:
            return None
        text = json.dumps(value, ensure_ascii=False)
        return json.dumps(value) if _SURROGATE.search(text) else text

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read the JSON."""
        try:
            return None if value is None else json.loads(value)
        except ValueError as error:
            raise DamagedError(f"a stored list or mapping is damaged; {BRING_BACK}") from error


class Choice(TypeDecorator[E]):
    """One word of a closed list of the vocabulary."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Write the word itself, never the member's English name."""
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> E | None:
        """Give the member."""
        try:
            return None if value is None else self.words(value)
        except ValueError as error:
            raise DamagedError(f"a stored word is damaged ({error}); {BRING_BACK}") from error
