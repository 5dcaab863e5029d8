"""Where the buildings of a community that was made up stand, in whole microdegrees."""

from collections.abc import Sequence
from math import isqrt

Corner = tuple[int, int]  # longitude, latitude
ENTRANCES_APART = 80  # microdegrees, some 8 m here


def plots(corners: Sequence[Corner], count: int) -> list[Corner]:
    """
    Return a point for each of ``count`` buildings, none on another, all inside four corners.

    Row after row, each begun where the last one ended: who walks them in order never crosses over.

    :param corners: of a convex outline, from the south-west around it
    """
    columns = isqrt(count - 1) + 1
    rows = -(-count // columns)
    found = []
    for number in range(count):
        row, column = divmod(number, columns)
        east = 2 * (column if row % 2 == 0 else columns - 1 - column) + 1
        north = 2 * row + 1
        west, south = 2 * columns - east, 2 * rows - north
        shares = (west * south, east * south, east * north, west * north)
        longitude, latitude = (
            sum(share * corner[axis] for share, corner in zip(shares, corners, strict=True))
            // (4 * columns * rows)
            for axis in (0, 1)
        )
        found.append((longitude, latitude))
    return found


def entrance(building: Corner, number: int, of: int) -> Corner:
    """Return the point of the stairwell ``number``, from 1, of a building that has ``of`` in a row."""
    return building[0] + (2 * number - 1 - of) * ENTRANCES_APART // 2, building[1]
