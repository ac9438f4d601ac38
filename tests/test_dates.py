"""Printed dates: what is certain is read, what leaves a doubt is None."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dates import Published, read_date
from monitor.press import HANOI, hanoi_day


def _at(year: int, month: int, day: int, hour: int, minute: int, second: int = 0) -> Published:
    moment = datetime(year, month, day, hour, minute, second, tzinfo=HANOI)
    return Published(moment.date(), moment)


def _on(year: int, month: int, day: int) -> Published:
    return Published(date(year, month, day), None)


READ = {
    # machines
    "2025-03-19T08:15:00+0700": _at(2025, 3, 19, 8, 15),
    "2026-07-30T16:47:54+07:00": _at(2026, 7, 30, 16, 47, 54),
    "2026-07-30T16:47:54+07": _at(2026, 7, 30, 16, 47, 54),
    "2026-07-30T16:47:54.123456+07:00": _at(2026, 7, 30, 16, 47, 54),
    "2026-07-30T16:47+07:00": _at(2026, 7, 30, 16, 47),
    "2026-01-04T20:30:00Z": _at(2026, 1, 5, 3, 30),
    "2026-01-04T20:30:00.000Z": _at(2026, 1, 5, 3, 30),
    "2026-01-04T12:00:00-05:00": _at(2026, 1, 5, 0, 0),
    "2026-01-05T08:00:00": _at(2026, 1, 5, 8, 0),
    "2026-01-05T08:00:00 ICT": _at(2026, 1, 5, 8, 0),
    "2023-11-04 11:00:20": _at(2023, 11, 4, 11, 0, 20),
    "2023-11-04": _on(2023, 11, 4),
    "2023-11-04+07:00": _on(2023, 11, 4),
    "2024-5-17": _on(2024, 5, 17),
    "2024/05/17 09:00": _at(2024, 5, 17, 9, 0),
    # feeds
    "Tue, 05 Jan 2021 08:15:00 +0700": _at(2021, 1, 5, 8, 15),
    "Tue, 5 Jan 2021 08:15:00 +07:00": _at(2021, 1, 5, 8, 15),
    "Tue, 05 Jan 2021 08:15:00 +07": _at(2021, 1, 5, 8, 15),
    "Tue, 05 Jan 2021 08:15:00 GMT+7": _at(2021, 1, 5, 8, 15),
    "Tue, 05 Jan 2021 08:15:00 ICT": _at(2021, 1, 5, 8, 15),
    "Tue, 05 Jan 2021 08:15:00 GMT": _at(2021, 1, 5, 15, 15),
    "Mon, 04 Jan 2021 20:15:00 UTC": _at(2021, 1, 5, 3, 15),
    "Tue, 05 Jan 2021 08:15:00": _at(2021, 1, 5, 8, 15),
    "05 January 2021": _on(2021, 1, 5),
    # visible lines
    "Thứ Ba, ngày 05/01/2021 - 08:15": _at(2021, 1, 5, 8, 15),
    "ngày 19/03/2025 - 08:15": _at(2025, 3, 19, 8, 15),
    "14/08/2026 18:51": _at(2026, 8, 14, 18, 51),
    "Thứ Tư, 19/03/2025, 08:15 (GMT+7)": _at(2025, 3, 19, 8, 15),
    "Thứ tư, 19/03/2025, 08:15 GMT+07:00": _at(2025, 3, 19, 8, 15),
    "Thứ Năm 25/05/2023 , 10:00 (GMT+7)": _at(2023, 5, 25, 10, 0),
    "Thứ năm, 26/05/2022 - 16:08": _at(2022, 5, 26, 16, 8),
    "Thứ năm - 04/04/2024 04:18": _at(2024, 4, 4, 4, 18),
    "Thứ 5, 04/04/2024 04:18": _at(2024, 4, 4, 4, 18),
    "T5, 04/04/2024 04:18": _at(2024, 4, 4, 4, 18),
    "CN, 03/01/2021 | 21:40": _at(2021, 1, 3, 21, 40),
    "Chủ nhật, 3/1/2021": _on(2021, 1, 3),
    "( Cập nhật lúc: 05/10/2022  )": _on(2022, 10, 5),
    "Cập nhật lần cuối: 08:15 ngày 05/10/2022": _at(2022, 10, 5, 8, 15),
    " Ngày đăng: 05/01/2021/ Lượt xem: 3": _on(2021, 1, 5),
    "Đăng ngày 17 - 05 - 2024": _on(2024, 5, 17),
    "Đăng ngày 17 - 05 - 2024 Lượt xem: 400": _on(2024, 5, 17),
    "03:06 PM 13/12/2020 |   Lượt xem: 4186": _at(2020, 12, 13, 15, 6),
    "03:06 CH 13/12/2020": _at(2020, 12, 13, 15, 6),
    "13/12/2020 8:06:00 SA": _at(2020, 12, 13, 8, 6),
    "12:05 SA 13/12/2020": _at(2020, 12, 13, 0, 5),
    "12:05 PM 13/12/2020": _at(2020, 12, 13, 12, 5),
    "14:50 PM 13/12/2020": _at(2020, 12, 13, 14, 50),
    "1/5/2026 8:00:00 AM": _at(2026, 5, 1, 8, 0),
    "Nguyệt Anh - 14:50, 15/08/2022": _at(2022, 8, 15, 14, 50),
    "N.Đ - 05/01/2021 | 07:30": _at(2021, 1, 5, 7, 30),
    "08:19, 08/03/2025": _at(2025, 3, 8, 8, 19),
    "17h08' ngày 05/01/2021": _at(2021, 1, 5, 17, 8),
    "8 giờ 05 phút, ngày 05/01/2021": _at(2021, 1, 5, 8, 5),
    "Thứ Sáu, ngày 23 tháng 08 năm 2019, 09:25:27": _at(2019, 8, 23, 9, 25, 27),
    "ngày 05 tháng 3 năm 2021": _on(2021, 3, 5),
    "Mẫu, ngày 05 tháng 3 năm 2021": _on(2021, 3, 5),
    "14 Tháng Mười Hai, 2022": _on(2022, 12, 14),
    "14 tháng mười hai năm 2022": _on(2022, 12, 14),
    "5 Tháng Năm 2021": _on(2021, 5, 5),
    "05 tháng Tư năm 2021 07:00": _at(2021, 4, 5, 7, 0),
    "Ngày đăng: 05/01/2021 08:15 - Cập nhật: 06/01/2021 09:00": _at(2021, 1, 5, 8, 15),
    "05/01/2021 08:15 | 12 lượt xem | 0 bình luận": _at(2021, 1, 5, 8, 15),
    "Tha\u0309o - 05/01/2021": _on(2021, 1, 5),  # decomposed letters
    "05/01/2021\u00a008:15": _at(2021, 1, 5, 8, 15),
    "29/02/2024": _on(2024, 2, 29),
}

NOT_READ = [
    "",
    "   ",
    "2026",
    "Năm 2021",
    "tháng 3 năm 2021",
    "Tháng 1/2021",
    "202503",
    "20210105",
    "Kế hoạch giai đoạn 2026-2030",
    "31/02/2021",
    "29/02/2021",
    "05/13/2021",
    "02/13/2020 08:00",
    "2021-13-01",
    "2021-02-30T08:00:00+07:00",
    "00/01/2021",
    "05/01/21",
    "Tue, 05 Jan 21 08:15:00 +0700",
    "01/01/1970",
    "1970-01-01T00:00:00Z",
    "0001-01-01T00:00:00",
    "05/01/2021 25:00",
    "05/01/2021 08:75",
    "13:00 AM 05/01/2021",
    "0:15 PM 05/01/2021",
    "2021-01-05T08:00:00+25:00",
    "Tue, 05 Jan 2021 08:15:00 PST",
    "17.11",
    "28.10.2020",
    "9/4",
    "06/01",
    "13-11",
    "ngay-1142025",
    "08:15",
    "17h08:",
    "rằm tháng Giêng năm 2021",
    "Kế hoạch số 892/KH-UBND ngày 30/12/2020",
    "Ngày 05/01/2021, UBND tỉnh Mẫu tổ chức hội nghị",
    "Chiều 05/01/2021, tại xã Mẫu Sơn",
    "Từ ngày 05/01/2021 đến ngày 10/01/2021",
    "05/01/2021 - 10/01/2021",
    "Cập nhật: 06/01/2021. Ngày đăng: 05/01/2021",
    "05/01/2021 08:15 và 09:15",
    "Số 12, 05/01/2021",
    "1.234/05/01/2021",
    "05/01/2021.5",
    "Hôm qua",
    "2 ngày trước",
    "a" * 200 + " 05/01/2021",
]


@pytest.mark.parametrize(("written", "expected"), READ.items())
def test_every_form_that_the_sites_print_is_read(written: str, expected: Published) -> None:
    assert read_date(written) == expected


@pytest.mark.parametrize("written", NOT_READ)
def test_what_leaves_a_doubt_is_no_date(written: str) -> None:
    assert read_date(written) is None


_TABLE = [
    line.split("\t")
    for line in (Path(__file__).parent / "dates.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("written", "expected"), _TABLE)
def test_what_sites_print_is_read_right_or_not_at_all(written: str, expected: str) -> None:
    found = read_date(written, now=datetime(2026, 1, 5, 12, tzinfo=HANOI))
    shown = "-" if found is None else f"{found.at:%Y-%m-%d %H:%M:%S}" if found.at else f"{found.on}"
    assert shown == expected


def test_the_table_has_the_size_that_k11_asks_for() -> None:
    assert len({written for written, _ in _TABLE}) == len(_TABLE) >= 300


NOON = datetime(2021, 1, 5, 5, 0, tzinfo=UTC)


def test_hours_ago_name_a_day_only_where_no_midnight_lies_between() -> None:
    assert read_date("13 phút trước", now=NOON) == _on(2021, 1, 5)
    assert read_date("Cập nhật 2 giờ trước", now=NOON) == _on(2021, 1, 5)
    assert read_date("20 giờ trước", now=NOON) == _on(2021, 1, 4)
    assert read_date("11 giờ trước", now=NOON) == _on(2021, 1, 5)
    assert read_date("12 giờ trước", now=NOON + timedelta(minutes=30)) is None
    assert read_date("13 phút trước") is None


def test_a_time_beyond_midnight_in_london_is_the_next_day_in_hanoi() -> None:
    found = read_date("Thu, 31 Dec 2020 17:00:00 GMT")
    assert found is not None
    assert found.on == date(2021, 1, 1)


_MOMENTS = st.datetimes(datetime(1990, 1, 2), datetime(2098, 12, 30)).map(  # noqa: DTZ001 (hypothesis wants naive bounds)
    lambda m: m.replace(microsecond=0, tzinfo=HANOI)
)


@given(_MOMENTS, st.sampled_from(["{:%Y-%m-%dT%H:%M:%S%z}", "{:%d/%m/%Y - %H:%M:%S}", "{:%H:%M:%S, %d-%m-%Y} (GMT+7)"]))
def test_what_was_printed_is_read_back(moment: datetime, printed: str) -> None:
    assert read_date(printed.format(moment)) == Published(hanoi_day(moment), moment)


@given(_MOMENTS, st.integers(-14, 14))
def test_the_zone_moves_the_moment_not_the_truth(moment: datetime, hours: int) -> None:
    elsewhere = moment.astimezone(UTC) + timedelta(hours=hours)
    found = read_date(f"{elsewhere:%Y-%m-%dT%H:%M:%S}{hours:+03d}:00")
    if 1990 <= elsewhere.year <= 2098:
        assert found == Published(hanoi_day(moment), moment)


@given(st.text(max_size=60))
def test_any_text_gets_an_answer(written: str) -> None:
    found = read_date(written)
    assert found is None or found.at is None or hanoi_day(found.at) == found.on


_BITS = [
    "05/01/2021",
    "5/1/2021",
    "2021-01-05",
    "31/02/2021",
    "08:15",
    "25:00",
    "T",
    "+07:00",
    "(GMT+7)",
    "GMT",
    "SA",
    "CH",
    "PM",
]
_BITS += [
    "Thứ Ba",
    "Tue",
    "tháng",
    "Tháng Một",
    "Jan",
    "5",
    "2021",
    ",",
    "-",
    "/",
    "|",
    "Cập nhật",
    "Lượt xem: 3",
    "trước",
    "giờ",
]


@given(
    st.lists(st.sampled_from(_BITS), max_size=9).map(" ".join)
    | st.lists(st.sampled_from(_BITS), max_size=9).map("".join)
)
def test_pieces_of_dates_in_any_order_name_the_fifth_of_january_or_nothing(written: str) -> None:
    found = read_date(written, now=datetime(2021, 1, 5, 5, tzinfo=UTC))
    assert found is None or abs((found.on - date(2021, 1, 5)).days) <= 1


@given(
    st.dates(date(1990, 1, 1), date(2098, 12, 31)),
    st.sampled_from(["{0.day}/{0.month}/{0.year}", "{0:%d-%m-%Y} 08:15"]),
)
def test_the_day_stands_before_the_month_always(on: date, printed: str) -> None:
    found = read_date(printed.format(on))
    assert found is not None
    assert found.on == on


@given(st.dates(date(1990, 1, 1), date(2098, 12, 31)), st.integers(0, 6))
def test_no_weekday_turns_day_and_month_round(on: date, weekday: int) -> None:
    name = ["Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật"][weekday]
    found = read_date(f"{name}, {on:%d/%m/%Y}")
    assert found in (None, Published(on))
    assert found is not None or on.weekday() != weekday
