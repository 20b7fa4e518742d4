// SPDX-License-Identifier: Apache-2.0
// The part of every model that is compiled once: Verilator's runtime and a precompiled header.

#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace base {
class Cache;
}

namespace sim {

// What a model and its runtime must agree on.
struct RuntimeVariant {
  bool trace = false;
  bool coverage = false;
  bool sanitize = false;
  int optimise = 1;  // of the model and of the precompiled header; the runtime itself has -O2
};

// Flags that both are compiled with, ahead of -O.
std::vector<std::string> variant_flags(const RuntimeVariant& variant);
std::vector<std::string> include_flags();  // where Verilator's headers are
std::string optimise_flag(const RuntimeVariant& variant);

// Versions of verilator and g++, for cache keys.
std::string tool_versions();

// The first line of the compiler's output that tells what is wrong.
std::string compiler_error(const std::string& output);

struct Runtime {
  std::filesystem::path library;  // libfircone_runtime.a
  std::filesystem::path header;   // folder with common.h and its precompiled form
  std::string key;                // of the library
};

// Both from the cache, made when absent. `made`: the library had to be compiled.
Runtime get_runtime(base::Cache& cache, const RuntimeVariant& variant, bool* made = nullptr);

}  // namespace sim
