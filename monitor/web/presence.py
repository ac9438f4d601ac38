"""Every look at a standing duty: the day, what came of it, the page's own words, and the bytes."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import HTTPException, Path, Query, Request, Response

from monitor.calendar import Period
from monitor.press import Shown, hanoi_day
from monitor.web.view import desk_of, page
from storage import articles, presence

MOST_DAYS = 400
FIRST_YEAR, LAST_YEAR = 1990, 2200
Day = Annotated[date | None, Query()]
Code = Annotated[str | None, Query(max_length=500)]


def looks(request: Request, muc: Code = None, nguon: Code = None, tu: Day = None, den: Day = None) -> Response:
    """Show the looks of some days, newest first; the last thirty days where none are named."""
    desk = desk_of(request)
    last = den or hanoi_day(desk.now())
    if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in (tu or last, last)):
        raise HTTPException(422, f"Năm phải từ {FIRST_YEAR} đến {LAST_YEAR}.")
    first = tu or last - timedelta(days=30)
    if last < first:
        raise HTTPException(422, "Ngày cuối đứng trước ngày đầu: hãy sửa “tu” hoặc “den”.")
    if last - first > timedelta(days=MOST_DAYS):
        raise HTTPException(422, f"Khoảng ngày quá dài: hãy chọn nhiều nhất {MOST_DAYS} ngày.")
    outlets = nguon.split(",") if nguon else None
    with desk.database.connect(seconds=desk.patience) as conn:
        found = presence.sighted(conn, Period(first, last), desk.now(), outlets, muc)
    return page(
        request,
        "presence.html",
        found=list(reversed(found)),
        first=first,
        last=last,
        item=muc,
        names={outlet.code: outlet.name for outlet in desk.press.outlets},
        numbers={shown: sum(1 for one in found if one.shown is shown) for shown in Shown},
    )


def stored_page(request: Request, sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
    """Give the bytes that a look brought, as a file: another site's HTML must never run under our address."""
    desk = desk_of(request)
    with desk.database.connect(seconds=desk.patience) as conn:
        known = presence.has(conn, sha256)
        body = articles.sound(conn, sha256) if known else None
    if body is None:
        said = "Bản lưu này bị hỏng: hãy báo cho người trông coi máy." if known else "Không có bản lưu này."
        raise HTTPException(404, said)
    return Response(
        body,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="niem-yet-{sha256[:12]}.html"',
            "Content-Security-Policy": "sandbox",
        },
    )
