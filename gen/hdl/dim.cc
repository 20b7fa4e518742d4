// SPDX-License-Identifier: Apache-2.0
// Polynomials over sizes: arithmetic, bounds and proofs of order.

#include "gen/hdl/dim.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

namespace hdl {
namespace {

int64_t checked(bool overflow, int64_t value) {
  if (overflow) throw std::overflow_error("a size leaves 64 bits");
  return value;
}
int64_t add(int64_t a, int64_t b) {
  int64_t r = 0;
  const bool overflow = __builtin_add_overflow(a, b, &r);
  return checked(overflow, r);
}
int64_t multiply(int64_t a, int64_t b) {
  int64_t r = 0;
  const bool overflow = __builtin_mul_overflow(a, b, &r);
  return checked(overflow, r);
}

int64_t clog2_value(int64_t n) {
  int64_t bits = 0;
  while (bits < 62 && (int64_t{1} << bits) < n) ++bits;
  return bits;
}
int64_t ceil_div_value(int64_t n, int64_t d) { return d <= 0 ? 0 : n <= 0 ? 0 : (n - 1) / d + 1; }

// Elimination order: genvars first (their bounds are sizes), then opaque functions, then
// parameters, the last declared first (its bounds may be earlier ones).
int elimination_rank(const Atom& a) {
  switch (a.kind) {
    case Atom::Kind::kGenvar:
      return 2000000 + a.rank;
    case Atom::Kind::kParameter:
      return a.rank;
    default:
      return 1000000;
  }
}

thread_local std::vector<Dim> known;  // facts of the live Guards: each at least 0
thread_local int dead_guards = 0;

}  // namespace

bool AtomLess::operator()(const AtomPtr& a, const AtomPtr& b) const {
  if (a == b) return false;
  const auto group = [](const Atom& x) {
    return x.kind == Atom::Kind::kGenvar ? 0 : x.kind == Atom::Kind::kParameter ? 1 : 2;
  };
  if (group(*a) != group(*b)) return group(*a) < group(*b);
  if (group(*a) == 2) return a->name < b->name;
  if (a->rank != b->rank) return a->rank < b->rank;
  return a->name < b->name;
}

bool MonomialLess::operator()(const Monomial& a, const Monomial& b) const {
  if (a.size() != b.size()) return a.size() > b.size();
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), AtomLess());
}

namespace {

Dim::Terms constant_terms(int64_t constant) {
  Dim::Terms terms;
  if (constant != 0) terms[{}] = constant;
  return terms;
}

void add_term(Dim::Terms& terms, const Monomial& monomial, int64_t factor) {
  int64_t& sum = terms[monomial];
  sum = add(sum, factor);
  if (sum == 0) terms.erase(monomial);
}

}  // namespace

const Dim::Terms& Dim::small_constant_terms(int64_t constant) {
  static const auto small = [] {
    std::array<Terms, kSmall> all;
    for (size_t i = 0; i < all.size(); ++i) all.at(i) = constant_terms(static_cast<int64_t>(i));
    return all;
  }();
  return small.at(static_cast<size_t>(constant));
}

void Dim::set_terms() {
  form_ = std::make_shared<const Form>(Form{constant_terms(value_), nullptr});
}

Dim::Dim(AtomPtr atom)
    : form_(std::make_shared<const Form>(Form{Terms{{{atom}, 1}}, nullptr})), value_(atom->value) {}

Dim::Dim(Terms terms, int64_t value, std::shared_ptr<const Dim> written)
    : form_(std::make_shared<const Form>(Form{std::move(terms), std::move(written)})),
      value_(value) {}

bool Dim::has_constant_terms() const {
  const Terms& terms = form_->terms;
  return terms.empty() || (terms.size() == 1 && terms.begin()->first.empty());
}

bool Dim::has_genvar() const {
  for (const auto& [monomial, factor] : terms()) {
    for (const AtomPtr& atom : monomial) {
      if (atom->kind == Atom::Kind::kGenvar) return true;
      for (const Dim& argument : atom->arguments) {
        if (argument.has_genvar()) return true;
      }
    }
  }
  return false;
}

