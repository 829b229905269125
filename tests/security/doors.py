"""Every door of the product, found in the URLconf, with how it is knocked at: here, at the other site, as the owner.

An address that this page does not know fails the test of access with its name. To add one, say in DOORS which of its
addresses belong to a site (`at`), or that it belongs to none (`plain`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import get_resolver
from rest_framework.views import APIView

from documents.verbs import OF_A_COPY, OF_A_TYPE, REMARK
from metrics.verbs import PARTS
from tests.security.plant import Place, World
from training.verbs import ASSIGNMENT, OF_A_BANK, OF_A_QUESTION
from ui.forms import VerbForm
from ui.people.verbs import OF_A_PERSON
from ui.registry import RecordPage, pages, panels_on
from ui.views.records import TABS

PAGE, READ, WRITE, BOTH = "<page:page>/", ("GET",), ("POST",), ("GET", "POST")
ACTS = ("finish", "verify", "reopen", "withdraw")


@dataclass(frozen=True)
class Door:
    """One method of one address. `there` is None where there is no other site to it."""

    method: str
    route: str
    kind: str
    here: str
    there: str | None = None
    as_owner: bool = False
    turns: tuple[tuple[str, str], ...] = ()

    def urls(self, turn: int) -> tuple[str, str | None]:
        """Here and there, for the persona whose turn it is."""
        return self.turns[turn % len(self.turns)] if self.turns else (self.here, self.there)

    @property
    def name(self) -> str:
        return f"{self.method} /{self.route}"


def routes() -> list[tuple[str, Any]]:
    """All addresses of the URLconf with their views."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: Any, before: str) -> Iterator[tuple[str, Any]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _walk(pattern, route)
        else:
            yield route, pattern.callback


def methods_of(view: Any) -> tuple[str, ...]:
    """What a view of the API takes."""
    found = getattr(view, "view_class", None) or getattr(view, "cls", None)
    if found is None or not issubclass(found, APIView):
        return ()
    names = ("get", "post", "patch", "put", "delete")
    return tuple(name.upper() for name in names if getattr(found, name, None))


# What every kind of record has

Urls = Callable[[Place, str], str]


def _number(place: Place, plural: str) -> str:
    return f"/{plural}/{place.records[plural].number}/"


def one(rest: str) -> Urls:
    return lambda place, plural: _number(place, plural) + rest


def _action(rest: str) -> Urls:
    return lambda place, plural: f"{_number(place, plural)}actions/{place.actions[plural].uuid}/{rest}/"


def _file(place: Place, plural: str) -> str:
    return f"{_number(place, plural)}files/{place.files[plural].uuid}/"


def of_kind(page: RecordPage, world: World) -> Iterator[Door]:
    """All doors of one kind, pages and API."""
    yield from _pages_of(page, world)
    yield from _api_of(page, world)


def _pages_of(page: RecordPage, world: World) -> Iterator[Door]:
    plural = page.plural
    yield from _lists_of(page)
    number = f"{PAGE}<slug:number>/"
    for rest in ("", "record.pdf", "chain.pdf", "signatures.csv", "signatures.xlsx"):
        yield _both("GET", number + rest, one(rest), plural, world)
    turns = {"<tab:tab>/": [f"{tab}/" for tab in TABS]}
    turns["panel/<slug:slug>/"] = [f"panel/{panel.slug}/" for panel in panels_on(page.model)]
    for rest, several in turns.items():
        if several:
            yield _in_turn(number + rest, several, plural, world)
    yield _both("GET", f"{number}files/<uuid:key>/", _file, plural, world)
    for rest in ("actions/add/", "files/add/", "comment/", "chain/keep/"):
        yield _both("POST", number + rest, one(rest), plural, world)
    for act in _acts(page):
        yield _both("GET", f"{number}actions/<uuid:key>/{act}/", _action(act), plural, world)
        yield _both("POST", f"{number}actions/<uuid:key>/{act}/", _action(act), plural, world, as_owner=True)
    yield from _together(page)
    for verb in page.verbs:
        yield Door("GET", f"{number}do/{verb.name}/", plural, one(f"do/{verb.name}/")(world.here, plural))
        yield _both("POST", f"{number}do/{verb.name}/", one(f"do/{verb.name}/"), plural, world)


def _together(page: RecordPage) -> Iterator[Door]:
    """Signed verbs that ask for nothing else are done to several records at once."""
    for verb in page.verbs:
        if verb.is_signed(page.model) and verb.form is VerbForm:
            url = f"/{page.plural}/together/{verb.name}/"
            yield from (Door(method, f"{PAGE}together/{verb.name}/", page.plural, url) for method in BOTH)


