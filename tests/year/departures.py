"""Where what was found departs from what was published: each departure on one readable line, with why."""

from datetime import datetime, timedelta

from monitor.press import HANOI, hanoi_day
from tests.year.pieces import DAY, Piece
from tests.year.troubles import Trouble
from tests.year.truth import Key, Row, Truth
from tests.year.writing import figure, title


def missing(truth: Truth, *, withdrawn: bool) -> list[str]:
    """Give the pieces that could have been found and are not stored: those that stand, or those withdrawn since."""
    return [
        _line(truth, key, piece, f"{_fate(truth, key)}; {truth.noted.get(key, 'never noted')}")
        for key, piece in truth.pieces
        if key in truth.findable and key not in truth.stored and (piece.withdrawn is not None) is withdrawn
    ]


def twice(truth: Truth) -> list[str]:
    """Give the pieces that are stored more than once."""
    return [
        _line(truth, key, _piece(truth, key), f"stored {len(rows)} times")
        for key, rows in truth.stored.items()
        if len(rows) > 1
    ]


def on_wrong_days(truth: Truth) -> list[str]:
    """Give the pieces that are stored under another day than their own, or under none."""
    return [
        _line(truth, key, piece, f"stored under {rows[0].day}")
        for key, piece in truth.pieces
        if (rows := truth.stored.get(key)) and rows[0].day != piece.day
    ]


def unconfessed(truth: Truth, *, late: bool) -> list[str]:
    """Give the pieces that are not stored though their day is called fully seen."""
    return [
        _line(
            truth,
            key,
            piece,
            f"{_fate(truth, key)}; {truth.noted.get(key, 'never noted')}; its day {_proof(truth, piece)}",
        )
        for key, piece in truth.pieces
        if piece.late is late
        and key not in truth.stored
        and key not in truth.fleeting
        and (piece.outlet, piece.day) not in truth.unseen
    ]


def unconfessed_on_mondays(truth: Truth) -> list[str]:
    """Give the pieces that a Monday's certificate of the week before was silent about."""
    found = []
    for week in truth.result.weeks:
        run = max((run for run in truth.result.runs if run.end <= week.told_at), key=lambda run: run.end)
        for key, piece in truth.pieces:
            if (
                week.days.first <= piece.day <= week.days.last
                and piece.appears <= run.start
                and (piece.withdrawn is None or piece.withdrawn > run.end)
                and not piece.late
                and key not in week.stored
                and (piece.outlet, piece.day) not in week.gaps
            ):
                found.append(_line(truth, key, piece, f"told on {_at(week.told_at)}; {_fate(truth, key)}"))
    return found


def whole_days(truth: Truth) -> tuple[int, int]:
    """Give how many outlet-days are truly whole in the database, and how many of these are called seen."""
    holes = {
        (piece.outlet, piece.day)
        for key, piece in truth.pieces
        if key not in truth.stored and key not in truth.fleeting
    }
    whole = [(code, day) for code in truth.result.world.makes for day in truth.days if (code, day) not in holes]
    return len(whole), sum(one not in truth.unseen for one in whole)


def whole_days_by_outlet(truth: Truth) -> dict[str, str]:
    """Give, by outlet, which share of its truly whole days is called seen."""
    holes = {(p.outlet, p.day) for key, p in truth.pieces if key not in truth.stored and key not in truth.fleeting}
    shares = {}
    for code in truth.result.world.makes:
        whole = [day for day in truth.days if (code, day) not in holes]
        seen = sum((code, day) not in truth.unseen for day in whole)
        shares[code] = f"{seen}/{len(whole)} = {seen / max(1, len(whole)):.1%}"
    return shares


def stale(truth: Truth, *, announced: bool) -> list[str]:
    """Give the corrected pieces whose stored words are not the last ones.

    `announced`: those whose correction a list with times of editing showed in a run in which their page could be
    read; else those that were still young (a week) when corrected, and that nothing but looking again would show.
    """
    return [
        _line(truth, key, piece, f"corrected {_at(piece.edited[-1])}, stored: {rows[0].versions} versions")
        for key, piece in truth.pieces
        if piece.edited
        and (rows := truth.stored.get(key))
        and _shown_edit(truth, piece) is announced
        and (announced or _looked_again(truth, piece))
        and not _says(rows[0], piece, truth.result.until)
    ]


