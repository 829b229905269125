"""The page of a verb on what is no record: a checklist, a document type, a station, a person."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from ui.forms import VerbForm
from ui.verbs import Verb


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is filled with: what was sent, or None where its page is only asked for."""
    return request.POST if request.method == "POST" else None


def show_verb(
    request: HttpRequest, verb: Verb, form: VerbForm, *, back: str, about: Any = "", model: type[Any] = object
) -> HttpResponse:
    """The form of a verb, empty or refused. `about` says what it is done to, `back` is the address one comes from.

    `model` is that of a line whose table names the verb.
    """
    context = {
        "title": verb.title(model),
        "form": form,
        "about": about,
        "back": back,
        "tone": verb.button_tone(model) or "primary",
    }
    return render(request, "ui/plain_verb.html", context, status=form.status if form.is_bound else 200)
