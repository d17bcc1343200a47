"""What the bureau decides on screen about single days, over the profile's calendar and capacity."""
