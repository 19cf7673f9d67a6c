def total(areas):
    """The sum of areas; None stands for a shape without one."""
    result = 0
    for area in areas:
        if area is None:
            continue
        result += area
    return result


def average(areas):
    """The mean of areas, or None when there are none."""
    known = [area for area in areas if area is not None]
    if not known:
        return None
    return total(known) / len(known)
