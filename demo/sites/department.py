"""Sở VHTTDL tỉnh Mẫu: a query-string site with a stray table tag and another department's schedule in a hidden box."""

import unicodedata
from html import escape

from demo.sites.answer import WEEKDAYS, Answer, Request, in_entities, not_found, page_number, paragraphs, template
from demo.stories import Story, shown

PER_PAGE = 5
NOTICES = (
    ("46", "Thông báo lịch nghỉ Tết Nguyên đán Tân Sửu 2021"),
    ("45", "Thông báo về việc niêm yết công khai thủ tục hành chính tại bộ phận một cửa"),
    ("44", "Mời góp ý dự thảo quy chế làm việc của Sở"),
)
"""Notices stand in a box beside every page; their numbers run in a series of their own."""

HIDDEN = (
    "Lịch tiếp công dân năm 2021 của Sở Khoa học và Công nghệ tỉnh Mẫu",
    "Sở Khoa học và Công nghệ tỉnh Mẫu đẩy mạnh cải cách hành chính, công khai danh mục thủ tục hành chính, "
    "tiếp nhận hồ sơ qua dịch vụ công trực tuyến mức độ 3, 4 và dịch vụ bưu chính công ích tại Trung tâm Phục vụ "
    "hành chính công tỉnh theo cơ chế một cửa, một cửa liên thông.",
    "Đường dây nóng tiếp nhận phản ánh, kiến nghị về thủ tục hành chính, thái độ phục vụ: 0200.3.000.999.",
)


def answer(request: Request) -> Answer:
    """Answer for the department's site: one script, and a query that says what it shows."""
    if request.path not in {"/", "/index.php"}:
        return not_found()
    pieces = shown("so-vhttdl-mau", request.now)
    asked = request.query("com")
    if asked in {None, "danhmuc_tin"}:
        return _list(pieces, page_number(request), request)
    if asked == "thongbao_ct":
        notice = next((text for number, text in NOTICES if number == request.query("id_tb")), None)
        return _page(request, "Thông báo", f"<p>{escape(notice)}</p>") if notice else not_found()
    if asked == "chitiet_tin":
        story = next((s for s in pieces if s.id == request.query("id_tin")), None)
        return _article(story, request) if story else not_found()
    return not_found()


def path_of(story: Story) -> str:
    """Give the address of a piece on this site."""
    return f"/index.php?com=chitiet_tin&id_tin={story.id}"


def _list(pieces: list[Story], page: int, request: Request) -> Answer:
    last = max(1, -(-len(pieces) // PER_PAGE))
    if page > last:
        return not_found()
    items = "\n".join(
        template("department_item").substitute(
            href=escape(path_of(story)),
            title=escape(story.title),
            lead=escape(story.lead or ""),
            day=f"{story.published:%d/%m/%Y}",
            views=3 + len(story.title) % 40,
        )
        for story in pieces[(page - 1) * PER_PAGE : page * PER_PAGE]
    )
    address = "/index.php?com=danhmuc_tin&amp;id_category=2&amp;page="
    numbers = [
        f'<li class="active"><a href="{address}{n}">{n}</a></li>'
        if n == page
        else f'<li><a href="{address}{n}">{n}</a></li>'
        for n in range(1, last + 1)
    ]
    if page < last:
        numbers.append(f'<li class="next"><a href="{address}{page + 1}">&raquo;</a></li>')
    # The stray </table> is the real site's: its list once was a table.
    paging = f'<ul class="pagination">{"".join(numbers)}</ul>'
    return _page(request, "Tin tức – sự kiện", f"{items}\n</table>\n{paging}")


def _article(story: Story, request: Request) -> Answer:
    content = template("department_article").substitute(
        title=escape(story.title),
        day=f"{story.published:%d/%m/%Y}",
        lead=escape(story.lead or ""),
        body=paragraphs(story.body),
        author=escape(story.author),
    )
    if "nfd" in story.quirks:  # the editor pasted decomposed letters; the site's own texts are composed
        content = unicodedata.normalize("NFD", content)
    return _page(request, story.title, content)


def _page(request: Request, title: str, content: str) -> Answer:
    """Put `content` between the header with its running clock, the hidden box and the notices."""
    clock = f"{WEEKDAYS[request.now.weekday()]}, ngày {request.now:%d/%m/%Y} {request.now:%H:%M:%S}"
    notices = "\n".join(
        f'<li><a href="/index.php?com=thongbao_ct&amp;id_tb={number}">{escape(text)}</a></li>'
        for number, text in NOTICES
    )
    return Answer(
        template("department_page").substitute(
            title=escape(title),
            clock=clock,
            content=content,
            notices=notices,
            hidden="\n".join(f"<p>{in_entities(text)}</p>" for text in HIDDEN),
        )
    )
