// SPDX-License-Identifier: Apache-2.0
// Verilog to a running model: Verilator, one compiled file, a shared object in the cache.

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/model.h"

namespace base {
class Cache;
}

namespace sim {

struct SourceText {
  std::string name;  // file name without folder, for messages: `fcu_k3_ffa.v`
  std::string text;
};

struct ModelRequest {
  std::vector<SourceText> sources = {};           // Verilog text, or
  std::vector<std::filesystem::path> files = {};  // files, read behind the texts
  std::string top = {};
  // Overrides of the top's parameters.
  std::vector<std::pair<std::string, int64_t>> parameters = {};
  bool trace = false;     // build with FST waveforms
  bool coverage = false;  // build with line and toggle coverage
  bool sanitize = false;  // address and undefined-behaviour checks; the program must have them, too
  int optimise = 2;       // -O level of the compiled model, 0..3
  // Undriven and unreset state starts with random values of this seed. Not part of the key: any
  // seed uses the same shared object.
  uint64_t x_initial_seed = 1;
  std::string description = {};  // kept beside the cache entry, for people
};

// What loading did, for progress lines and tests.
struct LoadReport {
  bool made_model = false;    // Verilator and the compiler ran
  bool made_runtime = false;  // the runtime of this variant had to be compiled, too
  std::filesystem::path shared_object;
};

// Builds what is missing in `cache` and opens it. Base::Error with Verilator's first error line
// when the sources are wrong, kToolMissing when verilator or g++ is missing. Two models, of one or
// of several shapes, are independent of each other and may live at once.
std::unique_ptr<Model> load_verilog(const ModelRequest& request, LoadReport* report = nullptr);
std::unique_ptr<Model> load_verilog(const ModelRequest& request, base::Cache& cache,
                                    LoadReport* report = nullptr);

// Compiles the runtime of the plain variant when it is absent (about 8 CPU seconds, once), so that
// no first user waits for it.
void prepare_runtime(base::Cache& cache);

}  // namespace sim
