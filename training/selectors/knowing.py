"""Who could do what on a day: for stations, matrices and the view of a past day. A few queries, whatever the number."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from documents.models import Revision
from documents.states import RevisionStatus, TrainingVerdict
from people.models import Station, User
from training.models import Assignment, Competence, Skill, StationNeed
from training.selectors.ready import good_on
from training.states import UNFINISHED, Level

A_MONTH = timedelta(days=30)
ASKING = [verdict.value for verdict in TrainingVerdict if verdict.asks_training]


@dataclass(frozen=True)
class Held:
    """A level that somebody has, and until when that counts."""

    level: int
    valid_until: date | None
    assessed_on: date

    @property
    def letter(self) -> str:
        return Level(self.level).name

    def counts_on(self, day: date) -> bool:
        return self.valid_until is None or self.valid_until >= day


@dataclass(frozen=True)
class Known:
    """What people know of some documents and skills on a day."""

    on: date
    asked: dict[int, int] = field(default_factory=dict)  # document → number of the revision that one must know
    passed: dict[tuple[int, int], int] = field(default_factory=dict)  # person, document → newest number passed
    held: dict[tuple[int, int], Held] = field(default_factory=dict)  # person, skill → newest level

    def lacks(self, person: int, need: StationNeed) -> str:
        """What the person lacks for a need, in words; nothing when it is met."""
        if need.skill:
            return self._lacks_skill(person, need)
        assert need.document, "a need is a document or a skill"
        asked = self.asked.get(need.document.pk, 0)
        passed = self.passed.get((person, need.document.pk), 0)
        if passed >= asked:
            return ""
        words = {"document": need.document.number, "asked": asked, "passed": passed}
        if passed:
            return _("%(document)s: knows r%(passed)d, r%(asked)d is in effect") % words
        return _("%(document)s: not trained") % words

    def _lacks_skill(self, person: int, need: StationNeed) -> str:
        assert need.skill, "asked for a skill only"
        assert need.level, "a skill is needed at a level"
        held, wanted = self.held.get((person, need.skill.pk)), Level(need.level).name
        words = {"skill": need.skill.title, "wanted": wanted, "has": held.letter if held else "–"}
        if held is None:
            return _("%(skill)s: needs %(wanted)s, never assessed") % words
        if held.level < need.level:
            return _("%(skill)s: has %(has)s, needs %(wanted)s") % words
        if not held.counts_on(self.on):
            return _("%(skill)s: ran out on %(day)s") % {**words, "day": held.valid_until}
        return ""


def known(people: Collection[int], needs: Iterable[StationNeed], *, on: date) -> Known:
    """What these people know of what is needed; three queries."""
    needs = list(needs)
    documents = {need.document_id for need in needs if need.document_id}
    skills = {need.skill_id for need in needs if need.skill_id}
    return Known(on, asked_on(documents, on), passed_on(people, documents, on), levels_on(people, skills, on))


def asked_on(documents: Collection[int], day: date) -> dict[int, int]:
    """Of each document the revision that must be known on that day: the newest in effect that asked for training."""
    if not documents:
        return {}
    began = Revision.objects.filter(document__in=documents, effective_at__date__lte=day)
    in_effect = dict(
        began.filter(Q(superseded_at__isnull=True) | Q(superseded_at__date__gt=day))
        .order_by()
        .values_list("document_id")
        .annotate(no=Max("no"))
    )
    rows = Revision.objects.filter(document__in=in_effect, training__in=ASKING).exclude(status=RevisionStatus.WITHDRAWN)
    asked: dict[int, int] = {}
    for document, no in rows.order_by("no").values_list("document_id", "no"):
        if no <= in_effect[document]:
            asked[document] = no
    return asked


def passed_on(people: Collection[int], documents: Collection[int], day: date) -> dict[tuple[int, int], int]:
    """(person, document) → number of the newest revision that was passed by then and still good on that day."""
    if not documents:
        return {}
    rows = Assignment.objects.filter(
        good_on(day), person__in=people, revision__document__in=documents, completed_at__date__lte=day
    )
    grouped = rows.order_by().values_list("person_id", "revision__document_id").annotate(no=Max("revision__no"))
    return {(person, document): no for person, document, no in grouped}


def levels_on(people: Collection[int], skills: Collection[int], day: date) -> dict[tuple[int, int], Held]:
    """The newest level of each person in each skill, up to that day; those that ran out too."""
    if not skills:
        return {}
    rows = (
        Competence.objects.filter(person__in=people, skill__in=skills, assessed_on__lte=day)
        .order_by("person_id", "skill_id", "-assessed_on", "-id")
        .distinct("person_id", "skill_id")
    )
    facts = rows.values_list("person_id", "skill_id", "level", "valid_until", "assessed_on")
    return {(person, skill): Held(level, until, assessed) for person, skill, level, until, assessed in facts}


def needs_of(stations: Iterable[Station] | QuerySet[Station], *, on: date) -> QuerySet[StationNeed]:
    """What had to be known at these stations on that day."""
    holding = StationNeed.objects.filter(Q(until__isnull=True) | Q(until__gt=on), since__lte=on, station__in=stations)
    return holding.select_related("document", "skill", "station").order_by("station__code", "id")


def running_out(*, on: date) -> QuerySet[Competence]:
    """Levels that run out within a month, not assessed again since, which no assignment renews."""
    newer = Competence.objects.filter(person=OuterRef("person"), skill=OuterRef("skill")).filter(
        Q(assessed_on__gt=OuterRef("assessed_on")) | Q(assessed_on=OuterRef("assessed_on"), pk__gt=OuterRef("pk"))
    )
    asked = Assignment.objects.filter(
        Q(requirement__skill=OuterRef("skill")) | Q(requirement__raises=OuterRef("skill")),
        person=OuterRef("person"),
        status__in=UNFINISHED,
    )
    soon = Competence.objects.filter(valid_until__lte=on + A_MONTH, person__is_active=True)
    return soon.filter(~Exists(newer), ~Exists(asked)).select_related("person", "skill__owner")


def level_of(person: User, skill: Skill, *, on: date) -> Held | None:
    """How far a person has come with a skill, also when that ran out."""
    return levels_on([person.pk], [skill.pk], on).get((person.pk, skill.pk))


def trains(person: User, skill: Skill, *, on: date) -> bool:
    """Whether the person has level O, and it counts."""
    held = level_of(person, skill, on=on)
    return bool(held and held.level == Level.O and held.counts_on(on))


def taught_by(person: User, *, on: date) -> frozenset[int]:
    """The skills in which the person can train others. Kept on the person for one request."""
    known: dict[date, frozenset[int]] = person.__dict__.setdefault("_taught", {})
    if on not in known:
        held = Competence.objects.filter(person=person.pk, assessed_on__lte=on).order_by("skill", "-assessed_on", "-id")
        newest = held.distinct("skill").values_list("skill", "level", "valid_until", "assessed_on")
        known[on] = frozenset(
            skill
            for skill, level, until, assessed in newest
            if level == Level.O and Held(level, until, assessed).counts_on(on)
        )
    return known[on]
