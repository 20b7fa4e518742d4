#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Error figures of an approximate unit from libfircone_golden.so, all operand pairs at once.

    golden_ctypes.py LIBRARY ["add_loa Width=8 ApproxWidth=4"]
"""
import ctypes
import sys

library = ctypes.CDLL(sys.argv[1])
library.fircone_last_error.restype = ctypes.c_char_p
words = ctypes.POINTER(ctypes.c_uint64)
library.fircone_add.argtypes = [ctypes.c_char_p, words, words, words, words, ctypes.c_size_t]


def add(spec, a, b):
    """Lists of operands to the list of sums."""
    array = ctypes.c_uint64 * len(a)
    result = array()
    if library.fircone_add(spec.encode(), array(*a), array(*b), result, None, len(a)) != 0:
        sys.exit("error: " + library.fircone_last_error().decode())
    return list(result)


spec = sys.argv[2] if len(sys.argv) > 2 else "add_loa Width=8 ApproxWidth=4"
a = [i >> 8 for i in range(1 << 16)]
b = [i & 255 for i in range(1 << 16)]
errors = [z - x - y for z, x, y in zip(add(spec, a, b), a, b)]
print(f"{spec}: ER {100 * sum(e != 0 for e in errors) / len(errors):.4f} %,"
      f" ME {sum(errors) / len(errors):+.5f}, MED {sum(map(abs, errors)) / len(errors):.5f},"
      f" WCE {max(map(abs, errors))}")
