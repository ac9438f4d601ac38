import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from classifiers import Classifier
from classifiers.keywords import Calibration, ItemWords, KeywordFile, Keywords, SubjectWords
from monitor.text import nfc
from tests.classifiers.files import a_file, a_piece, found, shipped, shipped_file

ELEVEN = [str(number) for number in range(1, 12)]


def test_the_shipped_words_cover_the_eleven_items() -> None:
    assert list(shipped_file().codes) == ELEVEN
    assert shipped().name == f"keywords@{shipped_file().version}"


def test_keywords_are_a_classifier() -> None:
    classifier: Classifier = Keywords(a_file())
    assert classifier.name == "keywords@3"


def test_every_tag_says_who_set_it_how_sure_and_because_of_what() -> None:
    (tags,) = Keywords(a_file()).suggest([a_piece("Nộp hồ sơ trực tuyến ở xã")])
    assert [(tag.item, tag.by, tag.because) for tag in tags] == [("9", "keywords@3", ("Nộp hồ sơ trực tuyến",))]
    assert 0.5 <= tags[0].score <= 1


def test_reasons_are_the_articles_own_words_strongest_first_and_each_once() -> None:
    (tags,) = Keywords(a_file()).suggest(
        [a_piece("NỘP HỒ SƠ TRỰC TUYẾN: hồ sơ", "Bà con nộp hồ sơ trực tuyến. Kê khai Trực tuyến rất nhanh.")]
    )
    assert tags[0].because == ("NỘP HỒ SƠ TRỰC TUYẾN", "Trực tuyến")


def test_at_most_five_reasons_are_given() -> None:
    words = tuple(f"cụm từ {letter}" for letter in "bcdghklm")
    (tags,) = Keywords(a_file(ItemWords("9", strong=words))).suggest([a_piece("Hồ sơ", ". ".join(words))])
    assert tags[0].because == words[:5]


def test_old_and_new_tone_placement_and_decomposed_letters_are_the_same_word() -> None:
    classifier = Keywords(a_file(ItemWords("9", strong=("số hóa hồ sơ",))))
    for title in ("Số hoá hồ sơ", "SỐ HÓA HỒ SƠ", unicodedata.normalize("NFD", "Số hoá hồ sơ")):
        assert found(classifier, title) == ["9"], title


def test_a_word_counts_only_as_whole_syllables() -> None:
    classifier = Keywords(a_file(ItemWords("9", strong=("TTHC", "một cửa"))))
    assert found(classifier, "Rà soát TTHC của tỉnh, một cửa") == ["9"]
    assert found(classifier, "Hồ sơ mã TTHCX và ATTHC, hồ sơ một cửan") == []
    assert found(classifier, "Hồ sơ (TTHC)") == ["9"]


def test_a_longer_word_is_not_counted_twice_for_the_shorter_one_inside_it() -> None:
    both = Keywords(a_file(ItemWords("9", strong=("nộp hồ sơ trực tuyến", "hồ sơ trực tuyến"))))
    one = Keywords(a_file(ItemWords("9", strong=("nộp hồ sơ trực tuyến",))))
    piece = a_piece("Nộp hồ sơ trực tuyến")
    assert both.scores([piece]) == one.scores([piece])


def test_what_stands_inside_a_mask_does_not_count() -> None:
    classifier = Keywords(a_file(mask=("một cửa hàng", "mỗi một cửa")))
    assert found(classifier, "Khai trương một cửa hàng") == []
    assert found(classifier, "Mỗi một cửa của tòa nhà") == []
    assert found(classifier, "Một cửa hàng cạnh bộ phận một cửa") == ["10"]


def test_words_beside_a_forbidding_one_do_not_count() -> None:
    classifier = Keywords(a_file(ItemWords("3", strong=("đường dây nóng",), unless=("tội phạm",))))
    assert found(classifier, "Hồ sơ: đường dây nóng tố giác tội phạm") == []
    assert found(classifier, "Hồ sơ: đường dây nóng về thái độ") == ["3"]
    assert found(classifier, "Hồ sơ: đường dây nóng về thái độ", "Tội phạm giảm.") == ["3"]


