"""What is announced and is no piece is refused with a word of the closed list; what may be one never is."""

import pytest

from monitor.errors import Reason
from monitor.sources import refusal
from tests.factories import an_outlet

HOST = "http://bao-mau.test"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("javascript:void(0)", Reason.SCHEME),
        ("mailto:toa-soan@bao-mau.test", Reason.SCHEME),
        ("https://ke-khac.test/tin-post1.html", Reason.LEFT_HOSTS),
        ("http://m.bao-mau.test/tin-1.html", Reason.LEFT_HOSTS),
        (f"{HOST}/", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/index.php", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/trang-chu.html", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/tag/cai-cach", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/cai-cach-hanh-chinh-tag33502.html", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/tu-khoa/mot-cua.html", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/tim-kiem?q=mot+cua", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/?s=mot+cua", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/category/tin-tuc/", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/tin-tuc/", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/tin-tuc/page/3/", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/thong-bao/ket-qua-thi-tuyen-46.html", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/index.php?com=thong-bao", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/index.php?com=thongbao_ct&id_tb=46", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/index.php?com=danhmuc_tin&id_category=2&page=3", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/lich-cong-tac/tuan-3", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/epaper/2021/01/05", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/bao-in/so-1200", Reason.NOT_AN_ARTICLE),
        (f"{HOST}/files/cong-van-12.pdf", Reason.NOT_HTML),
        (f"{HOST}/anh/1.JPG", Reason.NOT_HTML),
        (f"{HOST}/thoi-su-5-1.mp4?x=1", Reason.NOT_HTML),
        (f"{HOST}/rss/home.rss", Reason.NOT_HTML),
    ],
)
def test_what_is_no_piece_is_refused_with_its_reason(address: str, reason: Reason) -> None:
    assert refusal(an_outlet(identity=None), address) is reason


@pytest.mark.parametrize(
    "address",
    [
        "/thong-bao-ket-qua-cai-cach-hanh-chinh-12.html",
        "/thoi-su/xa-mau-son-nhan-ho-so.html",
        "/tag-heuer-va-cai-cach.html",
        "/index.php?com=chitiet_tin&id_tin=46",
        "/print/tin-12",
        "/chuyen-muc/cai-cach-hanh-chinh/tin-12.html",
        "/tin-tuc?id=12",
        "/diem-bao-in-ngay-5-1-2021.html",
        "/Pages/2021-1-5/Xa-Mau-Son7yqddb.aspx",
        "/thu-tuc-hanh-chinh/xa-mau-son-rut-ngan-thoi-gian.html",
    ],
)
def test_what_may_be_a_piece_is_not_refused(address: str) -> None:
    assert refusal(an_outlet(identity=None), HOST + address) is None


def test_where_the_outlet_says_what_a_piece_looks_like_that_alone_decides() -> None:
    outlet = an_outlet(identity=r"-post(?P<id>\d+)\.html$")
    assert refusal(outlet, f"{HOST}/thong-bao/tuyen-dung-post12.html") is None
    assert refusal(outlet, f"{HOST}/thoi-su/xa-mau-son.html") is Reason.NOT_AN_ARTICLE
    assert refusal(outlet, f"{HOST}/cong-van-post12.pdf") is Reason.NOT_HTML
    assert refusal(outlet, "http://ke-khac.test/tin-post12.html") is Reason.LEFT_HOSTS
