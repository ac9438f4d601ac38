"""Cổng TTĐT tỉnh Mẫu: SharePoint, slugs cut in mid-word, days without hours, and a soft 404."""

import re
from datetime import date
from html import escape

from demo.sites.answer import Answer, Request, page_number, paragraphs, template
from demo.stories import Story, shown

CUT = 30
"""Letters of the slug that the portal keeps."""

PER_PAGE = 10
SECTIONS = {
    "tin-trong-tinh-501": "Tin trong tỉnh",
    "tin-trung-uong-505": "Tin Trung ương",
    "an-ninh-trat-tu-508": "An ninh trật tự",
    "y-te-509": "Y tế",
    "chi-dao-dieu-hanh-512": "Chỉ đạo, điều hành",
    "van-hoa-du-lich-515": "Văn hóa, du lịch",
    "cai-cach-hanh-chinh-533": "Cải cách hành chính",
}
HOTLINE, MAIL = "0200.3.000.222", "phananhkiennghi@mau.test"
REBUILT = (date(2021, 1, 12), date(2021, 1, 26))
"""First and last day on which a new banner stands where the hotline stood."""

_HOTLINE = f'<div class="hotline">Tiếp nhận phản ánh, kiến nghị: {HOTLINE}, <a href="mailto:{MAIL}">{MAIL}</a></div>'
_ARTICLE = re.compile(r"/Pages/([a-z0-9-]+-\d+)/[^/]*?([0-9a-f]{16})\.aspx")


def answer(request: Request) -> Answer:
    """Answer for the portal; what it does not know it says politely, with status 200."""
    pieces = shown("cong-mau", request.now)
    path = request.path
    if path == "/robots.txt":
        return Answer("User-agent: *\nDisallow: /_layouts/\n", content_type="text/plain; charset=utf-8")
    if path == "/":
        gone = REBUILT[0] <= request.now.date() <= REBUILT[1]
        return _list(pieces[:PER_PAGE], "Trang chủ", "", "" if gone else _HOTLINE)
    if path == "/Pages/tin-tuc.aspx":
        return _paged(pieces, "Tin tức", path, page_number(request))
    if (section := path.removeprefix("/Pages/").removesuffix("/default.aspx")) in SECTIONS:
        return _paged([s for s in pieces if s.section == section], SECTIONS[section], path, page_number(request))
    if match := _ARTICLE.fullmatch(path):
        story = next((s for s in pieces if s.id == match[2]), None)
        if story:
            return _article(story)
    return Answer(template("sharepoint_missing").substitute())


def path_of(story: Story) -> str:
    """Give the path of a piece: the slug is cut in mid-word, the sixteen hex digits are what names it."""
    return f"/Pages/{story.section}/{story.slug[:CUT]}-{story.id}.aspx"


def _paged(pieces: list[Story], title: str, path: str, page: int) -> Answer:
    more = len(pieces) > page * PER_PAGE
    following = f'<a class="next" href="{path}?page={page + 1}">Trang sau</a>' if more else ""
    return _list(pieces[(page - 1) * PER_PAGE : page * PER_PAGE], title, following)


def _list(pieces: list[Story], title: str, following: str, hotline: str = _HOTLINE) -> Answer:
    items = "\n".join(
        f'<div class="news-row"><a class="news-link" href="{path_of(story)}">{escape(story.title)}</a> '
        f'<span class="news-day">({story.published:%d/%m/%Y})</span></div>'
        for story in pieces
    )
    menu = " ".join(f'<a href="/Pages/{code}/default.aspx">{name}</a>' for code, name in SECTIONS.items())
    return Answer(
        template("sharepoint_list").substitute(
            title=escape(title), menu=menu, items=items, following=following, hotline=hotline
        )
    )


def _article(story: Story) -> Answer:
    return Answer(
        template("sharepoint_article").substitute(
            title=escape(story.title),
            section=escape(SECTIONS[story.section]),
            day=f"{story.published:%d/%m/%Y}",
            lead=escape(story.lead or ""),
            body=paragraphs(story.body),
            author=escape(story.author),
            phone=HOTLINE,
            mail=MAIL,
        )
    )
