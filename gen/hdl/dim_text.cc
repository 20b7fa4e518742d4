// SPDX-License-Identifier: Apache-2.0
// Canonical text of a Dim: common factors out, loop variables first, known sizes by their name.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "gen/hdl/dim.h"

namespace hdl {
namespace {

class Writer {
 public:
  Writer(const std::vector<DimName>& names, std::vector<std::string>* used)
      : names_(names), used_(used) {}

  std::string write(const Dim& d) {
    if (is_best_as_written(d)) return unnamed(d.written());
    if (const auto named = as_named(d)) return *named;
    return unnamed(d);
  }

  std::string factor(const Dim& d) {
    const std::string text = write(d);
    return text.find(' ') == std::string::npos && text[0] != '-' ? text : "(" + text + ")";
  }

 private:
  std::string unnamed(const Dim& d) {
    if (d.terms().size() > 1) {
      if (const auto grouped = by_genvar(d)) return *grouped;
      if (const auto factored = by_factor(d)) return *factored;
    }
    return plain(d);
  }

  // Not longer than the polynomial, and every name is known here.
  bool is_best_as_written(const Dim& d) const {
    if (!d.is_written() || d.is_constant()) return false;
    const auto& terms = d.written().terms();
    if (terms.size() > d.terms().size()) return false;
    const auto known = [&](const AtomPtr& atom) {
      return atom->kind != Atom::Kind::kName ||
             std::any_of(names_.begin(), names_.end(),
                         [&](const DimName& n) { return n.name == atom->name; });
    };
    return std::all_of(terms.begin(), terms.end(), [&](const auto& term) {
      return std::all_of(term.first.begin(), term.first.end(), known);
    });
  }

  void use(const std::string& name) {
    if (used_) used_->push_back(name);
  }

  static size_t atoms_of(const Dim& d) {
    size_t n = 0;
    for (const auto& [monomial, count] : d.terms()) n += monomial.size();
    return n;
  }

  // `Name` or `Name + constant`, the name with the smallest constant, rather less than more.
  std::optional<std::string> as_named(const Dim& d) {
    if (d.is_constant()) return std::nullopt;
    const DimName* best = nullptr;
    int64_t best_rest = 0;
    for (const DimName& n : names_) {
      const Dim rest = d - n.dim;
      if (!rest.is_constant() || n.dim.is_constant()) continue;
      if (best && std::abs(rest.value()) > std::abs(best_rest)) continue;
      if (best && std::abs(rest.value()) == std::abs(best_rest) && best_rest <= 0) continue;
      if (rest.value() != 0 && stays_plain(d) && rest.value() != -1) continue;
      if (rest.value() == -1 && is_parameter(d)) continue;
      best = &n;
      best_rest = rest.value();
    }
    if (!best) return std::nullopt;
    use(best->name);
    if (best_rest == 0) return best->name;
    return fmt::format("{} {} {}", best->name, best_rest < 0 ? '-' : '+', std::abs(best_rest));
  }

  // A parameter plus a constant prints as that, and only its last index as a name's: `Width + 2`,
  // not `SumWidth + 1`; but `SumWidth - 1`.
  static bool stays_plain(const Dim& d) {
    return atoms_of(d) == 1 && d.terms().begin()->first.at(0)->arguments.empty();
  }
  // `Width` and its last index, `Width - 1`.
  static bool is_parameter(const Dim& d) {
    const Dim rest = d - Dim(d.terms().begin()->first.at(0));
    return stays_plain(d) && rest.is_constant() && (rest.value() == 0 || rest.value() == -1);
  }

  // i * (3 * Width) + ...: one factor for each loop variable, when linear.
  std::optional<std::string> by_genvar(const Dim& d) {
    AtomPtr genvar;
    for (const auto& [monomial, count] : d.terms()) {
      for (const AtomPtr& atom : monomial) {
        if (atom->kind == Atom::Kind::kGenvar) genvar = genvar ? genvar : atom;
      }
    }
    if (!genvar) return std::nullopt;
    Dim with, rest;
    for (const auto& [monomial, count] : d.terms()) {
      const auto n = std::count(monomial.begin(), monomial.end(), genvar);
      if (n > 1) return std::nullopt;
      Dim term = count;
      for (const AtomPtr& atom : monomial) {
        if (atom != genvar) term = term * Dim(atom);
      }
      (n == 1 ? with : rest) += term;
    }
    if (bounds(with).min <= 0) return std::nullopt;
    if (auto factored = by_factor(d)) return factored;
    const std::string head =
        with == Dim(1) ? genvar->name : fmt::format("{} * {}", genvar->name, factor(with));
    if (rest.terms().empty()) return head;
    return append(head, rest);
  }

