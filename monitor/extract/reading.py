"""What was read of one page, whichever way: the shape that all ways of reading give."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of one page; `found_box` says that the place of the text is there, whether or not it holds any."""

    title: str
    lead: str | None
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    captions: tuple[str, ...] = ()
    images: int = 0
    player: bool = False
    found_box: bool = False

    @property
    def text(self) -> str:
        """Give the paragraphs, one on each line."""
        return "\n".join(self.paragraphs)
