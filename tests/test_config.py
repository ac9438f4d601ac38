"""Every mistake in a file people edit is named with its place; many mistakes come together; nothing else ever comes."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from classifiers.words import Calibration, ItemWords, KeywordFile, SubjectWords
from monitor import calendar, plan, press
from monitor.calendar import Every
from monitor.config import Settings, SourcesFile, TargetsFile, load
from monitor.errors import ConfigError, Problem
from monitor.plan import Channel, Proof, Role

ROOT = Path(__file__).parent.parent

SOURCES = """\
schema: 1
user_agent: "cchc-monitor/2026.1 (test)"
outlets:
  - code: bao-mau
    name: Báo Mẫu
    agency: bao-mau
    channel: báo điện tử
    valid: {first: 2020-01-01, last: 2025-06-30}
    hosts: [bao-mau.test, "127.0.0.11:8081"]
    identity: '-post(?P<id>\\d+)\\.html$'
    pages: epi
    pace: {seconds: 0.5, at_once: 2}
    verified_on: null
    sources:
      - {name: trang-chu, kind: feed, url: "https://bao-mau.test/rss/home.rss"}
      - {name: thang, kind: sitemap, url: "https://bao-mau.test/news-{year}-{month:02}.xml"}
    presence:
      - {item: 3b, url: "https://bao-mau.test/", expect: {phone: "0000 000 000"}}
  - code: fanpage-mau
    name: Fanpage Báo Mẫu
    agency: bao-mau
    channel: mạng xã hội
    enabled: false
    why: Chưa biết địa chỉ
pages:
  epi:
    title: [h1]
    text: [div.body]
    kinds: {digest: /diem-bao-in}
"""
AGENCIES = """\
schema: 1
agencies:
  - {code: ubnd-mau, name: Ủy ban nhân dân tỉnh Mẫu}
  - {code: bao-mau, name: Báo Mẫu, successor: bao-moi, valid: {last: 2025-06-30}}
  - {code: bao-moi, name: Báo Mới}
  - {code: cac-so, name: Các sở, collective: true, incomplete: true}
  - {code: so-mau, name: Sở Mẫu, part_of: cac-so}
"""
PLAN = """\
schema: 1
number: 01/KH-UBND
title: Kế hoạch tuyên truyền năm 2021
issued_on: 2020-12-30
issued_by: ubnd-mau
period: {first: 2021-01-01, last: 2021-12-31}
letterhead:
  parent: UBND TỈNH MẪU
  agency: SỞ NỘI VỤ
  symbol: BC-SNV
  place: Mẫu
  addressee: Ủy ban nhân dân tỉnh Mẫu
  signer: GIÁM ĐỐC
items:
  - code: "3"
    title: Ý kiến và phản hồi
    text: Đăng tải ý kiến
    forms: [Trên báo điện tử]
    leads: [bao-mau]
    cadence: Thường xuyên
    parts:
      - {code: 3a, title: Ý kiến}
      - {code: 3b, title: Đường dây nóng}
  - code: "1.10"
    title: no
    text: "08"
    forms: [Trên trang]
    leads: [cac-so]
    partners: [bao-mau]
    cadence: 19:30
obligations:
  - {item: 3b, agency: bao-mau, channels: [báo điện tử], proof: presence}
  - {item: "1.10", agency: cac-so, channels: [trang], proof: count}
  - {item: "1.10", agency: bao-mau, channels: [báo in, báo điện tử], proof: import, role: none}
"""
TARGETS = """\
schema: 1
set_by: chưa được phê duyệt
blind_limit: 0.2
targets:
  - {item: "1.10", owed_by: cac-so, target: {count: 4, every: tháng}, counts_reprints: false}
  - {item: 3b, owed_by: bao-mau, channel: báo điện tử, target: {count: 1, every: tuần}, set_by: Công văn 12/SNV-CCHC}
"""
KEYWORDS = """\
schema: 1
version: 1
threshold: 0.5
subject: {at_least: 1, strong: [cải cách hành chính]}
items:
  - {item: "3", strong: [đường dây nóng]}
  - {item: "1.10", strong: [một cửa]}
calibration:
  - {item: "3", slope: 1.5, intercept: -2.5}
  - {item: "1.10", slope: 1.5, intercept: -2.5}
