// SPDX-License-Identifier: Apache-2.0
// Places of pipeline registers, their parameters, and the chain of valid bits.

#include "gen/units/pipeline.h"

#include <algorithm>

namespace gen {
namespace {

constexpr Place kPlaces[] = {Place::kPre, Place::kMult, Place::kBranch, Place::kPost};

}  // namespace

std::string_view place_name(Place place) {
  switch (place) {
    case Place::kPre:
      return "pre";
    case Place::kMult:
      return "mult";
    case Place::kBranch:
      return "branch";
    case Place::kPost:
      return "post";
  }
  return "";
}

Param scheme_param() {
  return option("scheme",
                {{"direct", "one product a coefficient and output"},
                 {"ffa", "fast FIR: fewer products, more additions"},
                 {"auto", "the least area an output with registers, by the cost model"}},
                "How the sums of products are formed.");
}

Param cut_param() {
  return subset("cut", "fused",
                {{"pre", "after the sample pre-adders (direct: on the samples)"},
                 {"mult", "after the products"},
                 {"branch", "after the sums of like-indexed products (direct: partial sums)"},
                 {"post", "on the outputs"},
                 {"fused", "samples and outputs only", "pre,post"}},
                "Places of the pipeline registers; their number is the latency.");
}

Param preadd_param() {
  return option("preadd",
                {{"hardware", "sums of coefficients are made in the unit"},
                 {"offline", "they come in ready-made"}},
                "Where the fast form's coefficients are added.");
}

Param data_param() {
  return option("data", {{"unsigned", ""}, {"signed", "two's complement"}},
                "Samples; coefficients are always signed.");
}

Param reset_param() {
  return option("reset",
                {{"async", "asserted at any time, released with the clock"},
                 {"sync", "sampled at the clock"}},
                "Style of the active-low reset.");
}

Param data_width_param() { return free_size("DataWidth", "8", 1, 32, "Bits of a sample."); }
Param coef_width_param() { return free_size("CoefWidth", "8", 2, 32, "Bits of a coefficient."); }

Rule preadd_rule() {
  return {.keys = {"preadd", "scheme"},
          .broken =
              [](const base::Spec& spec) {
                return spec.is("preadd", "offline") && spec.is("scheme", "direct");
              },
          .text = "preadd=offline must be hardware with scheme=direct, which adds no coefficients"};
}

Cut::Cut(const base::Spec& resolved) {
  const std::string list = "," + resolved.get("cut") + ",";
  for (const Place place : kPlaces) {
    if (list.find("," + std::string(place_name(place)) + ",") != std::string::npos) {
      places_.push_back(place);
    }
  }
}

bool Cut::at(Place place) const {
  return std::find(places_.begin(), places_.end(), place) != places_.end();
}

Pipeline::Pipeline(hdl::Module& module, const DesignBuilder& design, const Cut& cut)
    : module_(module), cut_(cut), style_(design.reset_style()) {
  clock_ = module_.input("clk_i", hdl::bits(1), "Clock, rising edge.");
  reset_ = module_.input("rst_ni", hdl::bits(1),
                         style_ == hdl::ResetStyle::kAsync
                             ? "Reset, active low, asynchronous; release it with the clock."
                             : "Reset, active low, sampled at the clock.");
  enable_ = module_.input("en_i", hdl::bits(1), "0 holds every register.");
  valid_in_ = module_.input("valid_i", hdl::bits(1), "Inputs are data.");
}

void Pipeline::start(const hdl::Bits& valid_out, bool has_state) {
  valid_ = {valid_in_};
  if (cut_.latency() == 0) {
    if (!has_state) module_.unused("unused_control", hdl::concat({clock_, reset_, enable_}));
  } else {
    module_.section("Valid bits travel with the data.");
    std::vector<std::pair<hdl::Bits, hdl::Bits>> chain;
    for (const Place place : cut_.places()) {
      const hdl::Bits reg =
          module_.reg("valid_" + std::string(place_name(place)) + "_q", hdl::bits(1), 0);
      chain.emplace_back(reg, valid_.back());
      valid_.push_back(reg);
    }
    module_.registers(state_clock(), enable_, {}, chain);
  }
  module_.assign(valid_out, valid_.back());
}

const hdl::Bits& Pipeline::valid_before(Place place) const {
  size_t i = 0;
  while (i < cut_.places().size() && cut_.places()[i] < place) ++i;
  return valid_[i];
}

hdl::NumType exactly(const hdl::NumType& type, const hdl::Num& value) {
  // A value that does not fit is for the declaration to report.
  if (!type.shared_range()->contains(value.range())) return type;
  hdl::NumType exact = type;
  exact.restriction = value.shared_range();
  return exact;
}

hdl::Num Pipeline::stage(Place place, const std::string& name, const hdl::NumType& type,
                         const hdl::Num& value) {
  const hdl::NumType exact = exactly(type, value);
  if (!cut_.at(place)) return module_.wire(name, exact, value);
  hdl::Num reg = module_.reg(name + "_q", exact);
  numbers_.emplace_back(reg, value);
  return reg;
}

hdl::Bits Pipeline::stage(Place place, const std::string& name, const hdl::Bits& value) {
  if (!cut_.at(place)) return value;
  hdl::Bits reg = module_.reg(name + "_q", hdl::bits(value.width()));
  vectors_.emplace_back(reg, value);
  return reg;
}

void Pipeline::end_stage() {
  if (!numbers_.empty() || !vectors_.empty()) {
    module_.registers(data_clock(), enable_, numbers_, vectors_);
  }
  numbers_.clear();
  vectors_.clear();
}

}  // namespace gen
