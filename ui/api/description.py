"""The API's own description. It is the same for everybody, so it is made once for each format and language."""

from functools import cache

from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class Description(SpectacularAPIView):
    """OpenAPI of all of `/api/v1/`. A stranger may ask for it, as often as anybody: it costs nothing twice."""

    def _get_schema_response(self, request: Request) -> HttpResponse:
        renderer = request.accepted_renderer
        body = _written(type(renderer), get_language())
        name = self._get_filename(request, None)
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return HttpResponse(body, content_type=renderer.media_type, headers=headers)


@cache
def _written(renderer: type[BaseRenderer], _language: str | None) -> str | bytes:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    return renderer().render(schema, renderer_context={})
