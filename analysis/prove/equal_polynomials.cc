// SPDX-License-Identifier: Apache-2.0
// Two designs, word by word of their outputs, as polynomials of their inputs.

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analysis/prove/equal.h"
#include "analysis/prove/polynomial.h"
#include "analysis/prove/rewrite.h"
#include "analysis/prove/sums.h"
#include "base/error.h"

namespace analysis {
namespace {

struct Slice {
  std::string port;
  size_t begin = 0, end = 0;
};

// An output's bits belong together where they are the result of one box.
std::vector<Slice> slices_of(const Network& network) {
  std::vector<Net> source(network.net_count());
  for (Net net = 0; net < network.net_count(); ++net) source[net] = net;
  std::map<Net, std::pair<size_t, size_t>> place;  // box, bit
  for (const uint32_t element : network.order()) {
    if (element < network.gates().size()) {
      const LogicGate& gate = network.gates()[element];
      if (gate.op == LogicOp::kBuf || gate.op == LogicOp::kRegister)
        source[gate.out] = source[gate.in[0]];
      continue;
    }
    const size_t index = element - network.gates().size();
    const Box& box = network.boxes()[index];
    for (size_t k = 0; box.is_word && k < box.out.size(); ++k) place[box.out[k]] = {index, k};
  }
  std::vector<Slice> slices;
  for (const auto& [port, bits] : network.outputs()) {
    for (size_t i = 0; i < bits.size(); ++i) {
      const auto here = place.find(source[bits[i]]);
      const auto below = i == 0 ? place.end() : place.find(source[bits[i - 1]]);
      const bool goes_on = here != place.end() && below != place.end() &&
                           here->second.first == below->second.first &&
                           here->second.second == below->second.second + 1;
      if (goes_on)
        slices.back().end = i + 1;
      else
        slices.push_back({port, i, i + 1});
    }
  }
  return slices;
}

std::optional<Polynomial> polynomial_of(Network& network, const Slice& slice, double timeout) {
  constexpr const char* kWord = "fircone_word";
  const std::vector<Net>& bits = network.outputs().at(slice.port);
  network.join(kWord, {bits.begin() + static_cast<std::ptrdiff_t>(slice.begin),
                       bits.begin() + static_cast<std::ptrdiff_t>(slice.end)});
  return polynomial_of(network, kWord, timeout);
}

// `p` over the nets of another network, port by port.
Polynomial moved(const Polynomial& p, const std::map<Net, Net>& to) {
  Polynomial result(p.width());
  for (const auto& [monomial, coefficient] : p.terms()) {
    Monomial other;
    for (const Net bit : monomial) other.push_back(to.at(bit));
    std::sort(other.begin(), other.end());
    result.add(other, coefficient);
  }
  return result;
}

bool equal_words(const Sources& left, const Sources& right, double timeout_seconds) {
  const auto start = std::chrono::steady_clock::now();
  const auto time_left = [&] {
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    return timeout_seconds - passed.count();
  };
  SumNetwork a = elaborate_sums(left, timeout_seconds);
  SumNetwork b = elaborate_sums(right, timeout_seconds);
  if (!a.boxes.proved || !b.boxes.proved) return false;
  std::map<Net, Net> to;
  for (const auto& [port, bits] : a.network.inputs()) {
    const auto other = b.network.inputs().find(port);
    if (other == b.network.inputs().end() || other->second.size() != bits.size()) return false;
    for (size_t i = 0; i < bits.size(); ++i) to[other->second[i]] = bits[i];
  }
  const std::vector<Slice> slices = slices_of(a.network);
  return std::all_of(slices.begin(), slices.end(), [&](const Slice& slice) {
    if (time_left() <= 0) return false;
    // A mapped netlist has no words, which shows at once.
    const auto y = polynomial_of(b.network, slice, time_left());
    if (!y) return false;
    const auto x = polynomial_of(a.network, slice, time_left());
    return x && x->terms() == moved(*y, to).terms();
  });
}

}  // namespace

bool equal_polynomials(const Sources& left, const Sources& right, double timeout_seconds) {
  try {
    return equal_words(left, right, timeout_seconds);
  } catch (const OutOfTime&) {
  } catch (const NotCovered&) {
  } catch (const base::Error&) {  // a cell that is no box
  }
  return false;
}

}  // namespace analysis
