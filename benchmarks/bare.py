"""The other side of the comparison: the shortest list page and list API that Django and REST framework allow."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from rest_framework import generics, serializers
from rest_framework.pagination import CursorPagination

from documents.models import Document
from records.models import Record

PAGE = 50


def rows(request: HttpRequest) -> HttpResponse:
    """Fifty rows with three joins in a table; no login, no scope, no layout."""
    found = Record.objects.filter(kind="DOC").select_related("site", "process", "owner").order_by("-pk")[:PAGE]
    return render(request, "benchmarks/bare.html", {"rows": found})


class DocumentSerializer(serializers.ModelSerializer):
    """The facts that the product's API shows, written down by hand."""

    site = serializers.SlugRelatedField(slug_field="code", read_only=True)
    process = serializers.SlugRelatedField(slug_field="code", read_only=True)
    owner = serializers.SlugRelatedField(slug_field="username", read_only=True)
    origin = serializers.SlugRelatedField(slug_field="number", read_only=True)
    type = serializers.SlugRelatedField(slug_field="code", read_only=True)

    class Meta:
        model = Document
        fields = (
            "number", "kind", "title", "status", "version", "site", "process", "owner", "opened_at", "closed_at",
            "origin", "type", "review_due",
        )  # fmt: skip


class NewestFirst(CursorPagination):
    page_size = PAGE
    ordering = "-pk"


class Documents(generics.ListAPIView):
    """The same rows by REST framework's own means."""

    queryset = Document.objects.select_related("site", "process", "owner", "origin", "type")
    serializer_class = DocumentSerializer
    pagination_class = NewestFirst
    permission_classes = ()


urlpatterns = [
    path("rows/", rows),
    path("api/rows/", Documents.as_view()),
    path("accounts/login/", rows, name="account_login"),  # the middleware asks where one logs in
]
