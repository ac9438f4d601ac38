"""Search the articles, read one with the words of its tags, and get the bytes that its page had."""

from itertools import pairwise
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Path, Query, Request, Response

from monitor.corrections import changes, reread, summary
from monitor.credits import credit_of
from monitor.jobs.shapes import clipping_json, clipping_table, table_csv
from monitor.plan import Form
from monitor.press import Clipping
from monitor.reports.pieces import counted_items
from monitor.web.filters import PER_PAGE, Filters, filters
from monitor.web.view import Desk, address, desk_of, page
from storage import articles

Asked = Annotated[Filters, Depends(filters)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
PageNumber = Annotated[int, Query(alias="trang", ge=1, le=100_000)]
MISSING = "Không có tin, bài này."


def search(request: Request, asked: Asked, number: PageNumber = 1) -> Response:
    """Show the articles that fit the filters, newest first, fifty a page."""
    desk = desk_of(request)
    with desk.database.connect(seconds=desk.patience) as conn:
        found = articles.search(conn, asked.query(number))
        last = max(1, -(-found.total // PER_PAGE))
        if number > last:  # a page that is not there is the first, not an error
            number, found = 1, articles.search(conn, asked.query())
    return page(
        request,
        "articles.html",
        found=found,
        asked=asked,
        number=number,
        last=last,
        forms=list(Form),
        outlets={outlet.code: outlet for outlet in desk.press.outlets},
        chips=_chips(desk, asked),
        counts=counted_items,
    )


def _chips(desk: Desk, asked: Filters) -> list[tuple[str, str]]:
    """Give the filters that are on, each with the address that switches it off."""
    names = {outlet.code: outlet.name for outlet in desk.press.outlets}
    said = {
        "q": f"từ ngữ “{asked.q}”",
        "muc": f"nội dung {asked.muc}",
        "nguon": ", ".join(names.get(code, code) for code in (asked.nguon or "").split(",")),
        "tu": f"từ ngày {asked.tu:%d/%m/%Y}" if asked.tu else "",
        "den": f"đến ngày {asked.den:%d/%m/%Y}" if asked.den else "",
        "loai": f"thể loại {asked.loai.value}" if asked.loai else "",
        "dang_lai": "bài đăng lại" if asked.dang_lai else "không lấy bài đăng lại",
        "tinh": "chỉ tin, bài được tính" if asked.tinh else "cả trang không tính",
        "ra_soat": "chưa rà soát",
        "phan_loai": "chưa phân loại",
    }
    values = asked.values
    return [
        (said[name], address("/tin-bai", **{**values, name: None}))
        for name, value in values.items()
        if value is not None
    ]


def search_csv(request: Request, asked: Asked) -> Response:
    """Give the same articles as CSV, all of them; with the mark that Excel needs to read Vietnamese."""
    desk = desk_of(request)
    with desk.database.connect(seconds=desk.patience) as conn:
        found = articles.search(conn, asked.query(limit=0))
    return Response(
        table_csv(clipping_table(found.clippings, desk.press)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="tin-bai.csv"'},
    )


def _get(desk: Desk, number: int) -> Clipping:
    with desk.database.connect(seconds=desk.patience) as conn:
        clipping = articles.get(conn, number)
    if clipping is None:
        raise HTTPException(404, MISSING)
    return clipping


def read(request: Request, number: Number) -> Response:
    """Show one article: its text with its tags' words, a person's verdicts, its versions and evidence."""
    desk = desk_of(request)
    clipping = _get(desk, number)
    with desk.database.connect(seconds=desk.patience) as conn:
        history = articles.versions(conn, number)
        known = articles.addresses(conn, number)
        original = articles.get(conn, clipping.reprint_of) if clipping.reprint_of else None
        told = articles.same_work(conn, clipping.work) if clipping.work else []
    names = {one.code: one.name for one in desk.press.outlets}
    return page(
        request,
        "article.html",
        clipping=clipping,
        article=clipping.article,
        outlet=next((one for one in desk.press.outlets if one.code == clipping.article.outlet), None),
        counts=counted_items(clipping),
        item=desk.item,
        words=[words for tag in clipping.tags for words in tag.because],
        history=history,
        corrected=[
            (new, found, summary(found), reread(old.article, new.article))
            for old, new in pairwise(history)
            if (found := changes(old.article, new.article))
        ],
        credit=credit_of(clipping.article.text, clipping.article.authors),
        known=known,
        original=original,
        elsewhere=[
            (one, names.get(one.outlet, one.outlet)) for one in told if one.id not in {number, clipping.reprint_of}
        ],
    )


def stored_page(request: Request, number: Number, sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
    """Give a stored page's own bytes, as a file: another site's HTML must never run under our address."""
    desk = desk_of(request)
    with desk.database.connect(seconds=desk.patience) as conn:
        own = {version.article.sha256 for version in articles.versions(conn, number)}
        body = articles.body(conn, sha256) if sha256 in own else None
    if body is None:
        raise HTTPException(404, "Không có bản lưu này.")
    return Response(
        body,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="tin-bai-{number}-{sha256[:12]}.html"',
            "Content-Security-Policy": "sandbox",
        },
    )


def api_search(request: Request, asked: Asked, number: PageNumber = 1) -> dict[str, Any]:
    """Give the articles that fit the filters as JSON, fifty a page."""
    desk = desk_of(request)
    with desk.database.connect(seconds=desk.patience) as conn:
        found = articles.search(conn, asked.query(number))
    return {"schema": 1, "total": found.total, "page": number, "articles": [clipping_json(c) for c in found.clippings]}


def api_read(request: Request, number: Number) -> dict[str, Any]:
    """Give one article as JSON, with its text."""
    clipping = _get(desk_of(request), number)
    return clipping_json(clipping) | {"text": clipping.article.text}
