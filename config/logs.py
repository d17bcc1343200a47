"""What a log may say: never the secret part of a link."""

import logging
import re

# The token of a hold becomes the citizen's link, so each of these opens a booking. ops/nginx masks the same paths.
SECRET_PATHS = re.compile(r"/(r|display|book/hold|wait/entry|staff/desk/hold)/(?!find\b)[^/\s?\"']+")


class WithoutLinks(logging.Filter):
    """Takes the secret part of citizens' links out of every line, whoever writes it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = SECRET_PATHS.sub(r"/\1/-", record.getMessage()), ()
        return True
