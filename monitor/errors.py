"""What we raise on purpose, drawn as a tree; the only place where these classes are made.

MonitorError
├── ConfigError(problems)            files people edit have mistakes: all of them
├── FetchError(url, reason)          a page did not come; the reason is one word of a closed list
├── ExtractError(url, missing)       a page came, but holds no article (or no list of links)
├── ClassifierError                  no model, or one that was made for another plan
└── StorageError                     the database is out of reach, damaged, busy or full
    ├── AddressError                 its address is none, or names a folder that is missing
    ├── SchemaError                  its tables are not of this program's version
    ├── DamagedError                 it holds what this program never wrote
    └── LockedError                  another run holds the lock
"""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What may be hoped for after a failure (mức độ): it says how long a source waits, and when a person is asked."""

    HARD = "hard"
    SOFT = "soft"
    TEMPORARY = "temporary"


class Reason(StrEnum):
    """Why a page was not read (lý do không đọc được): stored, counted, printed in the report's annex.

    The value is for files and JSON; `label` is what an official reads. `severity` is temporary where the network failed
    and the next try may well succeed, soft where the server is there and may come round (living feeds answer 404 and
    come back), hard where nothing changes until a person does something. `blocks`: we were kept out, and did not fail.
    """

    label: str
    severity: Severity
    blocks: bool

    def __new__(cls, value: str, label: str, severity: Severity = Severity.HARD, blocks: bool = False) -> "Reason":
        """Build a member that is its value and carries its Vietnamese label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.severity = severity
        member.blocks = blocks
        return member

    DEADLINE = "deadline", "quá thời gian chờ", Severity.TEMPORARY
    DNS = "dns", "không tìm thấy máy chủ (DNS)", Severity.TEMPORARY  # a machine without a network finds none either
    REFUSED = "refused", "máy chủ từ chối hoặc ngắt kết nối", Severity.TEMPORARY
    TRUNCATED = "truncated", "nội dung bị cắt ngang", Severity.TEMPORARY
    STATUS = "status", "máy chủ trả về mã lỗi", Severity.SOFT
    GONE = "gone", "trang đã bị gỡ", Severity.SOFT
    RATE_LIMITED = "rate_limited", "máy chủ yêu cầu chờ", Severity.SOFT
    UNEXPECTED_304 = "unexpected_304", "máy chủ báo “không đổi” ngoài dự kiến", Severity.SOFT
    SOFT_404 = "soft_404", "trang báo không tìm thấy", Severity.SOFT
    RETIRED = "retired", "trang đã bị gỡ vĩnh viễn"
    TLS = "tls", "lỗi chứng thư bảo mật (TLS)"
    TOO_LARGE = "too_large", "nội dung quá lớn"
    ENCODING = "encoding", "không giải nén được nội dung"
    REDIRECTS = "redirects", "chuyển hướng quá nhiều lần"
    PROTOCOL = "protocol", "máy chủ trả lời sai giao thức"
    NOT_HTML = "not_html", "không phải trang HTML"
    NOT_A_FEED = "not_a_feed", "không phải nguồn tin RSS/Atom"
    NOT_A_SITEMAP = "not_a_sitemap", "không phải sơ đồ trang (sitemap)"
    NO_LINKS = "no_links", "trang danh mục không có liên kết tin, bài"
    NO_ADDRESS = "no_address", "tin, bài không có địa chỉ"
    NOT_AN_ARTICLE = "not_an_article", "trang không phải tin, bài"
    NO_DATE = "no_date", "không rõ ngày đăng"
    DUPLICATE = "duplicate", "trùng với tin, bài đã có"
    EXTRACTION = "extraction", "không tách được nội dung"
    BUG = "bug", "lỗi của phần mềm"
    ROBOTS = "robots", "robots.txt không cho phép", Severity.HARD, True
    LEFT_HOSTS = "left_hosts", "ra ngoài tên miền của cơ quan", Severity.HARD, True
    PRIVATE_ADDRESS = "private_address", "địa chỉ mạng nội bộ", Severity.HARD, True
    SCHEME = "scheme", "giao thức không được phép", Severity.HARD, True
    PORT = "port", "cổng kết nối không được phép", Severity.HARD, True
    FORBIDDEN = "forbidden", "máy chủ không cho truy cập", Severity.HARD, True
    CHALLENGE = "challenge", "trang kiểm tra trình duyệt hoặc trang chặn", Severity.HARD, True


_MACHINE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EAGAIN})


def of_the_machine(error: BaseException) -> bool:
    """Say whether what went wrong is this machine's: no memory, no files, no threads; no page or source is to blame."""
    if isinstance(error, OSError):
        return error.errno in _MACHINE
    return isinstance(error, MemoryError) or "can't start new thread" in str(error)


class MonitorError(Exception):
    """Something we expected could go wrong, did."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file that people edit; line and column count from 1."""

    file: str
    line: int
    column: int
    path: str
    what: str

    def __str__(self) -> str:
        """Give `file:line:column path: what is wrong, what to write instead` (CONTRACT §2)."""
        return f"{self.file}:{self.line}:{self.column} {self.path}: {self.what}"


class ConfigError(MonitorError):
    """Files people edit have mistakes; `problems` holds all of them, in the files' order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep every mistake, so that one run shows them all."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class FetchError(MonitorError):
    """A page did not come; `detail` is for the log, `retry_after` what the server asked for, in seconds."""

    def __init__(
        self, url: str, reason: Reason, detail: str = "", *, status: int | None = None, retry_after: int | None = None
    ) -> None:
        """Name the address and the reason."""
        super().__init__(f"{url}: {reason.value}" + (f" ({detail})" if detail else ""))
        self.url = url
        self.reason = reason
        self.detail = detail
        self.status = status
        self.retry_after = retry_after


class ExtractError(MonitorError):
    """A page came, but what was looked for is not in it."""

    def __init__(self, url: str, reason: Reason, missing: str = "") -> None:
        """Name the address and what is missing."""
        super().__init__(f"{url}: {reason.value}" + (f" ({missing})" if missing else ""))
        self.url = url
        self.reason = reason
        self.missing = missing


class ClassifierError(MonitorError):
    """No trained model, or one made for another plan."""


class StorageError(MonitorError):
    """The database cannot be used: damaged, busy, full or out of reach; `storage` tells which."""


class AddressError(StorageError):
    """The address names no database that there could be: another kind, a folder that is missing."""


class SchemaError(StorageError):
    """The tables are not what this program needs: too old, too new, or none."""


class DamagedError(StorageError):
    """What is stored is nothing that this program writes: the disk, or another program, has changed it."""


class LockedError(StorageError):
    """Another run holds the lock on this database."""
