"""Versioned documents with the city's approval: manuals, materials, plans, publicity."""
