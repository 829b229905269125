"""The page on which a person chooses the PIN for shared tablets. It asks for the password first."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from evidence.refusals import Refused
from people import services
from ui.views.plain import posted

PIN = {"autocomplete": "off", "inputmode": "numeric"}


class PinForm(forms.Form):
    pin = forms.CharField(
        label=gettext_lazy("Your PIN"),
        help_text=gettext_lazy("Four to twelve digits that nobody guesses. With your badge or name it signs for you."),
        max_length=20,
        widget=forms.PasswordInput(attrs=PIN),
    )
    again = forms.CharField(label=gettext_lazy("Once more"), max_length=20, widget=forms.PasswordInput(attrs=PIN))

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or self.cleaned_data
        if given.get("pin") != given.get("again"):
            self.add_error("again", _("The two are not the same."))
        return given


@never_cache
@require_http_methods(["GET", "POST"])
@reauthentication_required
def choose_pin(request: HttpRequest) -> HttpResponse:
    """Choose another PIN, whether one knows the one before or not."""
    person: Any = request.user
    form = PinForm(posted(request))
    if form.is_bound and form.is_valid():
        try:
            services.choose_pin(person, by=person, pin=form.cleaned_data["pin"])
        except Refused as refused:
            form.add_error("pin", refused.message)
        else:
            messages.success(request, _("Your PIN was kept."))
            return redirect("account")
    return render(request, "account/pin.html", {"form": form}, status=422 if form.is_bound else 200)
