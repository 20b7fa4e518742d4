// SPDX-License-Identifier: Apache-2.0
// What becomes of the sums of bw_array: scale or thresholds, rounding, saturation, maximum.

#include <fmt/format.h>

#include "gen/units/bw_array.h"
#include "gen/units/helpers.h"

namespace gen {
namespace {

constexpr int kShiftBits = 5;  // shifts of 0..31 places
constexpr int64_t kMostThresholdBits = 4;

bool is_multiplied(const base::Spec& spec) { return spec.is("output", "multiply"); }

int64_t default_out_width(const base::Spec& spec) { return spec.is("output", "threshold") ? 2 : 8; }

int64_t least_out_width(const base::Spec& spec) { return spec.is("relu", "no") ? 2 : 1; }

bool is_scaled(const base::Spec& spec) { return is_multiplied(spec) || spec.is("output", "shift"); }

bool cuts_mult(const base::Spec& spec) { return Cut(spec).at(Place::kMult); }

hdl::Module build_round(const std::string& name, bool is_signed, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {std::string("Rounding shift: (sum_i + half) >> shift_i, half = 2^(shift_i - 1) or 0; ") +
       (is_signed ? "saturated to the signed range of OutWidth bits."
                  : "below zero zero, saturated to OutWidth bits.")});
  const hdl::Dim sum_width = m.parameter("SumWidth", at.at("SumWidth"), 3, 80, "Bits of the sum.");
  const hdl::Dim out_width = m.parameter("OutWidth", at.at("OutWidth"), is_signed ? 2 : 1,
                                         sum_width, "Bits of an activation.");
  const hdl::Num sum = m.input("sum_i", hdl::sint(sum_width), "Sum, scaled or not.");
  const hdl::Num shift = m.input("shift_i", hdl::uint(kShiftBits), "Places to the right.");
  const hdl::NumType type = is_signed ? hdl::sint(out_width) : hdl::uint(out_width);
  const hdl::Num y = m.output("y_o", type, "Activation.");
  m.section(
      "Twice the quotient, rounded down: its low bit says whether the rest is a half or more.");
  const hdl::Num doubled = m.wire("doubled", hdl::sint(sum_width + 1), sum.shift_left(1));
  const hdl::Num twice = m.wire("twice", hdl::sint(sum_width + 1), doubled.shift_right(shift));
  const hdl::Bits twice_bits = m.wire("twice_bits", hdl::bits(sum_width + 1), twice.bits());
  const hdl::Num quotient = twice_bits.slice(1, sum_width).as_signed();
  const hdl::Num half = twice_bits.bit(0).as_unsigned().as_signed();
  const hdl::Num rounded = m.wire("rounded", hdl::sint(sum_width + 2), quotient + half);
  m.assign(y, rounded.saturate(type));
  return m;
}

}  // namespace

std::vector<Param> bw_output_options() {
  return {option("output",
                 {{"raw", "the sum"},
                  {"multiply", "times a factor of the channel, shifted, rounded, saturated"},
                  {"shift", "shifted by as much as the channel says, rounded, saturated"},
                  {"threshold", "how many of the channel's thresholds the sum reaches"}},
                 "What comes out for a sum."),
          option("relu", {{"yes", "0..2^OutWidth-1, below zero zero"}, {"no", "signed results"}},
                 "Range to which results are saturated.")
              .needs("output", "multiply|shift")
              .tagged("relu_"),
          option("pool", {{"none", "each result"}, {"max", "the largest of several"}},
                 "Pooling of results.")
              .tagged("pool_")};
}

std::vector<Param> bw_output_sizes() {
  return {free_size("ScaleWidth", "8", 1, 24, "Bits of a factor, unsigned.")
              .needs("output", "multiply")
              .free_with("output", "multiply")
              .tagged("m"),
          free_size("OutWidth", "8", 1, 48, "Bits of a result.")
              .or_auto(default_out_width)
              .needs("output", "multiply|shift|threshold")
              .free_with("output", "multiply|shift")
              .tagged("o")};
}

std::vector<Rule> bw_output_rules() {
  return {{.keys = {"output", "OutWidth"},
           .broken =
               [](const base::Spec& s) {
                 return s.is("output", "threshold") && s.size("OutWidth") > kMostThresholdBits;
               },
           .text = "OutWidth must be in 1..4 with output=threshold, which has 2^OutWidth - 1 "
                   "thresholds a channel"},
          {.keys = {"output", "relu", "OutWidth", "AccWidth"},
           .broken =
               [](const base::Spec& s) {
                 return is_scaled(s) && (s.size("OutWidth") < least_out_width(s) ||
                                         s.size("OutWidth") > s.size("AccWidth"));
               },
           .text = "OutWidth must be at most AccWidth, and at least 2 with relu=no",
           .explain =
               [](const base::Spec& s) {
                 return fmt::format("OutWidth={} must be in {}..{} (at most AccWidth{})",
                                    s.get("OutWidth"), least_out_width(s), s.get("AccWidth"),
                                    s.is("relu", "no") ? "; at least 2 with relu=no" : "");
               }},
          {.keys = {"cut", "output"},
           .broken = [](const base::Spec& s) { return cuts_mult(s) && !is_multiplied(s); },
           .text = "cut must be without mult unless output=multiply, which has the product"}};
}

