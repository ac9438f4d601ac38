"""The plan as data: what was promised, by whom, how often, and who set the number."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.calendar import CIVIL, Calendar, Every, Period
from monitor.written import Written


class Channel(StrEnum):
    """Where a piece appears (loại hình, kênh)."""

    PRINT = "báo in"
    ONLINE = "báo điện tử"
    TELEVISION = "truyền hình"
    RADIO = "phát thanh"
    LOUDSPEAKER = "truyền thanh"
    PORTAL = "cổng"
    SITE = "trang"
    SOCIAL = "mạng xã hội"
    OFFLINE = "ngoài báo chí"

    @property
    def press(self) -> bool:
        """Portals, social media and meetings are not press; reports keep them apart."""
        return self in _PRESS


_PRESS = frozenset({Channel.PRINT, Channel.ONLINE, Channel.TELEVISION, Channel.RADIO, Channel.LOUDSPEAKER})


class Form(StrEnum):
    """What sort of piece it is (hình thức, thể loại)."""

    NEWS = "tin"
    STORY = "bài"
    PHOTO = "ảnh"
    REPORTAGE = "phóng sự"
    COLUMN = "chuyên mục"
    INTERVIEW = "phỏng vấn"
    TALK = "tọa đàm"
    VIDEO = "video"


class Role(StrEnum):
    """What the plan asks of an agency: chủ trì, phối hợp, đề nghị, or nothing (kênh tham khảo)."""

    LEAD = "lead"
    PARTNER = "partner"
    REQUESTED = "requested"
    NONE = "none"

    @property
    def binding(self) -> bool:
        """Only a lead (chủ trì) can be judged: a plan of the UBND does not command partners or Party bodies."""
        return self is Role.LEAD

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {"lead": "chủ trì", "partner": "phối hợp", "requested": "đề nghị", "none": "kênh tham khảo"}[self.value]


class Proof(StrEnum):
    """How an obligation can be shown to be met (cách kiểm chứng)."""

    COUNT = "count"
    PRESENCE = "presence"
    EVIDENCE = "evidence"
    IMPORT = "import"

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {
            "count": "đếm tin, bài",
            "presence": "kiểm tra niêm yết trên trang",
            "evidence": "minh chứng",
            "import": "bảng kê phát sóng, đăng tải",
        }[self.value]


@dataclass(frozen=True, slots=True)
class ItemPart(Written):
    """One of the separate duties inside an item (phần của nội dung), such as 3a and 3b; tags know the item only."""

    code: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ContentItem(Written):
    """A subject that the plan wants covered (nội dung tuyên truyền); `text`, `forms`, `cadence` are the plan's words.

    `leads` (cơ quan chủ trì) and `partners` (cơ quan phối hợp) are codes of agencies.
    """

    code: str
    title: str
    text: str
    forms: tuple[str, ...]
    leads: tuple[str, ...]
    cadence: str
    partners: tuple[str, ...] = ()
    parts: tuple[ItemPart, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Obligation(Written):
    """Item × who owes × channels × forms × kind of proof × role (nghĩa vụ).

    `item` is the code of an item or of one of its parts. A form named and a lead together make a duty; a form
    without a role is only counted (kênh tham khảo).
    """

    item: str
    agency: str
    channels: tuple[Channel, ...]
    proof: Proof
    role: Role = Role.LEAD
    forms: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target(Written):
    """At least `count` per cycle (chỉ tiêu, mức theo dõi)."""

    count: int
    every: Every

    def __post_init__(self) -> None:
        """Refuse a target that asks for nothing."""
        if self.count < 1:
            raise ValueError("count phải là số nguyên từ 1 trở lên; không đặt mức theo dõi thì bỏ cả mục này")


@dataclass(frozen=True, slots=True)
class WatchLevel(Written):
    """A target laid on one obligation, and who set it (mức theo dõi): the plan itself sets no number."""

    item: str
    owed_by: str
    target: Target
    set_by: str
    channel: Channel | None = None
    counts_reprints: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True)
class Letterhead(Written):
    """What heads a report (thể thức văn bản, NĐ 30/2020): names only, never number, day or signature."""

    parent: str
    agency: str
    symbol: str
    place: str
    addressee: str
    signer: str
    keeps: str = ""


@dataclass(frozen=True, slots=True)
class Plan(Written):
    """One year's signed document (kế hoạch tuyên truyền) with its targets."""

    number: str
    title: str
    issued_on: date
    issued_by: str
    period: Period
    items: tuple[ContentItem, ...]
    obligations: tuple[Obligation, ...]
    letterhead: Letterhead
    aliases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    calendar: Calendar = CIVIL
    levels: tuple[WatchLevel, ...] = ()
    blind_limit: float = 0.1

    def __post_init__(self) -> None:
        """Refuse a blind share that is no share."""
        if not 0 <= self.blind_limit < 1:
            raise ValueError("blind_limit phải là tỷ lệ từ 0 đến dưới 1, ví dụ 0.1")

    @property
    def year(self) -> int:
        """Give the plan's year."""
        return self.period.last.year

    @property
    def item_codes(self) -> tuple[str, ...]:
        """Give the codes that tags use, in the plan's order."""
        return tuple(item.code for item in self.items)

    def item(self, code: str) -> ContentItem:
        """Give the item that `code`, its own or a part's, belongs to.

        Raises:
            KeyError: no such item.
        """
        for item in self.items:
            if code == item.code or any(code == part.code for part in item.parts):
                return item
        raise KeyError(code)

    def title_of(self, code: str) -> str:
        """Give the short title of an item or part."""
        item = self.item(code)
        return next((part.title for part in item.parts if part.code == code), item.title)

    def level(self, obligation: Obligation) -> WatchLevel | None:
        """Give the watch level laid on `obligation`; none where nobody has set one."""
        for level in self.levels:
            if (level.item, level.owed_by) == (obligation.item, obligation.agency) and (
                level.channel is None or level.channel in obligation.channels
            ):
                return level
        return None
