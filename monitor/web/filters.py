"""The filters of the article list: read from an address, written back into one."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import HTTPException, Query, Request

from monitor.plan import Form
from monitor.web.view import desk_of
from storage.articles import ArticleQuery

PER_PAGE = 50
Value = TypeVar("Value")
Text = Annotated[str | None, Query(max_length=500)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is asked for; the names are those of the address (muc = item, nguon = outlets, tu, den = days)."""

    q: str | None = None
    muc: str | None = None
    nguon: str | None = None
    tu: date | None = None
    den: date | None = None
    loai: Form | None = None
    dang_lai: bool | None = None
    tinh: bool | None = None
    ra_soat: bool | None = None
    phan_loai: bool | None = None

    @property
    def values(self) -> dict[str, Any]:
        """Give the filters as the address writes them."""
        words = {True: "co", False: "khong", None: None}
        return {name: words[value] if isinstance(value, bool) else value for name, value in asdict(self).items()}

    def query(self, page: int = 1, limit: int = PER_PAGE) -> ArticleQuery:
        """Give the question to ask the database; `limit` 0 is everything."""
        return ArticleQuery(
            q=self.q,
            item=self.muc,
            outlets=tuple(code for code in (self.nguon or "").split(",") if code),
            first=self.tu,
            last=self.den,
            form=self.loai,
            reprints=self.dang_lai,
            counted=self.tinh is True,
            unreviewed=self.ra_soat is False,
            unclassified=self.phan_loai is False,
            limit=limit,
            offset=(page - 1) * limit,
        )


def filters(
    request: Request,
    q: Text = None,
    muc: Text = None,
    nguon: Text = None,
    tu: Text = None,
    den: Text = None,
    loai: Text = None,
    dang_lai: Text = None,
    tinh: Text = None,
    ra_soat: Text = None,
    phan_loai: Text = None,
) -> Filters:
    """Read the filters; an empty field is a filter that is off, and every mistake is named at once (422)."""
    mistakes: list[str] = []

    def read(name: str, text: str | None, kind: Callable[[str], Value], how: str) -> Value | None:
        if not text or not text.strip():
            return None
        try:
            return kind(text.strip())
        except (ValueError, KeyError):
            mistakes.append(f"{name}: “{text[:50]}” không đọc được; {how}.")
            return None

    items = {code: code for code in desk_of(request).plan.item_codes}
    yes = {"co": True, "khong": False}.__getitem__
    no = {"khong": False}.__getitem__  # only what is missing can be asked for: a “co” would narrow nothing
    asked = Filters(
        q=q or None,
        muc=read("Nội dung", muc, items.__getitem__, "chọn một trong: " + ", ".join(items)),
        nguon=nguon or None,
        tu=read("Từ ngày", tu, date.fromisoformat, "viết như 2021-01-31"),
        den=read("Đến ngày", den, date.fromisoformat, "viết như 2021-01-31"),
        loai=read("Thể loại", loai, Form, "chọn một trong: " + ", ".join(form.value for form in Form)),
        dang_lai=read("Đăng lại", dang_lai, yes, "viết co hoặc khong"),
        tinh=read("Tính", tinh, yes, "viết co hoặc khong"),
        ra_soat=read("Rà soát", ra_soat, no, "chỉ viết khong (chưa rà soát)"),
        phan_loai=read("Phân loại", phan_loai, no, "chỉ viết khong (chưa phân loại)"),
    )
    if mistakes:
        raise HTTPException(422, " ".join(mistakes))
    return asked
