"""A verb binds a service to its form and its permission, once for the HTML door and the API door alike."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from records import permissions
from records.states import Meaning, Transition

Text = str | Promise


@dataclass(frozen=True)
class Verb:
    """Something a person can do to a record, or (as the `create` of a page) the making of one.

    `service(record, *, by, **cleaned)`; a creating verb's `service(*, by, **cleaned)`; a signed verb's service also
    takes `signing=`. Where a record does not fit (`fits`), the verb is not offered; the service says why. Named
    like a transition of the record's machine, the verb takes label, states, tone and signature from there, and its
    permission from `permissions.may_<name>`; anything given here wins. `for_whom(user, record)` names the person in
    whose name the user signs, where somebody is away.
    """

    name: str
    service: Callable[..., Any]
    form: type[Any]
    label: Text = ""
    may: Callable[[Any, Any], bool] | None = None
    when: Collection[str] | None = None
    fits: Callable[[Any], bool] | None = None
    signed: bool = False
    meaning: str = ""
    tone: str = ""
    icon: str = ""
    help: Text = ""
    for_whom: Callable[[Any, Any], Any] | None = None

    def transition(self, model: type[Any]) -> Transition | None:
        machine = getattr(model, "machine", None)  # what has no life of its own, such as a checklist, has no table
        found: Transition | None = machine.named(self.name) if machine else None
        return found

    def title(self, model: type[Any]) -> Text:
        """The words on its button."""
        arrow = self.transition(model)
        return self.label or (arrow.label if arrow else self.name.replace("-", " ").capitalize())

    def is_signed(self, model: type[Any]) -> bool:
        arrow = self.transition(model)
        return self.signed or bool(arrow and arrow.signed)

    def meaning_on(self, model: type[Any]) -> str:
        """What the signature will say."""
        arrow = self.transition(model)
        return self.meaning or (arrow.meaning if arrow else "")

    def signing_meaning(self, model: type[Any]) -> str:
        """The same in words."""
        meaning = self.meaning_on(model)
        return str(Meaning(meaning).label) if meaning in Meaning.values else meaning

    def signs_for(self, record: Any, user: Any) -> Any:
        """The person in whose name the user signs; None where it is the user's own."""
        return self.for_whom(user, record) if self.for_whom else None

    def button_tone(self, model: type[Any]) -> str:
        arrow = self.transition(model)
        return self.tone or (arrow.tone if arrow else "")

    def leads_on(self, model: type[Any]) -> bool:
        """Whether it is usually what comes next, rather than a way out."""
        arrow = self.transition(model)
        return bool(arrow and arrow.primary and self.button_tone(model) != "danger")

    def is_allowed(self, user: Any, subject: Any) -> bool:
        """May this person? `subject` is the record, or for a creating verb the site (None: any site)."""
        if self.may is not None:
            return bool(self.may(user, subject))
        return permissions.allowed(user, subject, self.name)

    def is_possible(self, record: Any) -> bool:
        """Can it be done in the record's present state?"""
        arrow = self.transition(type(record))
        if arrow is not None and arrow.automatic:
            return False
        if self.fits is not None and not self.fits(record):
            return False
        states = self.when if self.when is not None else (arrow.sources if arrow else None)
        return states is None or record.status in states

    def is_offered(self, record: Any, user: Any) -> bool:
        return self.is_possible(record) and self.is_allowed(user, record)


def named(verbs: Iterable[Verb], name: str) -> Verb | None:
    """The one of that name, as it stands in an address."""
    return next((verb for verb in verbs if verb.name == name), None)


def offered(verbs: Collection[Verb], record: Any, user: Any) -> list[Verb]:
    """What the user can do now, what leads on first: it makes the buttons and the links of the API."""
    found = [verb for verb in verbs if verb.is_offered(record, user)]
    return sorted(found, key=lambda verb: not verb.leads_on(type(record)))
