// SPDX-License-Identifier: Apache-2.0
// Exact word lengths of filters, and adder networks as expressions.

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
template <typename Sum>
hdl::Num add_up(const Sum& sum, const std::vector<hdl::Num>& nodes, bool is_signed) {
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

std::vector<std::string> numbered(const std::string& stem, int count, const std::string& end) {
  std::vector<std::string> names;
  names.reserve(static_cast<size_t>(count));
  for (int i = 0; i < count; ++i) names.push_back(stem + std::to_string(i) + end);
  return names;
}

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

hdl::NumType FilterSizes::sample_sum(const ffa::Row& row) const {
  const Gain gain = gain_of(row);
  // The samples of the FIR filter's rows are signed as soon as there are two.
  if (!signed_data && gain.minus == 0 && gain.plus > 1)
    return hdl::sint(data_width + ceil_log2(gain.plus) + 1);
  return sample_sum(gain);
}

hdl::NumType FilterSizes::coefficient_sum(const ffa::Row& row) const {
  return coefficient_sum(gain_of(row));
}

int FilterSizes::sample_gain(const ffa::Row& row) const { return sample_gain(gain_of(row)); }

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
                                 const Declare& declare) {
  std::vector<hdl::Num> nodes = inputs, outputs;
  const auto value = [&](const SumGraph::Sum& sum, const hdl::NumType& type) {
    hdl::Num total = add_up(sum, nodes, type.is_signed);
    // Terms that cancel (4x - x) have a sum that is smaller than intervals know.
    if (type.range().contains(total.range())) return total;
    const hdl::Range exact = kind.range(sum.gain);
    return total.known_range(exact.lo, exact.hi, "terms cancel");
  };
  for (const SumGraph::Sum& sum : graph.inner) {
    const hdl::NumType type = kind.type(sum.gain);
    const hdl::Num total = value(sum, type);
    nodes.push_back(module.wire(sum.name, exactly(type, total), total));
  }
  outputs.reserve(graph.outputs.size());
  for (const SumGraph::Sum& sum : graph.outputs) {
    const hdl::NumType type = kind.type(sum.gain);
    outputs.push_back(declare(sum.name, type, value(sum, type)));
  }
  return outputs;
}

namespace {

std::vector<hdl::Num> emit(hdl::Module& module, const ffa::AdderNetwork& network,
                           const std::vector<hdl::Num>& inputs, const std::string& prefix,
                           const std::vector<std::string>& names,
                           const std::function<hdl::NumType(const ffa::Row&)>& type,
                           const Declare& declare) {
  std::vector<hdl::Num> nodes = inputs;
  const ffa::Matrix rows = network.shared_matrix();
  for (size_t i = 0; i < rows.size(); ++i) {
    const ffa::Sum& sum = network.shared()[i];
    const hdl::NumType sum_type = type(rows[i]);
    const hdl::Num value = add_up(sum, nodes, sum_type.is_signed);
    nodes.push_back(module.wire(prefix + sum.label, exactly(sum_type, value), value));
  }
  std::vector<hdl::Num> outputs;
  const ffa::Matrix matrix = network.matrix();
  for (size_t i = 0; i < matrix.size(); ++i) {
    const hdl::NumType sum_type = type(matrix[i]);
    outputs.push_back(
        declare(names[i], sum_type, add_up(network.outputs()[i], nodes, sum_type.is_signed)));
  }
  return outputs;
}

}  // namespace

std::vector<hdl::Num> emit_network(Pipeline& pipeline, Place place,
                                   const ffa::AdderNetwork& network,
                                   const std::vector<hdl::Num>& inputs, const std::string& prefix,
                                   const std::vector<std::string>& names,
                                   const std::function<hdl::NumType(const ffa::Row&)>& type) {
  return emit(pipeline.module(), network, inputs, prefix, names, type,
              [&](const std::string& name, const hdl::NumType& sum_type, const hdl::Num& value) {
                return pipeline.stage(place, name, sum_type, value);
              });
}

std::vector<hdl::Num> emit_sums(hdl::Module& module, const ffa::AdderNetwork& network,
                                const std::vector<hdl::Num>& inputs, const std::string& prefix,
                                const std::vector<std::string>& names,
                                const std::function<hdl::NumType(const ffa::Row&)>& type) {
  return emit(module, network, inputs, prefix, names, type,
              [&](const std::string& name, const hdl::NumType& sum_type, const hdl::Num& value) {
                return module.wire(name, exactly(sum_type, value), value);
              });
}

std::vector<hdl::Num> emit_coefficients(hdl::Module& module, const FilterSizes& sizes,
                                        const hdl::Bits& h,
                                        const std::vector<CoefficientTerm>& terms, bool offline) {
  std::vector<hdl::Num> sums;
  std::vector<hdl::Bits> spare;
  const hdl::Dim lane_width = sizes.coef_width + 1;
  for (size_t s = 0; s < terms.size(); ++s) {
    const CoefficientTerm& term = terms[s];
    const hdl::NumType type = sizes.coefficient_sum(ffa::Row(term.taps.size(), 1));
    if (offline) {
      const hdl::Dim lsb = lane_width * static_cast<int64_t>(s);
      sums.push_back(module.wire(term.name, type, h.slice(lsb, type.width).as_signed()));
      if (term.taps.size() == 1) spare.push_back(h.bit(lsb + type.width));
    } else {
      std::vector<hdl::Num> taps;
      for (const int tap : term.taps) taps.push_back(h.lane(tap, sizes.coef_width).as_signed());
      const hdl::Num total = hdl::sum(taps);
      sums.push_back(module.wire(term.name, exactly(type, total), total));
    }
  }
  if (!spare.empty()) module.unused("unused_signs", hdl::concat(spare));
  return sums;
}

std::vector<CoefficientSum> describe(const std::vector<CoefficientTerm>& terms,
                                     const std::vector<std::string>& tap_names) {
  std::vector<CoefficientSum> sums;
  for (const CoefficientTerm& term : terms) {
    CoefficientSum sum{term.name, {}};
    for (const int tap : term.taps) sum.terms.emplace_back(1, tap_names[static_cast<size_t>(tap)]);
    sums.push_back(std::move(sum));
  }
  return sums;
}

int adders(const std::vector<CoefficientTerm>& terms) {
  int count = 0;
  for (const CoefficientTerm& term : terms) count += static_cast<int>(term.taps.size()) - 1;
  return count;
}

std::vector<hdl::Num> emit_results(Pipeline& pipeline, const ffa::AdderNetwork& network,
                                   const std::vector<hdl::Num>& branches,
                                   const std::vector<std::string>& names,
                                   const hdl::Dim& result_width, const hdl::Range& exact,
                                   const std::string& why) {
  std::vector<hdl::Num> nodes = branches;
  for (const ffa::Sum& sum : network.shared()) {
    // A partial sum has no identity of its own: it keeps what the final sums need, modulo 2^width.
    nodes.push_back(pipeline.module().wire("post_" + sum.label, hdl::sint(result_width),
                                           add_up(sum, nodes, true).wrap(result_width)));
  }
  std::vector<hdl::Num> results;
  for (size_t i = 0; i < network.outputs().size(); ++i) {
    const hdl::Num total = add_up(network.outputs()[i], nodes, true);
    results.push_back(pipeline.stage(Place::kPost, names[i], hdl::sint(result_width),
                                     total.known_range(exact.lo, exact.hi, why)));
  }
  return results;
}

}  // namespace gen
