// SPDX-License-Identifier: Apache-2.0
// Operands to lanes, results to numbers, and the exact results beside them.

#include "analysis/error/circuit.h"

#include <algorithm>
#include <array>

namespace analysis {
namespace {

using golden::Wide;

std::vector<uint32_t> operand_nets(const OperandNets& nets) {
  std::vector<uint32_t> all = nets.a;
  all.insert(all.end(), nets.b.begin(), nets.b.end());
  return all;
}

// Without a reference circuit: no gates.
GateSimulator simulator(const OperandNets& nets) {
  static const GateNetlist none;
  return {nets.netlist ? *nets.netlist : none, operand_nets(nets), nets.result};
}

// A pattern of `bits` bits as the number that it stands for.
template <class Int>
Int value_of(Int pattern, int bits, bool is_signed) {
  if (!is_signed) return pattern;
  const Int sign = Int{1} << (bits - 1);
  return (pattern ^ sign) - sign;
}

template <class Int>
Int wrapped(Int value, int bits, bool is_signed) {
  return value_of(static_cast<Int>(value & ((Int{1} << bits) - 1)), bits, is_signed);
}

// Bit i of the first 512 numbers.
constexpr std::array<uint64_t, 6> kCounting = {0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC,
                                               0xF0F0F0F0F0F0F0F0, 0xFF00FF00FF00FF00,
                                               0xFFFF0000FFFF0000, 0xFFFFFFFF00000000};
constexpr int kLaneBits = 9;

LaneWord counting_bit(size_t bit) {
  LaneWord value{};
  for (size_t w = 0; w < value.size(); ++w)
    value[w] = bit < 6 ? kCounting[bit] : ((w >> (bit - 6) & 1) != 0 ? ~uint64_t{0} : 0);
  return value;
}

struct Range {
  mpz_class least;
  mpz_class most;
};

Range range_of(size_t bits, bool is_signed) {
  if (is_signed) return {-(mpz_class(1) << (bits - 1)), (mpz_class(1) << (bits - 1)) - 1};
  return {0, (mpz_class(1) << bits) - 1};
}

Range exact_range(const Circuit& c) {
  const Range a = range_of(c.given.a.size(), c.a_signed);
  const Range b = range_of(c.given.b.size(), c.b_signed);
  if (c.reference == Reference::kCircuit) return range_of(c.exact.result.size(), c.result_signed());
  if (c.reference == Reference::kAdd) return {a.least + b.least, a.most + b.most};
  const std::array<mpz_class, 4> corners = {a.least * b.least, a.least * b.most, a.most * b.least,
                                            a.most * b.most};
  return {*std::min_element(corners.begin(), corners.end()),
          *std::max_element(corners.begin(), corners.end())};
}

}  // namespace

int Circuit::exact_bits() const {
  const Range range = exact_range(*this);
  int bits = 1;
  for (; range.most > range_of(static_cast<size_t>(bits), result_signed()).most ||
         range.least < range_of(static_cast<size_t>(bits), result_signed()).least;)
    ++bits;
  return bits;
}

mpz_class Circuit::span() const {
  const Range range = exact_range(*this);
  const Range result = range_of(given.result.size(), result_signed());
  const mpz_class needed = range.most - range.least;
  const mpz_class whole = result.most - result.least;
  return needed < whole ? needed : whole;
}

CircuitRunner::CircuitRunner(const Circuit& circuit)
    : circuit_(circuit), given_(simulator(circuit.given)), exact_(simulator(circuit.exact)) {}

void CircuitRunner::pairs(std::span<const uint64_t> a, std::span<const uint64_t> b,
                          std::span<Wide> z, std::span<Wide> y) {
  any_block_ = false;
  const size_t in_a = circuit_.given.a.size();
  const bool by_circuit = circuit_.reference == Reference::kCircuit;
  for (size_t i = 0; i < in_a + circuit_.given.b.size(); ++i) {
    LaneWord value{};
    const auto& patterns = i < in_a ? a : b;
    const size_t bit = i < in_a ? i : i - in_a;
    for (size_t lane = 0; lane < patterns.size(); ++lane)
      value[lane / 64] |= (patterns[lane] >> bit & 1) << (lane % 64);
    given_.set(i, value);
    if (by_circuit) exact_.set(i, value);
  }
  const bool is_signed = circuit_.result_signed();
  const auto read = [&](GateSimulator& simulator, size_t bits, std::span<Wide> numbers) {
    simulator.run();
    std::array<uint64_t, kPairs> low{}, high{};
    simulator.read_numbers(low);
    if (bits > 64) simulator.read_numbers(high, 64);
    for (size_t m = 0; m < kPairs; ++m) {
      const auto lane = static_cast<size_t>(GateSimulator::lane_of(static_cast<int>(m)));
      if (lane >= numbers.size()) continue;
      const Wide pattern = Wide{low[m]} | Wide{high[m]} << 64;
      numbers[lane] = value_of(pattern, static_cast<int>(bits), is_signed);
    }
  };
  const auto bits = static_cast<int>(circuit_.given.result.size());
  read(given_, circuit_.given.result.size(), z);
  if (by_circuit) read(exact_, circuit_.exact.result.size(), y);
  const bool wraps = bits < circuit_.exact_bits();
  for (size_t i = 0; i < a.size(); ++i) {
    if (!by_circuit) {
      const Wide p = value_of(Wide{a[i]}, static_cast<int>(in_a), circuit_.a_signed);
      const Wide q =
          value_of(Wide{b[i]}, static_cast<int>(circuit_.given.b.size()), circuit_.b_signed);
      y[i] = circuit_.reference == Reference::kAdd ? p + q : p * q;
    }
    if (wraps) y[i] = wrapped(y[i], bits, is_signed);
  }
}

// The operands of a block differ from those of the one before in a few upper bits.
void CircuitRunner::set_block(uint64_t index) {
  const auto inputs = static_cast<size_t>(circuit_.operand_bits());
  const bool by_circuit = circuit_.reference == Reference::kCircuit;
  for (size_t i = 0; i < inputs; ++i) {
    if (i < kLaneBits) {
      if (any_block_) continue;
      given_.set(i, counting_bit(i));
      if (by_circuit) exact_.set(i, counting_bit(i));
      continue;
    }
    const bool bit = (index >> (i - kLaneBits) & 1) != 0;
    if (any_block_ && bit == ((block_ >> (i - kLaneBits) & 1) != 0)) continue;
    given_.set_all(i, bit);
    if (by_circuit) exact_.set_all(i, bit);
  }
  block_ = index;
  any_block_ = true;
}

size_t CircuitRunner::block(uint64_t index, std::span<int64_t, kPairs> z,
                            std::span<int64_t, kPairs> y) {
  set_block(index);
  const int bits_a = static_cast<int>(circuit_.given.a.size());
  const int bits_b = static_cast<int>(circuit_.given.b.size());
  const int bits = static_cast<int>(circuit_.given.result.size());
  const bool is_signed = circuit_.result_signed();
  const bool a_signed = circuit_.a_signed;
  const bool b_signed = circuit_.b_signed;
  std::array<uint64_t, kPairs> patterns;
  given_.run();
  given_.read_numbers(patterns);
  for (size_t m = 0; m < kPairs; ++m)
    z[m] = value_of(static_cast<int64_t>(patterns[m]), bits, is_signed);
  const auto first = static_cast<int64_t>(index * kPairs);
  const int64_t mask = (int64_t{1} << bits_a) - 1;
  const auto operands = [&](auto store) {
    for (int m = 0; m < static_cast<int>(kPairs); ++m) {
      const int64_t pair = first | GateSimulator::lane_of(m);
      store(static_cast<size_t>(m), value_of(pair & mask, bits_a, a_signed),
            value_of(pair >> bits_a, bits_b, b_signed));
    }
  };
  switch (circuit_.reference) {
    case Reference::kAdd:
      operands([&](size_t m, int64_t a, int64_t b) { y[m] = a + b; });
      break;
    case Reference::kMultiply:
      operands([&](size_t m, int64_t a, int64_t b) { y[m] = a * b; });
      break;
    case Reference::kCircuit:
      exact_.run();
      exact_.read_numbers(patterns);
      for (size_t m = 0; m < kPairs; ++m)
        y[m] = value_of(static_cast<int64_t>(patterns[m]),
                        static_cast<int>(circuit_.exact.result.size()), is_signed);
      break;
  }
  if (bits < circuit_.exact_bits())
    for (int64_t& value : y) value = wrapped(value, bits, is_signed);
  const int inputs = circuit_.operand_bits();
  if (inputs >= kLaneBits) return kPairs;
  // Fewer pairs than lanes: those in the first lanes are all of them.
  const size_t count = size_t{1} << inputs;
  size_t kept = 0;
  for (size_t m = 0; m < kPairs; ++m) {
    if (static_cast<size_t>(GateSimulator::lane_of(static_cast<int>(m))) >= count) continue;
    z[kept] = z[m];
    y[kept++] = y[m];
  }
  return count;
}

}  // namespace analysis
