// SPDX-License-Identifier: Apache-2.0
// 512 inputs at a time through the gates, compared with the claim's integers.

#include "analysis/prove/simulate.h"

#include <array>
#include <chrono>
#include <random>

#include "base/error.h"

namespace analysis {
namespace {

constexpr size_t kWords = 8;
constexpr size_t kLanes = 64 * kWords;
constexpr size_t kMostBits = 40;  // all inputs: an hour and more
using Block = std::array<uint64_t, kWords>;

bool is_interface(const std::string& port) {
  return port == "clk_i" || port == "rst_ni" || port == "en_i" || port == "valid_i";
}

class Gates {
 public:
  explicit Gates(const Network& network) : network_(network), values_(network.net_count()) {
    values_[kTrue].fill(~uint64_t{0});
    for (const auto& [port, bits] : network.inputs())
      if (is_interface(port))
        for (const Net bit : bits) values_[bit].fill(~uint64_t{0});
    for (const uint32_t element : network.order())
      if (element >= network.gates().size())
        base::check_error("simulation", "a network with boxes has no gates");
  }

  Block& operator[](Net net) { return values_[net]; }

  void run() {
    for (const uint32_t element : network_.order()) {
      const LogicGate& gate = network_.gates()[element];
      const Block &a = values_[gate.in[0]], &b = values_[gate.in[1]], &s = values_[gate.in[2]];
      Block& out = values_[gate.out];
      const auto each = [&](auto function) {
        for (size_t w = 0; w < kWords; ++w) out[w] = function(a[w], b[w], s[w]);
      };
      // The common gates have a loop of their own.
      switch (gate.op) {
        case LogicOp::kAnd:
          each([](uint64_t x, uint64_t y, uint64_t) { return x & y; });
          break;
        case LogicOp::kOr:
          each([](uint64_t x, uint64_t y, uint64_t) { return x | y; });
          break;
        case LogicOp::kXor:
          each([](uint64_t x, uint64_t y, uint64_t) { return x ^ y; });
          break;
        case LogicOp::kNot:
          each([](uint64_t x, uint64_t, uint64_t) { return ~x; });
          break;
        default:
          each(
              [&gate](uint64_t x, uint64_t y, uint64_t z) { return gate_value(gate.op, x, y, z); });
      }
    }
  }

 private:
  const Network& network_;
  std::vector<Block> values_;
};

// Rows of 64 bits to columns (Hacker's Delight, 7-3): bit j of row i to bit i of row j.
void transpose(std::array<uint64_t, 64>& rows) {
  uint64_t mask = 0x00000000ffffffff;
  for (size_t step = 32; step != 0; step >>= 1, mask ^= mask << step)
    for (size_t k = 0; k < 64; k = (k + step + 1) & ~step) {
      const uint64_t swapped = ((rows[k] >> step) ^ rows[k + step]) & mask;
      rows[k] ^= swapped << step;
      rows[k + step] ^= swapped;
    }
}

// The claim over the number of an input: the bits of all free ports, one after the other.
class Integers {
 public:
  Integers(const Network& network, const Claim& claim) : width_(claim.width) {
    std::map<std::string, int> base;
    int bits = 0;
    for (const auto& [port, nets] : network.inputs()) {
      if (is_interface(port)) continue;
      base[port] = bits;
      bits += static_cast<int>(nets.size());
    }
    for (const Term& term : claim.terms) {
      terms_.push_back({term.factor, operands_.size(), term.operands.size()});
      for (const Operand& o : term.operands) {
        const uint64_t top = uint64_t{1} << (o.width - 1);
        operands_.push_back({base.at(o.port) + o.lsb, 2 * top - 1, o.is_signed ? top : 0});
      }
    }
  }

  uint64_t operator()(uint64_t input) const {
    uint64_t total = 0;
    for (const auto& [factor, first, count] : terms_) {
      uint64_t product = static_cast<uint64_t>(factor);
      for (size_t i = first; i < first + count; ++i) {
        const auto& [shift, mask, sign] = operands_[i];
        const uint64_t value = (input >> shift) & mask;
        product *= (value ^ sign) - sign;  // two's complement
      }
      total += product;
    }
    return width_ == 64 ? total : total & ((uint64_t{1} << width_) - 1);
  }

