"""Telling an applicant of a defect: mails from approved texts, calls with their results, and whose turn it is."""
