"""Pages: a WSGI application, served by granian."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config.starting import refuse_incomplete  # noqa: E402 - the rooms can be imported only once Django is set up

refuse_incomplete()
