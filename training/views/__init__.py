from training.views.asking import bank, bank_verb, practical, question_verb, quiz, retire_item
from training.views.asof import as_of, as_of_pdf
from training.views.assignments import MOST_TOGETHER, assignment_page, assignment_verb, mine, sign_together
from training.views.kiosk import alive as kiosk_alive
from training.views.kiosk import come as kiosk_come
from training.views.kiosk import enrol as kiosk_enrol
from training.views.kiosk import home as kiosk_home
from training.views.kiosk import kiosks
from training.views.kiosk import lock as kiosk_lock
from training.views.kiosk import names as kiosk_names
from training.views.kiosk import pin as kiosk_pin
from training.views.kiosk import revoke as revoke_kiosk
from training.views.kiosk import scanned as kiosk_scanned
from training.views.kiosk import sheet as kiosk_sheet
from training.views.matrices import PEOPLE_A_PAGE, assign_cells, matrix, matrix_pdf, matrix_xlsx
from training.views.observations import observation, observations
from training.views.reading import assess as kiosk_assess
from training.views.reading import begin as kiosk_begin
from training.views.reading import done as kiosk_done
from training.views.reading import mine as kiosk_mine
from training.views.reading import photo as kiosk_photo
from training.views.reading import quiz as kiosk_quiz
from training.views.reading import read as kiosk_read
from training.views.reading import sign as kiosk_sign
from training.views.reading import to_assess as kiosk_to_assess
from training.views.reading import turn as kiosk_turn
from training.views.stations import add_need, end_need, station, stations
from training.views.waivers import waivers

__all__ = [
    "MOST_TOGETHER",
    "PEOPLE_A_PAGE",
    "add_need",
    "as_of",
    "as_of_pdf",
    "assign_cells",
    "assignment_page",
    "assignment_verb",
    "bank",
    "bank_verb",
    "end_need",
    "kiosk_alive",
    "kiosk_assess",
    "kiosk_begin",
    "kiosk_come",
    "kiosk_done",
    "kiosk_enrol",
    "kiosk_home",
    "kiosk_lock",
    "kiosk_mine",
    "kiosk_names",
    "kiosk_photo",
    "kiosk_pin",
    "kiosk_quiz",
    "kiosk_read",
    "kiosk_scanned",
    "kiosk_sheet",
    "kiosk_sign",
    "kiosk_to_assess",
    "kiosk_turn",
    "kiosks",
    "matrix",
    "matrix_pdf",
    "matrix_xlsx",
    "mine",
    "observation",
    "observations",
    "practical",
    "question_verb",
    "quiz",
    "retire_item",
    "revoke_kiosk",
    "sign_together",
    "station",
    "stations",
    "waivers",
]
