// SPDX-License-Identifier: Apache-2.0
// A size known twice: its value at the chosen point, and a polynomial over the module's parameters.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hdl {

class Dim;

// What a Dim is a polynomial of: a parameter, a genvar, or an opaque function of other Dims; a
// localparam in Dim::written only.
struct Atom {
  enum class Kind { kParameter, kGenvar, kClog2, kMax, kCeilDiv, kName };
  Kind kind = Kind::kParameter;
  std::string name;            // parameter, genvar, localparam; of the others the Verilog text
  int64_t value = 0;           // at the point; a genvar's is its lowest
  int rank = 0;                // order of declaration
  std::vector<Dim> bounds;     // of what has a name: lowest and highest, both included
  std::vector<Dim> arguments;  // of an opaque function
};
using AtomPtr = std::shared_ptr<const Atom>;

// Order of atoms: parameters as declared, then genvars, then opaque ones by their text.
struct AtomLess {
  bool operator()(const AtomPtr& a, const AtomPtr& b) const;
};
using Monomial = std::vector<AtomPtr>;  // sorted; empty: the constant
struct MonomialLess {
  bool operator()(const Monomial& a, const Monomial& b) const;  // higher degree first
};

// Immutable. Arithmetic throws std::overflow_error outside 64 bits.
class Dim {
 public:
  Dim() : Dim(0) {}
  Dim(int64_t constant) : value_(constant) {  // NOLINT: sizes read like numbers
    if (constant < 0 || constant >= kSmall) set_terms();
  }
  Dim(int constant) : Dim(int64_t{constant}) {}  // NOLINT
  explicit Dim(AtomPtr atom);

  int64_t value() const { return value_; }
  bool is_constant() const { return form_ == nullptr || has_constant_terms(); }
  bool has_genvar() const;
  using Terms = std::map<Monomial, int64_t, MonomialLess>;
  const Terms& terms() const { return form_ ? form_->terms : small_constant_terms(value_); }

  // Canonical Verilog: `Width - ApproxWidth`, `Lanes * DataWidth`, `3 * (DataWidth + CoefWidth)`.
  std::string text() const;

  // The same size as the author wrote it, over localparams too: `3 * LaneWidth`. Text only; order,
  // equality and value are those of the polynomial over the parameters.
  const Dim& written() const { return is_written() ? *form_->written : *this; }
  bool is_written() const { return form_ != nullptr && form_->written != nullptr; }
  // This size, written as `name` from now on.
  Dim named(std::string name) const;

  // Each atom that `values` names replaced; opaque atoms are evaluated anew.
  Dim substitute(const std::map<std::string, Dim>& values) const;

  friend Dim operator+(const Dim& a, const Dim& b);
  friend Dim operator-(const Dim& a, const Dim& b);
  friend Dim operator*(const Dim& a, const Dim& b);
  Dim operator-() const { return Dim(0) - *this; }
  Dim& operator+=(const Dim& b) { return *this = *this + b; }
  Dim& operator-=(const Dim& b) { return *this = *this - b; }
  // Same polynomial, hence equal for all parameter values. No operator<: see at_least.
  friend bool operator==(const Dim& a, const Dim& b);

 private:
  struct Form {
    Terms terms;
    std::shared_ptr<const Dim> written;  // null: as the polynomial
  };
  Dim(Terms terms, int64_t value, std::shared_ptr<const Dim> written);
  static const Terms& small_constant_terms(int64_t constant);
  void set_terms();  // of a constant
  bool has_constant_terms() const;

  // Constants below it, nearly all sizes of a fixed module, have their terms in a table.
  static constexpr int64_t kSmall = 256;
  // Shared: sizes are copied often and never change. Null: a small constant.
  std::shared_ptr<const Form> form_;
  int64_t value_ = 0;
};

// Smallest number of bits that can count 0..d-1; d at least 1.
Dim clog2(const Dim& d);
// Rounded up; divisor at least 1.
Dim ceil_div(const Dim& d, const Dim& divisor);
// Folds to the larger where the order is known.
Dim max(const Dim& a, const Dim& b);

// Smallest and largest value over the whole box of declared bounds (and the guards of enclosing
// generate-ifs); exact where the polynomial is linear in each atom, never too narrow.
struct DimBounds {
  int64_t min, max;
};
DimBounds bounds(const Dim& d);

// a >= b for every legal choice of parameters. False says only that it does not follow.
bool proves_at_least(const Dim& a, const Dim& b);
// Decides a >= b; std::logic_error naming both where neither answer follows from the bounds.
bool at_least(const Dim& a, const Dim& b);

// A condition on sizes: lhs >= rhs. For generate-if and Module::require.
struct DimCondition {
  Dim lhs, rhs;
  bool holds() const { return lhs.value() >= rhs.value(); }  // at the point
};
inline DimCondition is_at_least(const Dim& a, const Dim& b) { return {a, b}; }
inline DimCondition is_above(const Dim& a, const Dim& b) { return {a, b + 1}; }
inline DimCondition is_at_most(const Dim& a, const Dim& b) { return {b, a}; }

// While it lives, `condition` counts as known to proofs (this thread).
class Guard {
 public:
  explicit Guard(const DimCondition& condition);
  ~Guard();
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

 private:
  bool dead_;
};

// True inside a guard whose condition is false at the point: values there mean nothing.
bool point_is_dead();

// Names for known sizes, so that a Dim prints as the localparam of the same polynomial.
struct DimName {
  std::string name;
  Dim dim;
};

// As Dim::text, as the author wrote it unless that is longer, and using `names` otherwise wherever
// that is shorter; each name used is added to `used`.
std::string dim_text(const Dim& d, const std::vector<DimName>& names,
                     std::vector<std::string>* used);
// The same in parentheses unless it is one word or number.
std::string dim_factor(const Dim& d, const std::vector<DimName>& names,
                       std::vector<std::string>* used);

}  // namespace hdl
