from django.urls import path

from documents.views import redline, review

app_name = "documents"
urlpatterns = [
    path("revisions/<slug:number>/review/", review.review_page, name="review"),
    path("revisions/<slug:number>/remarks/", review.add_remark, name="remark"),
    path("revisions/<slug:number>/remarks/<uuid:key>/<slug:name>/", review.remark_verb, name="remark-verb"),
    path("revisions/<slug:number>/redline/", redline.redline_page, name="redline"),
    path("revisions/<slug:number>/redline.pdf", redline.redline_pdf, name="redline-pdf"),
    path("review-routes/", review.routes, name="routes"),
    path("review-routes/<slug:code>/", review.route, name="route"),
]
