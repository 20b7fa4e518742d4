// SPDX-License-Identifier: Apache-2.0
// Exact word lengths of filters, and sums as expressions.

#include "gen/units/filter.h"

#include <algorithm>
#include <cstdlib>

namespace gen {
namespace {

int floor_log2(int n) {
  int bits = 0;
  while ((n >> (bits + 1)) != 0) ++bits;
  return bits;
}

int ceil_log2(int n) { return n <= 1 ? 0 : floor_log2(n - 1) + 1; }

mpz_class power(int64_t exponent) {
  mpz_class value = 1;
  value <<= static_cast<mp_bitcnt_t>(exponent);
  return value;
}

// As a signed expression where the result is signed.
hdl::Num add_up(const SumGraph::Sum& sum, const std::vector<hdl::Num>& nodes, bool is_signed) {
  hdl::Num result;
  for (const ffa::Term& term : sum.terms) {
    hdl::Num node = nodes[static_cast<size_t>(term.node)];
    if (is_signed && !node.is_signed()) node = node.as_signed();
    node = node.shift_left(term.shift);
    if (!result.valid()) {
      result = term.sign > 0 ? node : -node;
    } else {
      result = term.sign > 0 ? result + node : result - node;
    }
  }
  return result;
}

}  // namespace

int FilterSizes::growth(int gain) const { return signed_data ? floor_log2(gain) : ceil_log2(gain); }

hdl::NumType FilterSizes::product_sum(int gain) const {
  return hdl::sint(data_width + coef_width + growth(gain));
}

hdl::NumType FilterSizes::sample_sum(const Gain& gain) const {
  if (signed_data)
    return hdl::sint(data_width + ceil_log2(gain.total() + (gain.plus == 0 ? 1 : 0)));
  if (gain.minus == 0) return hdl::uint(data_width + ceil_log2(gain.plus));
  return hdl::sint(data_width + ceil_log2(std::max(gain.plus, gain.minus)) + 1);
}

// With subtracted terms alone -(-2^(n-1)) needs a bit more.
hdl::NumType FilterSizes::coefficient_sum(const Gain& gain) const {
  return hdl::sint(coef_width + ceil_log2(gain.total() + (gain.plus == 0 ? 1 : 0)));
}

namespace {

hdl::Range sum_range(const Gain& gain, const hdl::Range& one) {
  return {one.lo * gain.plus - one.hi * gain.minus, one.hi * gain.plus - one.lo * gain.minus};
}

hdl::Range word_range(const hdl::Dim& width, bool is_signed) {
  return (is_signed ? hdl::sint(width) : hdl::uint(width)).range();
}

}  // namespace

hdl::Range FilterSizes::sample_range(const Gain& gain) const {
  return sum_range(gain, word_range(data_width, signed_data));
}

hdl::Range FilterSizes::coefficient_range(const Gain& gain) const {
  return sum_range(gain, word_range(coef_width, true));
}

int FilterSizes::sample_gain(const Gain& gain) const {
  return signed_data ? gain.total() : std::max(gain.plus, gain.minus);
}

hdl::Num FilterSizes::sample(const hdl::Bits& lane) const {
  return signed_data ? lane.as_signed() : lane.as_unsigned();
}

hdl::Num FilterSizes::operand(const hdl::Num& sample) const {
  return sample.is_signed() ? sample : sample.as_signed();
}

hdl::Range FilterSizes::exact(int count) const {
  const int64_t d = data_width.value(), c = coef_width.value();
  const mpz_class x_high = signed_data ? mpz_class(power(d - 1) - 1) : mpz_class(power(d) - 1);
  const mpz_class x_low = signed_data ? mpz_class(-power(d - 1)) : mpz_class(0);
  const mpz_class h_high = power(c - 1) - 1, h_low = -power(c - 1);
  const mpz_class products[] = {x_high * h_high, x_high * h_low, x_low * h_high, x_low * h_low};
  return {*std::min_element(std::begin(products), std::end(products)) * count,
          *std::max_element(std::begin(products), std::end(products)) * count};
}

hdl::Dim declare_result_width(hdl::Module& module, const FilterSizes& sizes, int products) {
  const hdl::Dim width = sizes.data_width + sizes.coef_width + sizes.growth(products);
  return width.is_constant() ? width : module.localparam("ResultWidth", width);
}

SumKind sample_sums(const FilterSizes& sizes) {
  return {[sizes](const Gain& gain) { return sizes.sample_sum(gain); },
          [sizes](const Gain& gain) { return sizes.sample_range(gain); }};
}

SumKind coefficient_sums(const FilterSizes& sizes) {
  return {[sizes](const Gain& gain) { return sizes.coefficient_sum(gain); },
          [sizes](const Gain& gain) { return sizes.coefficient_range(gain); }};
}

std::vector<hdl::Num> emit_graph(hdl::Module& module, const SumGraph& graph,
                                 const std::vector<hdl::Num>& inputs, const SumKind& kind,
                                 const Declare& declare, bool reuse) {
  std::vector<hdl::Num> nodes = inputs, outputs;
  const auto value = [&](const SumGraph::Sum& sum, const hdl::NumType& type) {
    hdl::Num total = add_up(sum, nodes, type.is_signed);
    // Terms that cancel (4x - x) have a sum that is smaller than intervals know.
    const hdl::Range exact = kind.range(sum.gain);
    if (exact.contains(total.range())) return total;
    return total.known_range(exact.lo, exact.hi, "terms cancel");
  };
  // Signed partial sums, or unsigned terms of which some are subtracted (4x - x), may cancel to a
  // sum that is not negative; signed is good enough there.
  const auto type_of = [&](const SumGraph::Sum& sum) {
    const hdl::NumType type = kind.type(sum.gain);
    const bool is_signed = std::any_of(sum.terms.begin(), sum.terms.end(), [&](const auto& term) {
      return term.sign < 0 || nodes[static_cast<size_t>(term.node)].is_signed();
    });
    return is_signed && !type.is_signed ? hdl::sint(type.width + 1) : type;
  };
  for (const SumGraph::Sum& sum : graph.inner) {
    const hdl::NumType type = type_of(sum);
    const hdl::Num total = value(sum, type);
    nodes.push_back(module.wire(sum.name, exactly(type, total), total));
  }
  outputs.reserve(graph.outputs.size());
  for (const SumGraph::Sum& sum : graph.outputs) {
    if (reuse && sum.is_node() && sum.terms.front().node >= graph.inputs) {
      outputs.push_back(nodes[static_cast<size_t>(sum.terms.front().node)]);
      continue;
    }
    const hdl::NumType type = type_of(sum);
    outputs.push_back(declare(sum.name, type, value(sum, type)));
  }
  return outputs;
}

}  // namespace gen
