"""Which passwords will do, and how long a link to a new one is good for."""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from people.selectors import last_came_in

SHORTEST_WORD = 4
PADDING = re.compile(r"[\W\d_]+")


class Longest:
    """Long passwords are welcome up to a length that costs nothing to hash; nothing is ever cut off."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > self.longest:
            raise ValidationError(
                _("This password is longer than %(longest)d characters."), "too-long", {"longest": self.longest}
            )

    def get_help_text(self) -> str:
        return _("At most %(longest)d characters; a sentence is a good password.") % {"longest": self.longest}


class NotKnown(CommonPasswordValidator):
    """Neither one of the 20,000 that everybody tries, nor one of them or a word of the organisation with padding."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = password.strip().casefold()
        bare = PADDING.sub("", plain)
        known = {plain, bare} & self.passwords or _is_repeated(plain)
        if known or any(_is_mostly(word, bare) for word in settings.ORGANISATION_WORDS):
            raise ValidationError(_("This password is known or easily guessed."), "known")

    def get_help_text(self) -> str:
        return _("Not one that is often used, and not the name of the organisation with a few digits.")


def _is_mostly(word: str, bare: str) -> bool:
    """Whether nothing of a password is left besides a word of the organisation, repeated or with a short rest."""
    word = PADDING.sub("", word.casefold())
    return len(word) >= SHORTEST_WORD and word in bare and len(bare.replace(word, "")) < SHORTEST_WORD


def _is_repeated(plain: str) -> bool:
    """abcabcabcabc, 111111111111."""
    return any(plain == plain[:size] * (len(plain) // size) for size in range(1, 5) if len(plain) % size == 0)


class ResetTokens(PasswordResetTokenGenerator):
    """Good for an hour and for one use, and for none after a log-in, a new password or a new e-mail address."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{last_came_in(user)}"
