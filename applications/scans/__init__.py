"""Forms signed on paper: scanned files come in, pages find their applications, originals go to the wards."""
