#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the digits of `fircone demo bw`: strokes by pen, 28x28 pixels, as IDX files beside this script.

Nothing but Python's own library. Each digit has a few shapes of strokes, whose points are moved a
little; the whole is turned, slanted, scaled, and put with its centre of mass into the middle.
"""

import gzip
import math
import os
import random
import struct

SIDE = 28
EACH = 20  # pictures of a digit
SEED = 5

# Strokes through points of the unit square, x to the right and y down: curves, or straight lines.
CURVE, LINES, RING = "curve", "lines", "ring"
SHAPES = {
    0: [[(RING, [(.5, 0), (.84, .18), (.92, .5), (.8, .84), (.5, 1), (.18, .83), (.08, .5), (.2, .15)])]],
    1: [[(LINES, [(.5, 0), (.5, 1)])],
        [(LINES, [(.28, .22), (.52, 0), (.52, 1)])]],
    2: [[(CURVE, [(.12, .25), (.3, .03), (.65, .02), (.84, .25), (.7, .5), (.35, .8), (.1, 1)]),
         (LINES, [(.1, 1), (.92, .98)])],
        [(CURVE, [(.1, .2), (.4, 0), (.8, .15), (.75, .5), (.4, .85), (.15, .95), (.15, .75), (.35, .78),
                  (.6, .98), (.95, .92)])]],
    3: [[(CURVE, [(.14, .12), (.45, 0), (.8, .13), (.78, .36), (.42, .48)]),
         (CURVE, [(.42, .48), (.83, .58), (.87, .86), (.5, 1), (.1, .9)])]],
    4: [[(LINES, [(.25, 0), (.13, .55), (.88, .52)]), (LINES, [(.7, .15), (.64, 1)])],
        [(LINES, [(.66, 0), (.08, .66), (.94, .66)]), (LINES, [(.66, 0), (.66, 1)])]],
    5: [[(LINES, [(.84, .02), (.26, .03), (.2, .42)]),
         (CURVE, [(.2, .42), (.55, .36), (.86, .6), (.76, .9), (.4, 1), (.1, .9)])]],
    6: [[(CURVE, [(.68, 0), (.36, .25), (.16, .6), (.24, .92), (.54, 1), (.82, .82), (.74, .58), (.46, .52),
                  (.2, .7)])]],
    7: [[(LINES, [(.1, .03), (.9, .03)]), (CURVE, [(.9, .03), (.6, .45), (.42, 1)])],
        [(LINES, [(.1, .03), (.9, .03)]), (CURVE, [(.9, .03), (.6, .45), (.42, 1)]),
         (LINES, [(.3, .5), (.78, .48)])]],
    8: [[(RING, [(.5, .47), (.2, .28), (.32, .03), (.68, .02), (.8, .25), (.5, .47), (.17, .72), (.26, .97),
                 (.7, .98), (.84, .72)])]],
    9: [[(CURVE, [(.8, .24), (.55, .01), (.22, .1), (.18, .38), (.45, .52), (.74, .4), (.8, .24)]),
         (CURVE, [(.8, .24), (.78, .6), (.66, 1)])],
        [(CURVE, [(.8, .24), (.55, .01), (.22, .1), (.18, .38), (.45, .52), (.74, .4), (.8, .24)]),
         (CURVE, [(.8, .24), (.82, .75), (.6, .98), (.25, .92)])]],
}


def curve(points, ring):
    """A Catmull-Rom spline as short lines."""
    count = len(points)
    at = (lambda i: points[i % count]) if ring else (lambda i: points[min(max(i, 0), count - 1)])
    line = []
    for i in range(count if ring else count - 1):
        a, b, c, d = at(i - 1), at(i), at(i + 1), at(i + 2)
        for step in range(8):
            t = step / 8
            line.append(tuple(
                .5 * (2 * b[k] + (c[k] - a[k]) * t + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * t * t
                      + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * t ** 3) for k in (0, 1)))
    line.append(at(0) if ring else points[-1])
    return line


def distance(x, y, a, b):
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    t = 0 if length == 0 else min(1, max(0, ((x - a[0]) * dx + (y - a[1]) * dy) / length))
    return math.hypot(x - a[0] - t * dx, y - a[1] - t * dy)


def render(lines, radius):
    """Full ink within the pen's radius, none a pixel beyond."""
    rows = []
    for y in range(SIDE):
        row = []
        for x in range(SIDE):
            nearest = min(distance(x + .5, y + .5, a, b) for line in lines for a, b in zip(line, line[1:]))
            row.append(round(255 * min(1, max(0, radius + .5 - nearest))))
        rows.append(row)
    return rows


def draw(digit, chance):
    def between(low, high):
        return low + (high - low) * chance.random()

    strokes = SHAPES[digit][int(between(0, len(SHAPES[digit])))]
    turn, slant = between(-.15, .15), between(-.05, .3)
    width = between(12.5, 16) * (.5 if digit == 1 else 1)
    height, radius = between(17.5, 19.5), between(.9, 1.5)
    lines = []
    moved = {}
    for kind, points in strokes:
        line = []
        for x, y in points:
            if (x, y) not in moved:  # strokes that touch stay so
                moved[x, y] = (x + between(-.035, .035), y + between(-.035, .035))
            line.append(moved[x, y])
        lines.append(line if kind == LINES else curve(line, kind == RING))

    def placed(point):
        x, y = (point[0] - .5) * width, (point[1] - .5) * height
        x -= slant * y
        return (x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn))

    lines = [[placed(point) for point in line] for line in lines]
    shift = (SIDE / 2, SIDE / 2)
    for _ in range(2):  # first to see where the ink is
        ink = render([[(x + shift[0], y + shift[1]) for x, y in line] for line in lines], radius)
        total = sum(map(sum, ink))
        centre_x = sum((x + .5) * v for row in ink for x, v in enumerate(row)) / total
        centre_y = sum((y + .5) * v for y, row in enumerate(ink) for v in row) / total
        shift = (shift[0] + SIDE / 2 - centre_x, shift[1] + SIDE / 2 - centre_y)
    return ink


def write(name, data):
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def main():
    chance = random.Random(SEED)
    labels = [digit for _ in range(EACH) for digit in range(10)]
    pixels = bytes(v for digit in labels for row in draw(digit, chance) for v in row)
    pictures = struct.pack(">HBBIII", 0, 8, 3, len(labels), SIDE, SIDE) + pixels
    write("digits-images-idx3-ubyte.gz", gzip.compress(pictures, 9, mtime=0))
    write("digits-labels-idx1-ubyte", struct.pack(">HBBI", 0, 8, 1, len(labels)) + bytes(labels))


if __name__ == "__main__":
    main()
