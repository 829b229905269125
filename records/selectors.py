import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from django.contrib.postgres.search import SearchQuery
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from evidence.ledger.verifying import Fault
from people.models import User
from people.selectors import authorities, live_kiosk_sessions, parent_site_ids
from people.states import Authority
from records.models import KINDS, Action, Attachment, IntegrityFault, Record, Signature, SigningAttempt
from records.permissions import allowed
from records.states import ActionStatus, Meaning, Transition

R = TypeVar("R", bound=Record)

LONGEST_QUESTION, MOST_WORDS = 200, 10  # letters and words of a search
NARROW = frozenset({Authority.OPERATOR, Authority.INTEGRATION})
BOOKKEEPING = frozenset(
    {"id", "record_ptr", "status", "version", "opened_at", "closed_at", "search_text", "search", "origin"}
)

UP = """
WITH RECURSIVE up AS (
    SELECT id, origin_id, 0 AS depth FROM records_record WHERE id = %s
    UNION ALL
    SELECT above.id, above.origin_id, up.depth + 1 FROM records_record above JOIN up ON above.id = up.origin_id
)
"""
ANCESTORS = f"{UP} SELECT id FROM up WHERE depth > 0 ORDER BY depth"
CHAIN = f"""{UP}, down AS (
    SELECT id, 0 AS depth, ARRAY[id] AS path FROM records_record
    WHERE id = (SELECT id FROM up ORDER BY depth DESC LIMIT 1)
    UNION ALL
    SELECT below.id, down.depth + 1, down.path || below.id
    FROM records_record below JOIN down ON below.origin_id = down.id
)
SELECT id, depth FROM down ORDER BY path LIMIT 500
"""


@dataclass(frozen=True)
class ChainNode:
    """A record in the chain of cause and effect, `depth` steps below the root."""

    record: Record
    depth: int
    is_here: bool


def _own_site_ids(user: User, model: type[Record]) -> frozenset[int]:
    held_at = authorities(user).items()
    return frozenset(pk for pk, held in held_at if model.open_to_operators or not held <= NARROW)


def sees_kind(user: User, model: type[Record]) -> bool:
    """Whether `user` sees records of that kind at any site. No list is offered that must be empty."""
    return bool(_own_site_ids(user, model))


def site_ids(user: User, model: type[Record]) -> frozenset[int]:
    """Sites where `user` sees records of that kind."""
    seen = _own_site_ids(user, model)
    return seen | (parent_site_ids(user) if model.seen_below else frozenset())


Besides = Callable[[User], frozenset[int]]
_besides: dict[type[Record], Besides] = {}


def show_besides(model: type[Record], keys: Besides) -> None:
    """Let an operator see single records of that kind too: those whose keys the function tells, once a request."""
    _besides[model] = keys


def _besides_of(user: User, model: type[Record]) -> frozenset[int]:
    keys = _besides.get(model)
    is_narrow = any(held <= NARROW for held in authorities(user).values())
    return keys(user) if keys and is_narrow else frozenset()


def sees(user: User, record: Record) -> bool:
    """Whether `user` sees a record that is at hand; the same answer as `visible`."""
    return record.site_id in site_ids(user, record.model) or record.pk in _besides_of(user, record.model)


def scope(user: User, model: type[Record]) -> Q:
    """Which records of that kind `user` sees."""
    own, besides = Q(site__in=site_ids(user, model)), _besides_of(user, model)
    return own | Q(pk__in=besides) if besides else own


def visible(model: type[R], user: User) -> QuerySet[R]:
    """The one path by which anybody sees records: lists, details, search, counts, exports, charts, API."""
    if model is not Record:
        return cast(QuerySet[R], model._default_manager.filter(scope(user, model)))
    seen = Q(pk__in=frozenset().union(*(_besides_of(user, kind) for kind in _besides)))
    for sites, codes in _kinds_by_scope(user).items():
        seen |= Q(site__in=sites, kind__in=codes)
    return cast(QuerySet[R], model._default_manager.filter(seen))


def _kinds_by_scope(user: User) -> dict[frozenset[int], list[str]]:
    scopes: dict[frozenset[int], list[str]] = {}
    for code, model in KINDS.items():
        scopes.setdefault(site_ids(user, model), []).append(code)
    return scopes


