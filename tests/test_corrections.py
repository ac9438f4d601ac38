"""Two versions of a piece: what was changed, and nothing that was not."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from monitor.corrections import Change, Edit, Part, changes, summary
from monitor.press import Article, Kind
from tests.factories import an_article

FIRST = replace(
    an_article(),
    title="Xã Mẫu Sơn nhận hồ sơ trực tuyến",
    lead="Từ hôm nay bà con không phải đi xa.",
    text="Sáng nay xã khai trương bộ phận một cửa.\nCó 12 thủ tục được nhận qua mạng.\nNgười dân rất phấn khởi.",
)


def of(found: tuple[Change, ...]) -> list[tuple[Part, Edit]]:
    return [(change.part, change.edit) for change in found]


def test_a_piece_that_says_the_same_was_not_changed() -> None:
    assert changes(FIRST, FIRST) == ()
    assert summary(()) == ""


def test_words_of_a_headline_are_told_apart() -> None:
    [change] = changes(FIRST, replace(FIRST, title="Xã Mẫu Sơn tiếp nhận hồ sơ qua mạng"))
    assert change.runs == (
        (Edit.SAME, "Xã Mẫu Sơn"),
        (Edit.ADDED, "tiếp"),
        (Edit.SAME, "nhận hồ sơ"),
        (Edit.REMOVED, "trực tuyến"),
        (Edit.ADDED, "qua mạng"),
    )
    assert summary([change]) == "sửa tiêu đề"


def test_a_number_that_was_corrected_is_one_edited_paragraph() -> None:
    [change] = changes(FIRST, replace(FIRST, text=FIRST.text.replace("12 thủ", "21 thủ")))
    assert (change.part, change.edit) == (Part.PARAGRAPH, Edit.EDITED)
    assert (Edit.REMOVED, "12") in change.runs
    assert (Edit.ADDED, "21") in change.runs


def test_a_paragraph_added_and_one_taken_out_leave_the_others_alone() -> None:
    text = (
        "Sáng nay xã khai trương bộ phận một cửa.\nCó 12 thủ tục được nhận qua mạng.\nĐường dây nóng mở cả ngày nghỉ."
    )
    found = changes(FIRST, replace(FIRST, text=text))
    assert of(found) == [(Part.PARAGRAPH, Edit.ADDED), (Part.PARAGRAPH, Edit.REMOVED)]
    assert summary(found) == "thêm 1 đoạn, bỏ 1 đoạn"


def test_a_lead_that_comes_or_goes() -> None:
    assert summary(changes(FIRST, replace(FIRST, lead=None))) == "bỏ sapô"
    assert summary(changes(replace(FIRST, lead=None), FIRST)) == "thêm sapô"


def test_another_day_and_another_kind_are_shown_as_values() -> None:
    later = replace(FIRST, published_on=date(2021, 2, 9), kind=Kind.LIVE)
    day, kind = changes(replace(FIRST, published_on=None), later)
    assert day.runs == ((Edit.REMOVED, "không rõ ngày"), (Edit.ADDED, "09/02/2021"))
    assert kind.runs == ((Edit.REMOVED, "tin, bài"), (Edit.ADDED, "tường thuật trực tiếp"))
    assert summary([day, kind]) == "sửa ngày đăng, sửa loại trang"


def test_only_the_words_beside_a_change_are_repeated() -> None:
    change = Change(Part.PARAGRAPH, ((Edit.SAME, "a b c d e"), (Edit.ADDED, "x"), (Edit.SAME, "f g h i j")))
    assert list(change.shortened(2)) == [(Edit.SAME, "… d e"), (Edit.ADDED, "x"), (Edit.SAME, "f g …")]
    assert list(change.shortened(9)) == list(change.runs)


def test_a_book_is_compared_as_a_whole() -> None:
    long = "\n".join(f"Đoạn {number} của một văn bản dài." for number in range(2_000))
    found = changes(replace(FIRST, text=long), replace(FIRST, text=long.replace("Đoạn 7 ", "Khoản 7 ")))
    assert 0 < len(found) <= 4_000
    one = "một hai ba " * 5_000
    assert of(changes(replace(FIRST, text=one), replace(FIRST, text=one + "bốn"))) == [
        (Part.PARAGRAPH, Edit.ADDED),
        (Part.PARAGRAPH, Edit.REMOVED),
    ]


lines = st.lists(
    st.lists(st.sampled_from(["một", "cửa", "xã", "hồ", "sơ", "mới", "12", "21"]), min_size=1, max_size=6).map(" ".join)
)
pieces = st.builds(
    lambda title, lead, text: replace(FIRST, title=title, lead=lead, text="\n".join(text)),
    st.sampled_from(["Một cửa", "Một cửa xã", "Hồ sơ"]),
    st.sampled_from([None, "Hồ sơ mới", "Hồ sơ 12"]),
    lines,
)


def side(found: tuple[Change, ...], part: Part, kept: Edit) -> list[str]:
    """Give the words of the changed parts as they stood on one side."""
    runs = (run for change in found if change.part is part for run in change.runs)
    return [word for edit, text in runs if edit in {Edit.SAME, kept} for word in text.split()]


@given(pieces, pieces)
def test_both_versions_can_be_read_off_the_changes(before: Article, after: Article) -> None:
    found = changes(before, after)
    assert (found == ()) == ((before.title, before.lead, before.text) == (after.title, after.lead, after.text))
    if before.title != after.title:
        assert " ".join(side(found, Part.TITLE, Edit.REMOVED)) == before.title
        assert " ".join(side(found, Part.TITLE, Edit.ADDED)) == after.title
    old, new = before.text.split(), after.text.split()
    assert len(old) - len(side(found, Part.PARAGRAPH, Edit.REMOVED)) == len(new) - len(
        side(found, Part.PARAGRAPH, Edit.ADDED)
    ), "what is in no change is in both"
