"""What the outlets of tỉnh Mẫu published, read from `articles/*.yaml`, and how it stood at any moment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from monitor.press import HANOI

HERE = Path(__file__).parent
OUTLETS = ("bao-mau", "dai-mau", "cong-mau", "so-vhttdl-mau")
"""The outlets that answer; huyen-suoi-mau is down the whole time and so has no articles here."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What an outlet changed in a piece, and from which moment on."""

    since: datetime
    title: str | None = None
    lead: str | None = None
    body: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One piece of one outlet, as it stands at one moment; moments are in Hà Nội's time."""

    outlet: str
    id: str
    slug: str
    section: str
    published: datetime
    modified: datetime
    title: str
    lead: str | None
    body: tuple[str, ...]
    author: str
    dateline: bool
    images: tuple[str, ...]
    quirks: frozenset[str]
    kind: str
    hosts: tuple[str, ...]
    edited: datetime | None
    corrections: tuple[Correction, ...]
    copy_of: str | None
    source_line: str | None

    def at(self, now: datetime) -> "Story | None":
        """Give the piece as it stood at `now`, or None where it was not out yet."""
        if self.published > now:
            return None
        shown, changes = self, [self.published]
        if self.edited is not None and self.edited <= now:
            changes.append(self.edited)
        for change in sorted(self.corrections, key=lambda c: c.since):
            if change.since <= now:
                changes.append(change.since)
                body = change.body if change.body is not None else shown.body
                shown = replace(shown, title=change.title or shown.title, lead=change.lead or shown.lead, body=body)
        return replace(shown, modified=max(changes))


def moment(value: object) -> datetime:
    """Read `2021-01-05 08:15` as a moment in Hà Nội."""
    return datetime.fromisoformat(str(value).strip()).replace(tzinfo=HANOI)


def read_yaml(path: Path) -> Any:
    """Read one YAML file of the demo."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@cache
def stories() -> dict[str, tuple[Story, ...]]:
    """Give every outlet's pieces by the outlet's code, oldest first; a copy has the text of what it copies."""
    raw = {outlet: read_yaml(HERE / "articles" / f"{outlet}.yaml") for outlet in OUTLETS}
    found = {outlet: [_story(outlet, one) for one in raw[outlet]] for outlet in OUTLETS}
    every = {f"{story.outlet}:{story.id}": story for story in _chain(found.values())}
    return {
        outlet: tuple(sorted((_copied(s, every) for s in pieces), key=lambda s: (s.published, s.id)))
        for outlet, pieces in found.items()
    }


def shown(outlet: str, now: datetime) -> list[Story]:
    """Give an outlet's pieces as they stand at `now`, newest first."""
    return [story for one in reversed(stories()[outlet]) if (story := one.at(now)) is not None]


def _chain(lists: Iterable[list[Story]]) -> Iterable[Story]:
    return (story for stories_ in lists for story in stories_)


def _copied(story: Story, every: Mapping[str, Story]) -> Story:
    if story.copy_of is None or story.body:
        return story
    original = every[story.copy_of].at(story.published)
    if original is None:
        raise ValueError(f"{story.outlet}:{story.id} copies {story.copy_of}, which was not out yet")
    tail = (story.source_line,) if story.source_line else ()
    return replace(story, lead=story.lead or original.lead, body=(*original.body, *tail))


def _story(outlet: str, raw: Mapping[str, Any]) -> Story:
    published = moment(raw["published"])
    return Story(
        outlet=outlet,
        id=str(raw["id"]),
        slug=raw["slug"],
        section=raw["section"],
        published=published,
        modified=published,
        title=raw["title"].strip(),
        lead=_text(raw.get("lead")),
        body=_paragraphs(raw.get("body")) or (),
        author=raw.get("author") or "",
        dateline=bool(raw.get("dateline")),
        images=tuple(raw.get("images") or ()),
        quirks=frozenset(raw.get("quirks") or ()),
        kind=raw.get("kind") or "article",
        hosts=tuple(raw.get("hosts") or ("vn",)),
        edited=moment(raw["edited"]) if raw.get("edited") else None,
        corrections=tuple(
            Correction(
                moment(one["from"]), _text(one.get("title")), _text(one.get("lead")), _paragraphs(one.get("body"))
            )
            for one in raw.get("versions") or ()
        ),
        copy_of=raw.get("copy_of"),
        source_line=raw.get("source_line"),
    )


def _text(value: str | None) -> str | None:
    return value.strip() if value else None


def _paragraphs(value: str | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(" ".join(part.split()) for part in value.split("\n\n") if part.strip())
