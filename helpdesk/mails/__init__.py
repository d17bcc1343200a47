"""Mail that comes in: read, threaded, taken in, answered by itself where that does no harm."""
