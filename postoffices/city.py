"""placeholder"""


def current_city():
    return None
