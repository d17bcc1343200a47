"""Encrypted objects with retention and cryptographic erase."""
