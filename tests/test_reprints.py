import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.reprints import WITHIN_DAYS, Piece, Relation, relate
from monitor.text import fold

DAY = date(2021, 3, 1)

# Written by the newspaper: some 150 syllables.
STORY = (
    "Từ đầu năm đến nay, bộ phận một cửa xã Bản Mới đã tiếp nhận hơn chín trăm hồ sơ, trong đó hai phần ba "
    "được nộp qua mạng. Bà con ở các thôn xa không còn phải đi bộ nửa ngày đường chỉ để xin một con dấu. Đoàn "
    "viên thanh niên chia nhau trực ở nhà văn hóa, mỗi tối hướng dẫn vài hộ tạo tài khoản và chụp giấy tờ. Ông "
    "Tr.V.N, người dân thôn Nà Lẹng, kể rằng lần đầu nhận giấy khai sinh của cháu do bưu tá mang đến tận cửa, "
    "ông cứ ngỡ là nhầm. Lãnh đạo xã cho biết cái khó nhất vẫn là sóng điện thoại chập chờn ở ba thôn phía "
    "bắc, nơi xã phải mượn máy của điểm bưu điện văn hóa. Sang quý hai, xã đặt mục tiêu bốn phần năm hồ sơ "
    "được nộp tại nhà và không còn hồ sơ nào trả chậm."
)
# The same morning's event, told by two newsrooms in their own words.
TV_NEWS = (
    "Sáng nay, Trung tâm Phục vụ hành chính công tỉnh Mẫu tổ chức hội nghị sơ kết sáu tháng hoạt động. Dự hội "
    "nghị có lãnh đạo Ủy ban nhân dân tỉnh Mẫu. Sáu tháng qua, trung tâm tiếp nhận hơn mười hai nghìn hồ sơ, "
    "giải quyết đúng hạn chín mươi tám phần trăm."
)
PAPER_NEWS = (
    "Hơn mười hai nghìn hồ sơ đã qua tay cán bộ các quầy trong nửa năm, theo báo cáo tại hội nghị sơ kết do "
    "Trung tâm Phục vụ hành chính công tỉnh Mẫu tổ chức sáng 1/3. Tỷ lệ đúng hạn đạt chín mươi tám phần trăm; "
    "phần trễ hẹn rơi chủ yếu vào lĩnh vực đất đai. Lãnh đạo Ủy ban nhân dân tỉnh Mẫu đề nghị bổ sung người "
    "cho hai quầy này."
)


def a_piece(id_: int, text: str = STORY, agency: str = "bao-mau", days: int = 0, hour: int | None = 8) -> Piece:
    on = DAY + timedelta(days=days)
    at = None if hour is None else datetime(on.year, on.month, on.day, hour, tzinfo=UTC)
    return Piece(id_, agency, agency, on, at, f"Tin số {id_}", text)


def words(seed: int, count: int) -> str:
    """Give a text that shares no run of words with that of another seed."""
    return " ".join(f"từ{seed}n{number}" for number in range(count))


def test_a_text_of_its_own_is_a_work_of_its_own() -> None:
    assert relate([a_piece(1), a_piece(2, TV_NEWS)]) == {1: Relation(1, None), 2: Relation(2, None)}
    assert relate([]) == {}


def test_the_same_text_at_another_agency_is_a_reprint_of_the_earliest() -> None:
    pieces = [a_piece(3, agency="cong-tinh", days=2), a_piece(2, days=1, agency="dai-ptth"), a_piece(1)]
    assert relate(pieces) == {1: Relation(1, None), 2: Relation(1, 1), 3: Relation(1, 1)}


def test_what_an_agency_publishes_twice_is_one_work_and_no_reprint() -> None:
    assert relate([a_piece(1), a_piece(2, hour=20)]) == {1: Relation(1, None), 2: Relation(1, None)}


