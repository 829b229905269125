"""What pages are made of: higher apps register here from their `pages.py`; ui reads.

Registration happens while Django starts (each app's `pages` is discovered as admin modules are); nothing here
writes to the database.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from records.selectors import sees, sees_kind

if TYPE_CHECKING:
    from ui.verbs import Verb

Text = str | Promise

SECTIONS: dict[str, Text] = {
    "home": _("Home"),
    "improve": _("Improve"),
    "standards": _("Standards"),
    "measure": _("Measure"),
    "correct": _("Correct"),
    "review": _("Review"),
    "people": _("People"),
}


class NotRegistered(LookupError):  # noqa: N818 - read as a sentence
    """No page is registered for this model, kind or plural."""


@dataclass(frozen=True)
class Column:
    """A column of a list page: an attribute path of the record, or a callable that gives the value.

    `picture(record)` gives safe HTML to show on the page instead; exports have the value.
    """

    name: str | Callable[[Any], Any]
    label: Text = ""
    sort: str | None = None
    end: bool = False
    phone: bool = False
    api: bool = True
    picture: Callable[[Any], str] | None = None

    @property
    def key(self) -> str:
        return self.name if isinstance(self.name, str) else self.name.__name__

    def value(self, record: Any) -> Any:
        """The cell's value; a broken path is an error, an empty relation is None."""
        if not isinstance(self.name, str):
            return self.name(record)
        if self.name == "status":
            return record.status_label
        display = getattr(record, f"get_{self.name}_display", None)
        if display is not None:
            return display()
        value = record
        for part in self.name.split("__"):
            value = getattr(value, part) if value is not None else None
        return value() if callable(value) else value


@dataclass(frozen=True)
class RecordPage:
    """A kind of record: its list page, record page, verbs, exports, PDF and API.

    `sort` is the column, or with a minus before it, by which the list is ordered unless something else is asked.
    `context(record, user)` feeds the overview, which panels complete on the page; on paper there are no panels, so
    `pdf_context` may give the PDF more.
    """

    model: type[Any]
    icon: str
    section: str
    noun: Text
    nouns: Text
    queryset: Callable[[], QuerySet[Any]]
    columns: Sequence[Column]
    filters: Sequence[Any] = ("status", "site", "process", "owner")  # names of fields, or (name, filter)
    overview: str = "ui/_overview.html"
    context: Callable[[Any, Any], dict[str, Any]] | None = None
    create: "Verb | None" = None
    verbs: Sequence["Verb"] = ()
    pdf: str | None = None
    pdf_context: Callable[[Any, Any], dict[str, Any]] | None = None
    about: Text = ""
    order: int = 100
    listed: bool = True
    sort: str = ""

    @property
    def plural(self) -> str:
        return str(self.model.plural)

    @property
    def kind(self) -> str:
        return str(self.model.kind_code)

    @property
    def machine(self) -> Any:
        return self.model.machine

    @cached_property
    def url(self) -> str:
        return reverse("ui:list", kwargs={"page": self.plural})

    def verb(self, name: str) -> "Verb | None":
        return next((verb for verb in self.verbs if verb.name == name), None)


@dataclass(frozen=True)
class Panel:
    """A part of another app's record page, loaded by htmx. `context(record, user)` feeds the template.

    A `wide` one stands below the overview, one `across` below everything, the others beside. `shown(record)`, without
    a query, may leave it out.
    """

    on: type[Any]
    slug: str
    title: Text
    template: str
    context: Callable[[Any, Any], dict[str, Any]]
    order: int = 100
    wide: bool = False
    across: bool = False
    shown: Callable[[Any], bool] | None = None

    @property
    def beside(self) -> bool:
        return not (self.wide or self.across)


@dataclass(frozen=True)
class NavItem:
    """An entry of the navigation that is not a list page. `url` is a URL name or a path."""

    label: Text
    url: str
    icon: str
    section: str
    order: int = 100
    shown: Callable[[Any], bool] | None = None

    @cached_property
    def href(self) -> str:
        return self.url if self.url.startswith("/") else reverse(self.url)


@dataclass(frozen=True)
class WorkItem:
    """One thing that waits for a person."""

    title: Text
    url: str
    due: date | None = None
    kind: Text = ""
    overdue: bool = False


@dataclass(frozen=True)
class Tile:
    """A tile of the home page; `context(user, on)` feeds the template, None leaves the tile out."""

    slug: str
    title: Text
    template: str
    context: Callable[[Any, date], dict[str, Any] | None]
    order: int = 100
    wide: bool = False
    shown: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class Mark:
    """Something that happened, to be drawn as a vertical line on a chart over time.

    Who does not see the `record` that it tells of does not see the mark.
    """

    at: datetime
    label: Text
    tone: str = "neutral"
    url: str = ""
    record: Any = None


Work = Callable[[Any, date], Iterable[WorkItem]]
Marks = Callable[[Any], Iterable[Mark]]
Landing = Callable[[Any], str | None]