def _lists_of(page: RecordPage) -> Iterator[Door]:
    base = f"/{page.plural}/"
    for rest in ("", "export.csv", "export.xlsx"):
        yield Door("GET", PAGE + rest, page.plural, base + rest)
    if page.create:
        yield from (Door(method, f"{PAGE}new/", page.plural, f"{base}new/") for method in BOTH)


def _in_turn(route: str, several: list[str], plural: str, world: World) -> Door:
    """Tabs and panels pass one gate: each persona knocks at another of them."""
    here, there = (tuple(_number(place, plural) + rest for rest in several) for place in (world.here, world.there))
    return Door("GET", route, plural, here[0], there[0], turns=tuple(zip(here, there, strict=True)))


def _acts(page: RecordPage) -> tuple[str, ...]:
    """Actions ask of their record only who sees it: one kind of each such class stands for the others."""
    classes = {(other.model.open_to_operators, other.model.seen_below): other.plural for other in pages()}
    return ACTS if page.plural in classes.values() else ()


def _api_of(page: RecordPage, world: World) -> Iterator[Door]:
    plural, base = page.plural, "api/v1/<records>/"
    yield Door("GET", base, plural, f"/api/v1/{plural}/")
    if page.create:
        yield Door("POST", base, plural, f"/api/v1/{plural}/")
    number = f"{base}<number>/"
    for rest in ("", "content/", "chain/", "signatures/", "actions/", "comments/", "files/"):
        yield _both("GET", number + rest, _api(one(rest)), plural, world)
    if page.verb("edit"):
        yield _both("PATCH", number, _api(one("")), plural, world, as_owner=True)
    for rest in ("actions/", "comments/", "files/"):
        yield _both("POST", number + rest, _api(one(rest)), plural, world)
    for act in _acts(page):
        yield _both("POST", f"{number}actions/<key>/{act}/", _api(_action(act)), plural, world, as_owner=True)
    yield from _api_verbs_of(page, number, world)


def _api_verbs_of(page: RecordPage, number: str, world: World) -> Iterator[Door]:
    for verb in page.verbs:
        rest = f"{verb.name}/"
        yield _both("POST", number + rest, _api(one(rest)), page.plural, world, as_owner=True)
        if verb.is_signed(page.model):
            yield _both("POST", f"{number}{rest}challenge/", _api(one(f"{rest}challenge/")), page.plural, world)


def _api(urls: Urls) -> Urls:
    return lambda place, name: "/api/v1" + urls(place, name)


def _both(method: str, route: str, urls: Urls, plural: str, world: World, *, as_owner: bool = False) -> Door:
    return Door(method, route, plural, urls(world.here, plural), urls(world.there, plural), as_owner)


# Everything else, address by address

At = Callable[[Place], str]


@dataclass(frozen=True)
class Known:
    """How an address is knocked at. `at(place)` where it belongs to a site; `each` gives several of its addresses."""

    methods: tuple[str, ...]
    at: At | None = None
    url: str = ""
    each: tuple[str, ...] = ("",)


def plain(*methods: str, url: str = "", each: tuple[str, ...] = ("",)) -> Known:
    return Known(methods or READ, None, url, each)


def at(*methods: str, url: At, each: tuple[str, ...] = ("",)) -> Known:
    return Known(methods or READ, url, "", each)


def _line(name: str, attribute: str = "uuid") -> Callable[[Place], str]:
    return lambda place: str(getattr(place.lines[name], attribute))


assignment, check, checklist = _line("assignment"), _line("check"), _line("checklist")
copy, kept, brought, layout = _line("copy"), _line("import"), _line("values"), _line("layout")
COPY_VERBS = tuple(verb.name for verb in OF_A_COPY)
TYPE_VERBS = tuple(verb.name for verb in OF_A_TYPE)
PERSON_VERBS = tuple(verb.name for verb in OF_A_PERSON)
REMARK_VERBS = tuple(verb.name for verb in REMARK)
LINE_VERBS = tuple(verb.name for verb in ASSIGNMENT)
BANK_VERBS = tuple(verb.name for verb in OF_A_BANK)
PLAN_VERBS = tuple(f"{part}/of-the-plan/{verb.name}" for part, several in PARTS.items() for verb in several)
QUESTION_VERBS = tuple(verb.name for verb in OF_A_QUESTION)
LOOKUPS = ("people", "records", *(page.plural for page in pages()))


