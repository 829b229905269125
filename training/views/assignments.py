from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from documents.rich_text import picture_url
from records.models import Signature
from records.selectors import as_child, manifestations, visible
from records.states import Meaning
from training import permissions, selectors, services, verbs
from training.models import Assignment
from training.states import UNFINISHED, AssignmentStatus
from ui.forms import VerbForm
from ui.forms.together import TogetherForm
from ui.signing import Dialog, dialog_of
from ui.verbs import Verb, named, offered
from ui.views.plain import posted
from ui.views.together import tell

MOST_TOGETHER = 50


def _assignment(request: HttpRequest, key: UUID) -> Assignment:
    """One's own, or somebody's whose requirement one sees. Anything else does not exist."""
    assignment = get_object_or_404(selectors.assignments(), uuid=key)
    own = assignment.person_id == request.user.pk
    if (
        not own
        and not visible(type(assignment.requirement), request.user).filter(pk=assignment.requirement_id).exists()
    ):
        raise Http404
    return assignment


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """An operator's page: only my open standards, in large type."""
    today = timezone.localdate()
    items = [(row, row.due < today) for row in selectors.open_assignments(request.user)]
    done = selectors.assignments().filter(person=request.user, status=AssignmentStatus.PASSED).order_by("-completed_at")
    together = selectors.ready_to_sign(request.user).count()
    taught = selectors.skills().filter(pk__in=selectors.taught_by(request.user, on=today), status="active")
    context = {"items": items, "done": done[:20], "together": together, "taught": taught}
    return render(request, "training/mine.html", context)


@login_required
def assignment_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """The standard to read, and the verbs that wait below it."""
    assignment = _assignment(request, key)
    signed = Signature.objects.filter(assignments=assignment).select_related("record__site")
    found = offered(verbs.ASSIGNMENT, assignment, request.user)
    return render(
        request,
        "training/assignment.html",
        {
            "assignment": assignment,
            **_shown(assignment),
            "signatures": [shown for one in signed for shown in manifestations(as_child(one.record), [one])],
            "verbs": [
                (verb, verb.title(Assignment), _asks_nothing(verb), verb.leads_on(Assignment))
                for verb in found
                if not (verb.name in ("assess", "fail") and selectors.is_practised(assignment))
            ],
            **_path(assignment, request),
        },
    )


def _path(assignment: Assignment, request: HttpRequest) -> dict[str, Any]:
    """Besides the standard: what changed since one knew it, its questions, and what an assessor looks at."""
    revision, user = assignment.revision, request.user
    if assignment.status not in UNFINISHED:
        return {"assessments": _assessments(assignment)}
    assessed = {
        "may_practise": selectors.is_practised(assignment) and permissions.may_assess(user, assignment),
        "assessments": _assessments(assignment),
    }
    if revision is None:
        return assessed
    own = assignment.person_id == user.pk
    since = selectors.known_before(assignment.person, revision) if own else None
    screens = selectors.screens(revision, since, language=user.language) if since else []
    asks = (
        own and assignment.status == AssignmentStatus.OPENED and selectors.questions_of(revision.document_id).exists()
    )
    return {
        "screens": [with_photos(screen) for screen in screens],
        "since": since,
        "asks_questions": asks and selectors.passed_quiz(assignment) is None,
        "needs_quiz": selectors.needs_quiz(assignment),
        **assessed,
    }


def with_photos(screen: dict[str, Any]) -> dict[str, Any]:
    """Where a page shows the photos of a step."""
    names = [name for name in ("photo", "photo_before") if screen.get(name)]
    return {**screen, **{f"{name}_url": picture_url(screen[name]) for name in names}}


def _assessments(assignment: Assignment) -> list[Any]:
    return list(selectors.assessments().filter(assignment=assignment)[:20])


