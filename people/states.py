from django.db import models
from django.utils.translation import gettext_lazy as _


class Authority(models.TextChoices):
    """What a person is appointed to do at a site (ISO 9001, 5.3)."""

    ADMINISTRATOR = "administrator", _("Administrator")
    QUALITY_MANAGER = "quality-manager", _("Quality manager")
    PROCESS_OWNER = "process-owner", _("Process owner")
    ENGINEER = "engineer", _("Engineer (author)")
    SUPERVISOR = "supervisor", _("Supervisor (trainer, assessor)")
    OPERATOR = "operator", _("Operator")
    AUDITOR = "auditor", _("Auditor (reads only)")
    INTERNAL_AUDITOR = "internal-auditor", _("Internal auditor")
    MANAGER = "manager", _("Manager")
    INTEGRATION = "integration", _("Integration")


class Scope(models.TextChoices):
    """What an API token may be used for. `<area>:<scope>` is the part of the API under `/api/v1/<area>/`."""

    MEASURE = "measurements:write", _("Send measurements, to its own sources")
    METRICS = "metrics:read", _("Read metrics")
    READ = "read", _("Read all that the account sees")
    WRITE = "write", _("Write what the account may; never sign")


class Outcome(models.TextChoices):
    """What became of a try to come in."""

    FAILED = "failed", _("Failed")
    PASSED = "passed", _("Passed")
    REFUSED = "refused", _("Refused: too many before it")


WEEKDAYS = (
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
)
