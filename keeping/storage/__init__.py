"""The room that the contract gives the data: how much is used, by what, and since when (kitakyushu-27)."""