def restless(truth: Truth) -> list[str]:
    """Give the pieces that have more versions than their outlet ever wrote; rules written anew may add one."""
    allowed = {code: 1 + (make.template is not None) for code, make in truth.result.world.makes.items()}
    return [
        _line(truth, key, piece, f"{rows[0].versions} versions of {len(piece.edited) + 1} writings")
        for key, piece in truth.pieces
        if (rows := truth.stored.get(key)) and rows[0].versions > len(piece.edited) + allowed[piece.outlet]
    ]


def unheard_deaths(truth: Truth) -> list[str]:
    """Give the lists that had been dead for 26 hours without an alarm."""
    found = []
    for code, outages in truth.result.world.outages.items():
        for outage in outages:
            told = truth.result.alarms.get(outage.first + timedelta(hours=26))
            if not outage.trouble.kills or told is None or outage.last <= outage.first + timedelta(hours=26):
                continue
            lists = [outage.only] if outage.only else truth.result.world.makes[code].lists
            if outage.trouble is Trouble.TRUNCATED:  # of a section that is cut off, the newest can still be read
                lists = [kind for kind in lists if kind not in {"listing", "newest"}]
            found += [f"{code} {kind}: {outage}" for kind in lists if (code, kind) not in told]
    return found


def false_alarms(truth: Truth) -> list[str]:
    """Give the alarms for lists that had answered as they should in every run of the last 26 hours."""
    found = []
    for at, told in sorted(truth.result.alarms.items()):
        runs = [run for run in truth.result.runs if at - timedelta(hours=26) <= run.start and run.end <= at]
        for code, make in truth.result.world.makes.items():
            for kind in make.lists:
                well = all(truth.well(code, kind, run) and truth.well(code, None, run) for run in runs)
                if (code, kind) in told and len(runs) > 1 and well and not any(run.killed for run in runs):
                    found.append(f"{code} {kind}: alarm at {_at(at)}")
    return found


def _piece(truth: Truth, key: Key) -> Piece:
    return truth.result.world.pieces[key[0]][key[1]]


def _shown_edit(truth: Truth, piece: Piece) -> bool:
    shelf = truth.result.world.shelves[piece.outlet]
    edited = piece.edited[-1]
    for run in truth.result.runs:
        if run.killed or run.start < edited or run.start > edited + 4 * DAY or not truth.well(piece.outlet, None, run):
            continue
        for kind in shelf.make.lists:
            tells = kind in {"months", "index"} or (kind == "feed" and shelf.make.atom)
            near = hanoi_day(run.start).replace(day=1) <= piece.day or kind == "feed"
            shown = kind != "feed" or any(one is piece for one in shelf.shows(kind, run.start, run.end))
            if tells and near and shown and truth.well(piece.outlet, kind, run):
                return True
    return False


def _looked_again(truth: Truth, piece: Piece) -> bool:
    """Say whether the page could be read a good week after the piece came, with time left until the end."""
    due = piece.appears + 8 * DAY
    runs = [run for run in truth.result.runs if due <= run.start <= due + 4 * DAY and not run.killed]
    return any(truth.well(piece.outlet, None, run) for run in runs)


def _fate(truth: Truth, key: Key) -> str:
    if key in truth.findable:
        shown, readable = truth.announced[key].start, truth.findable[key].start
        return f"shown in the run of {_at(shown)}, readable in that of {_at(readable)}"
    piece = _piece(truth, key)
    since, until = piece.appears - DAY, piece.appears + 3 * DAY
    near = [str(one) for one in truth.result.world.outages[key[0]] if one.holds(since, until)]
    return f"no list showed it in any run (it came {_at(piece.appears)}; {', '.join(near) or 'no outage'})"


def _proof(truth: Truth, piece: Piece) -> str:
    """Give the first reading that called the day of a piece seen."""
    for one in truth.result.readings:
        days = one.covers
        if one.outlet == piece.outlet and days and days.first <= piece.day <= min(days.last, hanoi_day(one.at) - DAY):
            at = one.at.astimezone(HANOI)
            return f"called seen by {one.source} at {_at(at)} ({one.outcome.value}, {days.first}..{days.last})"
    return "called seen by no single reading"


def _line(truth: Truth, key: Key, piece: Piece, why: str) -> str:
    gone = f" withdrawn {_at(piece.withdrawn)}" if piece.withdrawn else ""
    late = f" (on the lists {_at(piece.appears)})" if piece.late else ""
    return f"{key[0]} #{key[1]} of {_at(piece.published)}{late}{gone}: {why}"


def _says(row: Row, piece: Piece, at: datetime) -> bool:
    return figure(piece, at) in row.text and row.title == title(piece, at)


def _at(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M}"
