"""The project's addresses and one page with a chart, for the browser."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path

VALUES = [{"x": n, "y": 74 + ((n * 37) % 11 - 5) / 500, "phase": "after" if n > 12 else "before"} for n in range(1, 25)]
ENCODING: dict[str, Any] = {
    "x": {"field": "x", "type": "quantitative", "title": "Sample"},
    "y": {"field": "y", "type": "quantitative", "scale": {"zero": False}, "title": "mm"},
    "color": {"field": "phase", "type": "nominal"},
}
SPEC = {"data": {"values": VALUES}, "encoding": ENCODING, "mark": {"type": "line", "point": True, "tooltip": True}}
PAGE = (
    '{% extends "base.html" %}{% load ui %}{% block title %}Chart{% endblock %}'
    '{% block content %}<section class="card"><div class="card-body">{% chart spec "Ring diameter" %}</div></section>'
    "{% endblock %}"
)


def chart(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Template(PAGE).render(RequestContext(request, {"spec": SPEC})))


urlpatterns = [path("chart/", chart), path("", include("qms.urls"))]
