"""Whom a piece credits, and that prose is no credit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.credits import credit_of

BODY = "Sáng nay xã Mẫu Sơn khai trương bộ phận một cửa.\nNgười dân rất phấn khởi"


@pytest.mark.parametrize(
    ("tail", "who"),
    [
        ("\n(TTXVN)", "TTXVN"),
        (" (TTXVN)./.", "TTXVN"),
        ("\n(TTXVN/Vietnam+)", "TTXVN"),
        ("\nTheo TTXVN", "TTXVN"),
        ("\nTheo TTXVN/Vietnam+.", "TTXVN"),
        ("\nTheo Thông tấn xã Việt Nam", "TTXVN"),
        ("\nTTXVN", "TTXVN"),
        ("\nVietnam+", "TTXVN"),
        ("\nTheo nhandan.vn", "nhandan.vn"),
        ("\n(Theo nhandan.vn)", "nhandan.vn"),
        ("\nNguồn: https://www.baomau.test.vn/mot-cua-post71507.html", "baomau.test.vn"),
        ("\nNguồn: baomau.vn\nBình luận (0)", "baomau.vn"),
        ("\nNguồn: Báo Nhân Dân", "Báo Nhân Dân"),
        ("\nNguồn tin: Cổng TTĐT Chính phủ", "Cổng TTĐT Chính phủ"),
        ("\nTheo Báo Mẫu\nXem thêm", "Báo Mẫu"),
        ("\nTheo Người Lao Động", "Người Lao Động"),
        ("\nNguồn: Sở Nội vụ", "Sở Nội vụ"),
        ("\nNguồn: Ban Tổ chức Tỉnh ủy", "Ban Tổ chức Tỉnh ủy"),
        ("\nNguồn: PV (TTXVN)", "TTXVN"),
        (". (Theo Báo Mẫu)", "Báo Mẫu"),
        ("\nTHEO TTXVN", "TTXVN"),
        ("\nTheo chinhphu.vn.", "chinhphu.vn"),
    ],
)
def test_a_credit_at_the_end_is_read(tail: str, who: str) -> None:
    assert credit_of(BODY + tail) == who


@pytest.mark.parametrize(
    ("authors", "who"),
    [
        (("TTXVN",), "TTXVN"),
        (("Lệ Thủy", "Theo TTXVN"), "TTXVN"),
        (("Lệ Thủy (TTXVN/Vietnam+)",), "TTXVN"),
        (("Theo baomau.vn",), "baomau.vn"),
        (("Nguồn: Báo Mẫu",), "Báo Mẫu"),
        (("Lệ Thủy",), None),
        (("Theo Thủy",), "Thủy"),
    ],
)
def test_a_credit_in_the_by_line_is_read(authors: tuple[str, ...], who: str | None) -> None:
    assert credit_of(BODY, authors) == who


def test_a_dateline_names_the_agency() -> None:
    assert credit_of("Hà Nội (TTXVN) - Sáng nay, hội nghị khai mạc.\nHội nghị bế mạc.\nA.\nB.\nC.") == "TTXVN"
    assert credit_of("(TTXVN) – Sáng nay, hội nghị khai mạc.\nA.\nB.\nC.") == "TTXVN"
    assert credit_of("Mẫu (Bắc) - Sáng nay, hội nghị khai mạc.") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        "Theo kế hoạch, năm 2021 xã nhận hồ sơ qua mạng.",
        "Theo Kế hoạch số 892/KH-UBND",
        "Theo Quyết định của tỉnh",
        "Theo đó, xã mở thêm quầy.",
        "Theo ông chủ tịch xã, việc này khó.",
        "Theo Sở Nội vụ, tỉnh có 12 huyện.",
        "Theo Sở Nội vụ tỉnh Mẫu.",
        "Nguồn vốn: 12 tỷ đồng",
        "Nguồn:",
        "Theo Bí thư Tỉnh ủy",
        "Theo Phó Chủ tịch UBND tỉnh",
        "Theo Thủ tướng Chính phủ",
        "Theo Ban tổ chức",
        "Theo Ban Tổ chức cuộc thi",
        "Nguồn: Internet",
        "Nguồn: Tổng hợp",
        "Nguồn tin: PV",
        "Nguồn gốc của lễ hội",
        "Lễ hội (lần thứ 12)",
        "Phóng viên TTXVN tại Mẫu đã trao đổi với lãnh đạo xã về cách làm mới này của địa phương.\nA.\nB.\nC.",
        "Trang nhandan.vn đã đưa tin về lễ hội này trong tuần qua.\nLễ hội kết thúc tốt đẹp.\nA.\nB.",
    ],
)
def test_prose_is_no_credit(text: str) -> None:
    assert credit_of(text) is None


@given(st.text() | st.text(alphabet="Theo TXVNguồn:(). \nbaomu.vn/"), st.lists(st.text(), max_size=2).map(tuple))
def test_any_text_gets_an_answer(text: str, authors: tuple[str, ...]) -> None:
    found = credit_of(text, authors)
    assert found is None or found == found.strip() != ""
