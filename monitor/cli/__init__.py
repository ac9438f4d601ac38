"""The commands; the only place that reads the environment, knows the clock and sets up logging.

Each command is: options → open → call one function → print → exit code. Heavy parts are imported inside the commands,
so that `monitor --help` answers at once.
"""

import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import articles, counting, crawling, pages, presence, rebuilding, serving, sources
from monitor.cli.office import BAD_FILE, BUG, BUSY, DAMAGED, NO_SPACE, OK, USAGE, Office, read_moment, say
from monitor.errors import AddressError, ConfigError, MonitorError, SchemaError, StorageError, of_the_machine

log = logging.getLogger(__name__)

app = typer.Typer(
    help="Count what a province's press published against what its plan promised, and keep the proof.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line and leave with its exit code."""
    _fill_closed_streams()
    sys.exit(run(sys.argv[1:]))


def _fill_closed_streams() -> None:
    """Give what was closed (`>&-`) to nobody: Python has None there, and the next file opened would get its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            # The lowest number that is free is this one.
            stream = open(os.open(os.devnull, os.O_RDWR), "w" if number else "r", encoding="utf-8")  # noqa: PTH123, SIM115
            setattr(sys, name, stream)


def run(argv: Sequence[str]) -> int:
    """Run one command in this process and give its exit code; the second door at which errors are caught."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # LANG=C in cron must not end in a UnicodeEncodeError
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = int(app(args=list(argv), prog_name="monitor", standalone_mode=False) or OK)
        sys.stdout.flush()
        return code
    except typer.Exit as leave:
        return leave.exit_code
    except typer.Abort:
        return 130
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _left_early()
    except SystemExit as leave:  # typer's own answer to a closed pipe is to leave with 1
        return _left_early() if isinstance(leave.__context__, BrokenPipeError) else int(leave.code or OK)
    except typer.TyperException as error:  # wrong usage: an unknown option, a missing argument
        show = getattr(error, "show", None)
        with suppress(OSError):  # stderr is full: the exit code still tells
            show() if show else say(f"monitor: {error.format_message()}")
        return USAGE
    except ConfigError as error:
        say(str(error))
        return BAD_FILE
    except StorageError as error:
        say(f"monitor: {error}")
        return _code_of(error)
    except MonitorError as error:
        say(f"monitor: {error}")
        return USAGE
    except OSError as error:
        say(f"monitor: {error.strerror or error}" + (f": {error.filename}" if error.filename else ""))
        return NO_SPACE
    except MemoryError:
        say("monitor: this machine has not enough memory: end other programs, or allow more (ulimit -v)")
        return NO_SPACE
    except Exception as error:
        if of_the_machine(error):  # threads: Python has no class of its own for it
            say("monitor: this machine allows no more threads: end other programs, or allow more (ulimit -u, -v)")
            return NO_SPACE
        log.exception("bug")
        say(f"monitor: a bug: {type(error).__name__}: {error} (nothing stored was lost; -v shows the traceback)")
        return BUG


def _code_of(error: StorageError) -> int:
    """Say by the exit code what to do: correct the address, upgrade or restore, wait, look after disk and server."""
    if isinstance(error, AddressError):
        return USAGE
    if isinstance(error, SchemaError):
        return DAMAGED
    from storage import is_busy, is_damaged

    return BUSY if is_busy(error) else DAMAGED if is_damaged(error) else NO_SPACE


def _left_early() -> int:
    """Answer to `monitor articles | head`: whoever read had enough, and that is no error."""
    # The interpreter flushes stdout once more at its end; what is left goes nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return OK


def _newest_plan() -> Path:
    folders = sorted(path.parent for path in Path("plans").glob("*/plan.yaml"))
    return folders[-1] if folders else Path("plans")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    database: Annotated[
        str, typer.Option(envvar="MONITOR_DATABASE", help="Where the data lie.")
    ] = "sqlite:///monitor.db",
    sources: Annotated[Path, typer.Option(envvar="MONITOR_SOURCES", help="The outlets.")] = Path("sources.yaml"),
    plan: Annotated[Path | None, typer.Option(envvar="MONITOR_PLAN", help="A plan's folder; else the newest.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Act as if it were that moment.", metavar="MOMENT")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")] = False,
    verbose: Annotated[int, typer.Option("-v", count=True, help="Say more; -vv for every article.")] = 0,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take what stands before the command."""
    # What failed is said once, by the command, in words for people; the log tells it in detail when asked.
    level = logging.CRITICAL if quiet else [logging.ERROR, logging.INFO, logging.DEBUG][min(verbose, 2)]
    logging.basicConfig(
        level=logging.ERROR, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s", force=True
    )
    for name in ("monitor", "classifiers", "storage"):
        logging.getLogger(name).setLevel(level)
    ctx.obj = Office(database, sources, plan or _newest_plan(), read_moment(as_of) if as_of else None, quiet)


app.command()(crawling.check)
app.command()(crawling.crawl)
app.command()(crawling.tag)
app.command(name="run")(crawling.run_all)
app.command()(presence.presence)
app.command()(rebuilding.rebuild)
app.add_typer(sources.sources, name="sources")
app.command()(counting.coverage)
app.command()(counting.report)
app.command(name="articles")(articles.list_articles)
app.command()(articles.show)
app.command()(articles.review)
app.command()(crawling.status)
app.command()(pages.classify)
app.command()(pages.extract)
app.command()(serving.serve)
app.add_typer(serving.db, name="db")
