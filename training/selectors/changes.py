"""What a person sees of a standard, screen by screen: what changed since the revision they knew, or all of it."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from html.parser import HTMLParser
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from documents.comparing import Change, StepChange
from documents.models import Revision
from documents.selectors import languages_of as documents_languages
from documents.selectors import steps_changed
from people.models import User
from training.models import Assignment
from training.states import AssignmentStatus

WORDS = ("what", "key_point", "reason", "tools", "ppe")
MOST_WORDS = 600  # of one text: longer ones are compared as a whole
BLOCKS = frozenset(
    {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "figcaption", "blockquote", "pre", "div"}
)

Pieces = list[list[str]]  # ["same" | "gone" | "new", text]
Screen = dict[str, Any]


def marks(before: str, after: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces: what stayed, what is gone from the first, what is new in the second."""
    old, new = _words(before), _words(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return [["gone", before]], [["new", after]]
    left: Pieces = []
    right: Pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        _add(left, "same" if kind == "equal" else "gone", old[a:b])
        _add(right, "same" if kind == "equal" else "new", new[c:d])
    return left, right


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)


def _add(pieces: Pieces, kind: str, words: list[str]) -> None:
    if words:
        pieces.append([kind, "".join(words)])


class _Paragraphs(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in BLOCKS or tag == "br":
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        self.found[-1] += data


def paragraphs(text: str) -> list[str]:
    """The paragraphs, list items and cells of a formatted text, without their format."""
    parser = _Paragraphs()
    parser.feed(text)
    parser.close()
    lines = (line for block in parser.found for line in block.splitlines())
    return [" ".join(line.split()) for line in lines if line.strip()]


def text_changes(before: str, after: str) -> list[dict[str, Any]]:
    """The paragraphs that are otherwise, side by side: `{"before": pieces or None, "after": pieces or None}`."""
    old, new = paragraphs(before), paragraphs(after)
    found: list[dict[str, Any]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found += _pairs(old[a:b], new[c:d])
    return found


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for place in range(max(len(old), len(new))):
        was = old[place] if place < len(old) else None
        now = new[place] if place < len(new) else None
        if was is not None and now is not None:
            left, right = marks(was, now)
            rows.append({"before": left, "after": right})
        else:
            rows.append(
                {"before": [["gone", was]] if was else None, "after": [["new", now]] if now else None},
            )
    return rows


def known_before(person: User, revision: Revision) -> Revision | None:
    """The newest earlier revision of the same document that the person acknowledged or was assessed on."""
    passed = Assignment.objects.filter(
        person=person,
        revision__document=revision.document_id,
        revision__no__lt=revision.no,
        status=AssignmentStatus.PASSED,
    )
    found = passed.select_related("revision").order_by("-revision__no").first()
    return found.revision if found else None


def languages_of(revision: Revision) -> list[str]:
    """The languages in which it can be read, the one in which it was written first."""
    return [settings.LANGUAGE_CODE, *sorted(translations_of(revision))]


def translations_of(revision: Revision) -> dict[str, Any]:
    """Its translations by language."""
    known = getattr(revision, "translations", None)
    return {one.language: one for one in known.all()} if known is not None else {}


def screens(revision: Revision, since: Revision | None, *, language: str, is_whole: bool = False) -> list[Screen]:
    """What is shown, one change a screen: steps in the order of the work, removed ones, then the text.

    Plain values that JSON keeps. All steps when the person knew no earlier revision, or asks for all.
    """
    everything = is_whole or since is None
    said, said_before = _in(revision, language), _in(since, language)
    now, was = said.steps if said else {}, said_before.steps if said_before else {}
    changes = {change.key: change for change in steps_changed(since, revision)} if since else {}
    steps = [step.content() for step in revision.steps.all()]
    shown = [
        _step(content, changes.get(content["key"]), now, was)
        for content in steps
        if everything or content["key"] in changes
    ]
    shown += [_removed(change, was) for change in changes.values() if change.change == Change.REMOVED]
    shown += _text_screens((revision, said), (since, said_before), everything)
    shown = shown or [{"key": "summary", "kind": "summary", "text": revision.change_summary}]
    shown[0] |= {"is_unchecked": _is_unchecked(revision, language), "title": _text_of((revision, said), "title")}
    return _plain(shown)


def _is_unchecked(revision: Revision, language: str) -> bool:
    """Whether nobody compared the translation with what the revision says now."""
    return any(one.code == language and not one.is_checked for one in documents_languages(revision))


def _in(revision: Revision | None, language: str) -> Any:
    """Its translation; None where it is shown in its own language."""
    return translations_of(revision).get(language) if revision and language != settings.LANGUAGE_CODE else None


def _said(content: Mapping[str, Any], texts: Mapping[str, Any], name: str) -> str:
    translated = texts.get(content["key"]) or {}
    return str(translated.get(name) or content.get(name) or "")


def _step(content: Mapping[str, Any], change: StepChange | None, now: Any, was: Any) -> Screen:
    before = change.before if change and change.change == Change.CHANGED else None
    return {
        "key": content["key"],
        "kind": "step",
        "change": str(change.change) if change else "same",
        "no": content["position"],
        "rows": [row for name in WORDS if (row := _row(name, before, content, now, was))],
        "is_safety": content["is_safety"],
        "is_quality": content["is_quality"],
        "is_compared": before is not None,
        "photo": content.get("photo") or "",
        "photo_before": (before.get("photo") or "") if before else "",
        "seconds": content["manual_seconds"] + content["walk_seconds"],
        "seconds_before": before["manual_seconds"] + before["walk_seconds"] if before else None,
    }


def _row(name: str, before: Any, content: Any, now: Any, was: Any) -> dict[str, Any] | None:
    new = _said(content, now, name)
    old = _said(before, was, name) if before else ""
    if not (new or old):
        return None
    if before is None:
        return {"name": name, "before": None, "after": [["same", new]]}
    if old and new and _is_translated(before, was, name) != _is_translated(content, now, name):
        return {"name": name, "before": [["same", old]], "after": [["same", new]]}  # no word is like another
    left, right = marks(old, new)
    return {"name": name, "before": left, "after": right}


def _is_translated(content: Mapping[str, Any], texts: Mapping[str, Any], name: str) -> bool:
    return bool((texts.get(content["key"]) or {}).get(name))


def _removed(change: StepChange, was: Any) -> Screen:
    before = change.before or {}
    said = [(name, text) for name in WORDS[:2] if (text := _said({**before, "key": change.key}, was, name))]
    return {
        "key": change.key,
        "kind": "step",
        "change": str(change.change),
        "no": before.get("position"),
        "rows": [{"name": name, "before": [["gone", text]], "after": None} for name, text in said],
        "is_compared": True,
    }


Said = tuple[Revision | None, Any]  # a revision, and its translation where it is shown in that


def _text_screens(now: Said, was: Said, everything: bool) -> list[Screen]:
    found: list[Screen] = []
    for name in ("body", "reaction_plan"):
        whole = {"key": name, "kind": "whole", "name": name, "text": _text_of(now, name)}
        if everything:
            found += [whole] if whole["text"].strip() else []
        elif changed := text_changes(_text_of((was[0], None), name), _text_of((now[0], None), name)):
            rows = text_changes(_text_of(was, name), _text_of(now, name)) or changed
            is_mixed = bool(getattr(was[1], name, "")) != bool(getattr(now[1], name, ""))
            found.append(whole if is_mixed else {"key": name, "kind": "text", "name": name, "rows": rows})
    return found


def _text_of(said: Said, name: str) -> str:
    return str(getattr(said[1], name, "") or getattr(said[0], name, "") or "")


def _plain(shown: list[Screen]) -> list[Screen]:
    return json.loads(json.dumps(shown, cls=DjangoJSONEncoder))  # type: ignore[no-any-return]


def screens_digest(shown: list[Screen], number: str) -> str:
    """SHA-256 of exactly what is shown, as hex."""
    text = json.dumps([number, shown], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def changed_keys(shown: list[Screen]) -> list[str]:
    """The steps that a quiz is about: those that changed; all where everything is new."""
    steps = [screen for screen in shown if screen["kind"] == "step"]
    changed = [screen["key"] for screen in steps if screen["change"] in ("added", "changed", "moved")]
    return changed or [screen["key"] for screen in steps]