 private:
  struct Factors {
    int64_t factor;
    size_t first, count;
  };
  struct Field {
    int shift;
    uint64_t mask, sign;
  };
  int width_;
  std::vector<Factors> terms_;
  std::vector<Field> operands_;
};

Values values_of_lane(const Network& network, Gates& gates, size_t lane) {
  Values values;
  for (const auto& [port, bits] : network.inputs()) {
    if (is_interface(port)) continue;
    mpz_class value = 0;
    for (size_t i = 0; i < bits.size(); ++i)
      if (((gates[bits[i]][lane / 64] >> (lane % 64)) & 1) != 0) mpz_setbit(value.get_mpz_t(), i);
    values[port] = value;
  }
  return values;
}

mpz_class result_of_lane(const Network& network, const Claim& claim, Gates& gates, size_t lane) {
  const std::vector<Net>& bits = network.outputs().at(claim.output);
  mpz_class value = 0;
  for (int i = 0; i < claim.width; ++i) {
    const Net net = bits[static_cast<size_t>(claim.lsb) + static_cast<size_t>(i)];
    if (((gates[net][lane / 64] >> (lane % 64)) & 1) != 0)
      mpz_setbit(value.get_mpz_t(), static_cast<mp_bitcnt_t>(i));
  }
  return value;
}

std::vector<Net> free_inputs(const Network& network) {
  std::vector<Net> inputs;
  for (const auto& [port, nets] : network.inputs())
    if (!is_interface(port)) inputs.insert(inputs.end(), nets.begin(), nets.end());
  return inputs;
}

// Numbers first, first + 1, ... in the lanes.
void count_up(Gates& gates, const std::vector<Net>& inputs, uint64_t first) {
  constexpr std::array<uint64_t, 6> kLow = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc,
                                            0xf0f0f0f0f0f0f0f0, 0xff00ff00ff00ff00,
                                            0xffff0000ffff0000, 0xffffffff00000000};
  for (size_t i = 0; i < inputs.size(); ++i)
    for (size_t w = 0; w < kWords; ++w)
      gates[inputs[i]][w] = i < 6 ? kLow[i] : (((first + 64 * w) >> i) & 1) != 0 ? ~uint64_t{0} : 0;
}

// Half of the bits set, few, many, in turn; the first block has zeros, ones and single bits.
void randomize(Gates& gates, const std::vector<Net>& inputs, uint64_t block,
               std::mt19937_64& random) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (size_t w = 0; w < kWords; ++w) {
      const uint64_t x = random(), y = random(), z = random();
      gates[inputs[i]][w] = block % 3 == 0 ? x : block % 3 == 1 ? x & y & z : x | y | z;
    }
    if (block == 0) {
      gates[inputs[i]][0] = uint64_t{1} << 63;
      if (i < 62) gates[inputs[i]][0] |= uint64_t{1} << (i + 1);
    }
  }
}

class Pair {
 public:
  Pair(const Network& left, const Network& right)
      : left_(left), right_(right), a_(left), b_(right), inputs_(free_inputs(left)) {
    for (const auto& [port, nets] : left.inputs()) {
      if (is_interface(port)) continue;
      const std::vector<Net>& others = right.inputs().at(port);
      others_.insert(others_.end(), others.begin(), others.end());
    }
  }
  const std::vector<Net>& inputs() const { return inputs_; }
  Gates& gates() { return a_; }

  // The first lane below `lanes` in which an output differs.
  std::optional<size_t> run(uint64_t lanes) {
    for (size_t i = 0; i < inputs_.size(); ++i) b_[others_[i]] = a_[inputs_[i]];
    a_.run();
    b_.run();
    for (size_t w = 0; w < kWords && 64 * w < lanes; ++w) {
      uint64_t wrong = 0;
      for (const auto& [port, bits] : left_.outputs()) {
        const std::vector<Net>& others = right_.outputs().at(port);
        for (size_t i = 0; i < bits.size(); ++i) wrong |= a_[bits[i]][w] ^ b_[others[i]][w];
      }
      if (lanes < 64) wrong &= (uint64_t{1} << lanes) - 1;
      if (wrong != 0) return 64 * w + static_cast<size_t>(__builtin_ctzll(wrong));
    }
    return std::nullopt;
  }

 private:
  const Network& left_;
  const Network& right_;
  Gates a_, b_;
  std::vector<Net> inputs_, others_;
};

}  // namespace

int free_bits(const std::vector<ProvePort>& ports) {
  int bits = 0;
  for (const ProvePort& port : ports)
    if (port.input && !is_interface(port.name)) bits += port.width;
  return bits;
}

