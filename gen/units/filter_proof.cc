// SPDX-License-Identifier: Apache-2.0
// The two halves of the proof of a fast filter.

#include "gen/units/filter_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <tuple>

#include "gen/design_builder.h"
#include "gen/units/fcu.h"
#include "gen/units/filter.h"
#include "gen/units/fir_plan.h"

namespace gen {
namespace {

// Above this many products the ranges are proved at the point's own sizes alone.
constexpr int kManyProducts = 200;

FilterProof identity(const std::string& dimension, const LinePlan& line) {
  const LineShape& shape = line.shape;
  const auto step = [](int factor, const char* index) {
    return (factor == 1 ? "" : fmt::format("{} ", factor)) + index;
  };
  FilterProof proof;
  proof.property =
      fmt::format("identity of {}: sum over p of post[o][p] h[p][k] x[p][i] == {}[i = {} + {}]",
                  dimension, line.divisor == 1 ? "" : fmt::format("{} ", line.divisor),
                  step(shape.stride, "o"), step(shape.dilation, "k"));
  proof.method = "tensor identity";
  proof.detail = fmt::format(
      "{} outputs, {} taps by {} products; post {}x{}, h {}x{}, x {}x{}; {} entries, all integers",
      shape.outputs, shape.taps, line.products.size(), line.post.size(), line.branch_names.size(),
      line.coefficient.size(), shape.taps, line.data.size(), shape.window(),
      shape.outputs * shape.taps * shape.window());
  try {
    line.verify();
  } catch (const std::logic_error& error) {
    proof.holds = false;
    proof.detail = error.what();
  }
  return proof;
}

// The same over blocks: h[k] x[n] reaches y[n + k], in this block or carried into the next.
FilterProof identity(const FirPlan& plan) {
  FilterProof proof;
  proof.property = fmt::format(
      "identity: sum over p of post[o][p] h[p][k] x[p][i], delays included == {}[o = i + k]",
      plan.divisor == 1 ? "" : fmt::format("{} ", plan.divisor));
  proof.method = "tensor identity";
  proof.detail = fmt::format(
      "form {}: {} outputs of {} taps by {} products; post {}x{}, h {}x{}, x {}x{}, all integers",
      plan.transposed ? "T" : "D", plan.parallel, plan.taps, plan.products.size(), plan.post.size(),
      plan.branch_names.size(), plan.coefficient.size(), plan.taps, plan.data.size(),
      plan.window());
  // Of output o (carried ones are o - P of the next block), tap k and the sample's time.
  std::map<std::tuple<int, int, int>, int64_t> sums;
  for (const FirPlan::Product& p : plan.products) {
    const ffa::Row& data = plan.data[static_cast<size_t>(p.data)];
    const ffa::Row& taps = plan.coefficient[static_cast<size_t>(p.coefficient)];
    for (size_t o = 0; o < plan.post.size(); ++o) {
      const int64_t factor = plan.post[o][static_cast<size_t>(p.branch)];
      const bool carried = static_cast<int>(o) >= plan.parallel;
      const int output = static_cast<int>(o) - (carried ? plan.parallel : 0);
      const int blocks = p.age + (carried ? 1 : 0);
      for (size_t k = 0; k < taps.size() && factor != 0; ++k)
        for (size_t i = 0; i < data.size() && taps[k] != 0; ++i)
          if (data[i] != 0)
            sums[{output, static_cast<int>(k),
                  plan.parallel - plan.window() + static_cast<int>(i) - plan.parallel * blocks}] +=
                factor * taps[k] * data[i];
    }
  }
  for (int o = 0; o < plan.parallel; ++o)
    for (int k = 0; k < plan.taps; ++k) sums[{o, k, o - k}] -= plan.divisor;
  for (const auto& [at, sum] : sums) {
    if (sum == 0) continue;
    const auto& [o, k, time] = at;
    proof.holds = false;
    proof.detail = fmt::format("output {} has {} times h[{}] x[{}] too much", o, sum, k, time);
    break;
  }
  return proof;
}

std::string growths(const FirPlan& plan) {
  const auto most = [](const ffa::Matrix& forms) {
    int gain = 0;
    for (const ffa::Row& form : forms) gain = std::max(gain, gain_of(form).total());
    return gain;
  };
  return fmt::format("sums of at most {} samples, {} coefficients", most(plan.data),
                     most(plan.coefficient));
}

std::string growths(const FilterPlan& plan) {
  const auto most = [](const std::vector<Gain>& gains) {
    int gain = 0;
    for (const Gain& g : gains) gain = std::max(gain, g.total());
    return gain;
  };
  return fmt::format("sums of at most {} samples, {} coefficients", most(plan.data_gains()),
                     most(plan.coefficient_gains()));
}

// The builder refuses a declaration that its value's range does not fit.
FilterProof widths(const base::Spec& spec, int products, const std::string& sums) {
  const bool heap = spec.is("arith", "heap");
  const bool box = !heap && products <= kManyProducts;
  FilterProof proof;
  proof.property = heap ? "widths: every sum fits its signal, outputs are exact modulo 2^width"
                        : "widths: every sum fits its signal";
  proof.method = "ranges";
  proof.detail = sums;
  proof.detail += heap  ? "; heaps drop carries beyond the result, whose width holds every value"
                  : box ? "; at every corner of the free sizes, with one text"
                        : "; at these sizes";
  try {
    if (box)
      check_free_sizes(spec);
    else
      build_modules(spec);
  } catch (const std::logic_error& error) {
    proof.holds = false;
    proof.detail = error.what();
  }
  return proof;
}

}  // namespace

std::vector<FilterProof> prove_filter(const base::Spec& resolved) {
  std::vector<FilterProof> proofs;
  if (resolved.unit() == "fir" && !resolved.is("scheme", "direct")) {
    const FirPlan plan = fir_plan(resolved);
    proofs.push_back(identity(plan));
    proofs.push_back(widths(resolved, static_cast<int>(plan.products.size()), growths(plan)));
  } else if (resolved.unit() == "fir" || resolved.unit() == "fcu") {
    const FilterPlan plan =
        resolved.unit() == "fir" ? fir_window_plan(resolved) : fcu_plan(resolved);
    if (plan.rows.shape.outputs * plan.rows.shape.taps > 1)
      proofs.push_back(identity("rows", plan.rows));
    proofs.push_back(identity("columns", plan.columns));
    proofs.push_back(widths(resolved, plan.multiplications(), growths(plan)));
  }
  return proofs;
}

}  // namespace gen
