"""How people come in: administrators make accounts, nobody makes their own."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's rules, with the door to strangers shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
