// SPDX-License-Identifier: Apache-2.0
// Reads the equation of a module off its polynomial.

#include "analysis/prove/sums.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <vector>

#include "analysis/prove/polynomial.h"
#include "analysis/prove/rewrite.h"
#include "base/error.h"

namespace analysis {
namespace {

constexpr std::string_view kSums = "fircone_sum_";

struct NoSum {};

mpz_class power_of_two(size_t exponent) {
  mpz_class value = 1;
  value <<= static_cast<mp_bitcnt_t>(exponent);
  return value;
}

class Reader {
 public:
  Reader(const Network& network, const Polynomial& value) : value_(value), right_(value.width()) {
    for (const auto& [name, bits] : network.inputs()) ports_.push_back({name, &bits});
  }

  // Guesses from few coefficients; equal() compares all of them.
  std::vector<Term> read() {
    std::vector<Term> terms;
    if (const int64_t constant = factor({}); constant != 0) {
      terms.push_back({constant, {}});
      right_.add(Monomial{}, mpz_class(static_cast<signed long>(constant)));
    }
    for (const Port& a : ports_) {
      add({&a}, terms);
      for (const Port& b : ports_)
        if (&a < &b) add({&a, &b}, terms);
    }
    return terms;
  }
  bool equal() const { return right_.terms() == value_.terms(); }

 private:
  struct Port {
    std::string name;
    const std::vector<Net>* bits;
  };

  mpz_class coefficient(const Monomial& monomial) const {
    const auto found = value_.terms().find(monomial);
    return found == value_.terms().end() ? mpz_class(0) : found->second;
  }

  // The one nearest to zero.
  int64_t factor(const Monomial& monomial) const {
    constexpr int kMost = 30;  // a box has an int
    mpz_class value = coefficient(monomial);
    const mpz_class modulus = power_of_two(static_cast<size_t>(value_.width()));
    if (2 * value > modulus) value -= modulus;
    if (abs(value) > power_of_two(kMost)) throw NoSum{};
    return value.get_si();
  }

  void add(const std::vector<const Port*>& ports, std::vector<Term>& terms) {
    Monomial lowest;
    for (const Port* port : ports) lowest = product(lowest, {port->bits->front()});
    const int64_t unit = factor(lowest);
    if (unit == 0) return;
    Term term{unit, {}};
    Polynomial p(value_.width());
    p.add(Monomial{}, mpz_class(static_cast<signed long>(unit)));
    for (const Port* port : ports) {
      const size_t width = port->bits->size();
      Monomial top = {port->bits->back()};
      for (const Port* other : ports)
        if (other != port) top = product(top, {other->bits->front()});
      const mpz_class as_unsigned = unit * power_of_two(width - 1);
      const bool is_signed = width > 1 && coefficient(top) != value_.reduced(as_unsigned);
      Polynomial word(value_.width());
      for (size_t i = 0; i < width; ++i)
        word.add(Monomial{(*port->bits)[i]},
                 is_signed && i + 1 == width ? mpz_class(-power_of_two(i)) : power_of_two(i));
      p = p.times(word);
      term.operands.push_back({port->name, 0, static_cast<int>(width), is_signed});
    }
    right_.add(p, 1);
    terms.push_back(std::move(term));
  }

