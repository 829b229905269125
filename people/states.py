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
