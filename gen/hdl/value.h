// SPDX-License-Identifier: Apache-2.0
// The two kinds of value: Bits, a packed vector, and Num, a number with a range.
//
// Both are immutable expressions. Every check runs when the expression is made or declared, and
// throws std::logic_error that names the signals, the numbers and the way out.

#pragma once

#include <gmpxx.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gen/hdl/dim.h"

namespace hdl {

struct Node;  // node.h
using NodePtr = std::shared_ptr<const Node>;
class Num;

// Smallest and largest value, at the point.
struct Range {
  mpz_class lo, hi;
  bool contains(const Range& other) const { return lo <= other.lo && other.hi <= hi; }
  std::string text() const;  // "[-128, 127]"
  friend bool operator==(const Range&, const Range&) = default;
};
// Shared, for numbers are copied often.
using RangePtr = std::shared_ptr<const Range>;

// What a declaration states. Make them with bits(), uint() and sint().
struct BitsType {
  Dim width;
};
struct NumType {
  Dim width;
  bool is_signed = false;
  RangePtr restriction = nullptr;

  // Values that occur, when fewer than the width could hold. An input's is a promise of whoever
  // drives it; everything else proves it.
  NumType in(const mpz_class& lo, const mpz_class& hi) const;
  // The restriction, else all that fits the width.
  Range range() const { return *shared_range(); }
  RangePtr shared_range() const;
};
inline BitsType bits(const Dim& width) { return {width}; }
inline NumType uint(const Dim& width) { return {width, false, {}}; }
inline NumType sint(const Dim& width) { return {width, true, {}}; }

// Common to both: an expression tree.
class Value {
 public:
  const NodePtr& node() const { return node_; }
  bool valid() const { return node_ != nullptr; }

 protected:
  Value() = default;
  explicit Value(NodePtr node) : node_(std::move(node)) {}
  NodePtr node_;
};

// A packed vector: a width, no number. Operands of an operator must have equal widths.
class Bits : public Value {
 public:
  Bits() = default;
  explicit Bits(NodePtr node) : Value(std::move(node)) {}
  const Dim& width() const;

  // Of a declared signal only (name anything else in a wire first): `width` bits from `lsb` up.
  // Must lie inside for all legal sizes.
  Bits slice(const Dim& lsb, const Dim& width) const;
  Bits bit(const Dim& index) const { return slice(index, 1); }
  Bits msb() const { return bit(width() - 1); }
  // Lane i of a vector of lanes `lane_width` wide: x_i[i * DataWidth +: DataWidth].
  Bits lane(const Dim& i, const Dim& lane_width) const { return slice(i * lane_width, lane_width); }
  // The bit that `index` chooses at run time; its range must be inside.
  Bits select(const Num& index) const;

  // Conversions by name, width unchanged.
  Num as_unsigned() const;
  Num as_signed() const;

  Bits all() const;     // &x
  Bits any() const;     // |x
  Bits parity() const;  // ^x

  friend Bits operator~(const Bits& a);
  friend Bits operator&(const Bits& a, const Bits& b);
  friend Bits operator|(const Bits& a, const Bits& b);
  friend Bits operator^(const Bits& a, const Bits& b);
  friend Bits operator==(const Bits& a, const Bits& b);
  friend Bits operator!=(const Bits& a, const Bits& b);
};

// Most significant first.
Bits concat(const std::vector<Bits>& parts);
// `count` copies, at least one for all legal sizes.
Bits replicate(const Dim& count, const Bits& b);
Bits zeros(const Dim& width);
Bits ones(const Dim& width);
// A literal of fixed width, 8'h3f.
Bits literal(int width, const mpz_class& value);
Bits mux(const Bits& condition, const Bits& yes, const Bits& no);

// A number: signed or unsigned, with the range that follows from its operands' ranges. A sum or
// product has no width of its own until it is declared; operators that need one (compare, shift
// right, bits()) take declared signals, conversions and slices of those, and constants only.
class Num : public Value {
 public:
  Num() : range_(no_range()) {}
  Num(int64_t constant);                         // NOLINT: x + 1
  Num(int constant) : Num(int64_t{constant}) {}  // NOLINT
  Num(const mpz_class& constant);                // NOLINT
  Num(NodePtr node, Range range)
      : Num(std::move(node), std::make_shared<const Range>(std::move(range))) {}
  Num(NodePtr node, RangePtr range) : Value(std::move(node)), range_(std::move(range)) {}

  const Range& range() const { return *range_; }
  const RangePtr& shared_range() const { return range_; }
  bool is_signed() const;  // a constant is signed when negative; it goes with either
  bool is_constant() const;
  const Dim& width() const;  // of what has one, else throws

  Bits bits() const;        // the vector that holds it, width unchanged
  Num as_signed() const;    // value unchanged; an unsigned number gets a zero in front
  Num as_unsigned() const;  // value unchanged, width unchanged; the range must not be negative

  // States a range that an identity implies but operand ranges do not show. The sum may then be
  // declared in fewer bits than its parts: +, - and * are exact modulo 2^width. `why` is printed.
  Num known_range(const mpz_class& lo, const mpz_class& hi, std::string_view why) const;
  // Drops what does not fit: the value modulo 2^width, as a counter does. Declare it at once, in
  // exactly `width` bits.
  Num wrap(const Dim& width) const;

  Num shift_left(const Dim& places) const;   // times 2^places; places at least 0
  Num shift_right(const Dim& places) const;  // rounded down; places inside 0..width-1
  Num shift_right(int places) const { return shift_right(Dim(places)); }
  // By an unsigned number at run time; rounded down, keeps the width.
  Num shift_right(const Num& places) const;
  // Into `type`, out-of-range values replaced by its nearest. Of a declared signal only.
  Num saturate(const NumType& type) const;

  friend Num operator+(const Num& a, const Num& b);
  friend Num operator-(const Num& a, const Num& b);
  friend Num operator*(const Num& a, const Num& b);
  Num operator-() const;
  friend Bits operator==(const Num& a, const Num& b);
  friend Bits operator!=(const Num& a, const Num& b);
  friend Bits operator<(const Num& a, const Num& b);
  friend Bits operator<=(const Num& a, const Num& b);
  friend Bits operator>(const Num& a, const Num& b);
  friend Bits operator>=(const Num& a, const Num& b);

 private:
  static const RangePtr& no_range();  // of a Num without a value
  RangePtr range_;                    // never null
};

Num mux(const Bits& condition, const Num& yes, const Num& no);
Num sum(const std::vector<Num>& terms);  // at least one
// a - b modulo 2^width, both unsigned: a counter that runs down. Declare it at once, in `width`
// bits.
Num wrapping_difference(const Num& a, const Num& b, const Dim& width);

}  // namespace hdl
