// SPDX-License-Identifier: Apache-2.0
// Chooses the bench of a unit and completes its verdict.

#include "tb/bench.h"

#include <fmt/format.h>

#include "base/error.h"
#include "tb/conv2d_stream.h"
#include "tb/pipelined.h"

namespace tb {

std::unique_ptr<PipelinedUnit> make_pipelined(const base::Spec& spec, const Options& options) {
  if (spec.unit() == "fir") return make_fir(spec, options);
  if (spec.unit() == "fcu") return make_fcu(spec, options);
  if (spec.unit() == "line_buffer") return make_line_buffer(spec, options);
  return nullptr;
}

bool has_bench(const std::string& unit) {
  return unit == "fir" || unit == "fcu" || unit == "line_buffer" || unit == "conv2d_stream";
}

Verdict run_bench(sim::Model& model, const base::Spec& resolved, const Options& options) {
  Verdict verdict;
  if (const auto unit = make_pipelined(resolved, options); unit != nullptr) {
    verdict = run_pipelined(model, *unit, resolved, options);
  } else if (resolved.unit() == "conv2d_stream") {
    verdict = run_conv2d_stream(model, resolved, options);
  } else {
    base::usage_error(resolved.unit(), "no bench knows this unit");
  }
  verdict.seed = options.seed;
  if (!verdict.passed) {
    verdict.mismatch =
        fmt::format("{}: seed {}, {}", resolved.line(), options.seed, verdict.mismatch);
  }
  return verdict;
}

int latency_of_cut(const std::string& cut) {
  if (cut == "none") return 0;
  if (cut == "fused") return 2;
  int places = 1;
  for (const char c : cut) places += c == ',' ? 1 : 0;
  return places;
}

int growth(int terms, bool data_signed) {
  int bits = 0;
  while ((int64_t{1} << bits) < terms) ++bits;
  const bool power_of_two = (int64_t{1} << bits) == terms;
  return data_signed && !power_of_two ? bits - 1 : bits;
}

}  // namespace tb
