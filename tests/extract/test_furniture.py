"""Counters and clocks are no text of an article, wherever they stand; sentences that speak of numbers are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extract import extract
from monitor.extract.furniture import without_furniture
from tests.extract.pages import PAPER, came, without
from tests.extract.test_density import TEXT, TITLE, URL

SAID = "Đã có 15 hồ sơ được giải quyết trước hạn trong ngày."

FURNITURE = (
    "Lượt xem: 123",
    "Lượt xem 1.234",
    "Số lượt xem: 12",
    "123 lượt xem",
    "1,2K lượt xem",
    "Đã xem 12",
    "Đã xem: 12 lần",
    "Xem: 4.512",
    "Lượt đọc: 7",
    "Số lượt truy cập: 1.234.567",
    "Tổng số lượt truy cập: 12",
    "Đang truy cập: 5",
    "Đang online: 3 người",
    "Số người đang truy cập: 5",
    "Bình luận (3)",
    "12 bình luận",
    "Chia sẻ: 4",
    "5 lượt chia sẻ",
    "3 người thích",
    "Lượt tải: 9",
    "Views: 120",
    "120 views",
    "Thứ hai, 05/01/2026, 08:15:32 (GMT+7)",
    "Thứ Hai, ngày 05/01/2026 08:15",
    "Chủ nhật, ngày 4 tháng 1 năm 2026, 08:15:32",
    "08:15:32",
    "05/01/2026 08:15:32",
    "05/01/2026 08:15 GMT+7",
    "Hôm nay: Thứ hai, 05/01/2026",
    "Hôm nay là Thứ 2, ngày 05 tháng 01 năm 2026",
    "( Cập nhật lúc: 05/01/2026 08:15 )",
    "05/01/2026 | 123 lượt xem",
    "Thứ hai - 05/01/2026 08:15 - Đã xem: 12",
)

WORDS = (
    SAID,
    "Đã xem xét 12 hồ sơ",
    "Xem 12 điều cần biết",
    "Hơn 123 lượt xem buổi phát sóng đã góp ý cho tỉnh.",
    "Có 12 bình luận gửi về tòa soạn",
    "Trong ngày, hệ thống có 1.234 lượt truy cập, 56 hồ sơ nộp mới.",
    "Số lượt truy cập cổng dịch vụ công: 1.234, tăng 12% so với tháng trước",
    "Hôm nay: 15 hồ sơ",
    "Hôm nay: 15",
    "Hôm nay, 05/01/2026, tỉnh khai trương trung tâm",
    "Thứ hai, ngày 05/01/2026, tại trụ sở tiếp công dân",
    "8h15: Họp giao ban",
    "08:15",
    "05/01/2026",
    "Ngày 5 tháng 1 năm 2026",
    "1.234",
    "Người xem: ông Trưởng phòng",
    "Thích nghi với số hóa",
)


@pytest.mark.parametrize("line", FURNITURE)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_counter_or_a_clock_is_no_text_wherever_it_stands(line: str, place: int) -> None:
    lines = ["Tỉnh họp về chuyển đổi số.", SAID]
    assert without_furniture([*lines[:place], line, *lines[place:]]) == lines


@pytest.mark.parametrize("line", WORDS)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_words_that_mention_numbers_days_or_hours_stay(line: str, place: int) -> None:
    lines = ["Tỉnh họp về chuyển đổi số.", SAID]
    lines.insert(place, line)
    assert without_furniture(lines) == lines


def test_visitors_of_today_and_yesterday_are_no_text_beside_a_count_of_visits() -> None:
    box = ["Thống kê truy cập", "Hôm nay: 120", "Hôm qua: 512", "Tất cả: 1.234.567"]
    assert without_furniture([SAID, *box]) == [SAID, "Thống kê truy cập"]


def test_the_calendar_above_a_text_is_none_and_the_days_of_a_schedule_are() -> None:
    assert without_furniture(["Thứ hai, 05/01/2026", SAID]) == [SAID]
    schedule = ["Thứ hai, 05/01/2026", "8h00: Họp giao ban", "Thứ ba, 06/01/2026", "14h00: Tiếp công dân"]
    assert without_furniture(schedule) == schedule


@given(st.text(alphabet="0123456789 :,.|()-/hgiờlượtxemthứhaingàyđãGMT+", max_size=400))
def test_a_line_goes_or_stays_whole_and_takes_no_other_with_it(line: str) -> None:
    assert without_furniture([SAID, line, SAID]) in ([SAID, line, SAID], [SAID, SAID])


@pytest.mark.parametrize("place", ["before", "inside", "after"])
def test_two_looks_at_a_page_with_a_counter_and_a_clock_say_the_same_without_rules(place: str) -> None:
    def look(views: int, clock: str) -> str:
        beside = f"<p>Lượt xem: {views}</p><p>Thứ hai, 05/01/2026, {clock} (GMT+7)</p>"
        first, rest = TEXT.split("</p>", 1)
        text = {"before": beside + TEXT, "inside": f"{first}</p>{beside}{rest}", "after": TEXT + beside}[place]
        article = extract(came(f"<title>{TITLE}</title><h1>{TITLE}</h1><div>{text}</div>", URL), without(PAPER), None)
        return "\n".join((article.lead or "", article.text))

    assert look(9, "08:15:32") == look(9973, "21:02:00")
    assert "Lượt xem" not in look(9, "08:15:32")


def test_a_number_that_changes_in_a_sentence_changes_the_text() -> None:
    def look(number: int) -> str:
        page = f"<title>{TITLE}</title><h1>{TITLE}</h1><div>{TEXT}<p>Đã có {number} hồ sơ được giải quyết.</p></div>"
        return extract(came(page, URL), without(PAPER), None).text

    assert look(15) != look(51)
    assert "15 hồ sơ" in look(15)