  const Polynomial& value_;
  Polynomial right_;
  std::vector<Port> ports_;
};

bool has_bits(const Network& network, const Operand& operand) {
  const auto port = network.inputs().find(operand.port);
  return port != network.inputs().end() &&
         port->second.size() >=
             static_cast<size_t>(operand.lsb) + static_cast<size_t>(operand.width);
}

std::optional<Claim> claim_of(const Network& network, double timeout_seconds) {
  if (network.outputs().size() != 1 || network.has_registers()) return std::nullopt;
  const auto& [output, bits] = *network.outputs().begin();
  const std::optional<Polynomial> value = polynomial_of(network, output, timeout_seconds);
  if (!value) return std::nullopt;
  Claim claim{.output = output, .width = static_cast<int>(bits.size())};
  Reader reader(network, *value);
  try {
    claim.terms = reader.read();
  } catch (const NoSum&) {
    return std::nullopt;
  }
  if (!reader.equal()) return std::nullopt;
  return claim;
}

// BLIF names of the modules whose names have this in them.
std::vector<std::string> types_with(std::string_view blif, std::string_view name) {
  constexpr std::string_view kModel = "\n.model ";
  std::vector<std::string> types;
  for (size_t at = blif.find(kModel); at != std::string_view::npos; at = blif.find(kModel, at)) {
    at += kModel.size();
    const std::string_view type = blif.substr(at, blif.find('\n', at) - at);
    if (module_of(type).find(name) != std::string_view::npos) types.emplace_back(type);
  }
  return types;
}

// Whether a module computes what is claimed of it; the modules inside it that were proved before
// are boxes.
bool has_claims(const std::string& blif, const std::string& type, const std::vector<Claim>& claims,
                double timeout_seconds, SumModules& sums) {
  try {
    const Network network = Network::parse(blif, type, sums.claims);
    for (const Claim& claim : claims) {
      const auto output = network.outputs().find(claim.output);
      if (output == network.outputs().end() ||
          output->second.size() < static_cast<size_t>(claim.lsb) + static_cast<size_t>(claim.width))
        return false;
      for (const Term& term : claim.terms)
        for (const Operand& operand : term.operands)
          if (!has_bits(network, operand)) return false;
      if (rewrite(network, claim, timeout_seconds).kind != Rewriting::Kind::kEqual) return false;
    }
    sums.box_modules.insert(network.box_modules().begin(), network.box_modules().end());
    return true;
  } catch (const base::Error&) {  // a cell that is no box
  } catch (const NotCovered&) {
  }
  return false;
}

// For elaborate(): those that are known.
std::string patterns_of(const SumModules& sums) {
  std::string patterns;
  for (const auto& [type, claim] : sums.claims) patterns += type + " ";
  return patterns;
}

}  // namespace

SumModules read_sums(const std::string& blif, double timeout_seconds,
                     const std::vector<ModuleClaims>& named) {
  SumModules sums;
  for (const ModuleClaims& module : named) {
    for (const std::string& type : types_with(blif, module.module)) {
      if (has_claims(blif, type, module.claims, timeout_seconds, sums))
        sums.claims.emplace(type, module.claims);
      else
        sums.others.insert(type);
    }
  }
  for (const std::string& type : types_with(blif, kSums)) {
    std::optional<Claim> claim;
    try {
      const Network network = Network::parse(blif, type);
      claim = claim_of(network, timeout_seconds);
      if (claim)
        sums.box_modules.insert(network.box_modules().begin(), network.box_modules().end());
    } catch (const base::Error&) {  // a cell that is no box
    } catch (const NotCovered&) {
    }
    if (claim)
      sums.claims.emplace(type, std::vector<Claim>{std::move(*claim)});
    else
      sums.others.insert(type);
  }
  return sums;
}

SumNetwork elaborate_sums(const Sources& sources, double timeout_seconds,
                          const std::vector<ModuleClaims>& named) {
  SumNetwork result;
  std::string kept = fmt::format("*{}*", kSums);
  for (const ModuleClaims& module : named) kept += fmt::format(" *{}*", module.module);
  std::string blif = elaborate(sources, Elaboration::kBoxes, timeout_seconds, kept);
  result.sums = read_sums(blif, timeout_seconds, named);
  if (!result.sums.others.empty())
    blif = elaborate(sources, Elaboration::kBoxes, timeout_seconds, patterns_of(result.sums));
  result.network = Network::parse(blif, sources.top, result.sums.claims);
  std::map<std::string, std::string> modules = result.network.box_modules();
  modules.insert(result.sums.box_modules.begin(), result.sums.box_modules.end());
  result.boxes = prove_boxes(blif, modules, timeout_seconds);
  return result;
}

}  // namespace analysis
