"""Addresses of metrics below `/api/v1/`, besides those that every record has."""

from django.urls import path

from metrics import api

app_name = "metrics-api"
urlpatterns = [
    path("measurements/", api.Measurements.as_view(), name="measurements"),
]
