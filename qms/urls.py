"""Every address of Holdfast, wired together."""

from django.urls import include, path

from metrics.urls import page_patterns
from qms import health

handler400 = "qms.errors.bad_request"
handler404 = "qms.errors.not_found"
handler500 = "qms.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("ui.account.urls")),
    path("api/v1/", include("qms.api")),
    path("", include("documents.urls")),
    path("", include("training.urls")),
    path("", include("kaizen.urls")),
    path("", include("audits.urls")),
    path("", include((page_patterns, "metrics"))),
    path("", include("ui.people.urls")),
    path("", include("ui.urls")),
]
