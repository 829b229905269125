from django.urls import path

from training import views

app_name = "training"
urlpatterns = [
    path("kiosk/", views.kiosk_home, name="kiosk"),
    path("kiosk/d/<slug:number>/", views.kiosk_scanned, name="kiosk-scanned"),
    path("kiosk/names/", views.kiosk_names, name="kiosk-names"),
    path("kiosk/come/", views.kiosk_come, name="kiosk-come"),
    path("kiosk/lock/", views.kiosk_lock, name="kiosk-lock"),
    path("kiosk/alive/", views.kiosk_alive, name="kiosk-alive"),
    path("kiosk/pin/", views.kiosk_pin, name="kiosk-pin"),
    path("kiosk/enrol/", views.kiosk_enrol, name="kiosk-enrol"),
    path("kiosk/mine/", views.kiosk_mine, name="kiosk-mine"),
    path("kiosk/open/<uuid:key>/", views.kiosk_begin, name="kiosk-begin"),
    path("kiosk/read/<uuid:key>/", views.kiosk_read, name="kiosk-read"),
    path("kiosk/read/<uuid:key>/photo/<slug:digest>/", views.kiosk_photo, name="kiosk-photo"),
    path("kiosk/read/<uuid:key>/<slug:way>/", views.kiosk_turn, name="kiosk-turn"),
    path("kiosk/quiz/<uuid:key>/", views.kiosk_quiz, name="kiosk-quiz"),
    path("kiosk/sign/<uuid:key>/", views.kiosk_sign, name="kiosk-sign"),
    path("kiosk/done/<uuid:key>/", views.kiosk_done, name="kiosk-done"),
    path("kiosk/assess/", views.kiosk_to_assess, name="kiosk-assess-list"),
    path("kiosk/assess/<uuid:key>/", views.kiosk_assess, name="kiosk-assess"),
    path("kiosks/", views.kiosks, name="kiosks"),
    path("kiosks/<uuid:key>/sheet/", views.kiosk_sheet, name="kiosk-sheet"),
    path("kiosks/<uuid:key>/revoke/", views.revoke_kiosk, name="kiosk-revoke"),
    path("training/mine/", views.mine, name="mine"),
    path("training/sign/", views.sign_together, name="together"),
    path("training/matrix/", views.matrix, name="matrix"),
    path("training/assignments/<uuid:key>/", views.assignment_page, name="assignment"),
    path("training/assignments/<uuid:key>/quiz/", views.quiz, name="quiz"),
    path("training/assignments/<uuid:key>/practical/", views.practical, name="practical"),
    path("training/documents/<slug:number>/questions/", views.bank, name="bank"),
    path("training/documents/<slug:number>/questions/<slug:name>/", views.bank_verb, name="bank-verb"),
    path("training/questions/<uuid:key>/<slug:name>/", views.question_verb, name="question-verb"),
    path("training/practical-items/<uuid:key>/retire/", views.retire_item, name="retire-item"),
    path("training/assignments/<uuid:key>/<slug:name>/", views.assignment_verb, name="verb"),
]
