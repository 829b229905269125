"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
application = get_wsgi_application()

# What is loaded now stays; the collector need not go through it again for each few hundred rows of a request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