Simulation simulate_all(const Network& network, const Claim& claim, double timeout_seconds) {
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Net> inputs = free_inputs(network);
  if (inputs.size() > kMostBits || claim.width > 64)
    base::usage_error("exhaustive",
                      std::to_string(inputs.size()) + " input bits are too many to try all inputs");
  const auto& port = network.outputs().at(claim.output);
  const Integers right(network, claim);
  Gates gates(network);
  const uint64_t total = uint64_t{1} << inputs.size();
  Simulation result;
  for (uint64_t first = 0; first < total; first += kLanes) {
    count_up(gates, inputs, first);
    gates.run();
    for (size_t w = 0; w < kWords && first + 64 * w < total; ++w) {
      std::array<uint64_t, 64> rows;
      for (size_t lane = 0; lane < 64; ++lane) rows[lane] = right(first + 64 * w + lane);
      transpose(rows);
      uint64_t wrong = 0;
      for (size_t i = 0; i < static_cast<size_t>(claim.width); ++i)
        wrong |= rows[i] ^ gates[port[static_cast<size_t>(claim.lsb) + i]][w];
      // Fewer than six input bits: the lanes repeat.
      if (total < 64) wrong &= (uint64_t{1} << total) - 1;
      if (wrong == 0) continue;
      const size_t lane = 64 * w + static_cast<size_t>(__builtin_ctzll(wrong));
      result.inputs = values_of_lane(network, gates, lane);
      result.outputs[claim.output] = result_of_lane(network, claim, gates, lane);
      result.finished = true;
      result.vectors = first + lane + 1;
      return result;
    }
    result.vectors = std::min(total, first + kLanes);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if ((first / kLanes) % 256 == 0 && passed.count() > timeout_seconds) return result;
  }
  result.finished = true;
  return result;
}

Simulation simulate_random(const Network& network, const Claim& claim, uint64_t vectors,
                           uint64_t seed) {
  std::mt19937_64 random(seed);
  Gates gates(network);
  Simulation result;
  const std::vector<Net> inputs = free_inputs(network);
  for (uint64_t block = 0; result.vectors < vectors; ++block) {
    randomize(gates, inputs, block, random);
    gates.run();
    for (size_t lane = 0; lane < kLanes; ++lane) {
      const Values values = values_of_lane(network, gates, lane);
      const mpz_class value = result_of_lane(network, claim, gates, lane);
      ++result.vectors;
      if (value == evaluate(claim, values)) continue;
      result.inputs = values;
      result.outputs[claim.output] = value;
      result.finished = true;
      return result;
    }
  }
  result.finished = true;
  return result;
}

Simulation compare_all(const Network& left, const Network& right, double timeout_seconds) {
  const auto start = std::chrono::steady_clock::now();
  Pair pair(left, right);
  if (pair.inputs().size() > kMostBits)
    base::usage_error("exhaustive", std::to_string(pair.inputs().size()) +
                                        " input bits are too many to try all inputs");
  const uint64_t total = uint64_t{1} << pair.inputs().size();
  Simulation result;
  for (uint64_t first = 0; first < total; first += kLanes) {
    count_up(pair.gates(), pair.inputs(), first);
    if (const std::optional<size_t> lane = pair.run(total - first); lane) {
      result.inputs = values_of_lane(left, pair.gates(), *lane);
      result.vectors = first + *lane + 1;
      result.finished = true;
      return result;
    }
    result.vectors = std::min(total, first + kLanes);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if ((first / kLanes) % 256 == 0 && passed.count() > timeout_seconds) return result;
  }
  result.finished = true;
  return result;
}

Simulation compare_random(const Network& left, const Network& right, uint64_t vectors,
                          uint64_t seed) {
  std::mt19937_64 random(seed);
  Pair pair(left, right);
  Simulation result;
  result.finished = true;
  for (uint64_t block = 0; result.vectors < vectors; ++block) {
    randomize(pair.gates(), pair.inputs(), block, random);
    const std::optional<size_t> lane = pair.run(kLanes);
    result.vectors += lane ? *lane + 1 : kLanes;
    if (!lane) continue;
    result.inputs = values_of_lane(left, pair.gates(), *lane);
    break;
  }
  return result;
}

mpz_class simulate_one(const Network& network, const Claim& claim, const Values& inputs) {
  Gates gates(network);
  for (const auto& [port, bits] : network.inputs()) {
    const auto found = inputs.find(port);
    if (is_interface(port) || found == inputs.end()) continue;
    for (size_t i = 0; i < bits.size(); ++i)
      gates[bits[i]].fill(mpz_tstbit(found->second.get_mpz_t(), i) != 0 ? ~uint64_t{0} : 0);
  }
  gates.run();
  return result_of_lane(network, claim, gates, 0);
}

}  // namespace analysis