"""
GOOD = {
    "sources.yaml": SOURCES,
    "plans/agencies.yaml": AGENCIES,
    "plans/2021/plan.yaml": PLAN,
    "plans/2021/targets.yaml": TARGETS,
    "plans/2021/keywords.yaml": KEYWORDS,
}
FULL = {Path(name).name: name for name in GOOD}


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def read(folder: Path) -> Settings:
    return load(folder / "sources.yaml", folder / "plans/2021")


def mistakes(folder: Path, **changed: str | bytes) -> list[Problem]:
    """Give the mistakes when some files read otherwise; keywords name the files without their ending."""
    write(folder, {**GOOD, **{FULL[f"{name}.yaml"]: text for name, text in changed.items()}})
    with pytest.raises(ConfigError) as caught:
        read(folder)
    return list(caught.value.problems)


def edited(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    return text.replace(old, new)


def told(folder: Path, problem: Problem) -> str:
    return str(problem).removeprefix(f"{folder}/")


def test_an_outlet_may_be_there_only_to_show_something(tmp_path: Path) -> None:
    text = GOOD["sources.yaml"]
    first, last = text.index("    sources:\n"), text.index("    presence:\n")
    write(tmp_path, GOOD | {"sources.yaml": text[:first] + text[last:]})
    outlet = read(tmp_path).press.outlet("bao-mau")
    assert (outlet.enabled, outlet.sources, len(outlet.presence)) == (True, (), 1)


def test_good_files_become_the_vocabulary(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    settings = read(tmp_path)
    outlet = settings.press.outlet("bao-mau")
    assert (outlet.channel, outlet.valid.last, outlet.verified_on) == (Channel.ONLINE, date(2025, 6, 30), None)
    assert (outlet.pace.seconds, outlet.pace.at_once, outlet.enabled, outlet.allow_private) == (0.5, 2, True, False)
    assert outlet.presence[0].expect == {"phone": "0000 000 000"}
    rules = settings.press.rules(outlet, date(2021, 1, 5))
    assert rules is not None
    assert rules.kinds == {press.Kind.DIGEST: "/diem-bao-in"}
    assert settings.press.agency("cac-so").incomplete
    assert settings.plan.obligations[0].proof is Proof.PRESENCE
    assert [o.role for o in settings.plan.obligations] == [Role.LEAD, Role.LEAD, Role.NONE]
    assert settings.plan.blind_limit == 0.2
    assert settings.plan.period.last == date(2021, 12, 31)
    assert settings.keywords.codes == ("3", "1.10")


def test_every_value_stays_the_text_that_was_written(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    item = read(tmp_path).plan.item("1.10")
    assert (item.code, item.title, item.text, item.cadence) == ("1.10", "no", "08", "19:30")


def test_a_target_that_names_nobody_was_set_by_whom_the_file_names(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    levels = read(tmp_path).plan.levels
    assert [level.set_by for level in levels] == ["chưa được phê duyệt", "Công văn 12/SNV-CCHC"]
    assert [(level.counts_reprints, level.target.every) for level in levels] == [
        (False, Every.MONTH),
        (True, Every.WEEK),
    ]


def test_icelandic_eth_and_loose_marks_become_vietnamese_letters(tmp_path: Path) -> None:
    decomposed = "\u0110\u0103ng ta\u0309i y\u0301 kie\u0302\u0301n"
    loose = edited(PLAN, "text: Đăng tải ý kiến", f"text: {decomposed.replace(chr(0x110), chr(0xD0))}")
    write(tmp_path, GOOD | {"plans/2021/plan.yaml": edited(loose, 'text: "08"', 'text: "\\u00d0\u1ea3ng"')})
    read_plan = read(tmp_path).plan
    assert read_plan.item("3").text == "Đăng tải ý kiến"
    assert read_plan.item("1.10").text == "Đảng"


def test_agencies_may_lie_beside_the_plan_or_one_folder_above(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    own = edited(AGENCIES, "name: Báo Mẫu", "name: Báo Mẫu của năm nay")
    write(tmp_path, {"plans/2021/agencies.yaml": own})
    assert read(tmp_path).press.agency("bao-mau").name == "Báo Mẫu của năm nay"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        # What is written cannot be read as what it must be.
        (
            "sources",
            "channel: báo điện tử",
            "channel: báo mạng",
            "7:5 outlets.0.channel: “báo mạng” không có trong danh sách; phải là một trong: báo in, báo điện tử",
        ),
        ("sources", "    name: Báo Mẫu\n", "", "4:5 outlets.0.name: thiếu khóa này; hãy thêm dòng “name: …”"),
        ("sources", "    name: Báo Mẫu\n", "    name:\n", "5:5 outlets.0.name: đang để trống; phải là một đoạn chữ"),
        ("sources", "    name: Báo Mẫu\n", "    name: '  '\n", "5:5 outlets.0.name: đang để trống"),
        ("sources", "    name: Báo Mẫu\n", "    name: {a: b}\n", "5:5 outlets.0.name: phải là một đoạn chữ"),
        (
            "sources",
            "    pages: epi",
            "    pagse: epi",
            "11:5 outlets.0.pagse: không có khóa “pagse”; có phải là “pages”?",
        ),
        (
            "sources",
            "    pages: epi",
            "    qqq: epi",
            "11:5 outlets.0.qqq: không có khóa “qqq”; hãy dùng một trong: code, name, agency",
        ),
        (
            "sources",
            "at_once: 2",
            "at_once: hai",
            "12:26 outlets.0.pace.at_once: “hai”: phải là số nguyên, ví dụ 2; số viết liền, không dùng dấu phẩy",
        ),
        ("sources", "at_once: 2", "at_once: 1_0", "12:26 outlets.0.pace.at_once: “1_0”: phải là số nguyên"),
        ("sources", "at_once: 2", "at_once: 0", "12:26 outlets.0.pace.at_once: phải từ 1 trở lên"),
        ("sources", "seconds: 0.5", "seconds: 0,5", "12:23 outlets.0.pace.5: không có khóa “5”; số viết liền"),
        ("sources", "seconds: 0.5", "seconds: nan", "12:12 outlets.0.pace.seconds: “nan”: phải là số"),
        ("sources", "seconds: 0.5", "seconds: -1", "12:12 outlets.0.pace.seconds: phải từ 0 trở lên"),
        ("sources", "seconds: 0.5", "seconds: [1]", "12:12 outlets.0.pace.seconds: phải là số"),
        (
            "sources",
            "last: 2025-06-30",
            "last: 30/6/2025",
            "8:32 outlets.0.valid.last: “30/6/2025”: phải là ngày viết năm-tháng-ngày",
        ),
        (
            "sources",
            "last: 2025-06-30",
            "last: 2025-06-31",
            "8:32 outlets.0.valid.last: “2025-06-31”: không có ngày này trong lịch; hãy sửa ngày, ví dụ 2025-02-28",
        ),
        ("sources", "last: 2025-06-30", "last: 1609459200", "8:32 outlets.0.valid.last: “1609459200”: phải là ngày"),
        (
            "sources",
            "last: 2025-06-30",
            "last: 2019-06-30",
            "8:5 outlets.0.valid: ngày cuối 2019-06-30 trước ngày đầu 2020-01-01",
        ),
        (
            "sources",
            "enabled: false",
            "enabled: no",
            "23:5 outlets.1.enabled: “no”: chỉ viết true (có) hoặc false (không)",
        ),
        ("sources", "enabled: false", "enabled: không", "23:5 outlets.1.enabled: “không”: chỉ viết true"),
        ("sources", "enabled: false", "enabled:", "23:5 outlets.1.enabled: đang để trống; chỉ viết true"),
        ("sources", "    title: [h1]", "    title: h1", "27:5 pages.epi.title: phải là danh sách"),
        ("sources", "    title: [h1]", "    title: []", "27:5 pages.epi.title: danh sách đang trống"),
        (
            "sources",
            "    title: [h1]",
            "    title: [h1, 'div[class=']",
            "27:17 pages.epi.title.1: bộ chọn CSS “div[class=” viết chưa đúng; hãy sửa lại, ví dụ h1.article__title",
        ),
        ("sources", "text: [div.body]", "text: [div..body]", "28:12 pages.epi.text.0: bộ chọn CSS “div..body” viết"),
        (
            "sources",
            "text: [div.body]",
            "text: [div.body]\n    published: ['meta[@content']",
            "29:17 pages.epi.published.0: bộ chọn CSS “meta[@content” viết chưa đúng",
        ),
        (
            "sources",
            "text: [div.body]",
            "text: [div.body]\n    drop: ['p::before']",
            "29:12 pages.epi.drop.0: bộ chọn CSS “p::before” viết chưa đúng",
        ),
        (
            "sources",
            "{name: thang, kind: sitemap,",
            "{name: thang, kind: listing, links: a@href,",
            "16:38 outlets.0.sources.1.links: bộ chọn CSS “a@href” viết chưa đúng",
        ),
        (
            "sources",
            "{name: thang, kind: sitemap,",
            "{name: thang, kind: listing, next: 'li >',",
            "16:38 outlets.0.sources.1.next: bộ chọn CSS “li >” viết chưa đúng",
        ),
        (
            "sources",
            "    pace: {seconds: 0.5, at_once: 2}",
            "    pace: 2",
            "12:5 outlets.0.pace: phải gồm các khóa thụt vào bên dưới: seconds, at_once",
        ),
        (
            "sources",
            'expect: {phone: "0000 000 000"}',
            "expect: 0000",
            "18:50 outlets.0.presence.0.expect: phải gồm các dòng “khóa: giá trị”",
        ),
        ("sources", 'expect: {phone: "0000 000 000"}', "expect: {}", "18:50 outlets.0.presence.0.expect: đang trống"),
        (
            "sources",
            'expect: {phone: "0000 000 000"}',
            'expect: {hotline: "0000 000 000"}',
            "18:59 outlets.0.presence.0.expect.hotline: không biết tìm “hotline”; chỉ dùng phone, email, link, text",
        ),
        (
            "sources",
            'expect: {phone: "0000 000 000"}',
            'expect: {phone: "0"}',
            "18:59 outlets.0.presence.0.expect.phone: “0”: không phải số điện thoại",
        ),
        (
            "sources",
            'expect: {phone: "0000 000 000"}',
            "expect: {email: hop-thu}",
            "18:59 outlets.0.presence.0.expect.email: “hop-thu”: không phải địa chỉ thư điện tử",
        ),
        (
            "sources",
            'expect: {phone: "0000 000 000"}}',
            'expect: {phone: "0000 000 000"}}\n      - {item: 3b, url: "https://bao-mau.test/", expect: {text: một}}',
            "19:20 outlets.0.presence.1.url: nội dung này đã kiểm tra trang này",
        ),
        (
            "sources",
            "{digest: /diem-bao-in}",
            "{digset: /diem-bao-in}",
            "29:13 pages.epi.kinds.digset: “digset” không có trong danh sách; phải là một trong: article, digest",
        ),
        ("sources", "schema: 1\n", "schema: 2\n", "1:1 schema: bản phần mềm này chỉ đọc được schema: 1"),
        ("sources", "schema: 1\n", "", "1:1 (cả tệp): thiếu số hiệu mẫu tệp; hãy thêm dòng “schema: 1”"),
        (
            "sources",
            "kind: feed",
            "kind: rss",
            "15:27 outlets.0.sources.0.kind: “rss” không có trong danh sách; phải là một trong: feed, sitemap, listing",
        ),
        # What is written does not fit what stands elsewhere in the file.
        (
            "sources",
            "    identity: '-post(?P<id>\\d+)\\.html$'",
            "    identity: '-post(?P<id>\\d+'",
            "10:5 outlets.0.identity: biểu thức chính quy viết chưa đúng ở ký tự thứ 6; hãy xem lại các dấu ngoặc",
        ),
        (
            "sources",
            "    identity: '-post(?P<id>\\d+)\\.html$'",
            "    identity: '-post(\\d+)'",
            "10:5 outlets.0.identity: thiếu nhóm id",
        ),
        ("sources", '    hosts: [bao-mau.test, "127.0.0.11:8081"]\n', "", "4:5 outlets.0.hosts: thiếu tên miền"),
        (
            "sources",
            "hosts: [bao-mau.test,",
            "hosts: [https://bao-mau.test/,",
            "9:13 outlets.0.hosts.0: “https://bao-mau.test/”: chỉ ghi tên miền",
        ),
        (
            "sources",
            '"https://bao-mau.test/rss/home.rss"',
            '"https://bao-khac.test/rss/home.rss"',
            "15:39 outlets.0.sources.0.url: máy chủ “bao-khac.test” không có trong hosts",
        ),
        (
            "sources",
            '"https://bao-mau.test/rss/home.rss"',
            "ftp://bao-mau.test/",
            "15:39 outlets.0.sources.0.url: “ftp://bao-mau.test/” không phải địa chỉ web",
        ),
        (
            "sources",
            '"https://bao-mau.test/rss/home.rss"',
            '"https://[bao-mau.test/"',
            "15:39 outlets.0.sources.0.url: “https://[bao-mau.test/” không phải địa chỉ web",
        ),
        (
            "sources",
            "{month:02}",
            "{thang}",
            "16:38 outlets.0.sources.1.url: không có chỗ thay “{thang}”; chỉ dùng {year}, {month}, {month:02}",
        ),
        ("sources", "name: thang", "name: trang-chu", "16:10 outlets.0.sources.1.name: tên nguồn “trang-chu” đã dùng"),
        (
            "sources",
            "    why: Chưa biết địa chỉ\n",
            "",
            "19:5 outlets.1: enabled: false cần nêu lý do; hãy thêm dòng “why: …”",
        ),
        (
            "sources",
            "    pages: epi",
            "    pages: epo",
            "11:5 outlets.0.pages: không có quy tắc đọc trang “epo”; có phải là “epi”?",
        ),
        ("sources", "code: fanpage-mau", "code: bao-mau", "19:5 outlets.1.code: mã “bao-mau” đã dùng ở dòng 4"),
        (
            "sources",
            "code: fanpage-mau",
            "code: Fanpage Mẫu",
            "19:5 outlets.1.code: mã “Fanpage Mẫu” chỉ được gồm chữ thường không dấu",
        ),
        ("agencies", "successor: bao-moi", "successor: bao-cu", "4:36 agencies.1.successor: không có cơ quan “bao-cu”"),
        (
            "agencies",
            "successor: bao-moi",
            "successor: bao-mau",
            "4:36 agencies.1.successor: không có cơ quan “bao-mau”",
        ),
        (
            "agencies",
            "part_of: cac-so",
            "part_of: bao-moi",
            "7:34 agencies.4.part_of: không có nhóm cơ quan (collective: true) “bao-moi”",
        ),
        ("agencies", "code: bao-moi", "code: bao-mau", "5:6 agencies.2.code: mã “bao-mau” đã dùng ở dòng 4"),
        (
            "agencies",
            "valid: {last: 2025-06-30}",
            "valid: {last: 2020-01-01, first: 2021-01-01}",
            "4:56 agencies.1.valid: ngày cuối 2020-01-01 trước ngày đầu 2021-01-01",
        ),
        (
            "plan",
            "last: 2021-12-31",
            "last: 2020-12-31",
            "6:1 period: kỳ kết thúc ngày 31/12/2020, trước ngày bắt đầu 01/01/2021",
        ),
        (
            "plan",
            "period: {first: 2021-01-01, last: 2021-12-31}",
            "period: {first: 2022-01-01, last: 2022-12-31}",
            "6:29 period.last: kỳ kết thúc năm 2022, nhưng thư mục tên 2021",
        ),
        (
            "plan",
            "issued_by: ubnd-mau",
            "issued_by: ubnd-mua\ncalendar: {closes_on: 31}",
            "5:1 issued_by: không có cơ quan “ubnd-mua”; có phải là “ubnd-mau”?",
        ),
        (
            "plan",
            "issued_by: ubnd-mau",
            "issued_by: ubnd-mau\ncalendar: {closes_on: 31}",
            "6:12 calendar.closes_on: closes_on phải từ 1 đến 27",
        ),
        (
            "plan",
            "issued_by: ubnd-mau",
            "issued_by: ubnd-mau\nlevels: []",
            "6:1 levels: khóa này không viết ở đây; mức theo dõi viết trong targets.yaml",
        ),
        (
            "plan",
            "partners: [bao-mau]",
            "partners: [bao-mau, so-noi-vu]",
            "29:25 items.1.partners.1: không có cơ quan “so-noi-vu”",
        ),
        ("plan", "leads: [bao-mau]", "leads: [bao]", "19:13 items.0.leads.0: không có cơ quan “bao”; có phải là “"),
        ("plan", 'code: "1.10"', 'code: "3"', "24:5 items.1.code: mã “3” đã dùng ở dòng 15"),
        ("plan", 'code: "1.10"', 'code: "１.10"', "24:5 items.1.code: mã “１.10” chỉ được gồm chữ số"),
        ("plan", "code: 3b", "code: 3а", "23:10 items.0.parts.1.code: mã “3а” chỉ được gồm chữ số"),  # a Cyrillic а
        ("plan", "code: 3b", "code: 3A", "23:10 items.0.parts.1.code: mã “3A” đã dùng ở dòng 22"),
        ("plan", "code: 3a", 'code: "3"', "22:10 items.0.parts.0.code: mã của phần trùng mã của nội dung"),
        (
            "plan",
            "{item: 3b, agency",
            "{item: 3c, agency",
            "32:6 obligations.0.item: không có nội dung “3c”; có phải là “3",
        ),
        (
            "plan",
            "agency: cac-so, ch",
            "agency: cac-sở, ch",
            "33:20 obligations.1.agency: không có cơ quan “cac-sở”; có phải là “cac-so”?",
        ),
        ("plan", "channels: [trang]", "channels: []", "33:36 obligations.1.channels: danh sách đang trống"),
        (
            "plan",
            "channels: [báo in, báo điện tử]",
            "channels: [báo in, báo in]",
            "34:56 obligations.2.channels.1: nghĩa vụ này đã ghi ở dòng 34",
        ),
        (
            "plan",
            "role: none",
            "role: phối hợp",
            "34:85 obligations.2.role: “phối hợp” không có trong danh sách; phải là một trong: lead, partner",
        ),
        ("targets", "count: 4", "count: 0", "5:46 targets.0.target.count: count phải là số nguyên từ 1 trở lên"),
        (
            "targets",
            "every: tháng",
            "every: ngày",
            "5:56 targets.0.target.every: “ngày” không có trong danh sách; phải là một trong: tuần, tháng, quý",
        ),
        (
            "targets",
            "blind_limit: 0.2",
            "blind_limit: 10",
            "3:1 blind_limit: blind_limit phải là tỷ lệ từ 0 đến dưới 1",
        ),
        (
            "targets",
            "channel: báo điện tử",
            "channel: báo in",
            "6:6 targets.1.item: plan.yaml không giao nội dung “3b” cho “bao-mau” trên kênh “báo in”",
        ),
        (
            "targets",
            "owed_by: cac-so",
            "owed_by: so-mau",
            "5:6 targets.0.item: plan.yaml không giao nội dung “1.10” cho “so-mau”; hãy sửa",
        ),
        ("targets", "set_by: chưa được phê duyệt", "set_by:", "2:1 set_by: đang để trống"),
        (
            "targets",
            "set_by: Công văn 12/SNV-CCHC}",
            "set_by: x}\n  - {item: 3b, owed_by: bao-mau, channel: báo điện tử, target: {count: 2, every: tuần}}",
            "7:6 targets.2.item: mức này đã đặt ở dòng 6",
        ),
        ("keywords", 'item: "3", strong', 'item: "4", strong', "6:6 items.0.item: không có nội dung “4”"),
        (
            "keywords",
            "strong: [một cửa]",
            "together: [[co-quan, lam-gi]]}\nlists:\n  co-quans: [xã]\n#",
            "7:32 items.1.together.0.0: không có danh sách trong lists “co-quan”; có phải là “co-quans”?",
        ),
        ("keywords", "threshold: 0.5", "threshold: 5", "3:1 threshold: threshold phải lớn hơn 0 và nhỏ hơn 1"),
        (
            "keywords",
            "strong: [một cửa]",
            "strong: [một cửa], first: 15/8/2022",
            "7:39 items.1.first: “15/8/2022”: phải là ngày",
        ),
        # What is no YAML that we read.
        ("sources", "    pages: epi", "\tpages: epi", "11:1 (cả tệp): có ký tự Tab; hãy thụt lề bằng dấu cách"),
        (
            "sources",
            "    pages: epi",
            "    pages: epi\n    pages: khac",
            "12:5 outlets.0.pages: khóa “pages” đã viết ở dòng 11; hãy bỏ một trong hai",
        ),
        (
            "sources",
            "    name: Báo Mẫu\n",
            "    name: 'Báo Mẫu\n",
            "10:16 (cả tệp): có chữ thừa sau giá trị, hoặc một dấu nháy ở phía trên chưa đóng",
        ),
        ("sources", "    pages: epi", "    pages: &x epi", "11:5 outlets.0.pages: không dùng “&x”"),
        ("sources", "    pages: epi", "    pages: *x", "11:5 outlets.0.pages: không dùng “*x”"),
        (
            "sources",
            "    pages: epi",
            "    pages: !!python/object:os.system epi",
            "11:5 outlets.0.pages: không dùng nhãn kiểu “!…”",
        ),
        ("sources", "    pages: epi", "    <<: {pages: epi}", "11:5 outlets.0.<<: không có khóa “<<”"),
        ("sources", "    pages: epi", "      pages: epi", "11:7 (cả tệp): dòng này thụt lề lệch"),
        ("sources", "    name: Báo Mẫu\n", "    name: Báo: Mẫu\n", "5:14 (cả tệp): dấu hai chấm đứng sai chỗ"),
        ("sources", "    why: Chưa biết địa chỉ\n", "    why 'x\n", "25:1 (cả tệp): thiếu dấu hai chấm sau tên khóa"),
        (
            "sources",
            "    why: Chưa biết địa chỉ\n",
            "    why: 'x\n",
            "24:10 (cả tệp): chuỗi mở ngoặc kép hoặc nháy đơn ở đây mà không đóng",
        ),
        ("sources", "    pages: epi", "   pages: epi", "11:4 (cả tệp): dòng này thụt lề lệch"),
        ("sources", "    pages: epi", "    pages: @epi", "11:12 (cả tệp): giá trị mở đầu bằng ký tự dành riêng"),
        (
            "sources",
            "    identity: '-post(?P<id>\\d+)\\.html$'",
            '    identity: "-post(?P<id>\\d+)"',
            "10:29 (cả tệp): trong ngoặc kép, dấu \\ có nghĩa riêng",
        ),
        ("sources", "    title: [h1]", "    title: [h1", "28:9 (cả tệp): thiếu dấu phẩy, hoặc dấu ] hay } để đóng"),
        ("sources", "    pages: epi", "    ? [a]\n    : b", "4:5 outlets.0: tên khóa phải là một từ"),
        ("sources", "pages:\n", "---\npages:\n", "1:1 (cả tệp): tệp có hai phần cách nhau bằng “---”"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_to_write(
    tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    name = FULL[f"{file}.yaml"]
    problems = mistakes(tmp_path, **{file: edited(GOOD[name], old, new)})
    assert any(told(tmp_path, p).startswith(f"{name}:{expected}") for p in problems), [str(p) for p in problems]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "1:1 (cả tệp): tệp chưa có nội dung"),
        (b"# only a remark\n", "1:1 (cả tệp): tệp chưa có nội dung"),
        (b"- a\n- b\n", "1:1 (cả tệp): tệp phải gồm các dòng “khóa: giá trị”"),
        ("chỉ một câu".encode(), "1:1 (cả tệp): tệp phải gồm các dòng “khóa: giá trị”"),
        (b"\xef\xbb\xbf" + SOURCES.encode(), "1:1 (cả tệp): tệp có dấu BOM ở đầu"),
        (SOURCES.encode("utf-16"), "1:1 (cả tệp): tệp không ở bảng mã UTF-8"),
        (b"schema: 1\nname: B\xe1o\n", "2:8 (cả tệp): tệp không ở bảng mã UTF-8"),
        (b"a: " + b"[" * 30 + b"]" * 30, "1:23 a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0: lồng nhau quá nhiều cấp"),
        (b"- " * 3000, "1:41 " + ".".join("0" * 20) + ": lồng nhau quá nhiều cấp"),
    ],
)
def test_a_file_that_is_not_such_a_file_is_named(tmp_path: Path, content: bytes, expected: str) -> None:
    problems = mistakes(tmp_path, sources=content)
    assert told(tmp_path, problems[0]).startswith(f"sources.yaml:{expected}"), str(problems[0])


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "sources.yaml").unlink()
    (tmp_path / "plans/2021/targets.yaml").unlink()
    with pytest.raises(ConfigError) as caught:
        read(tmp_path)
    assert [told(tmp_path, p) for p in caught.value.problems] == [
        "sources.yaml:1:1 (cả tệp): không có tệp này; hãy tạo tệp, hoặc kiểm tra lại đường dẫn",
        "plans/2021/targets.yaml:1:1 (cả tệp): không có tệp này; hãy tạo tệp, hoặc kiểm tra lại đường dẫn",
    ]


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "sources.yaml").unlink()
    (tmp_path / "sources.yaml").mkdir()
    with pytest.raises(ConfigError, match="không mở được tệp"):
        read(tmp_path)


def test_all_mistakes_of_all_files_come_together_in_the_order_of_the_files(tmp_path: Path) -> None:
    sources = edited(SOURCES, "channel: báo điện tử", "channel: báo mạng")
    sources = edited(sources, "    why: Chưa biết địa chỉ\n", "    agnecy: x\n")
    problems = mistakes(
        tmp_path,
        sources=edited(sources, "    pages: epi", "    pages: epo"),
        agencies=edited(AGENCIES, "successor: bao-moi", "successor: bao-cu"),
        plan=edited(
            edited(PLAN, "issued_on: 2020-12-30", "issued_on: hôm qua"), "{item: 3b, agency", "{item: 9, agency"
        ),
        targets=edited(TARGETS, "count: 4", "count: bốn"),
        keywords=KEYWORDS + "\tx",
    )
    places = [told(tmp_path, p).split(": ", 1)[0] for p in problems]
    assert places == [
        "sources.yaml:7:5 outlets.0.channel",
        "sources.yaml:11:5 outlets.0.pages",
        "sources.yaml:19:5 outlets.1",
        "sources.yaml:24:5 outlets.1.agnecy",
        "plans/agencies.yaml:4:36 agencies.1.successor",
        "plans/2021/plan.yaml:4:1 issued_on",
        "plans/2021/plan.yaml:32:6 obligations.0.item",
        "plans/2021/targets.yaml:5:46 targets.0.target.count",
        "plans/2021/targets.yaml:6:6 targets.1.item",
        "plans/2021/keywords.yaml:11:1 (cả tệp)",
    ]


def test_a_file_that_cannot_be_read_raises_no_doubt_about_the_others(tmp_path: Path) -> None:
    problems = mistakes(tmp_path, agencies="agencies: [\n")
    assert {Path(p.file).name for p in problems} == {"agencies.yaml"}


def test_an_empty_list_is_one_mistake_and_not_one_for_each_name(tmp_path: Path) -> None:
    head, _, rest = PLAN.partition("items:\n")
    found = mistakes(tmp_path, plan=f"{head}items: []\nobligations:{rest.partition('obligations:')[2]}")
    assert [told(tmp_path, p) for p in found] == [
        "plans/2021/plan.yaml:14:1 items: danh sách đang trống; hãy ghi ít nhất một nội dung"
    ]
    found = mistakes(tmp_path, agencies="schema: 1\nagencies: []\n")
    assert [told(tmp_path, p) for p in found] == [
        "plans/agencies.yaml:2:1 agencies: danh sách đang trống; hãy ghi ít nhất một cơ quan"
    ]


def test_a_host_that_is_no_host_does_not_put_the_addresses_in_the_wrong(tmp_path: Path) -> None:
    found = mistakes(tmp_path, sources=edited(SOURCES, "hosts: [bao-mau.test,", "hosts: [https://bao-mau.test/,"))
    assert [p.path for p in found] == ["outlets.0.hosts.0"]


def test_a_list_of_words_that_is_not_declared_is_named_once_each(tmp_path: Path) -> None:
    words = edited(KEYWORDS, "strong: [một cửa]", "together: [[co-quan, lam-gi]]")
    found = [told(tmp_path, p) for p in mistakes(tmp_path, keywords=words)]
    assert [line.partition(": ")[0].partition(" ")[2] for line in found] == [
        "items.1.together.0.0",
        "items.1.together.0.1",
    ]


def test_one_place_has_one_mistake(tmp_path: Path) -> None:
    problems = mistakes(tmp_path, sources=edited(SOURCES, '    hosts: [bao-mau.test, "127.0.0.11:8081"]', "    hosts:"))
    places = [(p.line, p.column, p.path) for p in problems]
    assert len(places) == len(set(places))


# Words of our files and signs of YAML: most of it is broken, some of it reads.
SIGNS = (
    *("schema: 1", "outlets:", "pages:", "  - ", "code: x", "identity: '(?P<id'", "hosts: [x]", "url: http://["),
    *("first: 9999-99-99", "valid: {", "}", "[", "]", "\n", "\r\n", "\u2028", "\t", "'", '"', "&a", "*a", "? ", ": "),
    *(
        "!!python/object:os.system",
        "|",
        ">",
        "---",
        "%YAML 1.1",
        "~",
        "null",
        "<<: ",
        "#",
        "  ",
        "\\",
        "\ufeff",
        "\x00",
    ),
    *("Ð", "@", "`"),
)
yaml_texts = st.lists(st.sampled_from(SIGNS) | st.text(max_size=4), max_size=25).map("".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(sorted(GOOD)), text=yaml_texts, cut=st.integers(0, 400), as_bytes=st.booleans())
@example(file="sources.yaml", text="a: &x 1\n" + "b: *x\n", cut=0, as_bytes=False)
@example(file="sources.yaml", text="{" * 2000, cut=0, as_bytes=False)
@example(file="sources.yaml", text="x: 2021-99-99", cut=0, as_bytes=True)
def test_whatever_a_file_holds_only_a_config_error_comes(
    tmp_path: Path, file: str, text: str, cut: int, as_bytes: bool
) -> None:
    good = GOOD[file]
    raw = (good[:cut] + text + good[cut:]).encode("utf-8", "surrogatepass")
    write(tmp_path, GOOD | {file: raw[::-1] if as_bytes else raw})
    try:
        assert read(tmp_path).plan.number
    except ConfigError as error:
        assert error.problems
        assert all(p.line >= 1 and p.column >= 1 and p.what and p.path for p in error.problems)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_value_of_any_other_kind_is_a_config_error(tmp_path: Path, data: st.DataObject) -> None:
    file = data.draw(st.sampled_from(sorted(GOOD)))
    lines = GOOD[file].splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    key = lines[number].partition(":")[0]
    value = data.draw(
        st.sampled_from(["", "null", "[]", "{}", "[[]]", "{a: {}}", "x", "-1", "2021-13-01", "'x: y'", "true"])
    )
    lines[number] = f"{key}: {value}"
    write(tmp_path, GOOD | {file: "\n".join(lines)})
    try:
        read(tmp_path)
    except ConfigError as error:
        assert all("không hợp lệ" not in str(p) and "Input should" not in str(p) for p in error.problems)


TWO_LOOKS = """\
  epi:
    - title: [h1.cu]
      text: [div.cu]
      valid: {last: 2021-02-28}
    - title: [h1]
      text: [div.body]
      valid: {first: 2021-03-01}
