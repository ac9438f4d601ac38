"""The shipped plan says what the signed document says: who leads what, in which form; and every shipped year reads."""

import shutil
from collections.abc import Collection
from datetime import date
from pathlib import Path

import pytest

from monitor.calendar import Every
from monitor.config import Settings, load
from monitor.duties import owed
from monitor.extract import mistake_in
from monitor.plan import Channel, Obligation, Plan, Proof, Role
from monitor.press import Press
from monitor.urls import identify

ROOT = Path(__file__).parent.parent
PLANS = sorted(path.parent for path in ROOT.glob("plans/*/plan.yaml"))
SETTINGS = load(ROOT / "sources.yaml", ROOT / "plans/2021")
PLAN: Plan = SETTINGS.plan
PRESS: Press = SETTINGS.press
ITEMS = [str(number) for number in range(1, 12)]

# Agency × item, read off the appendix of the plan: L chủ trì, P phối hợp, . không có tên. Items 1 to 11 from the left.
AGENCIES = {
    "van-phong-ubnd-tinh": "L.LLLL.LPLL",
    "so-noi-vu": "LLLLPLP.PLL",
    "dai-bac-kan": "L.LL.LP.LLL",
    "bao-bac-kan": "..L..L..L..",
    "cac-so-nganh": "LPLPLLLLLLL",
    "ubnd-cap-huyen": "LPLPLLLLLLL",
    "ubnd-cap-xa": "LPLPLPLLLLL",
    "trung-tam-pvhcc": "........LL.",
    "truong-chinh-tri": "LL.........",
    "tt-boi-duong-chinh-tri": "LL.........",
    "buu-dien": "........L..",
    "so-tttt": "........P..",
    "ca-nhan-to-chuc": "..P..P...PP",
}

# Item × channel, as the plan has it: F the form is named, - it is not; then the role of the channel's owner in that
# item: L chủ trì, P phối hợp, 0 none (social media: of the station, of the newspaper).
OWNERS = {
    "báo": ["bao-bac-kan"],
    "truyền hình": ["dai-bac-kan"],
    "truyền thanh": ["dai-bac-kan"],
    "cổng": ["van-phong-ubnd-tinh"],
    "trang": ["cac-so-nganh", "ubnd-cap-huyen", "ubnd-cap-xa", "trung-tam-pvhcc"],
    "mạng xã hội": ["dai-bac-kan", "bao-bac-kan"],
    "ngoài báo chí": sorted({*AGENCIES} - {"dai-bac-kan", "bao-bac-kan"}),
}
CHANNELS = {
    "báo": {Channel.ONLINE, Channel.PRINT},
    "truyền hình": {Channel.TELEVISION},
    "truyền thanh": {Channel.LOUDSPEAKER, Channel.RADIO},
    "cổng": {Channel.PORTAL},
    "trang": {Channel.SITE},
    "mạng xã hội": {Channel.SOCIAL},
    "ngoài báo chí": {Channel.OFFLINE},
}
MATRIX = {
    "1": "-0 FL FL FL FL -00 FL",
    "2": "-0 -0 -0 -0 -P -00 FL",
    "3": "FL FL FL FL FL -00 FL",
    "4": "-0 FL -L FL FP FL0 -0",
    "5": "-0 -0 -0 FL FL F00 FL",
    "6": "-L FL FL FL FL FLL -0",
    "7": "-0 -P -P -0 -L -00 FL",
    "8": "-0 -0 -0 -L -L -00 FL",
    "9": "-L FL FL FP FL FLL FL",
    "10": "-0 FL FL FL FL FL0 -0",
    "11": "-0 FL FL FL FL FL0 FL",
}
CELLS = [(item, *cell) for item, row in MATRIX.items() for cell in zip(OWNERS, row.split(), strict=True)]
# A role without a form is owed only where the plan's file says so.
READINGS = {("6", "báo"): "L", ("9", "báo"): "L", ("7", "truyền hình"): "P", ("7", "truyền thanh"): "P"}
LETTERS = {Role.LEAD: "L", Role.PARTNER: "P", Role.NONE: "0"}
WORDS = {
    "báo": ("trang nhất báo", "báo điện tử"),
    "truyền hình": ("truyền hình",),
    "truyền thanh": ("truyền thanh",),
    "cổng": ("cổng/trang",),
    "trang": ("cổng/trang",),
    "mạng xã hội": ("mạng xã hội",),
    "ngoài báo chí": ("lớp", "hội nghị", "trụ sở", "niêm yết", "đối thoại", "lồng ghép", "trực tiếp", "tờ rơi"),
}


