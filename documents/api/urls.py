"""Addresses of documents below `/api/v1/`, beside those that are made of the registry."""

from django.urls import path

from documents.api import review

urlpatterns = [
    path("revisions/<slug:number>/remarks/", review.Remarks.as_view(), name="remarks"),
    path("revisions/<slug:number>/remarks/<uuid:key>/", review.OneRemark.as_view(), name="remark"),
    path("revisions/<slug:number>/remarks/<uuid:key>/<slug:name>/", review.RemarkVerb.as_view(), name="remark-verb"),
    path("revisions/<slug:number>/approvals/", review.Approvals.as_view(), name="approvals"),
    path("revisions/<slug:number>/redline/", review.RedlineApi.as_view(), name="redline"),
    path("review-routes/", review.Routes.as_view(), name="review-routes"),
    path("review-routes/<slug:code>/", review.OneRoute.as_view(), name="review-route"),
]
