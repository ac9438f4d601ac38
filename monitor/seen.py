"""How reading a source ended, and which days it proves seen: “nothing was published” is not “we did not look”."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.calendar import Period
from monitor.errors import Reason, Severity
from monitor.press import hanoi_day, midnight

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
    """How a source does: its last attempt and success, and how many attempts have failed since (tình trạng nguồn).

    `pending` are the pieces that the last attempt had no time for.
    """

    outlet: str
    source: str
    last_attempt: datetime | None
    last_success: datetime | None
    outcome: Outcome
    reason: Reason | None
    failures: int
    first_attempt: datetime | None = None
    pending: int = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """Known ground: the last reading that saw its source whole (mốc đã đọc đủ), when it was made, and since when.

    From `since` to `at`, when its list was asked for, everything that the source announced has been noted, by that
    reading and those that it joined; by `noted`, when it ended, all of that was written down. An answer of “not
    modified” is no ground: some servers say it whatever happens.
    """

    at: datetime
    noted: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a reading of a source went.

    `complete`: every address of it that was asked for was read whole; `met`: its old end lies on known ground;
    `back_to`: the day behind which the list is whole, as its links say, or, where they carry no days and a list of
    several pages was followed to its last, the pieces themselves; `months`: the months whose own lists came, and held
    something; `gapped`: another month's list did not.
    """

    complete: bool
    met: bool = False
    back_to: date | None = None
    months: Period | None = None
    gapped: bool = False


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
    """Give the moment from which a source is worth asking again; None where that is now."""
    if state.last_attempt is None:
        return None
    if not state.failures or state.reason is None:
        return state.last_attempt + HOURLY
    step, longest = _WAITS[state.reason.severity]
    return state.last_attempt + min(step * state.failures, longest)


def window(ground: Ground | None, today: date) -> Period:
    """Give the days that a crawl should find: since the last look, or the last closed week where there was none."""
    if ground is not None:
        return Period(min(hanoi_day(ground.at), today), today)
    first = today - FIRST_LOOK_DAYS * ONE_DAY
    # The week's Monday: a first crawl on any day of the week can then prove the last closed week whole.
    return Period(first - timedelta(days=first.weekday()), today)


def whole_since(reach: Reach, ground: Ground | None, at: datetime) -> datetime | None:
    """Give the moment since when everything was seen, by the reading made at `at` and those that it joins; None: never.

    A list of the newest pieces is whole behind its oldest day; a list without days shows what stands in it now. Either
    joins known ground where its old end was there already at the last look: then nothing fell out in between.
    """
    if not reach.complete:
        return None
    whole = at
    if reach.months is not None:
        if reach.gapped or hanoi_day(at) not in reach.months:
            return None  # what is missing is asked for until it comes; past months alone do not join the present
        whole = midnight(reach.months.first)
    elif reach.back_to is not None:
        whole = min(at, midnight(reach.back_to + ONE_DAY))  # the oldest day itself may be cut in the middle
    joins = ground is not None and (reach.met or whole <= midnight(hanoi_day(ground.at)))
    return min(whole, ground.since) if joins and ground else whole


def proved(reach: Reach, since: datetime | None, today: date) -> Period | None:
    """Give the days that a reading proves seen, whole since that moment, or None.

    Only days that were over when the source was read can be proved: a piece may still appear today.
    """
    yesterday = today - ONE_DAY
    if reach.complete and reach.months is not None:
        first = min(reach.months.first, hanoi_day(since)) if since else reach.months.first
        until = min(yesterday, reach.months.last)
    elif since is not None:
        first, until = hanoi_day(since), yesterday
        first += ONE_DAY if midnight(first) < since else timedelta(0)
    else:
        return None
    return Period(first, until) if first <= until else None