def test_together_asks_for_a_word_of_each_list_in_one_sentence() -> None:
    classifier = Keywords(
        a_file(
            ItemWords("8", together=(("who", "what"),)),
            lists={"who": ("thủ tướng", "bộ trưởng"), "what": ("yêu cầu",)},
        )
    )
    assert found(classifier, "Hồ sơ: Thủ tướng yêu cầu rà soát") == ["8"]
    assert found(classifier, "Hồ sơ. Bộ trưởng đi thăm. Yêu cầu của người dân") == []
    assert found(classifier, "Hồ sơ của TP. mẫu: bộ trưởng ở TP. mẫu yêu cầu rà soát") == ["8"]
    (tags,) = classifier.suggest([a_piece("Hồ sơ: Thủ tướng yêu cầu rà soát")])
    assert tags[0].because == ("Thủ tướng", "yêu cầu")


def test_the_same_word_makes_surer_in_the_title_than_far_down() -> None:
    classifier = Keywords(a_file())
    filler = "Bà con xã Bản Mới thu hoạch vụ mùa. " * 20
    title, lead, body = classifier.scores(
        [
            a_piece("Nộp hồ sơ trực tuyến"),
            a_piece("Hồ sơ của xã", lead="Nộp hồ sơ trực tuyến."),
            a_piece("Hồ sơ của xã", lead="Tin từ xã.", text=filler + "Nộp hồ sơ trực tuyến."),
        ]
    )
    assert title["9"] > lead["9"] > body["9"]


def test_saying_a_word_often_proves_nothing() -> None:
    classifier = Keywords(a_file())
    once, often = classifier.scores([a_piece("Tin một cửa"), a_piece("Tin một cửa", "Một cửa. " * 50)])
    assert once == often


def test_a_piece_on_something_else_gets_no_tag() -> None:
    subject = SubjectWords(at_least=0.5, strong=("hồ sơ",), outside=("lừa đảo",))
    classifier = Keywords(a_file(ItemWords("9", strong=("trực tuyến",)), subject=subject))
    assert found(classifier, "Xem bóng đá trực tuyến") == []
    assert found(classifier, "Nhận hồ sơ trực tuyến") == ["9"]
    assert found(classifier, "Cảnh báo lừa đảo nhận hồ sơ trực tuyến") == []


@pytest.mark.parametrize(
    ("on", "tagged"),
    [
        (date(2021, 3, 1), ["9"]),
        (date(2022, 12, 31), ["9"]),
        (date(2023, 1, 1), []),
        (None, ["9"]),
    ],
)
def test_words_count_only_in_the_years_in_which_they_were_used(on: date | None, tagged: list[str]) -> None:
    classifier = Keywords(a_file(ItemWords("9", strong=("mức độ 4",), last=date(2022, 12, 31))))
    assert found(classifier, "Hồ sơ mức độ 4", on=on) == tagged


def test_new_words_do_not_read_old_pieces() -> None:
    classifier = Keywords(a_file(ItemWords("9", strong=("toàn trình",), first=date(2022, 8, 15))))
    assert found(classifier, "Hồ sơ toàn trình", on=date(2021, 3, 1)) == []
    assert found(classifier, "Hồ sơ toàn trình", on=date(2022, 8, 15)) == ["9"]


def test_the_old_names_of_online_services_are_known_in_every_year() -> None:
    title = "Tỉnh có 200 thủ tục mức độ 4"
    for year in (2021, 2023, 2026):
        assert shipped().scores([a_piece(title, on=date(year, 5, 1))])[0]["9"] >= shipped_file().threshold


