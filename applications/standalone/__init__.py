"""The kept applications as a folder that needs nothing of this product: PDFs, index, checksums, a search page."""
