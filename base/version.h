// SPDX-License-Identifier: Apache-2.0
// The program's version, as every machine-readable object states it.

#pragma once

namespace base {

inline constexpr const char* kVersion = "0.1.0";
inline constexpr int kSchema = 1;  // of the JSON objects

}  // namespace base
