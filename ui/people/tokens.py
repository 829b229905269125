"""Tokens of accounts of other systems. Only their digests are kept."""

from django.db import transaction
from django.utils.translation import gettext as _
from knox.models import AuthToken

from evidence import services as evidence
from evidence.refusals import Refused
from people.models import User
from people.permissions import holds
from people.states import Authority


@transaction.atomic
def create_token(person: User, *, by: User) -> str:
    """A new token for an account with the authority INTEGRATION. It is shown this once and never again."""
    if not (person.is_active and holds(person, None, Authority.INTEGRATION)):
        raise Refused(_("Only an active integration account gets a token."), code="no-integration")
    token, secret = AuthToken.objects.create(person)
    evidence.record_event("token created", person, by=by, note=token.token_key)
    return str(secret)


@transaction.atomic
def revoke_token(token: AuthToken, *, by: User) -> None:
    """End a token at once."""
    evidence.record_event("token revoked", token.user, by=by, note=token.token_key)
    token.delete()
