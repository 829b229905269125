"""Addresses of the API, made from the registry: `/<plural>/`, `/<plural>/<number>/`, `/<plural>/<number>/<verb>/`."""

from typing import Any

from django.urls import URLPattern, path

from ui.api.parts import ActApi, ActionsApi, CommentsApi, FilesApi
from ui.api.records import ChainApi, ChallengeApi, ContentApi, DetailApi, ListApi, SignaturesApi, VerbApi
from ui.registry import RecordPage, pages

PARTS = {
    "content": ContentApi,
    "signatures": SignaturesApi,
    "chain": ChainApi,
    "actions": ActionsApi,
    "comments": CommentsApi,
    "files": FilesApi,
}


def made(door: type[Any], page: RecordPage, **facts: Any) -> Any:
    """A view of one kind."""
    view: Any = type(door.__name__, (door,), {"page": page, "__doc__": door.__doc__, **facts})
    return view.as_view()


def of_page(page: RecordPage) -> list[URLPattern]:
    """All addresses of one kind."""
    one = f"{page.plural}/<slug:number>/"
    name = page.plural
    parts = [path(f"{one}{part}/", made(door, page), name=f"{name}-{part}") for part, door in PARTS.items()]
    verbs = [
        path(f"{one}{verb.name}/", made(VerbApi, page, verb=verb), name=f"{name}-{verb.name}") for verb in page.verbs
    ]
    signed = [verb for verb in page.verbs if verb.is_signed(page.model)]
    challenges = [
        path(
            f"{one}{verb.name}/challenge/",
            made(ChallengeApi, page, verb=verb, role="challenge"),
            name=f"{name}-{verb.name}-challenge",
        )
        for verb in signed
    ]
    return [
        path(f"{page.plural}/", made(ListApi, page, role="list"), name=f"{name}-list"),
        path(one, made(DetailApi, page, role="detail"), name=f"{name}-detail"),
        *parts,
        path(f"{one}actions/<uuid:key>/<slug:verb>/", made(ActApi, page), name=f"{name}-act"),
        *verbs,
        *challenges,
    ]


app_name = "api"
urlpatterns = [pattern for page in pages() for pattern in of_page(page)]
