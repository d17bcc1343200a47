"""Django's PostgreSQL, with a quicker look whether a kept connection still stands."""

import select

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        """Asked once for each page. A server that has ended a connection has said so: then there is something to read.

        Only then is it asked (SELECT 1), which costs a round trip. A server that vanished without a word would not
        answer that question either.
        """
        if self.connection is None or self.connection.closed:
            return False
        look = select.poll()
        look.register(self.connection.fileno(), select.POLLIN)
        return bool(super().is_usable()) if look.poll(0) else True
