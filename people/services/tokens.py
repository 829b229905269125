"""Tokens of accounts of other systems: given once, limited to a site and to scopes, ended at any time."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.refusals import Refused
from people import permissions, selectors
from people.models import ApiToken, Site, User
from people.states import Authority, Scope

MOST = 20  # tokens of one account
SELDOM = timedelta(minutes=1)


@transaction.atomic
def create_token(
    person: User, *, by: User, name: str, site: Site, scopes: list[str] | None = None, days: int = 365
) -> tuple[ApiToken, str]:
    """A new token for an account with the authority INTEGRATION, for use at `site` and below it.

    The second of the pair is shown this once and never again.

    Raises Refused: "no-integration", "beyond-own-authority", "too-many-tokens".
    """
    wanted = sorted(set(scopes or [Scope.MEASURE]))
    if not (person.is_active and permissions.holds(person, site, Authority.INTEGRATION)):
        raise Refused(_("Only an active integration account of that site gets a token."), code="no-integration")
    for scope in wanted:
        if not permissions.may_grant(by, scope, site):
            raise Refused(_("You cannot give what you may not do yourself at that site."), code="beyond-own-authority")
    if selectors.tokens_of(person).count() >= MOST:
        raise Refused(_("This account has %(most)d tokens: end one first.") % {"most": MOST}, code="too-many-tokens")
    token, secret = ApiToken.objects.create(
        person, expiry=timedelta(days=days), name=name, scopes=wanted, created_by=by
    )
    token.sites.add(site)
    facts = {"scopes": wanted, "site": site.code, "expires": token.expiry}
    evidence.record_event("token created", person, by=by, note=str(token), data=_plain(facts))
    return token, str(secret)


def _plain(facts: dict[str, object]) -> dict[str, object]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User) -> None:
    """End a token at once."""
    evidence.record_event("token revoked", token.user, by=by, note=str(token))
    token.delete()


@transaction.atomic
def note_use(token: ApiToken, *, by: User, at: datetime) -> None:
    """When the token was last used, to the minute."""
    if token.last_used_at is None or at - token.last_used_at >= SELDOM:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
