"""Made-up days of a city's life, played through the same actions that people use."""
