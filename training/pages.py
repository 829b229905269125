from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from documents.models import Document, Revision
from documents.parts import register_use
from evidence.context import clock
from people.permissions import may_enrol_kiosk
from people.selectors import authorities
from people.states import Authority
from records.selectors import show_besides
from training import permissions, selectors, verbs
from training.models import Course, Curriculum, Lesson, Requirement, Skill
from ui.registry import (
    Column,
    Mark,
    NavItem,
    Panel,
    RecordPage,
    WorkItem,
    register_landing,
    register_marks,
    register_navigation,
    register_page,
    register_panel,
    register_work,
)

register_page(
    RecordPage(
        model=Requirement,
        icon="certificate",
        section="standards",
        order=40,
        noun=_("training requirement"),
        nouns=_("training requirements"),
        queryset=selectors.requirements,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("who", label=_("Of whom")),
            Column("what", label=_("What")),
            Column("method"),
            Column("status", phone=True),
        ),
        overview="training/_requirement.html",
        context=selectors.requirement_overview,
        create=verbs.REQUIRE,
        verbs=verbs.REQUIREMENT,
        about=_("Who must know what: a document, a skill or a course is required of a job role or a person."),
    )
)
register_page(
    RecordPage(
        model=Skill,
        icon="stars",
        section="standards",
        order=42,
        noun=_("skill"),
        nouns=_("skills"),
        queryset=selectors.skills,
        columns=(
            Column("number", phone=True),
            Column("short", label=_("Code"), phone=True),
            Column("title", phone=True),
            Column("process"),
            Column("status"),
        ),
        overview="training/_skill.html",
        context=selectors.skill_overview,
        create=verbs.ADD_SKILL,
        verbs=verbs.SKILL,
        about=_("What people can do, at a level: I, L, U or O."),
    )
)
register_page(
    RecordPage(
        model=Course,
        icon="school",
        section="standards",
        order=43,
        noun=_("course"),
        nouns=_("courses"),
        queryset=selectors.courses,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("provider"),
            Column("hours", end=True),
            Column("status"),
        ),
        overview="training/_course.html",
        context=selectors.course_overview,
        create=verbs.ADD_COURSE,
        verbs=verbs.COURSE,
        about=_("What is taught in lessons, here or elsewhere."),
    )
)
register_page(
    RecordPage(
        model=Curriculum,
        icon="list-numbers",
        section="standards",
        order=41,
        noun=_("curriculum"),
        nouns=_("curricula"),
        queryset=selectors.curricula,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("job_role", label=_("Job role")),
            Column("status", phone=True),
        ),
        overview="training/_curriculum.html",
        context=selectors.curriculum_overview,
        create=verbs.OPEN_CURRICULUM,
        verbs=verbs.CURRICULUM,
        about=_("What a newcomer learns, and in which order."),
    )
)
register_page(
    RecordPage(
        model=Lesson,
        icon="chalkboard",
        section="standards",
        order=44,
        noun=_("lesson"),
        nouns=_("lessons"),
        queryset=selectors.lessons,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("held_on", label=_("Day")),
            Column("owner", label=_("Trainer")),
            Column("status", phone=True),
        ),
        overview="training/_lesson.html",
        context=selectors.lesson_overview,
        create=verbs.PLAN_LESSON,
        verbs=verbs.LESSON,
        about=_("Several people taught at once; the trainer signs who took part."),
    )
)
register_panel(
    Panel(
        on=Requirement,
        slug="effectiveness",
        title=_("Was it worth it?"),
        template="training/_effectiveness_panel.html",
        context=selectors.effectiveness_panel,
        order=50,
    )
)
register_panel(
    Panel(
        on=Revision,
        slug="training",
        title=_("Training"),
        template="training/_revision_panel.html",
        context=selectors.revision_panel,
        order=50,
        wide=True,
    )
)
register_panel(
    Panel(
        on=Document,
        slug="training",
        title=_("Required of"),
        template="training/_document_panel.html",
        context=selectors.document_panel,
        order=50,
    )
)
register_panel(
    Panel(
        on=Document,
        slug="questions",
        title=_("Questions and practical items"),
        template="training/_questions_panel.html",
        context=selectors.asking_panel,
        order=55,
    )
)
register_navigation(
    NavItem(_("Shared tablets"), "training:kiosks", "device-tablet", "standards", order=60, shown=may_enrol_kiosk)
)
register_navigation(NavItem(_("My standards"), "training:mine", icon="book", section="standards", order=5))
register_navigation(
    NavItem(
        _("Training matrix"), "training:matrix", "grid-dots", "standards", order=45, shown=permissions.may_see_matrix
    )
)
register_navigation(
    NavItem(
        _("Skills matrix"), "training:skills-matrix", "stars", "standards", order=46, shown=permissions.may_see_matrix
    )
)
register_navigation(NavItem(_("Who may run it"), "training:stations", "user-check", "standards", order=47))
register_navigation(
    NavItem(
        _("Observed at work"), "training:observations", "eye-check", "standards", order=48,
        shown=permissions.may_see_matrix,
    )
)  # fmt: skip
register_navigation(
    NavItem(_("Waivers"), "training:waivers", "user-off", "standards", order=48, shown=permissions.may_see_matrix)
)
register_navigation(
    NavItem(_("As of a day"), "training:as-of", "calendar-time", "standards", 49, shown=permissions.may_see_matrix)
)


def skills_taught(user: Any) -> frozenset[int]:
    """Who can train others opens the skill to assess them, also an operator."""
    return selectors.taught_by(user, on=clock().date())


def my_observations(user: Any, on: date) -> Iterable[WorkItem]:
    for row in selectors.due_observations().filter(observer=user):
        yield WorkItem(
            title=_("Watch %(person)s at work: %(title)s")
            % {"person": row.assignment.person, "title": row.assignment.title},
            url=row.get_absolute_url(),
            due=row.due,
            kind=_("Observation"),
            overdue=row.due < on,
        )


def my_training(user: Any, on: date) -> Iterable[WorkItem]:
    for assignment in selectors.open_assignments(user):
        yield WorkItem(
            title=f"{selectors.method_of(assignment).label}: {assignment.title}",
            url=assignment.get_absolute_url(),
            due=assignment.due,
            kind=_("Training"),
            overdue=assignment.due < on,
        )


def operators_begin_here(user: Any) -> str | None:
    """Who is only an operator begins with the standards that wait for them."""
    held = frozenset().union(*authorities(user).values())
    return reverse("training:mine") if held == {Authority.OPERATOR} else None


def training_marks(record: Any) -> Iterable[Mark]:
    """When people of the record's process learnt its standards, week by week and without names."""
    if not getattr(record, "process_id", None):
        return
    for monday, number, n in selectors.trained_by_week(record.process_id):
        words = ngettext("%(n)d person trained on %(number)s", "%(n)d people trained on %(number)s", n)
        at = datetime.combine(monday, time(12), ZoneInfo(record.site.time_zone))
        yield Mark(at, words % {"n": n, "number": number}, url=f"/revisions/{number}/")


register_marks(training_marks)
show_besides(Skill, skills_taught)
register_use(selectors.uses_of)
register_work(my_training)
register_work(my_observations)
register_landing(operators_begin_here)
