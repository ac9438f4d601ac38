"""Đài PT-TH tỉnh Mẫu: short pages around a film, and a list of ten to a page with “Trang sau”."""

import re
from html import escape

from demo.sites.answer import WEEKDAYS, Answer, Request, not_found, paragraphs, template
from demo.stories import Story, shown

PER_PAGE = 10
_ARTICLE = re.compile(r"/tin-tuc-n(\d+)/[^/]+\.html")
_LIST = re.compile(r"/tin-tuc/(?:trang-(\d+)\.html)?")


def answer(request: Request) -> Answer:
    """Answer for the television's site."""
    pieces = shown("dai-mau", request.now)
    if request.path == "/robots.txt":
        return Answer("User-agent: *\nDisallow: /quan-tri/\n", content_type="text/plain; charset=utf-8")
    if request.path == "/":
        return _list(pieces, 1)
    if match := _LIST.fullmatch(request.path):
        return _list(pieces, int(match[1] or 1))
    if match := _ARTICLE.fullmatch(request.path):
        story = next((s for s in pieces if s.id == match[1]), None)
        return _article(story) if story else not_found()
    return not_found()


def path_of(story: Story) -> str:
    """Give the path of a piece."""
    return f"/tin-tuc-n{story.id}/{story.slug}.html"


def _list(pieces: list[Story], page: int) -> Answer:
    here = pieces[(page - 1) * PER_PAGE : page * PER_PAGE]
    if not here and page > 1:
        return not_found()
    items = "\n".join(
        f'<li class="news-item"><a class="news-item__title" href="{path_of(story)}">{escape(story.title)}</a> '
        f'<span class="news-item__date">{story.published:%d/%m/%Y %H:%M}</span></li>'
        for story in here
    )
    more = len(pieces) > page * PER_PAGE
    following = f'<a class="next" href="/tin-tuc/trang-{page + 1}.html">Trang sau</a>' if more else ""
    return Answer(template("television_list").substitute(items=items, page=page, following=following))


def _article(story: Story) -> Answer:
    day = story.published
    return Answer(
        template("television_article").substitute(
            title=escape(story.title),
            visible=f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y} - {day:%H:%M}",
            body=paragraphs([*([story.lead] if story.lead else []), *story.body]),
            author=escape(story.author),
        )
    )
