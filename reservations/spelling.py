"""One spelling of names for looking them up: without spaces, compared byte by byte so that an index answers."""

from django.db.models import CharField, Func, Q

AFTER_EVERYTHING = "\U0010ffff"


class Packed(Func):
    """A name without its spaces. Written without parameters: PostgreSQL must recognise the index's expression."""

    template = """(replace(%(expressions)s, ' ', '') COLLATE "C")"""
    arity = 1
    output_field = CharField()


def begins_with(field: str, text: str) -> Q:
    """Rows whose annotation `field` (a Packed) begins with the text, as a range: LIKE would need its pattern
    known when the statement is planned, and prepared statements are planned without it."""
    return Q(**{f"{field}__gte": text, f"{field}__lt": text + AFTER_EVERYTHING})
