"""Signed forms become sealed papers: drawn as PDF/A, sealed with the city's certificate, time-stamped, kept."""