@dataclass
class _Registry:
    pages: dict[type[Any], RecordPage] = field(default_factory=dict)
    panels: dict[type[Any], dict[str, Panel]] = field(default_factory=dict)
    navigation: list[NavItem] = field(default_factory=list)
    work: list[Work] = field(default_factory=list)
    tiles: dict[str, Tile] = field(default_factory=dict)
    marks: list[Marks] = field(default_factory=list)
    landings: list[Landing] = field(default_factory=list)
    offered: dict[type[Any], list["Verb"]] = field(default_factory=dict)


_registry = _Registry()


def register_page(page: RecordPage) -> RecordPage:
    """Give a kind of record its pages and its API. Raises ValueError for an unknown section."""
    if page.section not in SECTIONS:
        raise ValueError(f"{page.section!r} is not a section of the navigation: {', '.join(SECTIONS)}")
    page = replace(page, verbs=(*page.verbs, *_registry.offered.get(page.model, ())))
    _registry.pages[page.model] = page
    return page


def register_verb(model: type[Any], verb: "Verb") -> "Verb":
    """Offer a verb of a higher app on the page of a lower app's kind: start a kaizen event from a CAPA.

    Higher apps are found first: what they offer waits for its page.
    """
    _registry.offered.setdefault(model, []).append(verb)
    if page := _registry.pages.get(model):
        _registry.pages[model] = replace(page, verbs=(*page.verbs, verb))
    return verb


def register_panel(panel: Panel) -> Panel:
    _registry.panels.setdefault(panel.on, {})[panel.slug] = panel
    return panel


def register_navigation(item: NavItem) -> NavItem:
    _registry.navigation.append(item)
    return item


def register_work(source: Work) -> Work:
    """Add a source of My work: `source(user, on)` gives WorkItems."""
    _registry.work.append(source)
    return source


def register_tile(tile: Tile) -> Tile:
    _registry.tiles[tile.slug] = tile
    return tile


def register_marks(source: Marks) -> Marks:
    """Add a source of chart marks: `source(record)` gives Marks for a chart of that record."""
    _registry.marks.append(source)
    return source


def register_landing(source: Landing) -> Landing:
    """Offer another page than My work after logging in: `source(user)` gives a path, or None."""
    _registry.landings.append(source)
    return source


def pages() -> Iterator[RecordPage]:
    yield from sorted(_registry.pages.values(), key=lambda page: (list(SECTIONS).index(page.section), page.order))


def page_of(model: type[Any]) -> RecordPage:
    """The page of a model. Raises NotRegistered."""
    try:
        return _registry.pages[model]
    except KeyError:
        raise NotRegistered(model) from None


def page_of_plural(plural: str) -> RecordPage:
    """The page under `/<plural>/`. Raises NotRegistered."""
    for page in _registry.pages.values():
        if page.plural == plural:
            return page
    raise NotRegistered(plural)


def page_of_kind(kind: str) -> RecordPage:
    """The page of a kind code such as CAPA. Raises NotRegistered."""
    for page in _registry.pages.values():
        if page.kind == kind:
            return page
    raise NotRegistered(kind)


def panels_on(model: type[Any]) -> list[Panel]:
    return sorted(_registry.panels.get(model, {}).values(), key=lambda panel: panel.order)


def panel_on(model: type[Any], slug: str) -> Panel | None:
    return _registry.panels.get(model, {}).get(slug)


def tiles() -> list[Tile]:
    return sorted(_registry.tiles.values(), key=lambda tile: tile.order)


def work_of(user: Any, on: date) -> list[WorkItem]:
    """All that waits for the user, what is due first on top, undated last."""
    items = [item for source in _registry.work for item in source(user, on)]
    return sorted(items, key=lambda item: (item.due is None, item.due or on))


def landing_of(user: Any) -> str | None:
    """Where a user begins, when some app knows better than My work (an operator's open standards)."""
    return next((path for source in _registry.landings if (path := source(user))), None)


def marks_of(record: Model, user: Any) -> list[Mark]:
    """What the apps want drawn on charts of the record, as far as the user sees it, in order of time."""
    marks = [mark for source in _registry.marks for mark in source(record)]
    seen = (mark for mark in marks if mark.record is None or sees(user, mark.record))
    return sorted(seen, key=lambda mark: mark.at)


def navigation(user: Any) -> list[tuple[Text, list[NavItem]]]:
    """Sections with their entries, empty sections left out."""
    items = [*map(_list_entry, (page for page in pages() if page.listed)), *_registry.navigation]
    shown = sorted((item for item in items if item.shown is None or item.shown(user)), key=lambda item: item.order)
    sections = ((title, [item for item in shown if item.section == slug]) for slug, title in SECTIONS.items())
    return [(title, entries) for title, entries in sections if entries]


def icons() -> set[str]:
    """The icons that registered pages, verbs and entries of the navigation ask for."""
    verbs = (verb for page in pages() for verb in page.verbs)
    things: list[Any] = [*pages(), *_registry.navigation, *verbs]
    return {thing.icon for thing in things} - {""}


def _list_entry(page: RecordPage) -> NavItem:
    def shown(user: Any) -> bool:
        return sees_kind(user, page.model)

    return NavItem(page.nouns, page.url, page.icon, page.section, page.order, shown)
