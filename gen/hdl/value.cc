// SPDX-License-Identifier: Apache-2.0
// Expressions: widths of Bits agree symbolically, ranges of Nums are computed at the point.

#include "gen/hdl/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "gen/hdl/node.h"

namespace hdl {
namespace {

constexpr size_t kUsualWidths = 64;

mpz_class power_of_two(int64_t n) {
  mpz_class r = 1;
  mpz_mul_2exp(r.get_mpz_t(), r.get_mpz_t(), static_cast<mp_bitcnt_t>(std::max<int64_t>(n, 0)));
  return r;
}

mpz_class floor_shift(const mpz_class& a, int64_t n) {
  mpz_class r;
  mpz_fdiv_q_2exp(r.get_mpz_t(), a.get_mpz_t(), static_cast<mp_bitcnt_t>(std::max<int64_t>(n, 0)));
  return r;
}

void require_same_width(const char* what, const Bits& a, const Bits& b) {
  if (a.width() == b.width()) return;
  fail(fmt::format("{}: '{}' is {} bits wide, '{}' is {}", what, describe(a.node()),
                   a.width().text(), describe(b.node()), b.width().text()));
}

void require_one_bit(const char* what, const Bits& b) {
  if (b.width() == Dim(1)) return;
  fail(fmt::format("{}: condition '{}' is {} bits wide, must be 1; use any(), all() or ==", what,
                   describe(b.node()), b.width().text()));
}

Bits bitwise(Kind kind, const char* name, const Bits& a, const Bits& b) {
  require_same_width(name, a, b);
  return Bits(make_node({.kind = kind, .args = {a.node(), b.node()}, .width = a.width()}));
}

Bits unary(Kind kind, const Bits& a, const Dim& width) {
  return Bits(make_node({.kind = kind, .args = {a.node()}, .width = width}));
}

// Sign of an operator's result; constants go with either.
bool common_sign(const char* name, const Num& a, const Num& b) {
  if (a.is_constant()) return b.is_signed() || (b.is_constant() && a.is_signed());
  if (b.is_constant()) return a.is_signed();
  if (a.is_signed() != b.is_signed()) {
    const Num& u = a.is_signed() ? b : a;
    fail(fmt::format("{}: '{}' and '{}' mix signed and unsigned; write {}.as_signed()", name,
                     describe(a.node()), describe(b.node()), describe(u.node())));
  }
  return a.is_signed();
}

Num ring(Kind kind, const char* name, const Num& a, const Num& b, Range range) {
  const bool is_signed = common_sign(name, a, b);
  if (a.is_constant() && b.is_constant()) {
    if (range.lo == range.hi) return Num(range.lo);
  }
  if (!is_signed && range.lo < 0) {
    fail(
        fmt::format("'{} {} {}' has range {}, negative but unsigned; convert the operands with "
                    "as_signed()",
                    describe(a.node()), name, describe(b.node()), range.text()));
  }
  return Num(make_node({.kind = kind, .args = {a.node(), b.node()}, .is_signed = is_signed}),
             std::move(range));
}

Bits compare(Kind kind, const char* name, const Num& a, const Num& b) {
  common_sign(name, a, b);
  auto [x, y] = legalise_pair(a, b);
  return Bits(make_node({.kind = kind, .args = {x, y}, .width = 1}));
}

}  // namespace

std::string Range::text() const { return fmt::format("[{}, {}]", lo.get_str(), hi.get_str()); }

NumType NumType::in(const mpz_class& lo, const mpz_class& hi) const {
  NumType type = *this;
  type.restriction = nullptr;
  if (lo > hi || !type.range().contains({lo, hi})) {
    fail(fmt::format("range {} is empty or does not fit {} {} bits", Range{lo, hi}.text(),
                     width.text(), is_signed ? "signed" : "unsigned"));
  }
  type.restriction = std::make_shared<const Range>(Range{lo, hi});
  return type;
}

namespace {

RangePtr whole_range(int64_t width, bool is_signed) {
  const mpz_class lo = is_signed ? mpz_class(-power_of_two(width - 1)) : mpz_class(0);
  return std::make_shared<const Range>(Range{lo, lo + power_of_two(width) - 1});
}

// Those of widths that occur often, made once.
const RangePtr& usual_range(int64_t width, bool is_signed) {
  static const auto ranges = [] {
    std::array<std::array<RangePtr, kUsualWidths>, 2> all;
    for (size_t sign = 0; sign < all.size(); ++sign)
      for (size_t i = 0; i < kUsualWidths; ++i)
        all.at(sign).at(i) = whole_range(static_cast<int64_t>(i) + 1, sign == 1);
    return all;
  }();
  return ranges.at(is_signed ? 1 : 0).at(static_cast<size_t>(width - 1));
}

}  // namespace

RangePtr NumType::shared_range() const {
  if (restriction) return restriction;
  const int64_t w = std::max<int64_t>(width.value(), 1);
  if (w <= static_cast<int64_t>(kUsualWidths)) return usual_range(w, is_signed);
  return whole_range(w, is_signed);
}

std::string describe(const NodePtr& node) {
  if (!node) return "(no value)";
  switch (node->kind) {
    case Kind::kSignal:
      return node->signal->name;
    case Kind::kConstant:
      return node->value.get_str();
    case Kind::kSigned:
    case Kind::kUnsigned:
    case Kind::kZeroExtend:
    case Kind::kSignExtend:
    case Kind::kKnownRange:
      return describe(node->args[0]);
    case Kind::kSlice:
      return fmt::format("{}[{} +: {}]", describe(node->args[0]), node->lsb.text(),
                         node->width.text());
    case Kind::kAdd:
      return describe(node->args[0]) + " + " + describe(node->args[1]);
    case Kind::kSubtract:
      return describe(node->args[0]) + " - " + describe(node->args[1]);
    case Kind::kMultiply:
      return describe(node->args[0]) + " * " + describe(node->args[1]);
    case Kind::kNegate:
      return "-" + describe(node->args[0]);
    case Kind::kShiftRight:
      return describe(node->args[0]) + " >> " + describe(node->args[1]);
    case Kind::kShiftLeft:
      return describe(node->args[0]) + " << " + node->lsb.text();
    case Kind::kConcat:
      return "{" + describe(node->args[0]) + ", ...}";
    case Kind::kNot:
      return "~" + describe(node->args[0]);
    case Kind::kNumMux:
    case Kind::kMux:
      return fmt::format("{} ? {} : {}", describe(node->args[0]), describe(node->args[1]),
                         describe(node->args[2]));
    default:
      return "(expression)";
  }
}

// ---- Bits

const Dim& Bits::width() const {
  if (!node_) fail("a Bits without a value is used");
  return node_->width;
}

NodePtr slice_node(const NodePtr& base, const Dim& lsb, const Dim& width) {
  if (base->kind == Kind::kSlice) return slice_node(base->args[0], base->lsb + lsb, width);
  if (base->kind == Kind::kUnsigned || base->kind == Kind::kSigned) {
    return slice_node(base->args[0], lsb, width);
  }
  if (base->kind != Kind::kSignal) {
    fail(fmt::format("slice of '{}': name it in a wire first", describe(base)));
  }
  const bool whole = lsb == Dim(0) && width == base->width;
  if (whole && !base->is_signed) return base;
  return make_node({.kind = Kind::kSlice, .args = {base}, .width = width, .lsb = lsb});
}

Bits Bits::slice(const Dim& lsb, const Dim& slice_width) const {
  const Dim& whole = width();
  if (lsb == Dim(0) && slice_width == whole) return *this;
  const bool known = lsb.is_constant() && slice_width.is_constant() && whole.is_constant();
  const bool inside = known ? slice_width.value() >= 1 && lsb.value() >= 0 &&
                                  whole.value() - lsb.value() >= slice_width.value()
                            : proves_at_least(slice_width, 1) && proves_at_least(lsb, 0) &&
                                  proves_at_least(whole, lsb + slice_width);
  if (!inside) {
    fail(fmt::format("slice [{} +: {}] of '{}', which has {} bits: not inside for all legal sizes",
                     lsb.text(), slice_width.text(), describe(node_), whole.text()));
  }
  return Bits(slice_node(node_, lsb, slice_width));
}

Bits Bits::select(const Num& index) const {
  if (node_->kind != Kind::kSignal) {
    fail(fmt::format("select of '{}': name it in a wire first", describe(node_)));
  }
  if (index.is_signed() || index.range().hi >= width().value()) {
    fail(fmt::format("select of '{}' ({} bits) by '{}' with range {}", describe(node_),
                     width().text(), describe(index.node()), index.range().text()));
  }
  if (index.is_constant()) return bit(index.range().lo.get_si());
  (void)index.width();
  if (width() == Dim(1)) return *this;
  const NodePtr legal = legalise(index.node(), clog2(width()), false, nullptr);
  return Bits(make_node({.kind = Kind::kSelect, .args = {node_, legal}, .width = 1}));
}

Num Bits::as_unsigned() const {
  const RangePtr range = hdl::uint(width()).shared_range();
  if (!node_->is_signed) return Num(node_, range);
  return Num(make_node({.kind = Kind::kUnsigned, .args = {node_}, .width = width()}), range);
}

Num Bits::as_signed() const {
  const RangePtr range = hdl::sint(width()).shared_range();
  if (node_->is_signed) return Num(node_, range);
  return Num(
      make_node({.kind = Kind::kSigned, .args = {node_}, .width = width(), .is_signed = true}),
      range);
}

Bits Bits::all() const { return unary(Kind::kReduceAnd, *this, 1); }
Bits Bits::any() const { return unary(Kind::kReduceOr, *this, 1); }
Bits Bits::parity() const { return unary(Kind::kReduceXor, *this, 1); }

Bits operator~(const Bits& a) { return unary(Kind::kNot, a, a.width()); }
Bits operator&(const Bits& a, const Bits& b) { return bitwise(Kind::kAnd, "&", a, b); }
Bits operator|(const Bits& a, const Bits& b) { return bitwise(Kind::kOr, "|", a, b); }
Bits operator^(const Bits& a, const Bits& b) { return bitwise(Kind::kXor, "^", a, b); }

Bits operator==(const Bits& a, const Bits& b) {
  require_same_width("==", a, b);
  return Bits(make_node({.kind = Kind::kEqual, .args = {a.node(), b.node()}, .width = 1}));
}
Bits operator!=(const Bits& a, const Bits& b) {
  require_same_width("!=", a, b);
  return Bits(make_node({.kind = Kind::kNotEqual, .args = {a.node(), b.node()}, .width = 1}));
}

Bits concat(const std::vector<Bits>& parts) {
  if (parts.empty()) fail("concat of nothing");
  if (parts.size() == 1) return parts[0];
  Node node{.kind = Kind::kConcat};
  node.args.reserve(parts.size());
  for (const Bits& part : parts) {
    node.width += part.width();
    node.args.push_back(part.node());
  }
  return Bits(make_node(std::move(node)));
}

Bits replicate(const Dim& count, const Bits& b) {
  if (!proves_at_least(count, 1)) {
    fail(fmt::format("replicate of '{}' {} times, which may be below 1", describe(b.node()),
                     count.text()));
  }
  if (count == Dim(1)) return b;
  return Bits(make_node(
      {.kind = Kind::kReplicate, .args = {b.node()}, .width = count * b.width(), .lsb = count}));
}

Bits zeros(const Dim& width) {
  if (!proves_at_least(width, 1)) fail(fmt::format("zeros of width {}, may be 0", width.text()));
  return Bits(make_node({.kind = Kind::kFill, .width = width, .value = 0}));
}
Bits ones(const Dim& width) {
  if (!proves_at_least(width, 1)) fail(fmt::format("ones of width {}, may be 0", width.text()));
  return Bits(make_node({.kind = Kind::kFill, .width = width, .value = 1}));
}

Bits literal(int width, const mpz_class& value) {
  if (width < 1 || value < 0 || value >= power_of_two(width)) {
    fail(fmt::format("literal {} does not fit {} bits", value.get_str(), width));
  }
  return Bits(make_node({.kind = Kind::kLiteral, .width = width, .value = value}));
}

Bits mux(const Bits& condition, const Bits& yes, const Bits& no) {
  require_one_bit("mux", condition);
  require_same_width("mux", yes, no);
  return Bits(make_node({.kind = Kind::kMux,
                         .args = {condition.node(), yes.node(), no.node()},
                         .width = yes.width()}));
}

// ---- Num

Num::Num(int64_t constant) : Num(mpz_class(static_cast<long>(constant))) {}
Num::Num(const mpz_class& constant)
    : Value(make_node({.kind = Kind::kConstant, .is_signed = constant < 0, .value = constant})),
      range_(std::make_shared<const Range>(Range{constant, constant})) {}

const RangePtr& Num::no_range() {
  static const RangePtr none = std::make_shared<const Range>();
  return none;
}

bool Num::is_signed() const {
  if (!node_) fail("a Num without a value is used");
  return node_->is_signed;
}
bool Num::is_constant() const { return node_ && node_->kind == Kind::kConstant; }

const Dim& Num::width() const {
  if (!node_) fail("a Num without a value is used");
  if (!has_width(*node_)) {
    fail(fmt::format("'{}' has no width of its own; name it in a wire first", describe(node_)));
  }
  return node_->width;
}

Bits Num::bits() const {
  const Dim& w = width();
  const Node& n = *node_;
  if (n.kind == Kind::kSigned || n.kind == Kind::kUnsigned) return Bits(n.args[0]);
  if (n.kind == Kind::kShiftLeft) {
    Bits base = Num(n.args[0], range_).bits();
    return concat({base, zeros(n.lsb)});
  }
  if (n.kind == Kind::kShiftRight && n.is_signed) {
    fail(fmt::format("bits() of '{}': name it in a wire first", describe(node_)));
  }
  (void)w;
  return Bits(node_);
}

Num Num::as_signed() const {
  if (is_signed() || is_constant()) return *this;
  const NodePtr wider =
      make_node({.kind = Kind::kZeroExtend, .args = {node_}, .width = width() + 1});
  return Num(
      make_node({.kind = Kind::kSigned, .args = {wider}, .width = wider->width, .is_signed = true}),
      range_);
}

Num Num::as_unsigned() const {
  if (!is_signed()) return *this;
  if (range_->lo < 0) {
    fail(fmt::format("as_unsigned() of '{}', which has range {}", describe(node_), range_->text()));
  }
  Num n = bits().as_unsigned();
  n.range_ = range_;
  return n;
}

Num Num::known_range(const mpz_class& lo, const mpz_class& hi, std::string_view why) const {
  const Range both{std::max(lo, range_->lo), std::min(hi, range_->hi)};
  if (both.lo > both.hi || why.empty()) {
    fail(fmt::format("known_range {} of '{}', which has range {}: nothing is in both, or no reason",
                     Range{lo, hi}.text(), describe(node_), range_->text()));
  }
  return Num(make_node({.kind = Kind::kKnownRange,
                        .args = {node_},
                        .is_signed = is_signed(),
                        .why = std::make_shared<const std::string>(why)}),
             both);
}

Num Num::wrap(const Dim& width) const {
  return Num(
      make_node({.kind = Kind::kWrap, .args = {node_}, .is_signed = is_signed(), .lsb = width}),
      NumType{width, is_signed(), {}}.shared_range());
}

Num wrapping_difference(const Num& a, const Num& b, const Dim& width) {
  if (common_sign("-", a, b)) fail("wrapping_difference: operands must be unsigned");
  const NumType type = uint(width);
  const Num difference(make_node({.kind = Kind::kSubtract, .args = {a.node(), b.node()}}),
                       type.shared_range());
  return difference.wrap(width);
}

Num Num::shift_left(const Dim& places) const {
  if (places == Dim(0)) return *this;
  if (!proves_at_least(places, 1)) {
    fail(fmt::format("shift_left of '{}' by {}, which may be below 1", describe(node_),
                     places.text()));
  }
  const mpz_class factor = power_of_two(places.value());
  const Range range{range_->lo * factor, range_->hi * factor};
  if (is_constant()) return *this * Num(factor);
  return Num(make_node({.kind = Kind::kShiftLeft,
                        .args = {node_},
                        .width = width() + places,
                        .is_signed = is_signed(),
                        .lsb = places}),
             range);
}

Num Num::shift_right(const Dim& places) const {
  if (places == Dim(0)) return *this;
  const Bits part = bits().slice(places, width() - places);
  Num n = is_signed() ? part.as_signed() : part.as_unsigned();
  n.range_ = std::make_shared<const Range>(
      Range{floor_shift(range_->lo, places.value()), floor_shift(range_->hi, places.value())});
  return n;
}

Num Num::shift_right(const Num& places) const {
  if (places.is_constant()) return shift_right(Dim(int64_t{places.range().lo.get_si()}));
  if (places.is_signed()) {
    fail(fmt::format("shift of '{}' by '{}', which is signed", describe(node_),
                     describe(places.node())));
  }
  const Dim w = width();
  (void)places.width();
  const int64_t most = places.range().hi > 100000 ? 100000 : places.range().hi.get_si();
  const int64_t least =
      std::min<int64_t>(most, places.range().lo.fits_slong_p() ? places.range().lo.get_si() : most);
  const Range range{floor_shift(range_->lo, range_->lo < 0 ? least : most),
                    floor_shift(range_->hi, range_->hi < 0 ? most : least)};
  return Num(make_node({.kind = Kind::kShiftRight,
                        .args = {node_, places.node()},
                        .width = w,
                        .is_signed = is_signed()}),
             range);
}

Num Num::saturate(const NumType& type) const {
  const Dim from = width(), to = type.width;
  const Range limit = type.range();
  if (type.restriction) fail("saturate into a restricted range is not supported");
  if (!at_least(from, to + 1)) {
    fail(fmt::format("saturate of '{}' ({} bits) into {} bits is not needed", describe(node_),
                     from.text(), to.text()));
  }
  const Bits all = bits();
  Bits result;
  if (!type.is_signed) {
    const Dim top = is_signed() ? from - 1 : from;  // bits above `to` without the sign
    result = all.slice(0, to);
    if (at_least(top, to + 1)) result = mux(all.slice(to, top - to).any(), ones(to), result);
    if (is_signed()) result = mux(all.msb(), zeros(to), result);
  } else {
    if (!is_signed()) fail(fmt::format("saturate of '{}': use as_signed()", describe(node_)));
    const Bits top = all.slice(to - 1, from - to + 1);
    result = mux(top.all() | ~top.any(), all.slice(0, to),
                 concat({all.msb(), replicate(to - 1, ~all.msb())}));
  }
  Num n = type.is_signed ? result.as_signed() : result.as_unsigned();
  const auto clamp = [&](const mpz_class& v) -> mpz_class {
    return v < limit.lo ? limit.lo : v > limit.hi ? limit.hi : v;
  };
  n.range_ = std::make_shared<const Range>(Range{clamp(range_->lo), clamp(range_->hi)});
  return n;
}

Num operator+(const Num& a, const Num& b) {
  return ring(Kind::kAdd, "+", a, b, {a.range().lo + b.range().lo, a.range().hi + b.range().hi});
}
Num operator-(const Num& a, const Num& b) {
  return ring(Kind::kSubtract, "-", a, b,
              {a.range().lo - b.range().hi, a.range().hi - b.range().lo});
}
Num operator*(const Num& a, const Num& b) {
  const mpz_class corners[] = {a.range().lo * b.range().lo, a.range().lo * b.range().hi,
                               a.range().hi * b.range().lo, a.range().hi * b.range().hi};
  for (const Num* x : {&a, &b}) {
    if (!x->is_constant()) (void)x->width();  // operands are extended by Verilog: names only
  }
  return ring(Kind::kMultiply, "*", a, b,
              {*std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4)});
}
Num Num::operator-() const {
  if (is_constant()) return Num(mpz_class(-range_->lo));
  if (!is_signed()) {
    fail(fmt::format("'-{}' negates an unsigned number; use as_signed()", describe(node_)));
  }
  return Num(make_node({.kind = Kind::kNegate, .args = {node_}, .is_signed = true}),
             Range{-range_->hi, -range_->lo});
}

