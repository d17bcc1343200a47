"""The end of the contract: listed, exported, confirmed by two people, erased, certified, proved (kitakyushu-32)."""