def duties(items: Collection[str], agency: str, *channels: Channel) -> list[Obligation]:
    return [
        o
        for o in PLAN.obligations
        if o.item in items and o.agency == agency and (not channels or set(channels) & set(o.channels))
    ]


def led(agency: str, channel: Channel) -> list[str]:
    """Give the items that `agency` must cover on `channel`."""
    found = {
        PLAN.item(o.item).code
        for o in PLAN.obligations
        if o.agency == agency and channel in o.channels and o.role.binding
    }
    return [code for code in ITEMS if code in found]


def codes(item: str) -> tuple[str, ...]:
    return (item, *(part.code for part in PLAN.item(item).parts))


@pytest.mark.parametrize("folder", PLANS, ids=lambda folder: folder.name)
def test_every_shipped_year_reads(folder: Path) -> None:
    plan = load(ROOT / "sources.yaml", folder).plan
    assert str(plan.year) == folder.name
    assert plan.items


def test_the_plan_is_the_signed_document() -> None:
    assert (PLAN.number, PLAN.aliases) == ("892/KH-UBND", ("392/KH-UBND",))
    assert (PLAN.issued_on, PLAN.issued_by) == (date(2020, 12, 30), "ubnd-tinh")
    assert (PLAN.period.first, PLAN.period.last, PLAN.year) == (date(2021, 1, 1), date(2021, 12, 31), 2021)
    assert PLAN.item_codes == tuple(ITEMS)
    assert [part.code for part in PLAN.item("3").parts] == ["3a", "3b"]
    assert (PLAN.calendar.closes_on, PLAN.calendar.week_starts_on) == (None, 1)
    assert any("392" in note for note in PLAN.notes)


def test_the_text_is_free_of_scanning_errors() -> None:
    text = " ".join([*(item.text for item in PLAN.items), *(form for item in PLAN.items for form in item.forms)])
    for slip in ("những nhiều", "Công TTĐT", "Giới bản", "<", "TT\t"):
        assert slip not in text
    assert "nhũng nhiễu" in PLAN.item("6").text
    assert PLAN.item("3").text.endswith("liên quan đến CCHC.")
    assert "kiến nghị của cá nhân và tổ chức" in PLAN.item("3").text
    assert PLAN.item("7").text.endswith("đất đai; xây dựng; thuế; bảo hiểm; giáo dục, y tế...")


def test_the_cadence_is_what_the_plan_writes() -> None:
    unusual = {"4": "thường xuyên (mặc định, Kế hoạch không ghi)", "7": "Theo tháng hoặc quý"}
    assert {item.code: item.cadence for item in PLAN.items} == dict.fromkeys(ITEMS, "Thường xuyên") | unusual


@pytest.mark.parametrize("agency", AGENCIES)
def test_who_leads_and_who_helps_is_what_the_plan_says(agency: str) -> None:
    roles = "".join("L" if agency in item.leads else "P" if agency in item.partners else "." for item in PLAN.items)
    assert roles == AGENCIES[agency]


def test_nobody_else_leads_or_helps() -> None:
    named = {agency for item in PLAN.items for agency in (*item.leads, *item.partners)}
    assert named == set(AGENCIES)
    assert all(PRESS.agency(code) for code in named)


@pytest.mark.parametrize(("item", "channel", "cell"), CELLS)
def test_the_forms_are_those_that_the_plan_names(item: str, channel: str, cell: str) -> None:
    # “thông qua các trang fanpage của cơ quan Báo, Đài” names the fanpages, not the newspaper.
    forms = " | ".join(PLAN.item(item).forms).lower()
    assert any(word in forms for word in WORDS[channel]) is cell.startswith("F")