  // Common atom or common integer of all terms in front.
  std::optional<std::string> by_factor(const Dim& d) {
    Monomial common = d.terms().begin()->first;
    int64_t divisor = 0;
    for (const auto& [monomial, count] : d.terms()) {
      divisor = std::gcd(divisor, count);
      std::erase_if(common, [&m = monomial](const AtomPtr& atom) {
        return std::find(m.begin(), m.end(), atom) == m.end();
      });
    }
    if (common.empty() && divisor == 1) return std::nullopt;
    if (!common.empty()) common.resize(1);
    if (!common.empty()) divisor = 1;
    Dim rest;
    for (const auto& [monomial, count] : d.terms()) {
      Dim term = count / divisor;
      bool dropped = common.empty();
      for (const AtomPtr& atom : monomial) {
        if (!dropped && atom == common[0]) {
          dropped = true;
        } else {
          term = term * Dim(atom);
        }
      }
      rest += term;
    }
    if (common.empty()) return fmt::format("{} * {}", divisor, factor(rest));
    const Dim one(common[0]);
    // Lanes * (Width + 1), but (5 * i + j) * Width: sizes of lanes stand behind.
    return rest.has_genvar() ? fmt::format("{} * {}", factor(rest), factor(one))
                             : fmt::format("{} * {}", factor(one), factor(rest));
  }

  std::string append(const std::string& head, const Dim& rest) {
    const bool negative = rest.terms().size() == 1 && rest.terms().begin()->second < 0;
    const std::string tail = negative ? write(-rest) : write(rest);
    if (negative) return head + " - " + tail;
    return tail[0] == '-' ? head + " - " + tail.substr(1) : head + " + " + tail;
  }

  std::string term(const Monomial& monomial, int64_t count) {
    std::string text = count == 1 && !monomial.empty() ? "" : std::to_string(count);
    for (const AtomPtr& atom : monomial) {
      if (!text.empty()) text += " * ";
      text += atom_text(*atom);
    }
    return text;
  }

  std::string atom_text(const Atom& atom) {
    if (atom.arguments.empty()) {
      use(atom.name);
      return atom.name;
    }
    for (const DimName& n : names_) {  // a named opaque function inside a larger polynomial
      if (n.dim.terms().size() == 1 && n.dim.terms().begin()->second == 1 &&
          n.dim.terms().begin()->first.size() == 1 &&
          n.dim.terms().begin()->first[0]->name == atom.name) {
        use(n.name);
        return n.name;
      }
    }
    switch (atom.kind) {
      case Atom::Kind::kClog2:
        return fmt::format("$clog2({})", write(atom.arguments[0]));
      case Atom::Kind::kMax: {
        const std::string a = factor(atom.arguments[0]), b = factor(atom.arguments[1]);
        return fmt::format("(({0} > {1}) ? {0} : {1})", a, b);
      }
      default:
        return fmt::format("({} / {})", factor(atom.arguments[0] + atom.arguments[1] - 1),
                           factor(atom.arguments[1]));
    }
  }

  // Positive terms first, each in canonical order.
  std::string plain(const Dim& d) {
    if (d.terms().empty()) return "0";
    std::string text;
    for (const bool negative : {false, true}) {
      for (const auto& [monomial, count] : d.terms()) {
        if ((count < 0) != negative) continue;
        if (text.empty()) {
          text = (negative ? "-" : "") + term(monomial, std::abs(count));
        } else {
          text += (negative ? " - " : " + ") + term(monomial, std::abs(count));
        }
      }
    }
    return text;
  }

  const std::vector<DimName>& names_;
  std::vector<std::string>* used_;
};

}  // namespace

std::string Dim::text() const { return dim_text(*this, {}, nullptr); }

std::string dim_text(const Dim& d, const std::vector<DimName>& names,
                     std::vector<std::string>* used) {
  return Writer(names, used).write(d);
}

std::string dim_factor(const Dim& d, const std::vector<DimName>& names,
                       std::vector<std::string>* used) {
  return Writer(names, used).factor(d);
}

}  // namespace hdl
