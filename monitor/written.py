"""What people write by hand in a file, and how strictly it is read."""

from typing import ClassVar


class Written:
    """What people write by hand in a file: a key that is not declared is a mistake, never silence."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}
