"""The pieces a report lists: which of them count, and what stands beside each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from monitor.press import Clipping, Word
from monitor.reports.basis import Basis
from monitor.reports.words import clean

OWN, COPY = "Tự sản xuất", "Đăng lại"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece as the list prints it (một dòng của danh mục); `page` is its page on the monitor, if that is known."""

    number: int
    id: int
    outlet: str
    on: date | None
    agency: str
    channel: str
    title: str
    form: str
    authors: str
    items: tuple[str, ...]
    url: str
    copy: bool
    confirmed_by: str
    note: str
    page: str | None


@dataclass(frozen=True)
class Pieces:
    """All pieces of a report: those that count under an item, and the three sorts that a person must look at."""

    tagged: tuple[Piece, ...]
    unclassified: tuple[Piece, ...]
    undated: tuple[Piece, ...]
    uncounted: tuple[Piece, ...]

    @cached_property
    def counted(self) -> tuple[Piece, ...]:
        """Everything with a day and a text, whatever it speaks of."""
        return self.tagged + self.unclassified


def sort_out(basis: Basis) -> Pieces:
    """Sort the clippings by day and outlet, number them, and put apart what does not count."""
    inside = [c for c in basis.clippings if c.article.published_on is None or c.article.published_on in basis.period]
    ordered = sorted(inside, key=lambda c: (c.article.published_on or date.max, c.article.outlet, c.id))
    undated = [c for c in ordered if c.article.published_on is None]
    dated = [c for c in ordered if c.article.published_on is not None]
    counting = [c for c in dated if c.article.kind.counts or counted_items(c)]
    original = {c.id: c for c in ordered}

    def list_of(found: list[Clipping]) -> tuple[Piece, ...]:
        return tuple(_piece(basis, number, c, original.get) for number, c in enumerate(found, 1))

    return Pieces(
        tagged=list_of([c for c in counting if counted_items(c)]),
        unclassified=list_of([c for c in counting if not counted_items(c)]),
        undated=list_of(undated),
        uncounted=list_of([c for c in dated if not (c.article.kind.counts or counted_items(c))]),
    )


def counted_items(clipping: Clipping) -> tuple[str, ...]:
    """Give the items for which a piece counts: a digest or a page without text only for those that a person said."""
    if clipping.article.kind.counts:
        return clipping.standing
    spoken = {verdict.item for verdict in clipping.verdicts}  # what stands after a person spoke stands by that word
    return tuple(item for item in clipping.standing if item in spoken)


def _piece(basis: Basis, number: int, clipping: Clipping, original: Callable[[int], Clipping | None]) -> Piece:
    article = clipping.article
    outlet = basis.press.outlet(article.outlet)
    confirmed = [v.by for v in clipping.verdicts if v.word is not Word.REJECT and v.item in clipping.standing]
    # What a machine found on a page that does not count is shown where the page waits for a person.
    standing = set(counted_items(clipping) or clipping.standing)
    return Piece(
        number=number,
        id=clipping.id,
        outlet=outlet.code,
        on=article.published_on,
        agency=outlet.name,
        channel=outlet.channel.value,
        title=clean(article.title),
        form=article.form.value if article.form else "chưa xác định",
        authors=clean(", ".join(article.authors)) or "không ghi",
        items=tuple(code for code in basis.plan.item_codes if code in standing),
        url=clean(article.url),
        copy=clipping.reprint_of is not None,
        confirmed_by=clean(", ".join(dict.fromkeys(confirmed))) or "chưa rà soát",
        note=_note(basis, clipping, original),
        page=basis.link(f"/tin-bai/{clipping.id}") if basis.link else None,
    )


def _note(basis: Basis, clipping: Clipping, original: Callable[[int], Clipping | None]) -> str:
    kind = clipping.article.kind
    notes = []
    if not kind.counts:
        notes.append(kind.label if counted_items(clipping) else f"không tính: {kind.label}")
    if clipping.reprint_of is not None:
        source = original(clipping.reprint_of)
        if source is not None:
            notes.append(f"theo {basis.press.outlet(source.article.outlet).name}")
    if clipping.version > 1:
        notes.append(f"bản sửa lần {clipping.version - 1}")
    return "; ".join(notes)