def test_an_agency_that_takes_its_own_piece_back_reprints_nobody() -> None:
    pieces = [a_piece(1), a_piece(2, agency="dai-ptth", days=1), a_piece(3, days=2)]
    assert relate(pieces)[3] == Relation(1, None)


def test_another_dateline_byline_and_source_do_not_make_another_work() -> None:
    copy = f"(Cổng TTĐT tỉnh) - {STORY}\nTheo Báo Mẫu\nNguồn: baomau.test"
    shouted = "BẢN MỚI, NGÀY 1/3. " + STORY.upper().replace("HÓA", "HOÁ")
    pieces = [a_piece(1), a_piece(2, copy, "cong-tinh"), a_piece(3, shouted, "dai-ptth", hour=None)]
    assert {relation.work for relation in relate(pieces).values()} == {1}


def test_a_copy_that_lost_its_marks_is_still_a_copy() -> None:
    assert relate([a_piece(1), a_piece(2, fold(STORY), "dai-ptth", days=1)])[2] == Relation(1, 1)


def test_a_cut_down_copy_belongs_to_the_whole_and_a_padded_one_to_its_core() -> None:
    short = STORY[: len(STORY) // 2]
    long = f"{STORY} {words(1, 600)}"
    assert relate([a_piece(1), a_piece(2, short, "dai-ptth", days=1)])[2] == Relation(1, 1)
    assert relate([a_piece(1, short), a_piece(2, long, "dai-ptth", days=1)])[2] == Relation(1, 1)


def test_two_newsrooms_that_report_one_event_wrote_two_works() -> None:
    both = relate([a_piece(1, TV_NEWS, "dai-ptth"), a_piece(2, PAPER_NEWS)])
    assert {relation.work for relation in both.values()} == {1, 2}


def test_short_texts_that_share_their_formula_are_not_one_work() -> None:
    formula = "Ủy ban nhân dân tỉnh Mẫu thông báo lịch tiếp công dân định kỳ tháng này của Chủ tịch tại trụ sở"
    both = relate([a_piece(1, formula), a_piece(2, formula, "cong-tinh")])
    assert {relation.work for relation in both.values()} == {1, 2}


def test_forty_common_syllables_are_enough_and_thirty_nine_are_not() -> None:
    for shared, works in ((40, {1}), (39, {1, 2})):
        pieces = [a_piece(1, words(7, shared)), a_piece(2, words(7, shared), "dai-ptth")]
        assert {relation.work for relation in relate(pieces).values()} == works


def test_half_of_the_shorter_text_is_enough_and_a_third_is_not() -> None:
    for own, works in ((60, {1}), (200, {1, 2})):
        pieces = [a_piece(1, words(1, 100) + " " + words(2, own)), a_piece(2, words(1, 100) + " " + words(3, own))]
        assert {relation.work for relation in relate(pieces).values()} == works


def test_two_documents_from_one_template_are_two_works() -> None:
    def decision(number: str) -> str:
        return f"Số: {number}/QĐ-UBND. QUYẾT ĐỊNH về việc công bố danh mục thủ tục hành chính. {STORY}"

    both = relate([a_piece(1, decision("101")), a_piece(2, decision("102"), days=1)])
    assert {relation.work for relation in both.values()} == {1, 2}
    same = relate([a_piece(1, decision("101")), a_piece(2, decision("101"), "cong-tinh", days=1)])
    assert same[2] == Relation(1, 1)


def test_documents_named_in_the_title_are_told_apart_too() -> None:
    first = replace(a_piece(1), title="Quyết định số 101/QĐ-UBND công bố danh mục TTHC")
    second = replace(a_piece(2), title="Quyết định số 102/QĐ-UBND công bố danh mục TTHC")
    assert relate([first, second])[2] == Relation(2, None)


def test_a_text_that_returns_after_two_weeks_is_a_new_work() -> None:
    pieces = [a_piece(1), a_piece(2, agency="dai-ptth", days=WITHIN_DAYS), a_piece(3, days=WITHIN_DAYS + 1)]
    assert relate(pieces) == {1: Relation(1, None), 2: Relation(1, 1), 3: Relation(3, None)}


def test_a_chain_of_copies_does_not_carry_a_work_beyond_its_two_weeks() -> None:
    pieces = [a_piece(number, days=10 * number) for number in range(5)]
    assert [relate(pieces)[number].work for number in range(5)] == [0, 0, 2, 2, 4]


def test_a_piece_without_a_day_is_nobodys_copy() -> None:
    undated = replace(a_piece(2, agency="dai-ptth"), published_on=None, published_at=None)
    assert relate([a_piece(1), undated])[2] == Relation(2, None)


def test_within_a_day_a_known_hour_comes_before_an_unknown_one_and_then_the_id() -> None:
    pieces = [a_piece(1, hour=None), a_piece(2, agency="dai-ptth", hour=20), a_piece(3, agency="cong-tinh", hour=20)]
    assert relate(pieces) == {1: Relation(2, 2), 2: Relation(2, None), 3: Relation(2, 2)}


def test_a_digest_that_quotes_two_works_does_not_make_them_one() -> None:
    other = words(5, 150)
    digest = f"{STORY} {other}"
    related = relate([a_piece(1), a_piece(2, other), a_piece(3, digest, "dai-ptth", days=1)])
    assert related[1].work == 1
    assert related[2].work == 2
    assert related[3].work in {1, 2}


def test_copies_are_found_among_hundreds_that_share_a_phrase_of_habit() -> None:
    habit = "Theo thông tin từ Văn phòng Ủy ban nhân dân tỉnh Mẫu, trong khuôn khổ chương trình công tác năm nay, "
    crowd = [a_piece(number, habit + words(number, 120), days=number % 10) for number in range(10, 410)]
    copies = [replace(piece, id=1000 + piece.id, agency="dai-ptth", published_at=None) for piece in crowd[::40]]
    related = relate(crowd + copies)
    assert all(related[piece.id] == Relation(piece.id, None) for piece in crowd)
    assert all(related[copy.id] == Relation(copy.id - 1000, copy.id - 1000) for copy in copies)


def test_a_text_as_long_as_a_book_is_compared_too() -> None:
    book = words(1, 30_000)
    assert relate([a_piece(1, book), a_piece(2, book, "dai-ptth")])[2] == Relation(1, 1)


texts = st.sampled_from(
    [STORY, STORY[:400], "Theo TTXVN. " + STORY, TV_NEWS, PAPER_NEWS, words(1, 60), words(2, 60), ""]
)
agencies = st.sampled_from(["bao-mau", "dai-ptth", "cong-tinh"])
hours = st.none() | st.integers(0, 23)
pieces_of_weeks = st.lists(st.tuples(texts, agencies, st.integers(0, 40), hours), max_size=12).map(
    lambda rows: [a_piece(number, *row) for number, row in enumerate(rows)]
)


@given(pieces_of_weeks, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_in_which_pieces_are_handed_in_does_not_matter(pieces: list[Piece], chance: random.Random) -> None:
    shuffled = pieces.copy()
    chance.shuffle(shuffled)
    assert relate(shuffled) == relate(pieces)


@given(pieces_of_weeks)
@settings(deadline=None)
def test_a_work_is_named_by_its_earliest_piece_and_a_reprint_is_never_ones_own(pieces: list[Piece]) -> None:
    by_id = {piece.id: piece for piece in pieces}
    related = relate(pieces)
    assert related.keys() == by_id.keys()
    for id_, relation in related.items():
        piece, first = by_id[id_], by_id[relation.work]
        assert related[first.id] == Relation(first.id, None)
        assert piece.published_on and first.published_on
        assert timedelta(0) <= piece.published_on - first.published_on <= timedelta(days=WITHIN_DAYS)
        assert relation.reprint_of == (None if piece.agency == first.agency else first.id)