def _shown(assignment: Assignment) -> dict[str, Any]:
    """What is to be learnt: the revision with its steps; where there is none, the skill or the course."""
    revision = assignment.revision
    return {
        "revision": revision or assignment.requirement.what,
        "steps": list(revision.steps.all()) if revision else [],
    }


def _asks_nothing(verb: Verb) -> bool:
    """A press of the button is all: there is no form between a glove and the standard."""
    return verb.form is VerbForm and not verb.is_signed(Assignment)


@login_required
def assignment_verb(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """Open, acknowledge, assess, fail or waive one assignment."""
    assignment = _assignment(request, key)
    verb = named(verbs.ASSIGNMENT, name)
    if verb is None:
        raise Http404
    if not verb.is_allowed(request.user, assignment):
        raise PermissionDenied
    form = _form(assignment, verb, request)
    if form.is_bound and form.is_valid() and form.attempt(verb.service, assignment, by=request.user):
        return redirect(assignment.get_absolute_url() if name == "open" else _onward(assignment, request))
    if form.is_bound and form.is_signed:
        assignment = _assignment(request, key)
        form.show_again(assignment, _dialog(assignment, verb, request))
    status = form.status if form.is_bound else 200
    return render(request, "training/verb.html", _context(assignment, verb, form), status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_together(request: HttpRequest) -> HttpResponse:
    """Sign everything that I have opened and read, with one re-authentication."""
    waiting = {str(row.uuid): row for row in selectors.ready_to_sign(request.user)[:MOST_TOGETHER]}
    form = TogetherForm(posted(request))
    chosen = form.chosen(waiting) if form.is_bound else []
    if form.is_bound and form.is_valid() and _sign_each(form, chosen, request):
        return redirect("training:mine")
    ticked = {str(row.uuid) for row, _challenge in chosen}
    rows = [_readable(row, request, not form.is_bound or key in ticked) for key, row in waiting.items()]
    context = {"form": form, "rows": rows, "meaning": Meaning.ACKNOWLEDGED.label}
    return render(request, "training/together.html", context, status=422 if form.is_bound else 200)


def _sign_each(form: TogetherForm, chosen: list[tuple[Assignment, str]], request: HttpRequest) -> bool:
    done = form.attempt(services.acknowledge, chosen, by=request.user, dialog=dialog_of(request))
    tell(request, form.outcomes)
    return done


def _readable(assignment: Assignment, request: HttpRequest, is_ticked: bool) -> dict[str, Any]:
    """A standard as it is shown to be signed, with the challenge of exactly this text."""
    return {
        "assignment": assignment,
        **_shown(assignment),
        "dialog": dialog_of(request).shown(assignment, by=request.user, meaning=Meaning.ACKNOWLEDGED),
        "is_ticked": is_ticked,
    }


def _form(assignment: Assignment, verb: Verb, request: HttpRequest) -> VerbForm:
    sent = posted(request)
    dialog = dialog_of(request) if sent is not None else _dialog(assignment, verb, request)
    made: VerbForm = verb.form(sent, record=assignment, user=request.user, verb=verb, dialog=dialog)
    return made


def _dialog(assignment: Assignment, verb: Verb, request: HttpRequest) -> Dialog:
    """Of a signed verb that is possible now, with its challenge."""
    dialog = dialog_of(request)
    if not (verb.is_signed(Assignment) and verb.is_possible(assignment)):
        return dialog
    return dialog.shown(assignment, by=request.user, meaning=verb.meaning_on(Assignment))


def _context(assignment: Assignment, verb: Verb, form: Any) -> dict[str, Any]:
    return {
        "assignment": assignment,
        **_shown(assignment),
        "title": verb.title(Assignment),
        "meaning": verb.signing_meaning(Assignment),
        "digest": form.dialog.digest if form.dialog else "",
        "form": form,
    }


def _onward(assignment: Assignment, request: HttpRequest) -> str:
    return "training:mine" if assignment.person_id == request.user.pk else assignment.signed_record.get_absolute_url()
