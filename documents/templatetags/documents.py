from django import template
from django.utils.safestring import SafeString, mark_safe

from documents import rich_text as formatted

register = template.Library()


@register.filter
def rich_text(value: str) -> SafeString:
    """Formatted text, sanitised once more as it is shown."""
    return mark_safe(formatted.clean(value))  # noqa: S308 - cleaned by the one allow-list