Dim operator+(const Dim& a, const Dim& b) {
  const int64_t value = add(a.value_, b.value_);
  if (a.is_constant() && b.is_constant()) return Dim(value);
  if (b.terms().empty()) return a;
  if (a.terms().empty()) return b;
  Dim::Terms terms = a.terms();
  for (const auto& [monomial, factor] : b.terms()) add_term(terms, monomial, factor);
  std::shared_ptr<const Dim> written;
  if (a.is_written() || b.is_written()) written = std::make_shared<Dim>(a.written() + b.written());
  return {std::move(terms), value, std::move(written)};
}

Dim operator-(const Dim& a, const Dim& b) {
  const int64_t value = add(a.value_, -b.value_);
  if (a.is_constant() && b.is_constant()) return Dim(value);
  if (b.terms().empty()) return a;
  Dim::Terms terms = a.terms();
  for (const auto& [monomial, factor] : b.terms()) add_term(terms, monomial, -factor);
  std::shared_ptr<const Dim> written;
  if (a.is_written() || b.is_written()) written = std::make_shared<Dim>(a.written() - b.written());
  return {std::move(terms), value, std::move(written)};
}

Dim operator*(const Dim& a, const Dim& b) {
  const int64_t value = multiply(a.value_, b.value_);
  if (a.is_constant() && b.is_constant()) return Dim(value);
  Dim::Terms terms;
  for (const auto& [ma, fa] : a.terms()) {
    for (const auto& [mb, fb] : b.terms()) {
      Monomial m = ma;
      m.insert(m.end(), mb.begin(), mb.end());
      std::sort(m.begin(), m.end(), AtomLess());
      add_term(terms, m, multiply(fa, fb));
    }
  }
  std::shared_ptr<const Dim> written;
  if (a.is_written() || b.is_written()) written = std::make_shared<Dim>(a.written() * b.written());
  return {std::move(terms), value, std::move(written)};
}

Dim Dim::named(std::string name) const {
  if (is_constant()) return *this;
  auto atom = std::make_shared<Atom>();
  atom->kind = Atom::Kind::kName;
  atom->name = std::move(name);
  atom->value = value_;
  const DimBounds b = hdl::bounds(*this);
  atom->bounds = {b.min, b.max};
  return {terms(), value_, std::make_shared<Dim>(AtomPtr(std::move(atom)))};
}

bool operator==(const Dim& a, const Dim& b) {
  if (a.value_ != b.value_) return false;  // equal polynomials are equal at the point
  if (a.form_ == b.form_) return true;
  const AtomLess less;
  const auto same = [&](const AtomPtr& x, const AtomPtr& y) { return !less(x, y) && !less(y, x); };
  return std::equal(a.terms().begin(), a.terms().end(), b.terms().begin(), b.terms().end(),
                    [&](const auto& x, const auto& y) {
                      return x.second == y.second &&
                             std::equal(x.first.begin(), x.first.end(), y.first.begin(),
                                        y.first.end(), same);
                    });
}

namespace {

Dim make_opaque(Atom::Kind kind, std::string name, std::vector<Dim> arguments, int64_t value) {
  auto atom = std::make_shared<Atom>();
  atom->kind = kind;
  atom->name = std::move(name);
  atom->arguments = std::move(arguments);
  atom->value = value;
  return Dim(AtomPtr(std::move(atom)));
}

Dim evaluate(const Atom& atom, const std::vector<Dim>& arguments) {
  switch (atom.kind) {
    case Atom::Kind::kClog2:
      return clog2(arguments[0]);
    case Atom::Kind::kMax:
      return max(arguments[0], arguments[1]);
    default:
      return ceil_div(arguments[0], arguments[1]);
  }
}

}  // namespace

Dim clog2(const Dim& d) {
  if (d.is_constant()) return clog2_value(d.value());
  return make_opaque(Atom::Kind::kClog2, fmt::format("$clog2({})", d.text()), {d},
                     clog2_value(d.value()));
}

Dim ceil_div(const Dim& d, const Dim& divisor) {
  if (!proves_at_least(divisor, 1)) {
    throw std::logic_error(fmt::format("ceil_div by {}, which may be below 1", divisor.text()));
  }
  if (!proves_at_least(d, 0)) {
    throw std::logic_error(fmt::format("ceil_div of {}, which may be negative", d.text()));
  }
  if (divisor == Dim(1)) return d;
  if (d.is_constant() && divisor.is_constant()) return ceil_div_value(d.value(), divisor.value());
  return make_opaque(
      Atom::Kind::kCeilDiv,
      fmt::format("(({}) / {})", (d + divisor - 1).text(), dim_factor(divisor, {}, nullptr)),
      {d, divisor}, ceil_div_value(d.value(), divisor.value()));
}

