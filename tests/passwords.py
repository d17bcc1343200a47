"""Password hashing that does not slow tests down, in the format that the product's own hasher reads."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickPasswordHasher(PBKDF2PasswordHasher):
    iterations = 1
