from datetime import date

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from documents.models import Document
from documents.states import DocumentStatus
from people.selectors import visible_people
from records.selectors import visible
from training import permissions, selectors

PEOPLE_A_PAGE = 50


DOCUMENTS_SHOWN = 40


@login_required
@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """People × documents, fifty people a page."""
    if not permissions.may_see_matrix(request.user):
        raise PermissionDenied
    today: date = timezone.localdate()
    required = Document.objects.filter(
        pk__in=visible(Document, request.user).values("pk"), requirements__retired_at__isnull=True
    ).exclude(status=DocumentStatus.RETIRED)
    documents = list(required.filter(requirements__isnull=False).distinct().order_by("number")[:DOCUMENTS_SHOWN])
    people = visible_people(request.user).filter(holdings__isnull=False).order_by("full_name")
    page = Paginator(people, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    rows = selectors.matrix(page.object_list, documents, on=today)
    return render(request, "training/matrix.html", {"documents": documents, "rows": rows, "page": page})
