"""The addresses of allauth that we want, one by one, and our own page."""

from importlib import import_module

from allauth.account import views as allauth
from allauth.mfa.base import views as codes
from allauth.mfa.urls import urlpatterns as second_factors
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from ui.account import pins, views

to_account = login_required(RedirectView.as_view(pattern_name="account"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.account, name="account"),
    path("sessions/<int:key>/end/", views.end_session, name="end-session"),
    path("sessions/end-others/", views.end_other_sessions, name="end-other-sessions"),
    path("pin/", pins.choose_pin, name="account-pin"),
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", to_account, name="mfa_index"),
    path("2fa/authenticate/", codes.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", codes.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/", include(second_factors[1:])),  # authenticator app, recovery codes, passkeys
]

if settings.SIGN_ON:
    social = import_module("allauth.socialaccount.views")
    urlpatterns += [
        path("sign-on/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
        path("sign-on/error/", social.login_error, name="socialaccount_login_error"),
        path("sign-on/account/", to_account, name="socialaccount_connections"),
        path("sign-on/signup/", RedirectView.as_view(pattern_name="account_login"), name="socialaccount_signup"),
    ]
    for provider in settings.SOCIALACCOUNT_PROVIDERS:
        found = import_module(f"allauth.socialaccount.providers.{provider}.urls")
        urlpatterns.append(path("sign-on/", include(found.urlpatterns)))
