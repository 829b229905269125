from django.urls import path

from kaizen import views

app_name = "kaizen"
urlpatterns = [
    path("improvements/", views.this_year, name="year"),
    path("improvements/<int:year>/", views.year, name="year-of"),
    path("sustainment-checks/<uuid:key>/", views.check, name="check"),
]
