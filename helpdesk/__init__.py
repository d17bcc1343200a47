"""Calls, inquiries and complaints: the call centre and the post offices' helpdesk are two desks of one kind."""
