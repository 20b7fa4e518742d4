// SPDX-License-Identifier: Apache-2.0
// The common parts of approximate adders as Verilog.

#include "gen/units/approximate.h"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

namespace gen {
namespace {

int64_t nearest_divisor(int64_t width, int64_t wanted) {
  int64_t best = 1;
  for (int64_t d = 1; d <= width; ++d) {
    if (width % d == 0 && std::abs(d - wanted) < std::abs(best - wanted)) best = d;
  }
  return best;
}

}  // namespace

Param approximate_network() {
  return option("network", network_values({{"operators", "plain +, left to the synthesiser"}}),
                "Of the exact (sub-)adders.");
}

Param approximate_width() {
  return free_size("Width", "16", 1, 64, "Operand width.")
      .free_with("network", "operators")
      .tagged("n");
}

Param approx_width() {
  return free_size("ApproxWidth", "8", 0, 64, "Bits of the approximate low part.")
      .up_to("Width")
      .free_with("network", "operators")
      .tagged("k");
}

Param block_width() { return fixed_size("Width", "n", "16", 1, 64, "Operand width."); }

Param block_size(std::string_view name, std::string_view tag, std::string_view default_value,
                 int64_t min, std::string_view doc) {
  return fixed_size(name, tag, default_value, min, 64, doc).up_to("Width");
}

Rule block_divides_width() {
  return {{"Width", "block"},
          [](const base::Spec& spec) { return spec.size("Width") % spec.size("block") != 0; },
          "block must divide Width",
          [](const base::Spec& spec) {
            return fmt::format("block={} must divide Width={}; the nearest that does is {}",
                               spec.size("block"), spec.size("Width"),
                               nearest_divisor(spec.size("Width"), spec.size("block")));
          }};
}

ApproximateAdder::ApproximateAdder(DesignBuilder& design, std::vector<std::string> doc)
    : design_(design), module_(design.top(std::move(doc))) {
  style_.network = design.spec().get("network");
  width_ = design.parameter(module_, "Width");
  if (design.spec().has("ApproxWidth")) low_ = design.parameter(module_, "ApproxWidth", width_);
  if (design.spec().has("OnesWidth")) ones_ = design.parameter(module_, "OnesWidth", low_);
  ports_ = adder_ports(module_, width_, design.is("operands", "signed"));
}

void ApproximateAdder::when(std::string_view block, const hdl::DimCondition& condition,
                            const std::function<void()>& yes, std::string_view else_block,
                            const std::function<void()>& no) {
  if (condition.lhs.is_constant() && condition.rhs.is_constant()) {
    if (condition.holds()) {
      yes();
    } else if (no) {
      no();
    }
    return;
  }
  module_.generate_if(block, condition, yes, else_block, no);
}

hdl::Bits ApproximateAdder::top_bit(const hdl::Bits& carry) const {
  return ports_.is_signed ? a().msb() ^ b().msb() ^ carry : carry;
}

hdl::Bits ApproximateAdder::low_part(std::string_view section, bool has_carry,
                                     const std::function<hdl::Bits()>& body) {
  module_.section(section);
  hdl::Bits carry;
  if (has_carry) carry = module_.wire("low_carry", hdl::bits(1));
  const auto yes = [&] {
    const hdl::Bits value = body();
    if (has_carry) module_.assign(carry, value);
  };
  const auto no = [&] { module_.assign(carry, hdl::zeros(1)); };
  if (has_carry) {
    when("gen_low", is_at_least(low_, 1), yes, "gen_no_low", no);
  } else {
    when("gen_low", is_at_least(low_, 1), yes);
  }
  return carry;
}

void ApproximateAdder::exact_above(const hdl::Bits& carry) {
  hdl::Module& m = module_;
  const hdl::Dim high = width_ - low_;
  m.section("High part: exact.");
  const auto add = [&](const hdl::Bits& high_a, const hdl::Bits& high_b, const hdl::Bits& into) {
    const AdderResult r =
        emit_adder(m, style_, {.a = high_a, .b = high_b, .carry = into, .prefix = "high_"});
    m.assign(sum().slice(low_, high), r.sum);
    m.assign(sum().slice(width_, 1), top_bit(r.carry));
  };
  when(
      "gen_high", is_above(width_, low_),
      [&] {
        const hdl::Bits high_a = m.wire("high_a", hdl::bits(high), a().slice(low_, high));
        const hdl::Bits high_b = m.wire("high_b", hdl::bits(high), b().slice(low_, high));
        add(high_a, high_b, carry);
      },
      "gen_no_high",
      [&] { m.assign(sum().slice(width_, 1), top_bit(carry.valid() ? carry : hdl::zeros(1))); });
}

hdl::Bits ApproximateAdder::carry_of(const hdl::Dim& position, int pairs) {
  hdl::Module& m = module_;
  if (pairs == 1) return a().slice(position - 1, 1) & b().slice(position - 1, 1);
  const hdl::Bits window_a = a().slice(position - pairs, pairs);
  const hdl::Bits window_b = b().slice(position - pairs, pairs);
  if (operators()) {
    const hdl::Bits below_a = m.wire(wire_name("below_a"), hdl::bits(pairs), window_a);
    const hdl::Bits below_b_n = m.wire(wire_name("below_b_n"), hdl::bits(pairs), ~window_b);
    return below_a.as_unsigned() > below_b_n.as_unsigned();  // a + b overflows
  }
  // A balanced tree of spans [hi:lo] that generate (g) or pass on (p) a carry.
  const hdl::Bits g = m.wire(wire_name("below_g"), hdl::bits(pairs), window_a & window_b);
  const hdl::Bits p = m.wire(
      wire_name("below_p"), hdl::bits(pairs - 1),
      a().slice(position - pairs + 1, pairs - 1) | b().slice(position - pairs + 1, pairs - 1));
  const std::function<hdl::Bits(int, int)> passes = [&](int hi, int lo) {
    if (hi == lo) return p.bit(hi - 1);  // bit 0 of p belongs to pair 1
    return p.slice(lo - 1, hi - lo + 1).all();
  };
  const std::function<hdl::Bits(int, int)> generates = [&](int hi, int lo) {
    if (hi == lo) return g.bit(hi);
    const int half = lo + (hi - lo + 1) / 2;  // lowest pair of the upper half
    const hdl::Bits upper = generates(hi, half), lower = generates(half - 1, lo);
    return m.wire(wire_name(fmt::format("below_g_{}_{}", hi, lo)), hdl::bits(1),
                  upper | (passes(hi, half) & lower));
  };
  return generates(pairs - 1, 0);
}

void ApproximateAdder::segment(const std::string& prefix, const hdl::Dim& position, int size,
                               const CarryInto& carry_into, bool last) {
  hdl::Module& m = module_;
  prefix_ = prefix;
  AdderOperands in;
  if (carry_into && !(position == hdl::Dim(0))) in.carry = carry_into(position);
  in.a = m.wire(wire_name("a"), hdl::bits(size), a().slice(position, size));
  in.b = m.wire(wire_name("b"), hdl::bits(size), b().slice(position, size));
  in.carry_out = last;
  in.prefix = prefix;
  const AdderResult r = emit_adder(m, style_, in);
  m.assign(sum().slice(position, size), r.sum);
  if (last) m.assign(sum().slice(width_, 1), top_bit(r.carry));
}

void ApproximateAdder::segments(int first, int size, const CarryInto& carry_into) {
  const int width = static_cast<int>(width_.value());
  const int others = (width - first) / size;
  module_.section(others == 0 ? "One segment: the sum is exact." : "First segment.");
  segment("first_", 0, first, carry_into, others == 0);
  if (others == 0) return;
  const int between = others - 1;
  if (between > 0) {
    module_.section("Segments between the first and the last.");
    module_.generate_for("gen_segment", "i", between, [&](const hdl::Dim& i) {
      segment("", first + i * size, size, carry_into, false);
    });
  }
  module_.section("Last segment, with the carry out.");
  segment("last_", width - size, size, carry_into, true);
}

void ApproximateAdder::windows(int window) {
  hdl::Module& m = module_;
  const int width = static_cast<int>(width_.value()), first = window + 1;
  m.section("The lowest bits see every pair below them.");
  segment("first_", 0, first, {}, false);
  if (width > first) {
    m.section("Each other bit with the carry of its window.");
    m.generate_for("gen_bit", "i", width - first, [&](const hdl::Dim& i) {
      prefix_.clear();
      const hdl::Dim bit = first + i;
      const hdl::Bits carry = m.wire("carry", hdl::bits(1), carry_of(bit, window));
      m.assign(sum().slice(bit, 1), a().slice(bit, 1) ^ b().slice(bit, 1) ^ carry);
    });
  }
  m.section("Carry out of the highest window.");
  prefix_ = "top_";
  m.assign(sum().slice(width, 1), top_bit(carry_of(width, window)));
}

void ApproximateAdder::finish(const std::string& formula) {
  design_.formula = formula;
  design_.add(std::move(module_));
}

}  // namespace gen
