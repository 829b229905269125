from django.urls import path

from documents.api import authoring as api
from documents.views import authoring, copies, importing, redline, register, review, translating

app_name = "documents"
urlpatterns = [
    path("c/<uuid:key>/", copies.scanned, name="scanned"),
    path("printed-copies/", copies.copies, name="copies"),
    path("printed-copies/<uuid:key>/copy.pdf", copies.copy_pdf, name="copy-pdf"),
    path("printed-copies/<uuid:key>/<slug:name>/", copies.copy_verb, name="copy-verb"),
    path("document-types/", register.types, name="types"),
    path("document-types/new/", register.new_type, name="new-type"),
    path("document-types/<slug:code>/<slug:name>/", register.type_verb, name="type-verb"),
    path("documents/search/", register.search, name="search"),
    path("documents/as-of/", register.as_of, name="as-of"),
    path("documents/as-of/as-of.pdf", register.as_of_pdf, name="as-of-pdf"),
    path("documents/import/", importing.imports, name="imports"),
    path("documents/import/template.xlsx", importing.template, name="import-template"),
    path("documents/import/<uuid:key>/", importing.one_import, name="import"),
    path("documents/import/<uuid:key>/confirm/", importing.confirm, name="confirm-import"),
    path("pictures/<str:sha256>/", authoring.picture, name="picture"),
    path("documents/from-word/", authoring.NewFromWord.as_view(), name="from-word"),
    path("revisions/<slug:number>/do/edit/", authoring.EditRevision.as_view(), name="edit-revision"),
    path("revisions/<slug:number>/word/", authoring.WordIntoDraft.as_view(), name="word"),
    path("revisions/<slug:number>/translate/", translating.translate, name="new-translation"),
    path("revisions/<slug:number>/translate/<slug:language>/", translating.translate, name="translate"),
    path("revisions/<slug:number>/in/<slug:language>/", translating.read, name="read-in"),
    path("revisions/<slug:number>/remarks/", review.review_page, name="review"),
    path("revisions/<slug:number>/remarks/<uuid:key>/<slug:name>/", review.remark_verb, name="remark-verb"),
    path("revisions/<slug:number>/redline/", redline.redline_page, name="redline"),
    path("revisions/<slug:number>/redline.pdf", redline.redline_pdf, name="redline-pdf"),
    path("review-routes/", review.routes, name="routes"),
    path("review-routes/<slug:code>/", review.route, name="route"),
]

authoring_patterns = [
    path("documents/from-word/", api.FromWord.as_view(), name="from-word"),
    path("revisions/<slug:number>/pictures/", api.Pictures.as_view(), name="pictures"),
    path("revisions/<slug:number>/word/", api.Word.as_view(), name="word"),
    path("revisions/<slug:number>/autosave/", api.Autosave.as_view(), name="autosave"),
    path("revisions/<slug:number>/leave/", api.Leave.as_view(), name="leave"),
    path("revisions/<slug:number>/standard-work/", api.StandardWork.as_view(), name="standard-work"),
    path("revisions/<slug:number>/translations/", api.Translations.as_view(), name="translations"),
]
