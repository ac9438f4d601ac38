"""Pages of tỉnh Mẫu, built as the sites build theirs; every sentence is made up."""

from dataclasses import replace
from typing import Any

from monitor.plan import Channel
from monitor.press import Kind, Outlet, Page, PageRules
from tests.factories import a_page, an_outlet

EPI = PageRules(
    title=("h1.article__title", ".cms-title"),
    lead=(".article__sapo.cms-desc",),
    text=("div.article__body.cms-body", "[itemprop=articleBody]"),
    published=('meta[property="article:published_time"]@content', ".article__meta time@datetime", "time.time"),
    author=("a.cms-author", ".article__author"),
    drop=(".ads_middle", "div[id^=adsWeb_]", ".article__tag", ".article-relate", "figure.article__avatar"),
    lead_prefix="BM - ",
    kinds={Kind.DIGEST: "/diem-bao-in", Kind.LIVE: "/truc-tiep"},
)
TV = PageRules(title=("h1.title",), text=("div.noi-dung",), published=("span.ngay",), byline_last=True)
PORTAL = PageRules(
    title=("h2.tieu-de",),
    text=("div.ms-rtestate-field",),
    published=("span.ngay-dang",),
    author=("div.tac-gia",),
)
DEPARTMENT = PageRules(
    title=(".Content_Left h3",), text=(".Content_Left .chitiet",), published=(".Content_Left .ngay",)
)

PAPER = an_outlet()
STATION = an_outlet(
    code="dai-mau",
    agency="dai-mau",
    channel=Channel.TELEVISION,
    hosts=("dai-mau.test",),
    identity=r"/tin-tuc-n(?P<id>\d+)/[^/]+\.html$",
    pages="tv",
)
GATE = an_outlet(
    code="cong-mau",
    agency="vpubnd-mau",
    channel=Channel.PORTAL,
    hosts=("cong-mau.test",),
    identity=r"/Pages/[a-z0-9-]+-\d+/[^/]*?(?P<id>[0-9a-f]{16})\.aspx$",
    pages="sharepoint",
)
OFFICE = an_outlet(
    code="so-vhttdl-mau",
    agency="so-vhttdl-mau",
    channel=Channel.SITE,
    hosts=("so-mau.test",),
    identity=r"[?&]id_tin=(?P<id>\d+)",
    pages="so",
)


def came(body: str | bytes, url: str, **changes: Any) -> Page:
    """Give a page that came from `url`."""
    return a_page(body, **{"url": url, "final_url": url, **changes})


def epi(
    body: str,
    *,
    title: str = "Xã Mẫu Sơn nhận và trả hồ sơ qua bưu chính",
    lead: str = "BM - Từ đầu năm, bộ phận một cửa xã Mẫu Sơn phối hợp với bưu điện nhận hồ sơ tại nhà.",
    meta: str = "2021-01-05T08:15:00+0700",
    slug: str = "xa-mau-son-nhan-ho-so-post1007",
    head: str = "",
    **changes: Any,
) -> Page:
    """Give an article page of the newspaper, as its CMS builds it; `body` is what the editor wrote."""
    stamp = f'<meta property="article:published_time" content="{meta}">' if meta else ""
    return came(
        f"""<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>{title} | Báo Mẫu</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="Báo Mẫu">{stamp}{head}
<script>var ads = "<p>Quảng cáo</p>";</script></head><body>
<div class="site-header">Thứ Sáu, ngày 23 tháng 08 năm 2019, 09:25:27</div>
<div class="article__meta"><time class="time">05/01/2021 - 08:15</time><span class="article__author"></span></div>
<h1 class="article__title cms-title">{title}</h1><h2 class="article__sapo cms-desc">{lead}</h2>
<div class="article__body zce-content-body cms-body" itemprop="articleBody">{body}
<div class="ads_middle"><p>Tuyển sinh năm 2021</p></div><div id="adsWeb_1">Quảng cáo</div></div>
<div class="article__tag"><a href="/mot-cua-tag1.html">một cửa</a></div>
<div class="article-relate"><a class="cms-relate" href="/khac-post9.html">Tin liên quan khác</a></div>
<footer>Cơ quan chủ quản: tỉnh Mẫu. Điện thoại: 0209 000 000</footer></body></html>""",
        f"http://bao-mau.test/{slug}.html",
        **changes,
    )


def without(outlet: Outlet) -> Outlet:
    """Give the outlet without page rules."""
    return replace(outlet, pages=None)


ASP_NET = """<!DOCTYPE html><html><head><title>Trang chủ</title></head><body>
<form method="post" action="./bai.aspx" id="form1"><input type="hidden" name="__VIEWSTATE" value="/wEPDwUK" />
<div id="menu"><a href="/">Trang chủ</a> <a href="/gioi-thieu">Giới thiệu</a> <a href="/lien-he">Liên hệ</a></div>
<div id="dong-ho">Thứ Sáu, ngày 23 tháng 08 năm 2019, 09:25:27</div>
<div id="ctl00_ContentPlaceHolder1"><h1>Huyện Bản Mẫu đưa bộ phận một cửa về gần dân</h1>
<p>Từ tháng này, huyện Bản Mẫu mở thêm hai điểm tiếp nhận hồ sơ tại các xã ở xa trung tâm. Người dân không phải đi
hơn bốn mươi cây số để nộp một tờ khai như trước.</p>
<p>Mỗi điểm có hai cán bộ, một máy quét và đường truyền riêng. Hồ sơ được chuyển về trung tâm ngay trong buổi,
kết quả trả qua bưu chính công ích trong thời hạn ghi trên giấy hẹn.</p>
<p>Theo thống kê của huyện, trong tuần đầu hai điểm đã nhận một trăm ba mươi hồ sơ, phần lớn về đất đai và hộ tịch.</p>
</div>
<div style="display:none"><p>Sở Khoa học và Công nghệ tỉnh Mẫu tiếp công dân vào thứ Năm hằng tuần tại trụ sở.</p></div>
<div id="chan-trang">Bản quyền thuộc UBND huyện Bản Mẫu</div></form></body></html>"""

LONG = " ".join(
    ["Cán bộ bộ phận một cửa hướng dẫn người dân khai tờ khai trên máy tính, quét giấy tờ và theo dõi hồ sơ."] * 18
)
