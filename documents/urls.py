from django.urls import path

from documents.api import authoring as api
from documents.views import authoring, redline, review, translating

app_name = "documents"
urlpatterns = [
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
