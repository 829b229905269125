"""Addresses of metrics besides those that every record has: those of the API below `/api/v1/`, and own pages."""

from django.urls import path

from metrics import api, views

app_name = "metrics-api"
urlpatterns = [
    path("measurements/", api.Measurements.as_view(), name="measurements"),
    path("value-imports/", api.ValueImports.as_view(), name="value-imports"),
    path("value-imports/<uuid:key>/", api.OneValueImport.as_view(), name="value-import"),
    path("value-imports/<uuid:key>/arrange/", api.ArrangeValues.as_view(), name="value-import-arrange"),
    path("value-imports/<uuid:key>/confirm/", api.ConfirmValues.as_view(), name="value-import-confirm"),
    path("import-layouts/", api.ImportLayouts.as_view(), name="import-layouts"),
    path("import-layouts/<uuid:key>/remove/", api.RemoveLayout.as_view(), name="import-layout-remove"),
    path("metrics/<slug:number>/chart/", api.Chart.as_view(), name="chart"),
    path("metrics/<slug:number>/values/", api.Values.as_view(), name="values"),
    path("metrics/<slug:number>/formula/", api.FormulaOfMetric.as_view(), name="formula"),
    path("comparisons/", api.Comparisons.as_view(), name="comparisons"),
    path("paretos/", api.Paretos.as_view(), name="paretos"),
    path("gauges/<slug:number>/calibrations/", api.Calibrations.as_view(), name="calibrations"),
    path("gauges/<slug:number>/results-in-question/", api.ResultsInQuestion.as_view(), name="results-in-question"),
    path("signals-to-answer/", api.SignalsToAnswer.as_view(), name="signals-to-answer"),
    path("revisions/<slug:number>/control-plan/", api.ControlPlan.as_view(), name="control-plan"),
    path(
        "revisions/<slug:number>/control-plan/<slug:part>/<slug:key>/<slug:name>/",
        api.ControlPlanPart.as_view(),
        name="control-plan-part",
    ),
]

page_patterns = [
    path("metrics/<slug:number>/values/", views.values, name="values"),
    path("values-of-a-shift/", views.sheet, name="sheet"),
    path("value-imports/", views.value_imports, name="value-imports"),
    path("value-imports/<uuid:key>/", views.value_import, name="value-import"),
    path("value-imports/<uuid:key>/confirm/", views.confirm_value_import, name="confirm-value-import"),
    path("value-imports/<uuid:key>/errors.csv", views.value_import_errors, name="value-import-errors"),
    path("import-layouts/<uuid:key>/remove/", views.remove_import_layout, name="remove-import-layout"),
    path("comparison/", views.comparison, name="comparison"),
    path("comparison/comparison.pdf", views.comparison_pdf, name="comparison-pdf"),
    path("pareto/", views.pareto, name="pareto"),
    path("pareto/pareto.pdf", views.pareto_pdf, name="pareto-pdf"),
    path("sources/", views.sources, name="sources"),
    path("sources/new/", views.new_source, name="new-source"),
    path("signals-to-answer/", views.inbox, name="inbox"),
    path("revisions/<slug:number>/control-plan/<slug:part>/<slug:key>/<slug:name>/", views.plan_part, name="plan-part"),
]