"""
ONE_LOOK = SOURCES[SOURCES.index("  epi:\n") :]


def with_looks(folder: Path, looks: str) -> None:
    write(folder, {**GOOD, "sources.yaml": edited(SOURCES, ONE_LOOK, looks)})


def test_a_page_keeps_the_rules_of_the_day_on_which_it_was_fetched(tmp_path: Path) -> None:
    with_looks(tmp_path, TWO_LOOKS)
    press = read(tmp_path).press
    outlet = press.outlet("bao-mau")
    old, new = press.rules(outlet, date(2021, 2, 28)), press.rules(outlet, date(2021, 3, 1))
    assert old and new
    assert (old.title, new.title) == (("h1.cu",), ("h1",))


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        (
            "first: 2021-03-01",
            "first: 2021-02-20",
            "32:7 pages.epi.1.valid: cùng hiệu lực với khối ở dòng 27 trong những ngày từ 2021-02-20 đến 2021-02-28",
        ),
        (
            "      valid: {first: 2021-03-01}\n",
            "",
            "30:7 pages.epi.1.valid: cùng hiệu lực với khối ở dòng 27 trong những ngày đến 2021-02-28",
        ),
        (
            "first: 2021-03-01",
            "first: 2021-03-02",
            "26:3 pages.epi: không có khối nào hiệu lực từ 2021-03-01 đến 2021-03-01, mà “bao-mau” đang dùng",
        ),
        (
            "first: 2021-03-01",
            "first: 2021-03-01, last: 2025-06-29",
            "26:3 pages.epi: không có khối nào hiệu lực từ 2025-06-30 đến 2025-06-30, mà “bao-mau” đang dùng",
        ),
        (
            "first: 2021-03-01",
            "first: 2021-03-01, last: 2021-02-01",
            "32:7 pages.epi.1.valid: ngày cuối 2021-02-01 trước ngày đầu 2021-03-01",
        ),
        ("text: [div.body]", "text: [div..body]", "31:14 pages.epi.1.text.0: bộ chọn CSS “div..body” viết chưa đúng"),
        ("text: [div.body]", "texts: [div.body]", "31:7 pages.epi.1.texts: không có khóa “texts”"),
        ("last: 2021-02-28", "last: 28/2/2021", "29:15 pages.epi.0.valid.last: “28/2/2021”: phải là ngày"),
    ],
)
def test_a_mistake_in_the_days_of_page_rules_is_named(tmp_path: Path, wrong: str, right: str, says: str) -> None:
    assert wrong in TWO_LOOKS
    with_looks(tmp_path, TWO_LOOKS.replace(wrong, right))
    with pytest.raises(ConfigError) as caught:
        read(tmp_path)
    assert any(told(tmp_path, problem).split(":", 1)[1].startswith(says) for problem in caught.value.problems), [
        told(tmp_path, problem) for problem in caught.value.problems
    ]


def test_a_hole_outside_the_days_of_its_outlets_is_none(tmp_path: Path) -> None:
    with_looks(tmp_path, TWO_LOOKS.replace("first: 2021-03-01", "first: 2021-03-01, last: 2025-06-30"))
    assert len(read(tmp_path).press.pages["epi"]) == 2


def test_an_empty_list_of_blocks_is_named(tmp_path: Path) -> None:
    with_looks(tmp_path, "  epi: []\n")
    with pytest.raises(ConfigError, match="danh sách đang trống; hãy ghi ít nhất một khối quy tắc"):
        read(tmp_path)


def keys(*kinds: type[Any]) -> list[str]:
    return [field.name for kind in kinds for field in fields(kind)]


@pytest.mark.parametrize(
    "key",
    [
        *keys(SourcesFile, press.Outlet, press.Source, press.Presence, press.Pace, press.PageRules, press.Validity),
        *("schema", *press.Kind, *press.SourceKind),
    ],
)
def test_every_key_of_the_sources_file_is_explained(key: str) -> None:
    text = (ROOT / "docs/sources-file.md").read_text(encoding="utf-8")
    assert f"`{key}`" in text or f"{key}: " in text


@pytest.mark.parametrize(
    "key",
    [
        *keys(press.Agency, press.Validity, plan.ContentItem, plan.ItemPart, plan.Obligation, plan.Letterhead),
        *keys(calendar.Period, calendar.Calendar, plan.WatchLevel, plan.Target, TargetsFile),
        *keys(KeywordFile, SubjectWords, ItemWords, Calibration),
        *(key for key in keys(plan.Plan) if key != "levels"),
        *("schema", *Role, *Proof, *Every),
    ],
)
def test_every_key_of_the_plan_files_is_explained(key: str) -> None:
    text = (ROOT / "docs/plan-files.md").read_text(encoding="utf-8")
    assert f"`{key}`" in text or f"{key}: " in text


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_is_explained(channel: Channel) -> None:
    assert f"`{channel.value}`" in (ROOT / "docs/sources-file.md").read_text(encoding="utf-8")