@pytest.mark.parametrize(("item", "channel", "cell"), CELLS)
def test_what_is_owed_is_a_form_that_is_named_and_an_agency_that_leads(item: str, channel: str, cell: str) -> None:
    owners = OWNERS[channel]
    groups = [[owner] for owner in owners] if channel == "mạng xã hội" else [owners]
    for letter, group in zip(cell[1:], groups, strict=True):
        roles = {o.role for owner in group for o in duties(codes(item), owner, *CHANNELS[channel])}
        strongest = min((LETTERS[role] for role in roles), key="LP0".index, default="")
        assert strongest == (letter if cell.startswith("F") else READINGS.get((item, channel), ""))


@pytest.mark.parametrize(("item", "channel", "cell"), CELLS)
def test_a_channels_owner_has_the_role_that_the_plan_gives_it(item: str, channel: str, cell: str) -> None:
    if channel in {"mạng xã hội", "ngoài báo chí"}:  # nobody's own: there the form decides, above
        return
    leads, partners = PLAN.item(item).leads, PLAN.item(item).partners
    roles = ["L" if o in leads else "P" if o in partners else "0" for o in OWNERS[channel]]
    assert min(roles, key="LP0".index) == cell[1]


def test_the_forms_add_up() -> None:
    named = {channel: {item for item, one, cell in CELLS if one == channel and cell[0] == "F"} for channel in OWNERS}
    counts = [len(named[channel]) for channel in ("truyền hình", "truyền thanh", "cổng", "mạng xã hội")]
    assert counts == [7, 6, 8, 6]
    media = set[str]().union(*(items for channel, items in named.items() if channel != "ngoài báo chí"))
    assert len(media) == 8
    assert set(ITEMS) - media == {"2", "7", "8"}
    assert len(CELLS) == 77


def test_every_lead_owes_something_and_every_partner_is_only_counted() -> None:
    for item in PLAN.items:
        for agency in item.leads:
            assert any(o.role is Role.LEAD for o in duties(codes(item.code), agency)), (item.code, agency)
        for agency in item.partners:
            assert all(o.role is Role.PARTNER for o in duties(codes(item.code), agency)), (item.code, agency)


def test_the_post_office_owes_all_three_forms_of_item_9() -> None:
    (duty,) = duties(["9"], "buu-dien")
    assert duty.forms == ("trực tiếp nơi tiếp nhận", "tờ rơi, sổ tay", "đối thoại")


def test_the_newspaper_the_station_and_the_portal_owe_what_the_matrix_says() -> None:
    assert led("bao-bac-kan", Channel.ONLINE) == led("bao-bac-kan", Channel.PRINT) == ["3", "6", "9"]
    assert led("bao-bac-kan", Channel.SOCIAL) == ["6", "9"]
    assert led("dai-bac-kan", Channel.TELEVISION) == ["1", "3", "4", "6", "9", "10", "11"]
    assert (
        led("dai-bac-kan", Channel.LOUDSPEAKER) == led("dai-bac-kan", Channel.RADIO) == ["1", "3", "6", "9", "10", "11"]
    )
    assert led("dai-bac-kan", Channel.SOCIAL) == ["4", "6", "9", "10", "11"]
    assert led("van-phong-ubnd-tinh", Channel.PORTAL) == ["1", "3", "4", "5", "6", "10", "11"]
    assert led("so-noi-vu", Channel.SITE) == ["1", "3", "4", "6", "10", "11"]
    assert (
        led("cac-so-nganh", Channel.SITE)
        == led("ubnd-cap-huyen", Channel.SITE)
        == ["1", "3", "5", "6", "9", "10", "11"]
    )
    assert led("ubnd-cap-xa", Channel.SITE) == ["1", "3", "5", "9", "10", "11"]
    assert led("trung-tam-pvhcc", Channel.SITE) == ["9", "10"]


def test_the_non_media_parts_are_owed_where_the_plan_names_them() -> None:
    offline = {PLAN.item(o.item).code for o in PLAN.obligations if o.role.binding and Channel.OFFLINE in o.channels}
    assert offline == {"1", "2", "3", "5", "7", "8", "9", "11"}
    assert led("so-noi-vu", Channel.OFFLINE) == ["1", "2", "3", "11"]  # absent from item 8