Dim max(const Dim& a, const Dim& b) {
  if (proves_at_least(a, b)) return a;
  if (proves_at_least(b, a)) return b;
  const bool swap = b.text() < a.text();
  const Dim& x = swap ? b : a;
  const Dim& y = swap ? a : b;
  return make_opaque(Atom::Kind::kMax,
                     fmt::format("(({0} > {1}) ? {0} : {1})", dim_factor(x, {}, nullptr),
                                 dim_factor(y, {}, nullptr)),
                     {x, y}, std::max(a.value(), b.value()));
}

Dim Dim::substitute(const std::map<std::string, Dim>& values) const {
  if (is_constant()) return *this;
  Dim sum;
  for (const auto& [monomial, factor] : terms()) {
    Dim product = factor;
    for (const AtomPtr& atom : monomial) {
      if (!atom->arguments.empty()) {
        std::vector<Dim> arguments;
        for (const Dim& a : atom->arguments) arguments.push_back(a.substitute(values));
        product = product * evaluate(*atom, arguments);
      } else if (const auto it = values.find(atom->name); it != values.end()) {
        product = product * it->second;
      } else {
        product = product * Dim(atom);
      }
    }
    sum += product;
  }
  return sum;
}

namespace {

// `d` with `atom` replaced by `by`.
Dim replace(const Dim& d, const AtomPtr& atom, const Dim& by) {
  Dim sum;
  for (const auto& [monomial, factor] : d.terms()) {
    Dim product = factor;
    for (const AtomPtr& a : monomial) product = product * (a == atom ? by : Dim(a));
    sum += product;
  }
  return sum;
}

// `d` with divisor * `atom` replaced by `by`; nothing where a factor is no multiple of the divisor.
std::optional<Dim> replace_multiple(const Dim& d, const AtomPtr& atom, int64_t divisor,
                                    const Dim& by) {
  Dim sum;
  for (const auto& [monomial, factor] : d.terms()) {
    const bool has = std::count(monomial.begin(), monomial.end(), atom) > 0;
    if (has && factor % divisor != 0) return std::nullopt;
    Dim product = has ? factor / divisor : factor;
    for (const AtomPtr& a : monomial) product = product * (a == atom ? by : Dim(a));
    sum += product;
  }
  return sum;
}

DimBounds hull(const DimBounds& a, const DimBounds& b) {
  return {std::min(a.min, b.min), std::max(a.max, b.max)};
}

DimBounds plain_bounds(const Dim& d);

// Lowest and highest value of an atom, as Dims of atoms that are eliminated later.
std::pair<Dim, Dim> limits(const Atom& atom) {
  if (atom.arguments.empty()) return {atom.bounds.at(0), atom.bounds.at(1)};
  const DimBounds a = plain_bounds(atom.arguments[0]);
  if (atom.kind == Atom::Kind::kClog2) return {clog2_value(a.min), clog2_value(a.max)};
  const DimBounds b = plain_bounds(atom.arguments[1]);
  return {ceil_div_value(a.min, b.max), ceil_div_value(a.max, b.min)};
}

// By intervals, each monomial alone: sound for any polynomial.
DimBounds interval_bounds(const Dim& d) {
  DimBounds sum{0, 0};
  for (const auto& [monomial, factor] : d.terms()) {
    DimBounds product{factor, factor};
    for (const AtomPtr& atom : monomial) {
      const DimBounds x = plain_bounds(Dim(atom));
      const int64_t corner[] = {multiply(product.min, x.min), multiply(product.min, x.max),
                                multiply(product.max, x.min), multiply(product.max, x.max)};
      product = {*std::min_element(corner, corner + 4), *std::max_element(corner, corner + 4)};
    }
    sum = {add(sum.min, product.min), add(sum.max, product.max)};
  }
  return sum;
}

// A function linear in an atom is extreme at that atom's limits, so atoms are replaced by their
// limits one by one; dependent limits (ApproxWidth <= Width) keep their meaning that way.
DimBounds plain_bounds(const Dim& d) {
  AtomPtr last;
  for (const auto& [monomial, factor] : d.terms()) {
    for (const AtomPtr& atom : monomial) {
      if (!last || elimination_rank(*atom) > elimination_rank(*last) ||
          (elimination_rank(*atom) == elimination_rank(*last) && atom->name < last->name)) {
        last = atom;
      }
    }
  }
  if (!last) return {d.value(), d.value()};
  if (last->kind == Atom::Kind::kMax) {  // it is one of the two
    const DimBounds x = plain_bounds(replace(d, last, last->arguments[0]));
    const DimBounds y = plain_bounds(replace(d, last, last->arguments[1]));
    DimBounds both = hull(x, y);
    int64_t alone = 0, other = 0;  // d = rest + alone * max(x, y), where there is no other term
    for (const auto& [monomial, factor] : d.terms()) {
      if (std::count(monomial.begin(), monomial.end(), last) == 0) continue;
      (monomial.size() == 1 ? alone : other) = factor;
    }
    if (other == 0 && alone > 0) both.min = std::max(x.min, y.min);  // the larger of the two
    if (other == 0 && alone < 0) both.max = std::min(x.max, y.max);
    return both;
  }
  for (const auto& [monomial, factor] : d.terms()) {
    if (std::count(monomial.begin(), monomial.end(), last) > 1) return interval_bounds(d);
  }
  const auto [low, high] = limits(*last);
  const DimBounds wide =
      hull(plain_bounds(replace(d, last, low)), plain_bounds(replace(d, last, high)));
  if (last->kind != Atom::Kind::kCeilDiv || !last->arguments[1].is_constant()) return wide;
  // c * ceil(x / c) lies in x .. x + c - 1.
  const int64_t c = last->arguments[1].value();
  const Dim& x = last->arguments[0];
  const auto at_low = replace_multiple(d, last, c, x);
  const auto at_high = replace_multiple(d, last, c, x + (c - 1));
  if (!at_low || !at_high) return wide;
  const DimBounds tight = hull(plain_bounds(*at_low), plain_bounds(*at_high));
  return {std::max(wide.min, tight.min), std::min(wide.max, tight.max)};
}

// A genvar in which `d` is linear; null when there is none. Of several the innermost.
AtomPtr linear_genvar(const Dim& d) {
  AtomPtr last;
  for (const auto& [monomial, factor] : d.terms()) {
    for (const AtomPtr& atom : monomial) {
      if (atom->kind == Atom::Kind::kGenvar && (!last || atom->rank > last->rank)) last = atom;
    }
  }
  if (!last) return last;
  for (const auto& [monomial, factor] : d.terms()) {
    if (std::count(monomial.begin(), monomial.end(), last) > 1) return nullptr;
  }
  return last;
}

}  // namespace