def test_one_sentence_that_lists_all_tasks_is_not_eleven_tags() -> None:
    sentence = (
        "Thủ tướng yêu cầu các bộ, ngành đẩy mạnh cải cách hành chính, nêu cao trách nhiệm người đứng đầu, công khai "
        "đường dây nóng, tiếp nhận phản ánh, kiến nghị, công bố danh mục thủ tục hành chính, nhân rộng mô hình, sáng "
        "kiến, đối thoại với doanh nghiệp, dịch vụ công trực tuyến, bộ phận một cửa và kỷ luật, kỷ cương hành chính."
    )
    for piece in (a_piece(sentence), a_piece("Tin hội nghị", sentence)):
        (tags,) = shipped().suggest([piece])
        assert 1 <= len(tags) <= 3
        assert "4" not in [tag.item for tag in tags]
        assert all(tag.because for tag in tags)


def test_the_widest_item_gives_way_first_even_when_it_is_the_strongest() -> None:
    rows = tuple(ItemWords(code, strong=("một cửa",)) for code in ("1", "4", "9", "10"))
    calibration = tuple(Calibration(row.item, 3.0, 5.0 if row.item == "4" else -2.0) for row in rows)
    file = a_file(*rows, calibration=calibration, widest="4")
    assert found(Keywords(file), "Tin một cửa") == ["1", "9", "10"]
    three = replace(file, items=rows[:3], calibration=calibration[:3])
    assert found(Keywords(three), "Tin một cửa") == ["4", "1", "9"]


@pytest.mark.parametrize("text", ["", " \n\n", "12345 …!?", "\u200b\ufeff"])
def test_a_piece_without_words_gets_no_tag_and_low_scores(text: str) -> None:
    (tags,), (scores,) = shipped().suggest([a_piece(text, text)]), shipped().scores([a_piece(text, text)])
    assert tags == []
    assert list(scores) == ELEVEN
    assert max(scores.values()) < shipped_file().threshold


def test_english_gets_no_tag() -> None:
    assert found(shipped(), "The province opens a one-stop shop", "Citizens file applications online.") == []


def test_capitals_are_the_same_words() -> None:
    title = "Trung tâm Phục vụ hành chính công tỉnh tiếp nhận hồ sơ"
    assert found(shipped(), title.upper()) == found(shipped(), title)
    assert found(shipped(), title)[0] == "10"


def test_a_text_that_lost_its_marks_is_still_read() -> None:
    title, text = "Nop ho so qua dich vu cong truc tuyen", "Nguoi dan dang ky tai khoan va nop le phi truc tuyen."
    (tags,) = shipped().suggest([a_piece(title, text)])
    assert tags[0].item == "9"
    assert "dich vu cong truc tuyen" in tags[0].because


def test_marks_are_not_ignored_where_the_text_has_them() -> None:
    classifier = Keywords(a_file(ItemWords("9", strong=("tố cáo hồ sơ",))))
    assert found(classifier, "Tờ cáo hồ sơ của người dân") == []


def test_abbreviations_count_with_and_without_marks_around_them() -> None:
    assert found(shipped(), "Giải quyết TTHC tại BPMC xã Bản Mới") == found(shipped(), "Giai quyet TTHC tai BPMC")
    assert "1" in found(shipped(), "Tổng kết CCHC năm 2020")
    assert "10" in found(shipped(), "TTPVHCC tỉnh hoạt động trở lại")
    assert "9" in found(shipped(), "DVCTT ở xã vùng cao")


