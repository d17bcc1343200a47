"""Both ends of the review loop: tablet capture and the city's decision."""
