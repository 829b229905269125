"""Records that wait for the same signature, shown below one another and signed with one re-authentication."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from records.services import Outcome
from ui.forms import VerbForm
from ui.forms.together import TogetherForm
from ui.registry import RecordPage
from ui.scope import records_of
from ui.signing import dialog_of
from ui.verbs import Verb
from ui.views.plain import posted
from ui.views.records import crumbs

MOST = 20


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def sign_together(request: HttpRequest, page: RecordPage, verb: str) -> HttpResponse:
    """Do a signed verb that asks for nothing else to several records: `/<plural>/together/<verb>/`."""
    found = page.verb(verb)
    if found is None or not found.is_signed(page.model) or found.form is not VerbForm:
        raise Http404(verb)
    waiting = {record.number: record for record in waiting_for(page, found, request.user)}
    form = TogetherForm(posted(request))
    chosen = form.chosen(waiting) if form.is_bound else []
    if form.is_bound and form.is_valid() and _signed(form, found, chosen, request):
        return redirect("ui:work")
    return _show(request, page, found, form, waiting, {record.number for record, _nonce in chosen})


def waiting_for(page: RecordPage, verb: Verb, user: Any) -> list[Any]:
    """The records to which the user can do the verb now, oldest first."""
    arrow = verb.transition(page.model)
    states = verb.when if arrow is None else arrow.sources
    seen = records_of(page, user).filter(status__in=states or ()).order_by("pk")
    return [record for record in seen[: 10 * MOST] if verb.is_offered(record, user)][:MOST]


def _signed(form: TogetherForm, verb: Verb, chosen: list[tuple[Any, str]], request: HttpRequest) -> bool:
    done = form.attempt(verb.service, chosen, by=request.user, dialog=dialog_of(request))
    tell(request, form.outcomes)
    return done


def tell(request: HttpRequest, outcomes: list[Outcome]) -> None:
    """What became of each, above the next page."""
    if signed := sum(1 for one in outcomes if one.refusal is None):
        messages.success(request, _("%(count)d signed.") % {"count": signed})
    for one in outcomes:
        if one.refusal:
            words = {"number": one.subject.signed_record.number, "why": one.refusal.message}
            messages.error(request, _("%(number)s was not signed: %(why)s") % words)


def _show(
    request: HttpRequest, page: RecordPage, verb: Verb, form: TogetherForm, waiting: dict[str, Any], ticked: set[str]
) -> HttpResponse:
    meaning = verb.meaning_on(page.model)
    rows = [
        {
            "record": record,
            "overview": _overview(page, record, request),
            "dialog": dialog_of(request).shown(record, by=request.user, meaning=meaning),
            "is_ticked": not form.is_bound or number in ticked,
        }
        for number, record in waiting.items()
    ]
    context = {
        "page": page,
        "title": f"{verb.title(page.model)}: {page.nouns}",
        "crumbs": crumbs(page),
        "form": form,
        "rows": rows,
        "meaning": verb.signing_meaning(page.model),
    }
    return render(request, "ui/together.html", context, status=422 if form.is_bound else 200)


def _overview(page: RecordPage, record: Any, request: HttpRequest) -> str:
    own = page.context(record, request.user) if page.context else {}
    return render_to_string(page.overview, {**own, "record": record, "page": page}, request)
