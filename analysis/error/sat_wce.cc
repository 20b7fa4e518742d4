// SPDX-License-Identifier: Apache-2.0
// Bisection over Yosys' SAT solver.

#include "analysis/error/sat_wce.h"

#include <fmt/format.h>

#include <array>
#include <random>

namespace analysis {
namespace {

using golden::Wide;

std::string concatenation(const std::vector<PortBit>& bits, const std::string& prefix,
                          const Sources& sources) {
  std::string text;
  for (auto bit = bits.rbegin(); bit != bits.rend(); ++bit) {
    int width = 1;
    for (const ProvePort& port : sources.ports)
      if (port.name == bit->port) width = port.width;
    text += fmt::format("{}{}{}{}", text.empty() ? "" : ", ", prefix, bit->port,
                        width > 1 ? fmt::format("[{}]", bit->bit) : "");
  }
  return "{" + text + "}";
}

// One end of the range of errors.
class Search {
 public:
  Search(const Sources& sources, const CircuitPorts& ports, const Circuit& circuit, double timeout)
      : sources_(sources), ports_(ports), circuit_(circuit), runner_(circuit), timeout_(timeout) {}

  struct End {
    Wide reached = 0;  // by some pair
    Wide bound = 0;    // no pair goes beyond
  };

  // sign 1: the largest error; -1: minus the smallest.
  End run(int sign, const std::function<void(int)>& progress, int& queries) {
    End end{.reached = best_of_samples(sign), .bound = Wide{1} << bits()};
    while (end.reached < end.bound) {
      const Wide middle = end.reached + (end.bound - end.reached) / 2;
      const Answer answer = ask(sources_, question(sign, middle), Engine::kSat, timeout_);
      if (progress) progress(++queries);
      if (answer.kind == Answer::Kind::kTimeout) break;
      if (answer.kind == Answer::Kind::kHolds)
        end.bound = middle;
      else
        end.reached = std::max(end.reached, error_of(answer.inputs) * sign);
    }
    return end;
  }

 private:
  // Bits of |e|: e is in -2^bits .. 2^bits.
  int bits() const { return std::max(circuit_.result_bits(), circuit_.exact_bits()) + 1; }

  Wide best_of_samples(int sign) {
    constexpr size_t kPairs = CircuitRunner::kPairs;
    std::mt19937_64 random(1);
    std::array<uint64_t, kPairs> a{}, b{};
    const auto mask = [](size_t width) {
      return width >= 64 ? ~uint64_t{0} : (uint64_t{1} << width) - 1;
    };
    Wide best = INT64_MIN;
    for (int round = 0; round < 16; ++round) {
      for (size_t i = 0; i < kPairs; ++i) {
        a[i] = random() & mask(ports_.a.size());
        b[i] = random() & mask(ports_.b.size());
      }
      for (const Wide e : errors(a, b)) best = std::max(best, e * sign);
    }
    return best;
  }

  std::vector<Wide> errors(std::span<const uint64_t> a, std::span<const uint64_t> b) {
    std::vector<Wide> z(a.size()), y(a.size());
    runner_.pairs(a, b, z, y);
    for (size_t i = 0; i < z.size(); ++i) z[i] -= y[i];
    return z;
  }

  Wide error_of(const Values& inputs) {
    const auto pattern = [&](const std::vector<PortBit>& bits) {
      uint64_t value = 0;
      for (size_t i = 0; i < bits.size(); ++i) {
        const auto port = inputs.find(bits[i].port);
        if (port != inputs.end() &&
            mpz_tstbit(port->second.get_mpz_t(), static_cast<mp_bitcnt_t>(bits[i].bit)) != 0)
          value |= uint64_t{1} << i;
      }
      return value;
    };
    const std::array<uint64_t, 1> a = {pattern(ports_.a)}, b = {pattern(ports_.b)};
    return errors(a, b)[0];
  }

  // Is there a pair with sign * e > bound?
  std::string question(int sign, Wide bound) const {
    const int width = bits() + 2;
    const Circuit& c = circuit_;
    const bool s = c.result_signed();
    // Everything in signed numbers of one width; unsigned ones get a 0 in front.
    std::string body = instance_verilog(sources_, "fircone_z");
    const auto number = [&](const char* name, const std::string& bits, bool is_signed) {
      body += fmt::format("  wire signed [{}:0] {} = $signed({{{}{}}});\n", width - 1, name,
                          is_signed ? "" : "1'b0, ", bits);
    };
    number("fircone_a", concatenation(ports_.a, "", sources_), c.a_signed);
    number("fircone_b", concatenation(ports_.b, "", sources_), c.b_signed);
    number("fircone_given", concatenation(ports_.result, "fircone_z_", sources_), s);
    body += fmt::format("  wire signed [{}:0] fircone_full = fircone_a {} fircone_b;\n", width - 1,
                        c.reference == Reference::kAdd ? "+" : "*");
    if (c.result_bits() < c.exact_bits())
      number("fircone_y", fmt::format("fircone_full[{}:0]", c.result_bits() - 1), s);
    else
      body += fmt::format("  wire signed [{}:0] fircone_y = fircone_full;\n", width - 1);
    body += fmt::format("  wire signed [{}:0] fircone_e = {};\n", width - 1,
                        sign > 0 ? "fircone_given - fircone_y" : "fircone_y - fircone_given");
    // Two's complement of the bound, in binary.
    std::string digits;
    for (int i = width; i-- > 0;) digits += (bound >> i & 1) != 0 ? '1' : '0';
    std::string held;
    for (const std::string& port : ports_.held) held += fmt::format(" && !{}", port);
    body += fmt::format("  assign bad = fircone_e > $signed({}'b{}){};\n", width, digits, held);
    return question_verilog(sources_, body);
  }

  const Sources& sources_;
  const CircuitPorts& ports_;
  const Circuit& circuit_;
  CircuitRunner runner_;
  double timeout_;
};

Figure figure_of(const Search::End& end, int sign) {
  Figure figure{.method = "sat"};
  const auto value = [&](Wide size) { return mpz_class(golden::to_string(size * sign)); };
  figure.value = value(end.reached).get_d();
  if (end.reached == end.bound) {
    figure.exact = mpq_class(value(end.reached));
  } else {
    const double bound = value(end.bound).get_d();
    figure.interval = Interval{std::min(figure.value, bound), std::max(figure.value, bound)};
  }
  return figure;
}

}  // namespace

void set_sat_wce(ErrorReport& report, const Sources& sources, const CircuitPorts& ports,
                 const Circuit& circuit, double timeout_seconds,
                 const std::function<void(int)>& progress) {
  Search search(sources, ports, circuit, timeout_seconds);
  int queries = 0;
  const Search::End most = search.run(1, progress, queries);
  const Search::End least = search.run(-1, progress, queries);
  report.wce_max = figure_of(most, 1);
  report.wce_min = figure_of(least, -1);
  const auto larger = [](Wide a, Wide b) { return std::max(a, b); };
  report.wce = figure_of({.reached = larger(larger(most.reached, least.reached), 0),
                          .bound = larger(larger(most.bound, least.bound), 0)},
                         1);
}

}  // namespace analysis