@pytest.mark.parametrize(
    ("item", "agency", "channel", "role"),
    [
        ("4", "bao-bac-kan", Channel.SOCIAL, Role.NONE),
        ("5", "bao-bac-kan", Channel.SOCIAL, Role.NONE),
        ("5", "dai-bac-kan", Channel.SOCIAL, Role.NONE),
        ("10", "bao-bac-kan", Channel.SOCIAL, Role.NONE),
        ("11", "bao-bac-kan", Channel.SOCIAL, Role.NONE),
        ("4", "cac-so-nganh", Channel.SITE, Role.PARTNER),
        ("5", "so-noi-vu", Channel.SITE, Role.PARTNER),
        ("6", "ubnd-cap-xa", Channel.SITE, Role.PARTNER),
        ("7", "dai-bac-kan", Channel.TELEVISION, Role.PARTNER),
        ("9", "van-phong-ubnd-tinh", Channel.PORTAL, Role.PARTNER),
        ("9", "so-noi-vu", Channel.SITE, Role.PARTNER),
        ("9", "so-tttt", Channel.SITE, Role.PARTNER),
    ],
)
def test_a_channel_without_a_lead_is_counted_and_not_judged(
    item: str, agency: str, channel: Channel, role: Role
) -> None:
    assert [o.role for o in duties([item], agency, channel)] == [role]


def test_how_a_duty_is_proved_follows_from_its_channel() -> None:
    proofs = {
        Channel.PRINT: {Proof.IMPORT, Proof.EVIDENCE},
        Channel.ONLINE: {Proof.COUNT, Proof.PRESENCE},
        Channel.TELEVISION: {Proof.COUNT, Proof.PRESENCE},
        Channel.RADIO: {Proof.IMPORT},
        Channel.LOUDSPEAKER: {Proof.IMPORT},
        Channel.PORTAL: {Proof.COUNT, Proof.PRESENCE},
        Channel.SITE: {Proof.COUNT, Proof.PRESENCE},
        Channel.SOCIAL: {Proof.IMPORT},
        Channel.OFFLINE: {Proof.EVIDENCE},
    }
    for obligation in PLAN.obligations:
        if obligation.role is Role.REQUESTED:
            continue
        for channel in obligation.channels:
            assert obligation.proof in proofs[channel], obligation
    assert all(o.proof in {Proof.PRESENCE, Proof.EVIDENCE} for o in PLAN.obligations if o.item == "3b")
    assert all(o.item == "3b" for o in PLAN.obligations if o.proof is Proof.PRESENCE)


def test_party_bodies_and_central_press_are_asked_and_never_judged() -> None:
    requested = {o.agency for o in PLAN.obligations if o.role is Role.REQUESTED}
    assert requested == {"ban-tuyen-giao", "ban-dan-van", "mttq", "to-chuc-chinh-tri-xa-hoi", "bao-chi-trung-uong"}
    assert not requested & set(AGENCIES)
    assert len(PRESS.members("to-chuc-chinh-tri-xa-hoi")) == 4


def test_the_targets_are_the_defaults_and_say_that_nobody_approved_them() -> None:
    assert {level.set_by for level in PLAN.levels} == {"mức theo dõi mặc định, chưa được phê duyệt"}
    assert PLAN.blind_limit == 0.1
    of = {(v.item, v.owed_by, v.channel): v for v in PLAN.levels}
    for channel, agency, monthly in (
        (Channel.ONLINE, "bao-bac-kan", {"6": 4, "9": 2}),
        (Channel.TELEVISION, "dai-bac-kan", {"1": 2, "4": 2, "6": 2, "9": 2, "10": 1, "11": 1}),
        (Channel.RADIO, "dai-bac-kan", {"1": 1, "3a": 1, "6": 1, "9": 1, "10": 1, "11": 1}),
        (Channel.PORTAL, "van-phong-ubnd-tinh", {"1": 3, "4": 3, "5": 1, "6": 2, "9": 1, "10": 1, "11": 1}),
    ):
        found = {
            v.item: v.target.count
            for v in of.values()
            if (v.owed_by, v.channel) == (agency, channel) and v.target.every is Every.MONTH
        }
        assert found == monthly
    assert (
        sum(v.target.count for v in of.values() if v.owed_by == "van-phong-ubnd-tinh" and v.target.every is Every.MONTH)
        == 12
    )