Bits operator==(const Num& a, const Num& b) { return compare(Kind::kEqual, "==", a, b); }
Bits operator!=(const Num& a, const Num& b) { return compare(Kind::kNotEqual, "!=", a, b); }
Bits operator<(const Num& a, const Num& b) { return compare(Kind::kLess, "<", a, b); }
Bits operator<=(const Num& a, const Num& b) { return compare(Kind::kLessEqual, "<=", a, b); }
Bits operator>(const Num& a, const Num& b) { return compare(Kind::kGreater, ">", a, b); }
Bits operator>=(const Num& a, const Num& b) { return compare(Kind::kGreaterEqual, ">=", a, b); }

Num mux(const Bits& condition, const Num& yes, const Num& no) {
  require_one_bit("mux", condition);
  const bool is_signed = common_sign("mux", yes, no);
  return Num(
      make_node({.kind = Kind::kNumMux,
                 .args = {condition.node(), yes.node(), no.node()},
                 .is_signed = is_signed}),
      Range{std::min(yes.range().lo, no.range().lo), std::max(yes.range().hi, no.range().hi)});
}

Num sum(const std::vector<Num>& terms) {
  if (terms.empty()) fail("sum of nothing");
  Num total = terms[0];
  for (size_t i = 1; i < terms.size(); ++i) total = total + terms[i];
  return total;
}

}  // namespace hdl
