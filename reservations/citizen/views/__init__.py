"""The citizen's pages, in the order of the road."""