def test_copies_count_for_item_4_and_never_for_item_6() -> None:
    assert {v.counts_reprints for v in PLAN.levels if v.item == "6"} == {False}
    assert {v.counts_reprints for v in PLAN.levels if v.item == "4"} == {True}


def test_social_media_are_counted_and_never_judged() -> None:
    assert not [v for v in PLAN.levels if v.channel is Channel.SOCIAL]
    assert not [o for o in PLAN.obligations if o.channels == (Channel.SOCIAL,) and PLAN.level(o)]


def test_nothing_is_judged_by_the_week_but_what_must_always_stand_there() -> None:
    assert {v.item for v in PLAN.levels if v.target.every is Every.WEEK} == {"3b"}


def test_each_level_is_the_level_of_some_obligation() -> None:
    laid = {id(PLAN.level(o)) for o in PLAN.obligations}
    assert {id(level) for level in PLAN.levels} <= laid


def test_a_collective_owes_once_for_each_member_and_once_for_who_is_not_listed() -> None:
    owing = [
        agency.code
        for o, agency in owed(PLAN, PRESS)
        if o.item == "9" and o.agency == "cac-so-nganh" and Channel.SITE in o.channels
    ]
    assert owing == ["so-khcn", "so-vhttdl", "ban-quan-ly-kcn", "cac-so-nganh"]  # item 9 names Sở TT&TT by itself
    for code in ("cac-so-nganh", "ubnd-cap-huyen", "ubnd-cap-xa", "tt-boi-duong-chinh-tri"):
        assert PRESS.agency(code).collective
        assert PRESS.agency(code).incomplete
    assert PRESS.agency("so-noi-vu").part_of is None


def test_no_body_of_bac_kan_is_asked_for_anything_after_the_merger() -> None:
    for obligation in PLAN.obligations:
        assert not PRESS.agency(obligation.agency).valid.holds(date(2025, 7, 1)), obligation.agency
    for code in ("bao-bac-kan", "dai-bac-kan"):
        assert PRESS.agency(code).successor == "bao-ptth-thai-nguyen"
    assert PRESS.agency("bao-ptth-thai-nguyen").valid.first == date(2025, 7, 1)
    assert PRESS.agency("ban-tuyen-giao-dan-van").valid.last == date(2025, 6, 30)


def test_the_readings_that_change_numbers_are_printed() -> None:
    told = " ".join(PLAN.notes)
    for words in (
        "không phải chỉ tiêu của Kế hoạch",
        "Nội dung 6 và 9",
        "Nội dung 4",
        "theo quý",
        "Văn phòng UBND tỉnh",
        "Mục IV.2",
        "Kế hoạch không nêu căn cứ, không quy định thời hạn, mẫu báo cáo (Mục IV.6)",
    ):
        assert words in told
    assert max(map(len, PLAN.notes)) < 200  # they are printed in a letter


def test_an_outlet_is_closed_or_opened_with_its_province() -> None:
    for outlet in PRESS.outlets:
        ends, begins = outlet.valid.last, outlet.valid.first
        assert (ends, begins) in {(date(2025, 6, 30), None), (None, date(2025, 7, 1))}, outlet.code
        assert PRESS.agency(outlet.agency).valid.meets(begins or date(2021, 1, 1), ends or date(2026, 1, 1)), (
            outlet.code
        )


def test_nothing_unseen_claims_to_work() -> None:
    for outlet in PRESS.outlets:
        assert outlet.verified_on is None, outlet.code
        assert outlet.presence == (), outlet.code
        assert outlet.enabled is bool(outlet.sources), outlet.code
        assert not outlet.allow_private, outlet.code


