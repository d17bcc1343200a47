"""Both ends of the review loop on screen."""