@pytest.mark.slow
def test_a_book_long_text_is_read_once_through() -> None:
    sentence = "Người dân nộp hồ sơ trực tuyến tại bộ phận một cửa, thủ tục hành chính được rút gọn. "
    text = sentence * (1_000_000 // len(sentence))
    (tags,) = shipped().suggest([a_piece("Bộ phận một cửa", text)])
    assert tags[0].item == "10"
    assert all(len(tag.because) <= 5 for tag in tags)


def test_a_letter_that_grows_in_lower_case_does_not_shift_the_words() -> None:
    (tags,) = Keywords(a_file()).suggest([a_piece("İİİ và bộ phận Một cửa")])
    assert tags[0].because == ("Một cửa",)


def test_a_batch_gives_what_single_articles_give() -> None:
    pieces = [a_piece("Nộp hồ sơ trực tuyến"), a_piece("Đá bóng"), a_piece("Bộ phận một cửa"), a_piece("")]
    assert shipped().suggest(pieces) == [shipped().suggest([piece])[0] for piece in pieces]
    assert shipped().suggest([]) == []
    assert shipped().scores([]) == []


WORDS = [
    "thủ tục",
    "hành chính",
    "một cửa",
    "trực tuyến",
    "hồ sơ",
    "nộp",
    "đối thoại",
    "xã",
    ".",
    ",",
    "\n",
    "Thủ",
    "TTHC",
]


@given(st.lists(st.sampled_from(WORDS)))
def test_tags_are_scores_over_the_threshold_with_words_that_stand_in_the_article(words: list[str]) -> None:
    piece = a_piece("Bộ phận một cửa nhận hồ sơ", " ".join(words))
    (tags,), (scores,) = shipped().suggest([piece]), shipped().scores([piece])
    whole = " ".join(nfc(piece.title + " " + piece.text).split())
    assert len(tags) <= 3
    for tag in tags:
        assert tag.score == scores[tag.item] >= shipped_file().threshold
        assert 1 <= len(tag.because) <= 5
        assert all(word in whole for word in tag.because)


@given(st.text(), st.text())
def test_no_text_breaks_it(title: str, text: str) -> None:
    (tags,) = shipped().suggest([a_piece(title, text)])
    assert len(tags) <= 3


@given(st.integers(0, 8), st.integers(0, 8))
def test_more_words_never_make_less_sure(some: int, more: int) -> None:
    words = tuple(f"cụm từ {letter}" for letter in "bcdghklm")
    classifier = Keywords(a_file(ItemWords("9", strong=words)))
    few, many = classifier.scores(
        [a_piece("Hồ sơ " + ", ".join(words[:n])) for n in (min(some, more), max(some, more))]
    )
    assert few["9"] <= many["9"]


def test_a_file_without_words_tags_nothing() -> None:
    file = a_file(ItemWords("9"), subject=SubjectWords(at_least=0.0))
    assert found(Keywords(file), "Nộp hồ sơ trực tuyến") == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": 0}, "version"),
        ({"threshold": 0.0}, "threshold"),
        ({"threshold": 1.0}, "threshold"),
        ({"items": (ItemWords("9", together=(("không có",),)),)}, "chưa có trong lists: không có"),
        ({"calibration": ()}, "cùng nội dung"),
        ({"widest": "12"}, "widest"),
        ({"calibration": (Calibration("9", 1.0, 0.0), Calibration("9", 1.0, 0.0))}, "hai lần nội dung 9"),
    ],
)
def test_a_mistake_in_the_file_is_named(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        a_file(**changes)


def test_a_slope_that_turns_words_round_is_refused() -> None:
    with pytest.raises(ValueError, match="nội dung 9"):
        Calibration("9", -1.0, 0.0)


def test_words_that_end_before_they_begin_are_refused() -> None:
    with pytest.raises(ValueError, match="first"):
        ItemWords("9", first=date(2022, 1, 1), last=date(2021, 1, 1))


def test_a_misspelt_key_is_a_mistake_and_not_silence() -> None:
    with pytest.raises(ValidationError, match="stong"):
        TypeAdapter(ItemWords).validate_python({"item": "9", "stong": ["một cửa"]})
    assert TypeAdapter(KeywordFile).validate_python(shipped_file()) == shipped_file()


def test_no_phrase_is_written_twice_in_one_list() -> None:
    file = shipped_file()
    lists = {f"lists.{name}": phrases for name, phrases in file.lists.items()}
    lists |= {"mask": file.mask, "subject.strong": file.subject.strong, "subject.weak": file.subject.weak}
    for number, row in enumerate(file.items):
        lists |= {f"items.{number}.strong+weak": row.strong + row.weak, f"items.{number}.unless": row.unless}
    for name, phrases in lists.items():
        folded = [phrase.lower() for phrase in phrases]
        assert sorted(set(folded)) == sorted(folded), name


def test_importing_the_classifier_loads_nothing_heavy() -> None:
    code = "import sys, classifiers.keywords; print(sorted({'sklearn', 'ahocorasick', 'pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
