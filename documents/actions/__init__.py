"""The only writers of this room."""

from documents.actions.approval import version_approve, version_publish, version_return, version_submit
from documents.actions.reading import distribution_record, reading_confirm
from documents.actions.writing import Content, document_create, version_begin, version_edit

__all__ = [
    "Content",
    "distribution_record",
    "document_create",
    "reading_confirm",
    "version_approve",
    "version_begin",
    "version_edit",
    "version_publish",
    "version_return",
    "version_submit",
]