int bw_output_latency(const base::Spec& resolved) {
  const Cut cut(resolved);
  return (cut.at(Place::kMult) ? 1 : 0) + (cut.at(Place::kPost) ? 1 : 0) +
         (resolved.is("pool", "max") ? 1 : 0);
}

BwOutput::BwOutput(DesignBuilder& design, hdl::Module& module, const BwSizes& sizes)
    : design_(design), m_(module), sizes_(sizes) {
  if (multiplied()) scale_width_ = design.parameter(module, "ScaleWidth");
  if (scaled()) {  // its most depends on another; a signed one has a sign and a bit
    out_width_ = module.parameter("OutWidth", design.size("OutWidth"), is("relu", "no") ? 2 : 1,
                                  sizes.acc_width, "Bits of a result, at most AccWidth.");
  } else if (is("output", "threshold")) {
    out_width_ = design.size("OutWidth");
  }
}

hdl::NumType BwOutput::result_type() const {
  if (is("output", "raw")) return hdl::sint(sizes_.acc_width);
  return scaled() && is("relu", "no") ? hdl::sint(out_width_) : hdl::uint(out_width_);
}

void BwOutput::declare_inputs() {
  const hdl::BitsType flag = hdl::bits(1);
  if (multiplied()) {
    scale_ = m_.input("scale_i", hdl::bits(sizes_.pe * scale_width_),
                      "With last_i: factors, channel p at bit p * ScaleWidth.");
    shift_ = m_.input("shift_i", hdl::bits(kShiftBits), "With last_i: shift of the products.");
  } else if (scaled()) {
    shift_ = m_.input("shift_i", hdl::bits(sizes_.pe * kShiftBits),
                      "With last_i: shifts, channel p at bit 5 * p.");
  }
  if (is("output", "threshold")) {
    const int64_t levels = (int64_t{1} << design_.size("OutWidth")) - 1;
    thresholds_ = m_.input(
        "threshold_i", hdl::bits(sizes_.pe * levels * sizes_.acc_width),
        "With last_i: " + std::to_string(levels) +
            " signed thresholds a channel, ascending, the lowest of channel 0 in the low bits.");
  }
  if (pooled()) {
    pool_first_ = m_.input("pool_first_i", flag, "With last_i: this sum begins a maximum.");
    pool_last_ = m_.input("pool_last_i", flag, "With last_i: the maximum with it comes out.");
  }
}

void BwOutput::declare_outputs() {
  valid_out_ = m_.output("valid_o", hdl::bits(1), "y_o is a result.");
  const hdl::NumType type = result_type();
  y_ = m_.output("y_o", hdl::bits(sizes_.pe * type.width),
                 std::string("Results, ") + (type.is_signed ? "signed" : "unsigned") +
                     ", channel p at bit p * " + (is("output", "raw") ? "AccWidth" : "OutWidth") +
                     ".");
}

void BwOutput::stage_inputs(Pipeline& pipeline) {
  const auto stage = [&](const char* name, hdl::Bits& input) {
    if (input.valid()) input = pipeline.stage(Place::kPre, name, input);
  };
  stage("scale", scale_);
  stage("shift", shift_);
  stage("threshold", thresholds_);
  stage("pool_first", pool_first_);
  stage("pool_last", pool_last_);
}

void BwOutput::keep_inputs(Pipeline& pipeline, const hdl::Bits& complete) {
  std::vector<std::pair<hdl::Bits, hdl::Bits>> kept;
  const auto keep = [&](const char* name, hdl::Bits& input) {
    if (!input.valid()) return;
    const hdl::Bits reg = m_.reg(std::string(name) + "_sum_q", hdl::bits(input.width()));
    kept.emplace_back(reg, input);
    input = reg;
  };
  keep("scale", scale_);
  keep("shift", shift_);
  keep("threshold", thresholds_);
  keep("pool_first", pool_first_);
  keep("pool_last", pool_last_);
  if (!kept.empty()) m_.registers(pipeline.data_clock(), complete, {}, kept);
}

