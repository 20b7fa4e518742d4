/* SPDX-License-Identifier: Apache-2.0
   Golden models over arrays, for C and whatever can call it: libfircone_golden.so. */

#ifndef FIRCONE_GOLDEN_C_INTERFACE_H_
#define FIRCONE_GOLDEN_C_INTERFACE_H_

#include <stddef.h> /* NOLINT: C reads this header too */
#include <stdint.h> /* NOLINT */

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define FIRCONE_API __attribute__((visibility("default")))
#else
#define FIRCONE_API
#endif

/* Raised when a function changes its meaning or its arguments. */
#define FIRCONE_GOLDEN_ABI 1

/* What every function returns. */
enum fircone_status {
  FIRCONE_OK = 0,
  FIRCONE_UNKNOWN_UNIT = 1, /* the first word of the spec */
  FIRCONE_BAD_KEY = 2,      /* a key that the unit does not have, or a value that is not legal */
  FIRCONE_BAD_POINTER = 3,  /* NULL where an array is needed */
  FIRCONE_TOO_WIDE = 4,     /* results exceed 64 bits and `high` is NULL */
  FIRCONE_FAILED = 5        /* out of memory */
};

/* A spec is a unit and its keys as for the program, "add_loa Width=12 ApproxWidth=5"; keys that are
   left out have the program's defaults. The unit's keys that change its structure alone (network,
   tree, ..) may stand there; their values are not read. Operands are bit patterns, low bits first;
   bits above their width are ignored. Results are numbers: unsigned, or two's complement extended
   to 64 bits (operands=signed, mixed). `high` receives bits 64 to 127 of each result and may be
   NULL where results fit 64 bits. Arrays of results may be the arrays of operands. No function
   keeps state but fircone_last_error. */

/* low[i], high[i] = sum of a[i] and b[i], Width + 1 bits. Units: add_*. */
FIRCONE_API int fircone_add(const char* spec, const uint64_t* a, const uint64_t* b, uint64_t* low,
                            uint64_t* high, size_t n);

/* low[i], high[i] = product of a[i] and b[i], WidthA + WidthB bits. Unit: mul. */
FIRCONE_API int fircone_mul(const char* spec, const uint64_t* a, const uint64_t* b, uint64_t* low,
                            uint64_t* high, size_t n);

/* low[i], high[i] = sum over k of a[i * Count + k] * b[i * Count + k], + c[i]. `c` is read only
   with AddendWidth above 0. Unit: dot. */
FIRCONE_API int fircone_dot(const char* spec, const uint64_t* a, const uint64_t* b,
                            const uint64_t* c, uint64_t* low, uint64_t* high, size_t n);

/* What was wrong with this thread's last call that failed: "add_esa: block=4 must divide Width=10".
 */
FIRCONE_API const char* fircone_last_error(void);

/* FIRCONE_GOLDEN_ABI of the library. */
FIRCONE_API int fircone_golden_abi(void);

#ifdef __cplusplus
}
#endif

#endif /* FIRCONE_GOLDEN_C_INTERFACE_H_ */
