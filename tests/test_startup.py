"""`monitor --help` answers at once: nothing heavy is loaded for it."""

import subprocess
import sys

HEAVY = (
    "sklearn",
    "trafilatura",
    "selectolax",
    "docx",
    "xlsxwriter",
    "sqlalchemy",
    "feedparser",
    "fastapi",
    "lxml",
    "numpy",
)

COMMANDS = ["check", "crawl", "tag", "run", "coverage", "report", "articles", "show", "status", "classify", "extract"]
COMMANDS += ["serve", "review", "db"]


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "monitor", "--help"], capture_output=True, text=True, check=True
    )
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}
    assert "typer" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_every_command_is_listed_in_the_help() -> None:
    done = subprocess.run([sys.executable, "-m", "monitor", "--help"], capture_output=True, text=True, check=True)
    for command in COMMANDS:
        assert f" {command} " in done.stdout