DimBounds bounds(const Dim& d) {
  DimBounds b = plain_bounds(d);
  for (const Dim& fact : known) {  // d = (d - k * fact) + k * fact, and fact >= 0
    for (int k = 1; k <= 4; ++k) {
      b.min = std::max(b.min, plain_bounds(d - k * fact).min);
      b.max = std::min(b.max, plain_bounds(d + k * fact).max);
    }
  }
  // A loop's ends may need different facts: each end by itself.
  if (const AtomPtr genvar = known.empty() ? nullptr : linear_genvar(d)) {
    const auto [low, high] = limits(*genvar);
    const DimBounds ends = hull(bounds(replace(d, genvar, low)), bounds(replace(d, genvar, high)));
    b = {std::max(b.min, ends.min), std::min(b.max, ends.max)};
  }
  return b;
}

bool proves_at_least(const Dim& a, const Dim& b) {
  if (known.empty() && a.is_constant() && b.is_constant()) return a.value() >= b.value();
  return bounds(a - b).min >= 0;
}

bool at_least(const Dim& a, const Dim& b) {
  if (proves_at_least(a, b)) return true;
  if (proves_at_least(b, a + 1)) return false;
  throw std::logic_error(fmt::format(
      "order of {} and {} does not follow from the bounds of the parameters", a.text(), b.text()));
}

Guard::Guard(const DimCondition& condition) : dead_(!condition.holds()) {
  known.push_back(condition.lhs - condition.rhs);
  if (dead_) ++dead_guards;
}
Guard::~Guard() {
  known.pop_back();
  if (dead_) --dead_guards;
}

bool point_is_dead() { return dead_guards > 0; }

}  // namespace hdl