void BwOutput::valid_at(Pipeline& pipeline, Place place) {
  if (!pipeline.cut().at(place)) return;
  const hdl::Bits reg = m_.reg("valid_" + std::string(place_name(place)) + "_q", hdl::bits(1), 0);
  moves_.emplace_back(reg, valid_);
  valid_ = reg;
}

void BwOutput::begin(Pipeline& pipeline, const hdl::Bits& valid) {
  valid_ = valid;
  for (const Place place : {Place::kMult, Place::kPost}) {
    const std::string suffix = "_" + std::string(place_name(place));
    if (place == Place::kMult && multiplied())
      shift_ = pipeline.stage(place, "shift" + suffix, shift_);
    if (pooled()) {
      pool_first_ = pipeline.stage(place, "pool_first" + suffix, pool_first_);
      pool_last_ = pipeline.stage(place, "pool_last" + suffix, pool_last_);
    }
    pipeline.end_stage();
    valid_at(pipeline, place);
  }
  if (pooled()) {
    pool_take_ = m_.wire("pool_take", hdl::bits(1), pipeline.enable() & valid_);
    const hdl::Bits reg = m_.reg("valid_pool_q", hdl::bits(1), 0);
    moves_.emplace_back(reg, valid_ & pool_last_);
    valid_ = reg;
  }
  if (!moves_.empty()) m_.registers(pipeline.state_clock(), pipeline.enable(), {}, moves_);
  m_.assign(valid_out_, valid_);
}

hdl::Num BwOutput::scaled_sum(Pipeline& pipeline, const hdl::Dim& channel, const hdl::Num& sum) {
  hdl::Num scaled = sum;
  hdl::Bits shift = shift_;
  if (multiplied()) {
    const hdl::Num factor = m_.wire("factor", hdl::uint(scale_width_),
                                    scale_.lane(channel, scale_width_).as_unsigned());
    scaled = pipeline.stage(Place::kMult, "product", hdl::sint(sizes_.acc_width + scale_width_),
                            sum * factor.as_signed());
    pipeline.end_stage();
  } else {
    shift = shift_.lane(channel, kShiftBits);
  }
  const hdl::Num result = m_.wire("rounded", result_type());
  const hdl::Dim width = scaled.width();
  m_.instance("u_round", bw_round(design_, width, out_width_),
              {{"SumWidth", width}, {"OutWidth", out_width_}},
              {{"sum_i", scaled}, {"shift_i", shift.as_unsigned()}, {"y_o", result}});
  return result;
}

hdl::Num BwOutput::count_thresholds(const hdl::Dim& channel, const hdl::Num& sum) {
  const int64_t levels = (int64_t{1} << design_.size("OutWidth")) - 1;
  const hdl::Bits own = m_.wire("thresholds", hdl::bits(levels * sizes_.acc_width),
                                thresholds_.lane(channel, levels * sizes_.acc_width));
  const hdl::Bits reached = m_.wire("reached", hdl::bits(levels));
  m_.generate_for("gen_threshold", "j", levels, [&](const hdl::Dim& j) {
    const hdl::Num threshold = m_.wire("threshold", hdl::sint(sizes_.acc_width),
                                       own.lane(j, sizes_.acc_width).as_signed());
    m_.assign(reached.bit(j), threshold <= sum);
  });
  return m_.accumulate("count", result_type(), "i", levels,
                       [&](const hdl::Dim& i) { return reached.bit(i).as_unsigned(); });
}

void BwOutput::emit(Pipeline& pipeline, const hdl::Dim& channel, const hdl::Num& sum) {
  hdl::Num result = sum;
  if (scaled()) result = scaled_sum(pipeline, channel, sum);
  if (is("output", "threshold")) result = count_thresholds(channel, sum);
  const hdl::NumType type = result_type();
  if (pipeline.cut().at(Place::kPost)) {
    result = pipeline.stage(Place::kPost, "result", type, result);
    pipeline.end_stage();
  }
  if (pooled()) {
    const hdl::Num pool_q = m_.reg("pool_q", type);
    m_.registers(pipeline.data_clock(), pool_take_,
                 {{pool_q, hdl::mux(pool_first_ | (result > pool_q), result, pool_q)}});
    result = pool_q;
  }
  m_.assign(y_.lane(channel, type.width), result.bits());
}

const hdl::Module& bw_round(DesignBuilder& design, const hdl::Dim& sum_width,
                            const hdl::Dim& out_width) {
  const bool is_signed = design.is("relu", "no");
  const std::string name = std::string("fircone_bw_round") + (is_signed ? "_signed" : "");
  return design.helper(name, {{"SumWidth", sum_width.value()}, {"OutWidth", out_width.value()}},
                       {{"SumWidth", 28}, {"OutWidth", 8}},
                       [&](const hdl::Point& at) { return build_round(name, is_signed, at); });
}

}  // namespace gen
