"""At a desk: answering the questions of a standard, assessing somebody, and writing what is asked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from documents.models import Document
from evidence.refusals import Refused
from records.selectors import visible
from records.states import Meaning
from training import forms, permissions, selectors, services, verbs
from training.models import Assignment, PracticalItem, Question, Reading
from ui.signing import dialog_of
from ui.verbs import Verb, named
from ui.views.plain import posted


def _own(request: HttpRequest, key: UUID) -> Assignment:
    return get_object_or_404(selectors.open_assignments(request.user), uuid=key, revision__isnull=False)  # type: ignore[arg-type]


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def quiz(request: HttpRequest, key: UUID) -> HttpResponse:
    """The questions of a standard that I have opened, and what was right."""
    assignment = _own(request, key)
    try:
        if request.method == "POST":
            return _answered(request, assignment)
        reading = selectors.open_reading(assignment)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(assignment.get_absolute_url())
    if reading is None or selectors.stage(reading) != "quiz":
        return redirect(assignment.get_absolute_url())
    if attempt := selectors.tried(reading):
        return render(request, "training/answered.html", {"assignment": assignment, "attempt": attempt})
    return _ask(request, assignment, reading)


def _ask(request: HttpRequest, assignment: Assignment, reading: Reading, error: str = "") -> HttpResponse:
    context = {
        "assignment": assignment,
        "draw": reading.draw["uuid"],
        "questions": selectors.without_answers(reading.draw["questions"]),
        "error": error,
    }
    return render(request, "training/quiz.html", context, status=422 if error else 200)


def _answered(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    person: Any = request.user
    begun = services.begin_reading(assignment, by=person)
    if request.POST.get("do") in ("begin", "again"):
        reading = services.read_through(begun, by=person)
        if request.POST["do"] == "again":
            reading = services.ask_again(reading, by=person)
        return redirect("training:quiz", assignment.uuid)
    draw, answers = forms.answers_of(request.POST)
    try:
        attempt = services.answer(begun, by=person, draw=draw, answers=answers)
    except Refused as refused:
        if refused.code != "answers-missing":
            raise
        return _ask(request, assignment, begun, refused.message)
    return render(request, "training/answered.html", {"assignment": assignment, "attempt": attempt})


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def practical(request: HttpRequest, key: UUID) -> HttpResponse:
    """The assessor's checklist, at a desk or on the assessor's own tablet."""
    user: Any = request.user
    assignment = get_object_or_404(selectors.waiting_for_assessor(), uuid=key)
    if not visible(type(assignment.requirement), user).filter(pk=assignment.requirement_id).exists():
        raise Http404
    if not permissions.may_assess(user, assignment):
        raise PermissionDenied
    form = forms.practical_form(assignment, request, user, dialog_of(request))
    if form.is_bound and form.is_valid() and form.judge(by=user):
        return redirect(assignment.get_absolute_url())
    if form.is_bound:
        form.show_again(assignment, dialog_of(request).shown(assignment, by=user, meaning=Meaning.VERIFIED))
    context = {
        "assignment": assignment,
        "form": form,
        "digest": form.dialog.digest if form.dialog else "",
        "meaning": Meaning.VERIFIED.label,
    }
    return render(request, "training/practical.html", context, status=form.status if form.is_bound else 200)


def _document(request: HttpRequest, number: str) -> Document:
    seen = visible(Document, request.user).select_related("site", "type")  # type: ignore[arg-type]
    return get_object_or_404(seen, number=number)


@login_required
@require_GET
def bank(request: HttpRequest, number: str) -> HttpResponse:
    """The questions of a document with what is right, its rule, and what assessors look at besides its steps."""
    document = _document(request, number)
    if not permissions.may_see_answers(request.user, document):  # type: ignore[arg-type]
        raise PermissionDenied
    context = {
        "document": document,
        "questions": list(selectors.question_bank(document)),
        "rule": selectors.rule_of(document),
        "items": list(selectors.practical_items(document)),
        "may": permissions.may_ask(request.user, document),  # type: ignore[arg-type]
    }
    return render(request, "training/bank.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def bank_verb(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Write a question, set the rule, add an item."""
    document = _document(request, number)
    return _do(request, _named(verbs.OF_A_BANK, name), document, document)


@login_required
@require_http_methods(["GET", "POST"])
def question_verb(request: HttpRequest, key: UUID, name: str) -> HttpResponse:
    """Say a question otherwise, or ask it no more."""
    seen = visible(Document, request.user).values("pk")  # type: ignore[arg-type]
    question = get_object_or_404(Question.objects.select_related("document"), uuid=key, document__in=seen)
    return _do(request, _named(verbs.OF_A_QUESTION, name), question, question.document)


@login_required
@require_POST
def retire_item(request: HttpRequest, key: UUID) -> HttpResponse:
    """Look at an item no more."""
    seen = visible(Document, request.user).values("pk")  # type: ignore[arg-type]
    item = get_object_or_404(PracticalItem.objects.select_related("document"), uuid=key, document__in=seen)
    if not permissions.may_ask(request.user, item):  # type: ignore[arg-type]
        raise PermissionDenied
    services.retire_item(item, by=request.user)  # type: ignore[arg-type]
    return redirect("training:bank", item.document.number)


def _named(known: tuple[Verb, ...], name: str) -> Verb:
    found = named(known, name)
    if found is None:
        raise Http404(name)
    return found


def _do(request: HttpRequest, verb: Verb, subject: Any, document: Document) -> HttpResponse:
    if not verb.is_allowed(request.user, subject):
        raise PermissionDenied
    form = verb.form(posted(request), record=subject, user=request.user, verb=verb)
    if form.is_bound and form.is_valid() and form.attempt(verb.service, subject, by=request.user):
        messages.success(request, _("Done: %(verb)s.") % {"verb": verb.label})
        return redirect("training:bank", document.number)
    context = {"title": verb.label, "form": form, "document": document, "tone": verb.tone or "primary"}
    return render(request, "training/bank_verb.html", context, status=form.status if form.is_bound else 200)
