from django.urls import URLPattern, path

from documents.views import copies, importing, redline, register, review

app_name = "documents"
urlpatterns: list[URLPattern] = [
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
    path("revisions/<slug:number>/review/", review.review_page, name="review"),
    path("revisions/<slug:number>/remarks/", review.add_remark, name="remark"),
    path("revisions/<slug:number>/remarks/<uuid:key>/<slug:name>/", review.remark_verb, name="remark-verb"),
    path("revisions/<slug:number>/redline/", redline.redline_page, name="redline"),
    path("revisions/<slug:number>/redline.pdf", redline.redline_pdf, name="redline-pdf"),
    path("review-routes/", review.routes, name="routes"),
    path("review-routes/<slug:code>/", review.route, name="route"),
]
