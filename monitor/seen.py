"""How reading a source ended, and which days it proves seen: “nothing was published” is not “we did not look”."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.calendar import Period
from monitor.errors import Reason, Severity

FIRST_LOOK_DAYS = 7
"""How far the very first crawl looks back: far enough for the last closed week; `--backfill` goes further."""

ONE_DAY = timedelta(days=1)


class Outcome(StrEnum):
    """How one attempt at a source ended (kết quả đọc nguồn)."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    PARTIAL = "partial"
    FAILED = "failed"
    BLOCKED = "blocked"
    SKIPPED = "skipped"

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


READ = (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.PARTIAL)
"""The outcomes of a source that answered and was understood, if only in part."""


class State(StrEnum):
    """How far an announced piece has come that is not stored (tình trạng của đường dẫn).

    One that was refused is no piece of the outlet; any other may be one that we have not counted.
    """

    PENDING = "pending"
    FAILED = "failed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source does: its last attempt and success, and how many attempts have failed since (tình trạng nguồn)."""

    outlet: str
    source: str
    last_attempt: datetime | None
    last_success: datetime | None
    outcome: Outcome
    reason: Reason | None
    failures: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a reading of a source went.

    `complete`: every address of it that was asked for was read whole; `ended`: a list of several pages was followed to
    its last; `met`: its last (oldest) link was stored when this source was last read whole; `back_to`: the day down to
    which the list is whole, where its links carry days; `months`: the months whose own lists came, and held something.
    """

    complete: bool
    ended: bool = False
    met: bool = False
    back_to: date | None = None
    months: Period | None = None


HOURLY = timedelta(minutes=55)
"""No source is read twice within the hour, however often cron calls; the rest of the hour is cron's unpunctuality."""

# By failure: so much later each time, and at most so late. Linear, since doubling soon means days; never for ever,
# since addresses do come back; and after our own line was down for days, the next hourly run finds everybody at home.
_WAITS = {
    Severity.TEMPORARY: (timedelta(minutes=10), HOURLY),
    Severity.SOFT: (timedelta(minutes=30), timedelta(hours=6)),
    Severity.HARD: (timedelta(hours=1), timedelta(hours=12)),
}


def due_again(state: SourceState) -> datetime | None:
    """Give the moment from which a source is worth asking again; None where it was never asked."""
    if state.last_attempt is None:
        return None
    if not state.failures or state.reason is None:
        return state.last_attempt + HOURLY
    step, longest = _WAITS[state.reason.severity]
    return state.last_attempt + min(step * state.failures, longest)


def window(last_proved: date | None, today: date) -> Period:
    """Give the days that a crawl should find: since the last day proved, or the last week where none was."""
    first = (last_proved or today - (FIRST_LOOK_DAYS + 1) * ONE_DAY) + ONE_DAY
    # The week's Monday: a first crawl on any day of the week can then prove the last closed week whole.
    if last_proved is None:
        first -= timedelta(days=first.weekday())
    return Period(min(first, today), today)


def proved(reach: Reach, wanted: Period, last_proved: date | None, today: date) -> Period | None:
    """Give the days that this reading proves seen, or None.

    Only days that were over when the source was read can be proved: a piece may still appear today. A list without
    days proves a stretch only where it joins ground that an earlier reading proved.
    """
    until = min(today - ONE_DAY, wanted.last)
    first: date | None = None
    if not reach.complete:
        return None
    if reach.months is not None:
        first, until = reach.months.first, min(until, reach.months.last)
    elif reach.ended:
        first = wanted.first
    elif reach.back_to is not None:
        # The oldest day itself may be cut in the middle; the next one is whole.
        first = reach.back_to + ONE_DAY
        if last_proved is not None and reach.back_to <= last_proved + ONE_DAY:
            first = min(first, last_proved + ONE_DAY)
    elif reach.met and last_proved is not None:
        first = last_proved + ONE_DAY
    return Period(first, until) if first is not None and first <= until else None
