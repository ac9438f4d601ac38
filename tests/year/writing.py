"""Feeds, sitemaps, sections and pages, a kilobyte or two each, as the sites of a province write them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from hashlib import md5

from monitor.press import HANOI
from tests.year.lists import Month
from tests.year.makes import Make
from tests.year.pieces import Piece

_WHO = ("Xã Mẫu Sơn", "Huyện Ba Mẫu", "Sở Nội vụ", "Thành phố Mẫu", "Xã Bình Mẫu", "Sở Tư pháp", "Phường Mẫu Trung")
_DOES = ("nhận hồ sơ qua mạng", "cắt giảm thủ tục", "họp về chuyển đổi số", "trả kết quả đúng hẹn", "tập huấn cán bộ")
_SLUG = ("nhan-ho-so-qua-mang", "cat-giam-thu-tuc", "hop-ve-chuyen-doi-so", "tra-ket-qua-dung-hen", "tap-huan-can-bo")
EMPTY_SECTION = "<html><body><h1>Tin tức</h1><ul class=ds></ul><p>Nội dung đang được cập nhật.</p></body></html>"
CHALLENGE = (
    "<html><head><script>document.cookie='D1N=4f1c';window.location.reload();</script></head><body></body></html>"
)
FRONT = "<html><head><title>Trang chủ</title></head><body><h1>Trang chủ</h1><p>Chào mừng bạn đọc.</p></body></html>"
NOT_FOUND = "<html><body><h1>Không tìm thấy trang</h1></body></html>"


def token(at: datetime) -> str:
    """Give what differs at each request."""
    return md5(at.isoformat().encode(), usedforsecurity=False).hexdigest()[:10]


def title(piece: Piece, at: datetime) -> str:
    """Give the headline; a first correction changes it."""
    again = ", có đính chính" if piece.version(at) else ""
    return f"{_WHO[piece.number % 7]} {_DOES[piece.number % 5]}, kỳ {piece.number}{again}"


def figure(piece: Piece, at: datetime) -> str:
    """Give the sentence that every correction changes."""
    return f"Đã có {piece.number % 900 + 100 * (piece.version(at) + 1)} hồ sơ được giải quyết."


def path(make: Make, piece: Piece) -> str:
    """Give the path of its page."""
    return make.path.format(slug=_SLUG[piece.number % 5], number=piece.number)


def address(make: Make, piece: Piece, host: str, at: datetime | None = None) -> str:
    """Give its address; with `at`, as this outlet's lists write it then."""
    tail = f"?utm_source=rss&amp;zarsrc={token(at)}" if at and make.trackers else ""
    return f"http://{host}{path(make, piece)}{tail}"


def rss(make: Make, entries: Iterable[tuple[datetime, Piece]], host: str, at: datetime) -> str:
    """Give RSS 2.0, with other GUIDs each time."""
    items = "".join(
        f"<item><title>{title(piece, at)}</title><link>{address(make, piece, host, at)}</link>"
        f"<guid isPermaLink='false'>{token(at)}-{piece.number}</guid>"
        + (f"<pubDate>{format_datetime(_dated(shown, piece))}</pubDate>" if make.dated else "")
        + "</item>"
        for shown, piece in entries
    )
    head = f"<title>{make.code}</title><link>http://{host}/</link>"
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>{head}{items}</channel></rss>"


def atom(make: Make, entries: Iterable[tuple[datetime, Piece]], host: str, at: datetime) -> str:
    """Give Atom, which says when a piece was edited."""
    items = "".join(
        f"<entry><title>{title(piece, at)}</title><link href='{address(make, piece, host, at)}'/>"
        f"<id>urn:{token(at)}:{piece.number}</id><published>{_dated(shown, piece).isoformat()}</published>"
        f"<updated>{piece.touched(at).isoformat(timespec='seconds')}</updated></entry>"
        for shown, piece in entries
    )
    return f"<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'><title>{make.code}</title>{items}</feed>"


def _dated(shown: datetime, piece: Piece) -> datetime:
    """Give what a feed calls the time of publishing: of a piece shown again, that moment; of a late one, its own."""
    return (shown if shown == piece.again else piece.published).replace(microsecond=0)


def urlset(make: Make, pieces: Iterable[Piece], host: str, at: datetime) -> str:
    """Give a sitemap: addresses padded with blanks, and the time of editing."""
    entries = "".join(
        f"<url><loc> {address(make, piece, host)} </loc>"
        f"<lastmod>{piece.touched(at).isoformat(timespec='seconds')}</lastmod></url>"
        for piece in pieces
    )
    return f"<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</urlset>"


def index(months: Iterable[Month], host: str) -> str:
    """Give a sitemap index of months."""
    entries = "".join(
        f"<sitemap><loc>http://{host}/sitemaps/news-{year}-{month}.xml</loc></sitemap>" for year, month in months
    )
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{entries}</sitemapindex>"


def section(make: Make, pieces: Sequence[Piece], host: str, at: datetime, following: str | None) -> str:
    """Give a page of a section; the list of an outlet without a pattern leads to print views and AMP copies, too."""
    rows = "".join(
        f"<li><a class=ten href='{_way(make, piece)}'>{title(piece, at)}</a>"
        + (f"<span>{piece.published:%d/%m/%Y}</span>" if make.dated else "")
        + "</li>"
        for piece in pieces
    )
    more = f"<a class=next href='{following}'>Trang sau</a>" if following else ""
    clock = f"<p class=gio>{at.astimezone(HANOI):%H:%M:%S}</p>"
    return f"<html><body>{clock}<ul class=ds>{rows}</ul>{more}</body></html>"


def _way(make: Make, piece: Piece) -> str:
    if make.pattern is None and piece.number % 3:
        return ("/print" if piece.number % 3 == 1 else "/amp") + path(make, piece)
    return path(make, piece)


def page(make: Make, piece: Piece, host: str, at: datetime, renewed: bool) -> str:
    """Give the page of a piece; what no reader would call a change (a counter, a clock) changes at each request."""
    machine = "" if make.day_only else _meta(piece)
    printed = f"<p class=ngay-dang>( Cập nhật lúc: {piece.published:%d/%m/%Y}  )</p>" if make.day_only else ""
    head, body, lead = ("ten-bai", "noi-dung", "tom-tat") if renewed else _OLD_NAMES
    words = (
        f"<p>{_WHO[piece.number % 7]} cho biết bộ phận một cửa đã bố trí cán bộ hướng dẫn người dân nộp hồ sơ"
        " trực tuyến tại nhà, theo dõi quá trình giải quyết và nhận kết quả qua dịch vụ bưu chính công ích.</p>"
        f"<p>{figure(piece, at)} Người dân và doanh nghiệp có thể gửi phản ánh, kiến nghị qua đường dây nóng của tỉnh"
        " để được trả lời trong thời hạn quy định, không phải đi lại nhiều lần.</p>"
    )
    return (
        f"<!DOCTYPE html><html><head><title>{title(piece, at)}</title>{machine}"
        f"<link rel=canonical href='{address(make, piece, host)}'></head><body><p class=gio>{token(at)}</p>"
        f"<h1 class={head}>{title(piece, at)}</h1>{printed}<p class={lead}>Tin của {make.code}, kỳ {piece.number}.</p>"
        f"<div class={body}>{words}</div><p class=luot-xem>Lượt xem: {int(at.timestamp()) % 9973}</p></body></html>"
    )


_OLD_NAMES = ("article__title", "article__body", "article__sapo")


def _meta(piece: Piece) -> str:
    return f"<meta property='article:published_time' content='{piece.published:%Y-%m-%dT%H:%M:%S}+0700'>"
