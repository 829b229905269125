"""What an old register would become: every row with what it would make, or why it cannot."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from documents.models import Clause, Document, DocumentType, RegisterImport
from documents.sheets import DATES, FIELDS, Archive, Sheet, base_name, read
from people.models import Process, Site, User
from people.selectors import people_with, visible_people
from people.states import Authority
from records.selectors import site_ids

AUTHORS = (Authority.ENGINEER, Authority.PROCESS_OWNER, Authority.QUALITY_MANAGER, Authority.SUPERVISOR)
LONGEST = {"title": 200, "old_number": 60, "edition": 60, "publisher": 120}


@dataclass(frozen=True)
class Row:
    """A row of the workbook by its number there: the facts of a document to be, or what is wrong."""

    number: int
    texts: dict[str, str]
    facts: dict[str, Any]
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Preview:
    headings: list[str]
    mapping: dict[str, int]
    rows: list[Row]

    @property
    def faulty(self) -> list[Row]:
        return [row for row in self.rows if row.faults]

    @property
    def is_sound(self) -> bool:
        return bool(self.rows) and not self.faulty


def visible_imports(user: User) -> Any:
    return RegisterImport.objects.filter(site__in=site_ids(user, Document)).select_related("site", "made_by")


def preview(kept: RegisterImport, *, on: date) -> Preview:
    """What would be made of the workbook as it is mapped. Nothing is written."""
    with kept.sheet.open("rb") as file:
        sheet = read(file.file)
    with _Known(kept, sheet) as known:
        rows = [known.row(number, cells, on) for number, cells in sheet.rows]
    return Preview(sheet.headings, dict(kept.mapping), rows)


def archive_of(kept: RegisterImport) -> Archive | None:
    """The files that came along."""
    return Archive(kept.archive.open("rb").file) if kept.archive else None


class _Known:
    """What rows refer to, read once for all of them."""

    def __init__(self, kept: RegisterImport, sheet: Sheet) -> None:
        self.mapping: dict[str, int] = kept.mapping
        self.archive = archive_of(kept)
        self.types = _by_names(DocumentType.objects.filter(is_active=True), "code", "name")
        above = Site.objects.ancestors(kept.site, include_self=True)
        self.processes = _by_names(Process.objects.filter(site__in=above, is_active=True), "code", "name")
        people = people_with(kept.site, *AUTHORS) & visible_people(kept.made_by)
        self.people = _by_names(people, "username", "full_name")
        self.clauses = _by_names(Clause.objects.all(), "number", "code")
        here = Document.objects.filter(site=kept.site)
        self.titles = {title.casefold() for title in here.values_list("title", flat=True)}
        self.numbers = {number.casefold() for number in here.values_list("old_number", flat=True) if number}
        texts = [self.texts(cells) for _number, cells in sheet.rows]
        self.twice = {
            name: {value for value, times in Counter(one[name].casefold() for one in texts).items() if times > 1}
            for name in ("title", "old_number")
        }

    def __enter__(self) -> "_Known":
        return self

    def __exit__(self, *_: object) -> None:
        self.archive = None

    def texts(self, cells: list[str]) -> dict[str, str]:
        """The cells by the facts that they hold."""
        places = {one.name: self.mapping.get(one.name) for one in FIELDS}
        return {
            name: cells[place] if isinstance(place, int) and place < len(cells) else ""
            for name, place in places.items()
        }

    def row(self, number: int, cells: list[str], on: date) -> Row:
        texts = self.texts(cells)
        faults: list[str] = []
        faults += self._missing(texts) + self._doubles(texts) + self._too_long(texts)
        facts: dict[str, Any] = {name: texts[name] for name in LONGEST}
        facts["type"] = self._one(self.types, texts["type"], _("There is no type “%s”."), faults)
        facts["process"] = self._one(self.processes, texts["process"], _("There is no process “%s” here."), faults)
        facts["owner"] = self._one(self.people, texts["owner"], _("Nobody “%s” may own documents here."), faults)
        facts["clauses"] = [
            self._one(self.clauses, one.strip(), _("There is no clause “%s”."), faults)
            for one in texts["clauses"].replace(";", ",").split(",")
            if one.strip()
        ]
        facts.update({name: _day(texts[name], faults) for name in DATES})
        if facts["in_force_since"] and facts["in_force_since"] > on:
            faults.append(_("“In force since” lies in the future."))
        facts["file"] = self._file(texts["file"], faults)
        return Row(number, texts, facts, faults)

    @staticmethod
    def _missing(texts: dict[str, str]) -> list[str]:
        return [_("%s is missing.") % one.label for one in FIELDS if one.required and not texts[one.name]]

    def _doubles(self, texts: dict[str, str]) -> list[str]:
        title, number = texts["title"].casefold(), texts["old_number"].casefold()
        found = []
        if title and (title in self.titles or title in self.twice["title"]):
            found.append(_("There is another document with this title."))
        if number and (number in self.numbers or number in self.twice["old_number"]):
            found.append(_("There is another document with this old number."))
        return found

    @staticmethod
    def _too_long(texts: dict[str, str]) -> list[str]:
        told = {one.name: one.label for one in FIELDS}
        return [
            _("%(what)s is longer than %(most)d letters.") % {"what": told[name], "most": most}
            for name, most in LONGEST.items()
            if len(texts[name]) > most
        ]

    @staticmethod
    def _one(known: dict[str, Any], text: str, fault: str, faults: list[str]) -> Any:
        """What is called so, or nothing; a name that two have is nobody's."""
        if not text:
            return None
        found = known.get(text.casefold())
        if found is None:
            faults.append(fault % text)
        return found

    def _file(self, name: str, faults: list[str]) -> str:
        if name and (self.archive is None or name not in self.archive):
            faults.append(_("“%s” is not among the files.") % name)
        elif name and self.archive and base_name(name) in self.archive.twice:
            faults.append(_("“%s” lies in two folders: nobody knows which is meant.") % name)
        return name


def _by_names(rows: Any, *names: str) -> dict[str, Any]:
    """Rows by each of their names; what two rows are called leads to neither."""
    known: dict[str, Any] = {}
    for row in rows:
        for name in {str(getattr(row, name)).casefold() for name in names}:
            known[name] = row if known.get(name, row) == row else None
    return known


def _day(text: str, faults: list[str]) -> date | None:
    if not text:
        return None
    try:
        found = parse_date(text[:10])
    except ValueError:
        found = None
    if found is None:
        faults.append(_("“%s” is no date. Write 2026-11-24.") % text)
    return found
