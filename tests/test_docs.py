"""Docs that cannot go stale: what the program has, the docs name; what the docs name, the program has."""

import importlib
import re
import tomllib
from enum import Enum
from pathlib import Path

import pytest
import typer.main

from monitor.cli import app, office
from monitor.coverage import Status
from monitor.errors import Reason
from monitor.plan import Channel

ROOT = Path(__file__).parent.parent
GLOSSARY = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "`" in line
]
VAN_HANH = (ROOT / "docs/van-hanh.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("vietnamese", "name", "module", "meaning"), GLOSSARY, ids=[row[1] for row in GLOSSARY])
def test_a_word_of_the_glossary_is_a_type_that_says_the_vietnamese_term(
    vietnamese: str, name: str, module: str, meaning: str
) -> None:
    kind = getattr(importlib.import_module(module.strip("`")), name.strip("`"))
    assert isinstance(kind, type)
    assert vietnamese.lower() in re.sub(r"\s+", " ", kind.__doc__ or "").lower()
    assert meaning


def test_every_type_of_the_vocabulary_stands_in_the_glossary() -> None:
    told = {row[1].strip("`") for row in GLOSSARY}
    for module in ("monitor.calendar", "monitor.plan", "monitor.press"):
        for name, kind in vars(importlib.import_module(module)).items():
            if isinstance(kind, type) and kind.__module__ == module and not name.startswith("_"):
                assert name in told, f"{module}.{name} is not in docs/glossary.md"


def commands() -> list[str]:
    group = typer.main.get_command(app)
    names = []
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        names += [f"{name} {sub}" for sub in inner] if inner else [name]
    return names


@pytest.mark.parametrize("command", commands())
def test_every_command_is_named_in_the_operators_guide(command: str) -> None:
    assert f"`monitor {command}" in VAN_HANH


@pytest.mark.parametrize(
    "code",
    sorted(
        {
            office.OK,
            office.SOME_FAILED,
            office.USAGE,
            office.DAMAGED,
            office.UNREACHED,
            office.BUG,
            office.NO_SPACE,
            office.BUSY,
            office.BAD_FILE,
            130,
            143,
        }
    ),
)
def test_every_exit_code_is_named_in_the_operators_guide(code: int) -> None:
    assert re.search(rf"^\| {code} \|", VAN_HANH, re.MULTILINE)


@pytest.mark.parametrize("kind", [Status, Reason], ids=lambda kind: kind.__name__)
def test_every_status_and_reason_is_explained(kind: type[Enum]) -> None:
    for member in kind:
        assert f"`{member.value}`" in VAN_HANH


def test_every_channel_is_named_in_the_sources_guide() -> None:
    text = (ROOT / "docs/sources-file.md").read_text(encoding="utf-8")
    for channel in Channel:
        if channel is not Channel.OFFLINE:
            assert channel.value in text


def modules() -> list[Path]:
    return sorted(path for folder in ("monitor", "classifiers", "storage") for path in (ROOT / folder).rglob("*.py"))


def test_a_long_module_says_why_it_is_long() -> None:
    for path in modules():
        lines = path.read_text(encoding="utf-8").splitlines()
        docstring = "\n".join(lines).split('"""')[1] if lines else ""
        assert len(lines) <= 300 or "Longer than 300 lines" in docstring, f"{path}: {len(lines)} lines"


def test_every_folder_of_the_house_is_on_the_map() -> None:
    architecture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for path in modules():
        place = path.relative_to(ROOT)
        if path.name not in {"__init__.py", "__main__.py"} and len(place.parts) == 2 and place.parts[0] == "monitor":
            assert f"`{path.name}`" in architecture or f"`monitor/{path.name}`" in architecture, place
        if path.name == "__init__.py" and len(place.parts) <= 3 and "migrations" not in place.parts:
            assert place.parent.name in architecture, place


def test_the_readmes_links_lead_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for link in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    decisions = (ROOT / "docs/decisions.md").read_text(encoding="utf-8").lower()
    for line in project["dependencies"] + project["optional-dependencies"]["dev"]:
        name = re.split(r"[<>=\[ ]", line)[0].lower()
        assert name.removeprefix("types-").removesuffix("-stubs") in decisions, name
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "http" not in pinned.replace("httpcore", "").replace("httpx", "")
    for line in project["dependencies"]:
        name = re.split(r"[<>=\[ ]", line)[0].lower()
        pattern = "[-_.]".join(re.escape(part) for part in re.split(r"[-_.]", name))
        assert re.search(rf"^{pattern}==", pinned, re.MULTILINE | re.IGNORECASE), f"{name} is not pinned"