NOWHERE = "00000000-0000-4000-8000-000000000000"


def _own(path: str, rest: str = "/") -> At:
    """An address below one's own site's worker."""
    return lambda place: f"/{path}/{place.worker.username}{rest}"


def _bank() -> At:
    return lambda place: f"/training/documents/{place.records['documents'].number}/questions/"


def _of_revision(name: str) -> At:
    return lambda place: f"/api/v1/{name}/?revision={place.records['revisions'].number}"


def _revision(rest: str, before: str = "") -> At:
    """An address below a revision of the site."""
    return lambda place: f"{before}/revisions/{place.records['revisions'].number}/{rest}/"


def _gauge(rest: str) -> At:
    return lambda place: f"/api/v1/gauges/{place.records['gauges'].number}/{rest}/"


def _plan_number(place: Place) -> str:
    return str(place.lines["plan"].number)


def _plan(before: str) -> At:
    """An address below the control plan of the site."""
    return lambda place: f"{before}/revisions/{_plan_number(place)}/control-plan/"


_AUTHORING = {
    "pictures": BOTH, "word": WRITE, "autosave": ("GET", "POST", "DELETE"), "leave": WRITE, "standard-work": READ,
    "translations": BOTH,
}  # fmt: skip


DOORS: dict[str, Known] = {
    "c/<uuid:key>/": plain(url=f"/c/{NOWHERE}/"),
    "printed-copies/": plain(),
    "printed-copies/<uuid:key>/copy.pdf": at(url=lambda place: f"/printed-copies/{copy(place)}/copy.pdf"),
    "printed-copies/<uuid:key>/<slug:name>/": at(
        *BOTH, url=lambda place: f"/printed-copies/{copy(place)}/", each=COPY_VERBS
    ),
    "api/v1/printed-copies/": plain(),
    "api/v1/printed-copies/<uuid:key>/": at(url=lambda place: f"/api/v1/printed-copies/{copy(place)}/"),
    "api/v1/printed-copies/<uuid:key>/<slug:name>/": at(
        "POST", url=lambda place: f"/api/v1/printed-copies/{copy(place)}/", each=COPY_VERBS
    ),
    "document-types/": plain(),
    "document-types/new/": plain(*BOTH),
    "document-types/<slug:code>/<slug:name>/": plain(*BOTH, url="/document-types/WI/", each=TYPE_VERBS),
    "api/v1/document-types/": plain(*BOTH),
    "api/v1/document-types/<slug:code>/": plain(url="/api/v1/document-types/WI/"),
    "api/v1/document-types/<slug:code>/<slug:name>/": plain("POST", url="/api/v1/document-types/WI/", each=TYPE_VERBS),
    "api/v1/clauses/": plain(),
    "documents/search/": plain(url="/documents/search/?q=zanzibar"),
    "api/v1/documents/search/": plain(url="/api/v1/documents/search/?q=zanzibar"),
    "documents/as-of/": plain(),
    "documents/as-of/as-of.pdf": plain(),
    "api/v1/documents/as-of/": plain(),
    "documents/import/": plain(*BOTH),
    "documents/import/template.xlsx": plain(),
    "documents/import/<uuid:key>/": at(*BOTH, url=lambda place: f"/documents/import/{kept(place)}/"),
    "documents/import/<uuid:key>/confirm/": at("POST", url=lambda place: f"/documents/import/{kept(place)}/confirm/"),
    "api/v1/register-imports/": plain(*BOTH),
    "api/v1/register-imports/<uuid:key>/": at(url=lambda place: f"/api/v1/register-imports/{kept(place)}/"),
    "api/v1/register-imports/<uuid:key>/map/": at(
        "POST", url=lambda place: f"/api/v1/register-imports/{kept(place)}/map/"
    ),
    "api/v1/register-imports/<uuid:key>/confirm/": at(
        "POST", url=lambda place: f"/api/v1/register-imports/{kept(place)}/confirm/"
    ),
    "healthz": plain(),
    "readyz": plain(),
    "accounts/": plain(),
    "accounts/sessions/<int:key>/end/": plain("POST", url="/accounts/sessions/1/end/"),
    "accounts/sessions/end-others/": plain("POST"),
    "accounts/login/": plain(*BOTH),
    "accounts/logout/": plain("GET"),
    "accounts/reauthenticate/": plain(*BOTH),
    "accounts/password/change/": plain(*BOTH),
    "accounts/password/reset/": plain(*BOTH),
    "accounts/password/reset/done/": plain(),
    "accounts/password/reset/key/done/": plain(),
    "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": plain(
        url="/accounts/password/reset/key/1-abc-def/"
    ),
    "accounts/2fa/": plain(),
    "accounts/2fa/authenticate/": plain(*BOTH),
    "accounts/2fa/reauthenticate/": plain(*BOTH),
    "accounts/2fa/totp/activate/": plain(*BOTH),
    "accounts/2fa/totp/deactivate/": plain(*BOTH),
    "accounts/2fa/recovery-codes/": plain(),
    "accounts/2fa/recovery-codes/generate/": plain(*BOTH),
    "accounts/2fa/recovery-codes/download/": plain(),
    "accounts/2fa/webauthn/": plain(),
    "accounts/2fa/webauthn/add/": plain(*BOTH),
    "accounts/2fa/webauthn/reauthenticate/": plain(*BOTH),
    "accounts/2fa/webauthn/keys/<int:pk>/remove/": plain(*BOTH, url="/accounts/2fa/webauthn/keys/1/remove/"),
    "accounts/2fa/webauthn/keys/<int:pk>/edit/": plain(*BOTH, url="/accounts/2fa/webauthn/keys/1/edit/"),
    "accounts/2fa/webauthn/login/": plain(*BOTH),
    "api/v1/schema/": plain(),
    "api/v1/docs/": plain(),
    "api/v1/measurements/": plain("POST"),
    "value-imports/": plain(*BOTH),
    "value-imports/<uuid:key>/": at(*BOTH, url=lambda place: f"/value-imports/{brought(place)}/"),
    "value-imports/<uuid:key>/confirm/": at("POST", url=lambda place: f"/value-imports/{brought(place)}/confirm/"),
    "value-imports/<uuid:key>/errors.csv": at(url=lambda place: f"/value-imports/{brought(place)}/errors.csv"),
    "api/v1/value-imports/": plain(*BOTH),
    "api/v1/value-imports/<uuid:key>/": at(url=lambda place: f"/api/v1/value-imports/{brought(place)}/"),
    "api/v1/value-imports/<uuid:key>/arrange/": at(
        "POST", url=lambda place: f"/api/v1/value-imports/{brought(place)}/arrange/"
    ),
    "api/v1/value-imports/<uuid:key>/confirm/": at(
        "POST", url=lambda place: f"/api/v1/value-imports/{brought(place)}/confirm/"
    ),
    "api/v1/import-layouts/": plain(),
    "api/v1/import-layouts/<uuid:key>/remove/": at(
        "POST", url=lambda place: f"/api/v1/import-layouts/{layout(place)}/remove/"
    ),
    "import-layouts/<uuid:key>/remove/": at(*BOTH, url=lambda place: f"/import-layouts/{layout(place)}/remove/"),
    "signals-to-answer/": plain(),
    "api/v1/signals-to-answer/": plain(),
    **{
        f"api/v1/gauges/<slug:number>/{rest}/": at(url=_gauge(rest)) for rest in ("calibrations", "results-in-question")
    },
    "revisions/<slug:number>/control-plan/<slug:part>/<slug:key>/<slug:name>/": at(
        *BOTH, url=_plan(""), each=PLAN_VERBS
    ),
    "api/v1/revisions/<slug:number>/control-plan/": at(
        url=lambda place: f"/api/v1/revisions/{_plan_number(place)}/control-plan/"
    ),
    "api/v1/revisions/<slug:number>/control-plan/<slug:part>/<slug:key>/<slug:name>/": at(
        "POST", url=_plan("/api/v1"), each=PLAN_VERBS
    ),
    "api/v1/assignments/": plain(),
    "api/v1/assignments/<uuid:key>/": at(url=lambda place: f"/api/v1/assignments/{assignment(place)}/"),
    "api/v1/assignments/<uuid:key>/<slug:name>/": at(
        "POST", url=lambda place: f"/api/v1/assignments/{assignment(place)}/", each=LINE_VERBS
    ),
    "api/v1/improvements/<int:year>/": plain(url="/api/v1/improvements/2026/"),
    "api/v1/gains/<slug:number>/locks/": at(url=lambda place: f"/api/v1/gains/{place.records['gains'].number}/locks/"),
    "api/v1/checklists/": plain(*BOTH),
    "api/v1/checklists/<uuid:key>/": at(url=lambda place: f"/api/v1/checklists/{checklist(place)}/"),
    "api/v1/checklists/<uuid:key>/add-question/": at(
        "POST", url=lambda place: f"/api/v1/checklists/{checklist(place)}/add-question/"
    ),
    "api/v1/sustainment-checks/": plain(),
    "api/v1/sustainment-checks/<uuid:key>/": at(url=lambda place: f"/api/v1/sustainment-checks/{check(place)}/"),
    "api/v1/sustainment-checks/<uuid:key>/answer/": at(
        "POST", url=lambda place: f"/api/v1/sustainment-checks/{check(place)}/answer/"
    ),
    "pictures/<str:sha256>/": at(url=lambda place: f"/pictures/{place.files['revisions'].sha256}/"),
    "documents/from-word/": plain(*BOTH),
    **{f"revisions/<slug:number>/{rest}/": at(*BOTH, url=_revision(rest)) for rest in ("do/edit", "word", "translate")},
    "revisions/<slug:number>/translate/<slug:language>/": at(*BOTH, url=_revision("translate/de")),
    "revisions/<slug:number>/in/<slug:language>/": at(url=_revision("in/de")),
    "api/v1/documents/from-word/": plain("POST"),
    **{
        f"api/v1/revisions/<slug:number>/{rest}/": at(*methods, url=_revision(rest, "/api/v1"))
        for rest, methods in _AUTHORING.items()
    },
    "api/v1/people/": plain(*BOTH),
    "api/v1/people/<str:username>/": at(url=_own("api/v1/people")),
    "api/v1/people/<str:username>/roles/<int:key>/leave/": at(
        "POST", url=lambda place: _own("api/v1/people", f"/roles/{place.lines['holding'].pk}/leave/")(place)
    ),
    "api/v1/people/<str:username>/tokens/": at(
        *BOTH, url=lambda place: f"/api/v1/people/{place.lines['account'].username}/tokens/"
    ),
    "api/v1/people/<str:username>/tokens/<str:key>/end/": at(
        "POST",
        url=lambda place: (
            f"/api/v1/people/{place.lines['account'].username}/tokens/{place.lines['token'].token_key}/end/"
        ),
    ),
    "api/v1/people/<str:username>/<slug:name>/": at("POST", url=_own("api/v1/people"), each=PERSON_VERBS),
    "api/v1/sites/": plain(*BOTH),
    "api/v1/processes/": plain(*BOTH),
    "api/v1/job-roles/": plain(*BOTH),
    "api/v1/stations/": plain(*BOTH),
    "api/v1/shifts/": plain(*BOTH),
    **{f"kiosk/{rest}": plain() for rest in ("", "names/", "mine/", "assess/")},
    **{f"kiosk/{rest}": plain("POST") for rest in ("come/", "lock/", "alive/")},
    **{f"kiosk/{rest}": plain(*BOTH) for rest in ("pin/", "enrol/")},
    "kiosk/d/<slug:number>/": plain(url="/kiosk/d/MUC-WI-0001/"),
    "kiosk/open/<uuid:key>/": plain("POST", url=f"/kiosk/open/{NOWHERE}/"),
    "kiosk/assess/<uuid:key>/": plain(*BOTH, url=f"/kiosk/assess/{NOWHERE}/"),
    "kiosk/read/<uuid:key>/": plain(url=f"/kiosk/read/{NOWHERE}/"),
    "kiosk/done/<uuid:key>/": plain(url=f"/kiosk/done/{NOWHERE}/"),
    "kiosk/read/<uuid:key>/<slug:way>/": plain("POST", url=f"/kiosk/read/{NOWHERE}/on/"),
    "kiosk/read/<uuid:key>/photo/<slug:digest>/": plain(url=f"/kiosk/read/{NOWHERE}/photo/{'0' * 64}/"),
    **{f"kiosk/{page}/<uuid:key>/": plain(*BOTH, url=f"/kiosk/{page}/{NOWHERE}/") for page in ("quiz", "sign")},
    "kiosks/": plain(),
    "kiosks/<uuid:key>/sheet/": at(url=lambda place: f"/kiosks/{_line('kiosk')(place)}/sheet/"),
    "kiosks/<uuid:key>/revoke/": at("POST", url=lambda place: f"/kiosks/{_line('kiosk')(place)}/revoke/"),
    "api/v1/kiosks/": plain(),
    "api/v1/kiosks/<uuid:key>/revoke/": at("POST", url=lambda place: f"/api/v1/kiosks/{_line('kiosk')(place)}/revoke/"),
    "training/assignments/<uuid:key>/quiz/": at(
        *BOTH, url=lambda place: f"/training/assignments/{assignment(place)}/quiz/"
    ),
    "training/assignments/<uuid:key>/practical/": at(
        *BOTH, url=lambda place: f"/training/assignments/{assignment(place)}/practical/"
    ),
    "training/documents/<slug:number>/questions/": at(url=_bank()),
    "training/documents/<slug:number>/questions/<slug:name>/": at(*BOTH, url=_bank(), each=BANK_VERBS),
    "training/questions/<uuid:key>/<slug:name>/": at(
        *BOTH, url=lambda place: f"/training/questions/{_line('asked')(place)}/", each=QUESTION_VERBS
    ),
    "training/practical-items/<uuid:key>/retire/": at(
        "POST", url=lambda place: f"/training/practical-items/{_line('item')(place)}/retire/"
    ),
    "api/v1/questions/": at(
        *BOTH, url=lambda place: f"/api/v1/questions/?document={place.records['documents'].number}"
    ),
    "api/v1/questions/<uuid:key>/": at(url=lambda place: f"/api/v1/questions/{_line('asked')(place)}/"),
    "api/v1/questions/<uuid:key>/<slug:name>/": at(
        "POST", url=lambda place: f"/api/v1/questions/{_line('asked')(place)}/", each=QUESTION_VERBS
    ),
    **{f"api/v1/{name}/": at(url=_of_revision(name)) for name in ("quiz-attempts", "assessments", "acknowledgements")},
    "accounts/pin/": plain(*BOTH),
    "revisions/<slug:number>/redline/": at(url=lambda place: f"{_number(place, 'revisions')}redline/"),
    "revisions/<slug:number>/redline.pdf": at(url=lambda place: f"{_number(place, 'revisions')}redline.pdf"),
    "revisions/<slug:number>/remarks/": at(*BOTH, url=lambda place: f"{_number(place, 'revisions')}remarks/"),
    "revisions/<slug:number>/remarks/<uuid:key>/<slug:name>/": at(
        *BOTH, url=lambda place: f"{_number(place, 'revisions')}remarks/{_line('remark')(place)}/", each=REMARK_VERBS
    ),
    "api/v1/revisions/<slug:number>/remarks/": at(
        *BOTH, url=lambda place: f"/api/v1{_number(place, 'revisions')}remarks/"
    ),
    "api/v1/revisions/<slug:number>/remarks/<uuid:key>/": at(
        url=lambda place: f"/api/v1{_number(place, 'revisions')}remarks/{_line('remark')(place)}/"
    ),
    "api/v1/revisions/<slug:number>/remarks/<uuid:key>/<slug:name>/": at(
        "POST",
        url=lambda place: f"/api/v1{_number(place, 'revisions')}remarks/{_line('remark')(place)}/",
        each=REMARK_VERBS,
    ),
    "api/v1/revisions/<slug:number>/approvals/": at(
        url=lambda place: f"/api/v1{_number(place, 'revisions')}approvals/"
    ),
    "api/v1/revisions/<slug:number>/redline/": at(url=lambda place: f"/api/v1{_number(place, 'revisions')}redline/"),
    "api/v1/review-routes/": plain(),
    "api/v1/review-routes/<slug:code>/": plain(*BOTH, url="/api/v1/review-routes/WI/"),
    "api/v1/delegations/": plain(*BOTH),
    "api/v1/delegations/<uuid:key>/end/": at(
        "POST", url=lambda place: f"/api/v1/delegations/{_line('delegation')(place)}/end/"
    ),
    "delegations/": plain(),
    "delegations/new/": plain(*BOTH),
    "delegations/<uuid:key>/end/": at("POST", url=lambda place: f"/delegations/{_line('delegation')(place)}/end/"),
    "review-routes/": plain(),
    "review-routes/<slug:code>/": plain(*BOTH, url="/review-routes/WI/"),
    "training/mine/": plain(),
    **{
        f"training/{name}/{rest}": plain()
        for name in ("matrix", "levels")
        for rest in ("", "matrix.xlsx", "matrix.pdf")
    },
    "training/matrix/assign/": plain("POST"),
    "training/levels/assign/": plain("POST"),
    "training/stations/": plain(),
    "training/stations/<int:key>/": at(url=lambda place: f"/training/stations/{place.lines['station'].pk}/"),
    "training/stations/<int:key>/needs/add/": at(
        *BOTH, url=lambda place: f"/training/stations/{place.lines['station'].pk}/needs/add/"
    ),
    "training/needs/<uuid:key>/end/": at("POST", url=lambda place: f"/training/needs/{_line('need')(place)}/end/"),
    "training/as-of/": plain(),
    "training/as-of/as-of.pdf": plain(),
    "training/observations/": plain(),
    "training/waivers/": plain(),
    "training/observations/<uuid:key>/": at(
        *BOTH, url=lambda place: f"/training/observations/{_line('observation')(place)}/"
    ),
    "api/v1/qualified/": plain(url="/api/v1/qualified/?station=MUC/PRESS-9"),
    "api/v1/as-of/": plain(url="/api/v1/as-of/?station=MUC/PRESS-9"),
    "api/v1/competences/": plain(),
    "api/v1/coverage/": plain(),
    "api/v1/station-needs/": plain(*BOTH),
    "api/v1/station-needs/<uuid:key>/end/": at(
        "POST", url=lambda place: f"/api/v1/station-needs/{_line('need')(place)}/end/"
    ),
    "api/v1/observations/": plain(),
    "api/v1/observations/<uuid:key>/": at(url=lambda place: f"/api/v1/observations/{_line('observation')(place)}/"),
    "api/v1/observations/<uuid:key>/observe/": at(
        "POST", url=lambda place: f"/api/v1/observations/{_line('observation')(place)}/observe/"
    ),
    "api/v1/observations/<uuid:key>/observe/challenge/": at(
        "POST", url=lambda place: f"/api/v1/observations/{_line('observation')(place)}/observe/challenge/"
    ),
    "training/assignments/<uuid:key>/": at(url=lambda place: f"/training/assignments/{assignment(place)}/"),
    "training/assignments/<uuid:key>/<slug:name>/": at(
        *BOTH, url=lambda place: f"/training/assignments/{assignment(place)}/", each=LINE_VERBS
    ),
    "improvements/": plain(),
    "improvements/<int:year>/": plain(url="/improvements/2026/"),
    "sustainment-checks/<uuid:key>/": at(*BOTH, url=lambda place: f"/sustainment-checks/{check(place)}/"),
    "checklists/": plain(),
    "checklists/new/": plain(*BOTH),
    "checklists/<uuid:key>/": at(url=lambda place: f"/checklists/{checklist(place)}/"),
    "checklists/<uuid:key>/add-question/": at(*BOTH, url=lambda place: f"/checklists/{checklist(place)}/add-question/"),
    "checklists/<uuid:key>/questions/<uuid:question>/drop/": at(
        "POST", url=lambda place: f"/checklists/{checklist(place)}/questions/{_line('question')(place)}/drop/"
    ),
    "metrics/<slug:number>/values/": at(url=lambda place: f"{_number(place, 'metrics')}values/"),
    "api/v1/metrics/<slug:number>/chart/": at(url=lambda place: f"/api/v1{_number(place, 'metrics')}chart/"),
    "api/v1/metrics/<slug:number>/formula/": at(url=lambda place: f"/api/v1{_number(place, 'metrics')}formula/"),
    "api/v1/metrics/<slug:number>/values/": at(url=lambda place: f"/api/v1{_number(place, 'metrics')}values/"),
    "api/v1/comparisons/": plain(url="/api/v1/comparisons/?measure=scrap-rate"),
    "api/v1/paretos/": plain(url="/api/v1/paretos/?of=signals"),
    "comparison/": plain(),
    "comparison/comparison.pdf": plain(),
    "values-of-a-shift/": plain(*BOTH),
    "pareto/": plain(),
    "pareto/pareto.pdf": plain(),
    "sources/": plain(),
    "sources/new/": plain(*BOTH),
    "people/": plain(),
    "people/new/": plain(*BOTH),
    "people/<str:username>/": at(url=_own("people")),
    "people/<str:username>/do/<slug:name>/": at(*BOTH, url=_own("people", "/do/"), each=PERSON_VERBS),
    "people/<str:username>/roles/<int:key>/leave/": at(
        *BOTH, url=lambda place: _own("people", f"/roles/{place.lines['holding'].pk}/leave/")(place)
    ),
    "people/<str:username>/appointments/<int:key>/dismiss/": at(
        "POST", url=lambda place: _own("people", f"/appointments/{place.lines['appointment'].pk}/dismiss/")(place)
    ),
    "people/<str:username>/tokens/new/": at(
        *BOTH, url=lambda place: f"/people/{place.lines['account'].username}/tokens/new/"
    ),
    "people/<str:username>/tokens/<str:key>/end/": at(
        "POST",
        url=lambda place: f"/people/{place.lines['account'].username}/tokens/{place.lines['token'].token_key}/end/",
    ),
    **{f"{name}/": plain() for name in ("sites", "processes", "job-roles", "stations", "shifts")},
    **{f"{name}/new/": plain(*BOTH) for name in ("sites", "processes", "job-roles", "stations", "shifts")},
    "": plain(url="/"),
    "work/": plain(),
    "search/": plain(url="/search/?q=zanzibar"),
    "jobs/<uuid:key>/": at(url=lambda place: f"/jobs/{_line('job')(place)}/"),
    "reminders/<uuid:key>/read/": at("POST", url=lambda place: f"/reminders/{_line('reminder')(place)}/read/"),
    "jobs/parked/": plain(),
    "jobs/parked/<uuid:key>/replay/": plain("POST", url=f"/jobs/parked/{NOWHERE}/replay/"),
    "integrity/": plain(),
    "integrity/<int:key>/handle/": at("POST", url=lambda place: f"/integrity/{place.lines['fault'].pk}/handle/"),
    "api/v1/integrity-faults/": plain(),
    "api/v1/integrity-faults/<int:key>/handle/": at(
        "POST", url=lambda place: f"/api/v1/integrity-faults/{place.lines['fault'].pk}/handle/"
    ),
    "trail/": plain(),
    "trail/export.csv": plain(),
    "trail/trail.pdf": plain(),
    "api/v1/trail/": plain(),
    "training/sign/": plain(*BOTH),
    "api/v1/assignments/challenges/": plain("POST"),
    "api/v1/assignments/acknowledge/": plain("POST"),
    "api/v1/assignments/<uuid:key>/<slug:name>/challenge/": at(
        "POST", url=lambda place: f"/api/v1/assignments/{assignment(place)}/", each=("acknowledge/challenge",)
    ),
    "lookup/<slug:plural>/": plain(url="/lookup/", each=LOOKUPS),
}