def chain(record: Record, user: User | None = None) -> list[ChainNode]:
    """Everything that led to `record` and all that came of it, from the root down; in two queries."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [record.pk])
        depths = dict(cursor.fetchall())
    rows = visible(Record, user) if user else Record.objects.all()
    found = rows.filter(pk__in=depths).select_related("site", "owner").in_bulk()
    return [ChainNode(found[pk], depth, pk == record.pk) for pk, depth in depths.items() if pk in found]


def ancestors(record: Record) -> list[Record]:
    """The records this one came from, nearest first."""
    with connection.cursor() as cursor:
        cursor.execute(ANCESTORS, [record.pk])
        keys = [row[0] for row in cursor.fetchall()]
    found = Record.objects.in_bulk(keys)
    return [found[key] for key in keys]


def as_child(record: Record) -> Record:
    """The same record as its own kind."""
    return record if type(record) is record.model else record.model._default_manager.get(pk=record.pk)


def content(record: Record, *, meaning: str = "") -> dict[str, Any]:
    """What a signature of that meaning covers: the facts of the record and its parts, not its bookkeeping."""
    return _as_meant(_whole(record), record, meaning)


def _whole(record: Record) -> dict[str, Any]:
    left_out = BOOKKEEPING | record.unsigned_fields
    facts = {
        field.name: field.value_from_object(record)
        for field in record._meta.concrete_fields
        if field.name not in left_out
    }
    files = sorted(record.attachments.values_list("name", "sha256"))
    return {"facts": facts, "parts": record.signed_content(), "files": [list(file) for file in files]}


def _as_meant(whole: dict[str, Any], record: Record, meaning: str) -> dict[str, Any]:
    left_out = record.unsigned_by.get(meaning, frozenset())
    return {**whole, "facts": {name: value for name, value in whole["facts"].items() if name not in left_out}}


def content_digest(record: Record, *, meaning: str = "") -> str:
    """SHA-256 of the canonical JSON of `content`, as hex."""
    return _digest(content(record, meaning=meaning))


def _digest(covered: dict[str, Any]) -> str:
    text = json.dumps(covered, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def available(subject: Any, user: User) -> list[Transition]:
    """What `user` may do now: table ∩ state ∩ `may_<transition>`. It makes buttons and API links."""
    return [
        transition
        for transition in type(subject).machine.leaving(subject.status)
        if not transition.automatic and allowed(user, subject, transition.name)
    ]


def signatures_of(record: Record) -> QuerySet[Signature]:
    """Who wrote, approved or verified the record. Acknowledgements of a standard can be thousands: they stand apart."""
    return Signature.objects.filter(record=record).exclude(meaning=Meaning.ACKNOWLEDGED)


@dataclass(frozen=True)
class Manifestation:
    """A signature as it is shown everywhere: page, PDF, CSV, workbook and API print these texts (21 CFR 11.50)."""

    signature: Signature
    time_zone: str
    is_superseded: bool

    @property
    def name(self) -> str:
        return self.signature.signer_name

    @property
    def username(self) -> str:
        return self.signature.signer_username

    @property
    def role(self) -> str:
        return self.signature.signer_role

    @property
    def meaning(self) -> str:
        return str(self.signature.get_meaning_display())

    @property
    def local(self) -> str:
        """2026-11-24 14:03 CET (+01:00): the clock on the wall where it was signed."""
        at = self.signature.signed_at.astimezone(ZoneInfo(self.time_zone))
        offset = f"{at:%z}"
        return f"{at:%Y-%m-%d %H:%M %Z} ({offset[:3]}:{offset[3:5]})"

    @property
    def utc(self) -> str:
        return f"{self.signature.signed_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    @property
    def digest(self) -> str:
        return self.signature.content_digest

    @property
    def is_demonstration(self) -> bool:
        return self.signature.method == Signature.Method.DEMONSTRATION

    @property
    def is_at_kiosk(self) -> bool:
        return self.signature.method == Signature.Method.PIN


def manifestations(record: Record, signatures: Iterable[Signature] | None = None) -> list[Manifestation]:
    """The signatures of a record, oldest first. Its content is read once, whatever their number.

    What was signed is superseded when the content is no longer that which was signed. A status that moved on
    changes the version and not the content.
    """
    found = list(signatures_of(record) if signatures is None else signatures)
    if not found:
        return []
    child, zone = as_child(record), record.site.time_zone
    whole = _whole(child)
    present = {meaning: _digest(_as_meant(whole, child, meaning)) for meaning in {one.meaning for one in found}}
    return [Manifestation(one, one.time_zone or zone, one.content_digest != present[one.meaning]) for one in found]


@dataclass(frozen=True)
class Tries:
    """Of one person: until when signing is locked, and how many wrong secrets there were since the last lock."""

    locked_until: datetime | None
    failed: int


def signing_tries(person: User, *, but: int, on: datetime, since: datetime) -> Tries:
    """In one query; they are few."""
    asked = SigningAttempt.objects.filter(Q(at__gt=since) | Q(locked_until__gt=on), person=person).exclude(pk=but)
    rows = list(asked.order_by("at").values_list("at", "locked_until"))
    locks = [until for _at, until in rows if until]
    last = max((at for at, until in rows if until and at > since), default=since)
    return Tries(max((until for until in locks if until > on), default=None), sum(at > last for at, _until in rows))


def signing_facts(person: str, *, on: datetime, session: str = "", but: int | None = None) -> dict[str, Any]:
    """What signing asks of the person in that column, to annotate with: locked until when, and at a tablet or not.

    The try `but` was counted when it began: neither its own lock nor that of a later one stops it.
    """
    locks = SigningAttempt.objects.filter(person=OuterRef(person), locked_until__gt=on)
    if but:
        locks = locks.filter(pk__lt=but)
    here = live_kiosk_sessions(on).filter(digest=session, person=OuterRef(person))
    until = locks.order_by("-locked_until").values("locked_until")[:1]
    return {"locked_until": Subquery(until), "is_at_kiosk": Exists(here)}


def actions() -> QuerySet[Action]:
    return Action.objects.select_related("record", "who")


def open_actions(record: Record) -> QuerySet[Action]:
    return Action.objects.filter(record=record, status=ActionStatus.OPEN)


def actions_for(user: User) -> QuerySet[Action]:
    """My open actions, soonest due first."""
    return actions().filter(who=user, status=ActionStatus.OPEN).order_by("due", "id")


def open_faults() -> QuerySet[IntegrityFault]:
    """What verifying found and nobody has handled."""
    return IntegrityFault.objects.filter(handled_at=None).select_related("record")


def visible_faults(user: User) -> QuerySet[IntegrityFault]:
    """Faults of the records that the user sees; those of no record too."""
    of_records = visible(Record, user).values("pk")
    faults = IntegrityFault.objects.select_related("record", "handled_by")
    return faults.filter(Q(record__in=of_records) | Q(record=None))


def check_files(cursor: Any) -> Iterator[Fault]:
    """Every kept file against the digest of its bytes."""
    for attachment in Attachment.objects.select_related("record").order_by("pk").iterator():
        found = _digest_of(attachment)
        if found != attachment.sha256:
            what = "the file is gone" if found is None else "its bytes are not what was kept"
            place = f"file {attachment.name} of {attachment.record.number}"
            yield Fault("file", place, what, attachment.record_id)


def _digest_of(attachment: Attachment) -> str | None:
    try:
        with attachment.file.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def search(user: User, words: str, *, most: int = 20) -> QuerySet[Record]:
    """Records that `user` sees whose number begins with, or whose text contains, all the words."""
    return matching(visible(Record, user), words).select_related("site", "owner").order_by("-id")[:most]


def matching(records: QuerySet[R], words: str) -> QuerySet[R]:
    """Those of `records` whose number begins with, or whose text contains, all the words."""
    asked = needle(words)
    if not asked:
        return records.none()
    return records.filter(search=SearchQuery(asked, search_type="raw", config="simple"))


def words_of(typed: str) -> list[str]:
    """The words of a question: nothing but letters and digits of any alphabet, MOST_WORDS of them."""
    return "".join(letter if letter.isalnum() else " " for letter in typed[:LONGEST_QUESTION]).split()[:MOST_WORDS]


def needle(typed: str) -> str:
    """A tsquery for all the words, each from its beginning."""
    return " & ".join(f"{word}:*" for word in words_of(typed))