@pytest.mark.parametrize(
    ("code", "url", "identity"),
    [
        ("bao-bac-kan", "https://baobackan.vn/mot-cua-ngay-1932025-post69747.html", "69747"),
        ("bao-bac-kan", "http://baobackan.com.vn/ten-khac-post69747.html?utm_source=x", "69747"),
        ("bao-bac-kan", "https://baobackan.vn/chu-de-tag12.html", None),
        ("bao-bac-kan", "https://baobackan.vn.khac.test/mot-cua-post69747.html", None),
        ("dai-bac-kan", "http://backantv.vn/tin-tuc-n39057/dai-hoi.html", "39057"),
        ("cong-bac-kan", "http://backan.gov.vn/pages/tin-557/toan-tinh-me-e1a26db274b26370.aspx", "e1a26db274b26370"),
        ("trang-so-tttt", "https://ict.backan.gov.vn/Pages/cntt-542/ngay-26f64f88ccb412cc.aspx", "26f64f88ccb412cc"),
        (
            "hanh-chinh-cong-bac-kan",
            "http://hanhchinhcong.backan.gov.vn/portaldvc/Pages/2024-3-28/Tin7yqddb.aspx",
            "2024-3-28/tin7yqddb",
        ),
        ("trang-ban-quan-ly-kcn", "https://bqlkcnbackan.gov.vn/news/news?news_id=346", "346"),
        ("bao-thai-nguyen", "https://baothainguyen.vn/chinh-tri/200909/dai-hoi-367522D", "200909/367522d"),
        ("bao-thai-nguyen", "https://m.baothainguyen.vn/chinh-tri/200909/dai-hoi-367522D", "200909/367522d"),
        ("bao-thai-nguyen", "https://baothainguyen.vn/van-hoa/202304/le-hoi-79a138b/", "202304/79a138b"),
        ("dai-thai-nguyen", "https://thainguyentv.vn/ban-tin-109709.html", "109709"),
        ("trang-ho-tro-phap-ly", "https://hotropldn.thainguyen.gov.vn/news/tin-tuc/hoi-nghi-12.html", "12"),
        ("trang-ho-tro-phap-ly", "https://hotropldn.thainguyen.gov.vn/news/savefile/tin-tuc/hoi-nghi-12.html", None),
    ],
)
def test_addresses_of_the_known_shapes_are_recognised(code: str, url: str, identity: str | None) -> None:
    assert identify(PRESS.outlet(code), url) == identity


def test_why_an_outlet_is_off_is_short_and_names_no_command() -> None:
    for outlet in PRESS.outlets:
        assert len(outlet.why) <= 70, outlet.code
        assert not {"monitor", "FILE", "enabled", "hosts", "sources"} & set(outlet.why.split()), outlet.code


def test_every_selector_parses() -> None:
    for name, rules in ((name, rules) for name, blocks in PRESS.pages.items() for rules in blocks):
        for chosen in (rules.title, rules.lead, rules.text, rules.published, rules.author, rules.drop):
            for selector in chosen:
                assert mistake_in(selector, attributes=chosen is not rules.drop) is None, name


def test_a_second_year_is_a_folder_and_no_python(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "plans/2021", tmp_path / "plans/2022")
    shutil.copy(ROOT / "plans/agencies.yaml", tmp_path / "plans/agencies.yaml")
    signed = tmp_path / "plans/2022/plan.yaml"
    text = signed.read_text(encoding="utf-8")
    for old, new in (
        ("number: 892/KH-UBND", "number: 01/KH-UBND"),
        ("issued_on: 2020-12-30", "issued_on: 2021-12-30"),
        (
            "{first: 2021-01-01, last: 2021-12-31, label: Năm 2021}",
            "{first: 2022-01-01, last: 2022-12-31, label: Năm 2022}",
        ),
    ):
        assert text.count(old) == 1
        text = text.replace(old, new)
    signed.write_text(text, encoding="utf-8")
    settings: Settings = load(ROOT / "sources.yaml", tmp_path / "plans/2022")
    assert (settings.plan.number, settings.plan.year) == ("01/KH-UBND", 2022)
    assert settings.plan.obligations == PLAN.obligations
