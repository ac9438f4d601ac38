"""How a reading of a source ended, and how far an announced piece has come."""

from enum import StrEnum


class Outcome(StrEnum):
    """How one attempt at a source ended (kết quả đọc nguồn)."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    PARTIAL = "partial"
    FAILED = "failed"
    BLOCKED = "blocked"
    SKIPPED = "skipped"

    @property
    def read(self) -> bool:
        """Say whether the source answered and was understood, if only in part."""
        return self in {Outcome.OK, Outcome.NOT_MODIFIED, Outcome.PARTIAL}

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {
            "ok": "đọc được",
            "not_modified": "không có gì mới",
            "partial": "đọc được một phần",
            "failed": "không đọc được",
            "blocked": "bị chặn",
            "skipped": "tạm hoãn",
        }[self.value]


class State(StrEnum):
    """How far an announced piece has come that is not stored (tình trạng của đường dẫn)."""

    PENDING = "pending"
    FAILED = "failed"
    REFUSED = "refused"

    @property
    def unread(self) -> bool:
        """A piece that was refused is no piece of the outlet; any other may be one that we have not counted."""
        return self is not State.REFUSED

    @property
    def label(self) -> str:
        """Vietnamese word for people."""
        return {"pending": "chờ đọc", "failed": "chưa đọc được", "refused": "không phải tin, bài của cơ quan"}[
            self.value
        ]