def others(world: World) -> Iterator[Door]:
    """All doors that belong to no kind of record."""
    for route, known in DOORS.items():
        for name in known.each:
            here, there = _addresses(route, known, name, world)
            shown = route.rpartition("<slug:name>/")[0] + f"{name}/" if "<slug:name>" in route else route
            for method in known.methods:
                yield Door(method, shown, "", here, there)


def _addresses(route: str, known: Known, name: str, world: World) -> tuple[str, str | None]:
    rest = f"{name}/" if name else ""
    if known.at is None:
        return (known.url or f"/{route}") + rest, None
    return known.at(world.here) + rest, known.at(world.there) + rest


def unlisted() -> list[str]:
    """Addresses and methods of the URLconf that no door above stands for."""
    generic = {PAGE + rest for rest in _GENERIC}
    kinds = tuple(f"api/v1/{page.plural}/" for page in pages())
    lost = []
    for route, view in routes():
        if route in DOORS:
            lost += [f"{method} {route}" for method in methods_of(view) if method not in DOORS[route].methods]
        elif route not in generic and not (route.startswith(kinds) and _is_generic(route, view)):
            lost.append(route)
    return lost


_GENERIC = (
    "", "new/", "export.csv", "export.xlsx", "<slug:number>/", "<slug:number>/<tab:tab>/",
    "<slug:number>/actions/add/", "<slug:number>/actions/<uuid:key>/<slug:verb>/", "<slug:number>/files/add/",
    "<slug:number>/files/<uuid:key>/", "<slug:number>/comment/", "<slug:number>/do/<slug:verb>/",
    "<slug:number>/panel/<slug:slug>/", "<slug:number>/record.pdf", "<slug:number>/chain/keep/",
    "<slug:number>/chain.pdf", "<slug:number>/signatures.csv", "<slug:number>/signatures.xlsx",
    "together/<slug:verb>/",
)  # fmt: skip
_API_PARTS = {"content", "chain", "signatures", "actions", "comments", "files"}


def _is_generic(route: str, view: Any) -> bool:
    """An address of the API that `of_kind` knocks at: the list, a record, its parts, its verbs."""
    plural, _, rest = route.removeprefix("api/v1/").partition("/")
    rest = rest.removeprefix("<slug:number>/").rstrip("/")
    verbs = {verb.name for page in pages() if page.plural == plural for verb in page.verbs}
    return rest in ("", "actions/<uuid:key>/<slug:verb>") or rest.removesuffix("/challenge") in _API_PARTS | verbs
