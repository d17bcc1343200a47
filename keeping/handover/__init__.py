"""Handing the work over: what is unfinished, by kind of work and state, frozen as a list that the city confirms."""
