"""Pages: a WSGI application, served by granian."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

# How many new objects make Python look for unreachable ones. It has 700, which is a fraction of a page.
GC_OBJECTS = 20_000
# How long a thread that computes keeps the others waiting. Python has 5 ms: longer than most pages take, and a booking
# asks PostgreSQL a dozen times, after each of which it waits for its turn.
SWITCH_SECONDS = 0.001

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config.starting import refuse_incomplete  # noqa: E402 - the rooms can be imported only once Django is set up

refuse_incomplete()

sys.setswitchinterval(SWITCH_SECONDS)
# What is loaded by now stays for good: no later search has to go through it again.
gc.collect()
gc.freeze()
gc.set_threshold(GC_OBJECTS, 20, 20)
