// SPDX-License-Identifier: Apache-2.0
// Rows of partial products: ANDs and NANDs of Baugh-Wooley, Booth digits, plain signed rows.
//
// Baugh and Wooley, IEEE Trans. Computers C-22, 1973; MacSorley's recoding, Proc. IRE 49, 1961.

#include "gen/units/products.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace gen {
namespace {

class Product {
 public:
  Product(Heap& heap, hdl::Module& module, const hdl::Bits& a, const hdl::Bits& b,
          const ProductOptions& options)
      : heap_(heap),
        m_(module),
        a_(a),
        b_(b),
        o_(options),
        wa_(static_cast<int>(a.width().value())),
        wb_(static_cast<int>(b.width().value())) {}

  // -x = ~x - 1, so a bit of negative weight goes in as its complement. All wires hold complements
  // of what the heap adds: NAND of a positive, AND of a negative bit.
  void baugh_wooley() {
    leave_out(wb_);
    for (int i = 0; i < wb_; ++i) {
      const bool row_negative = (o_.b_signed && i == wb_ - 1) != o_.subtract;
      const bool top_negative = row_negative != o_.a_signed;
      const auto part = [&](int lsb, int count, bool negative) {
        const hdl::Bits p = a_.slice(lsb, count) & repeat(b_.bit(i), count);
        return negative ? p : ~p;
      };
      const int count = room(i, wa_);
      if (count == 0) return;
      const bool split = wa_ > 1 && count == wa_ && top_negative != row_negative;
      const hdl::Bits value =
          split ? hdl::concat({part(wa_ - 1, 1, top_negative), part(0, wa_ - 1, row_negative)})
                : part(0, count, wa_ > 1 ? row_negative : top_negative);
      const int row = wire(fmt::format("row_{}", i), count, value);
      for (int j = 0; j < count; ++j) {
        const bool negative = j == wa_ - 1 ? top_negative : row_negative;
        const arith::HeapBit bit{{row, j}, o_.column + i + j, 0, !negative};
        negative ? heap_.bits().subtract(bit) : heap_.bits().add(bit);
      }
    }
  }

  // Rows of ANDs; a signed a is extended by its sign bit up to the top of the heap.
  void plain() {
    leave_out(wb_);
    for (int i = 0; i < wb_; ++i) {
      const bool negative = (o_.b_signed && i == wb_ - 1) != o_.subtract;
      const int count = room(i, wa_);
      if (count == 0) return;
      const int row =
          wire(fmt::format("row_{}", i), count, a_.slice(0, count) & repeat(b_.bit(i), count));
      const int first = o_.column + i;
      if (negative) heap_.bits().add_constant(first);  // -x = ~x + 1
      for (int c = first; c < heap_.bits().width(); ++c) {
        const int j = std::min(c - first, wa_ - 1);
        if (c - first < wa_ || o_.a_signed) {
          heap_.bits().add({{row, j}, c, 0, negative});
        } else if (negative) {
          heap_.bits().add_constant(c);
        }
      }
    }
  }

  // Digits -2 b[2i+1] + b[2i] + b[2i-1]; b[-1] = 0, above b zeros or its sign.
  void booth4() {
    const int digits = o_.b_signed ? (wb_ + 1) / 2 : wb_ / 2 + 1;
    leave_out(2 * digits);
    const hdl::Bits top = o_.a_signed ? a_.msb() : hdl::zeros(1);
    const bool any_two = wb_ > 1;
    once_ = hdl::Bits();
    if (any_two) {
      const int count = room(0, wa_ + 1);
      once_ = m_.wire(o_.name + "once", hdl::bits(count),
                      count > wa_ ? hdl::concat({top, a_}) : a_.slice(0, count));
      twice_ =
          m_.wire(o_.name + "twice", hdl::bits(count),
                  count > 1 ? hdl::concat({a_.slice(0, count - 1), hdl::zeros(1)}) : hdl::zeros(1));
    }
    for (int i = 0; i < digits && room(2 * i, 1) > 0; ++i) booth_row(i);
  }

 private:
  static hdl::Bits repeat(const hdl::Bits& bit, int count) {
    return count == 1 ? bit : hdl::replicate(count, bit);
  }

  // Bits of a row of `count` from column `column` of the product on that the heap has a column for.
  int room(int column, int count) const {
    return std::clamp(heap_.bits().width() - o_.column - column, 0, count);
  }

  // Bits of the operands that only columns above the heap would need; `rows` of b (Booth: two a
  // digit) are gone through.
  void leave_out(int rows) {
    const int of_a = room(0, wa_);
    if (of_a < wa_) m_.unused("unused_" + o_.name + "a", a_.slice(of_a, wa_ - of_a));
    const int last = room(0, rows);
    const int of_b = std::min(o_.form == ProductForm::kBooth4 ? last + last % 2 : last, wb_);
    if (of_b < wb_) m_.unused("unused_" + o_.name + "b", b_.slice(of_b, wb_ - of_b));
  }

  int wire(const std::string& name, int width, const hdl::Bits& value) {
    return heap_.vector(m_.wire(o_.name + name, hdl::bits(width), value));
  }

  void put(int vector, int index, int column, bool negative, bool inverted) {
    const arith::HeapBit bit{{vector, index}, o_.column + column, 0, inverted};
    negative != o_.subtract ? heap_.bits().subtract(bit) : heap_.bits().add(bit);
  }

  void booth_row(int i) {
    const bool has_high = 2 * i + 1 < wb_, has_mid = 2 * i<wb_, has_low = i> 0;
    const bool sign_twice = !has_high && o_.b_signed;  // b[2i+1] = b[2i]
    hdl::Bits high, mid, low;
    if (has_high) high = b_.bit(2 * i + 1);
    if (has_mid) mid = b_.bit(2 * i);
    if (has_low) low = b_.bit(2 * i - 1);
    const auto named = [&](const char* stem, const hdl::Bits& value) {
      return m_.wire(fmt::format("{}{}_{}", o_.name, stem, i), hdl::bits(1), value);
    };
    const hdl::Bits one = named("one", !has_low ? mid : !has_mid ? low : mid ^ low);
    hdl::Bits two, neg;
    if (has_high) {
      neg = named("neg", high);
      two = named("two", has_low ? (high & ~mid & ~low) | (~high & mid & low) : high & ~mid);
    } else if (sign_twice) {
      neg = named("neg", mid);
    } else if (has_mid && has_low) {
      two = named("two", mid & low);
    }
    const int width = wa_ + (two.valid() ? 1 : 0), count = room(2 * i, width);
    const auto low_bits = [count](const hdl::Bits& all) { return all.slice(0, count); };
    hdl::Bits value = two.valid() ? (low_bits(once_) & repeat(one, count)) |
                                        (low_bits(twice_) & repeat(two, count))
                                  : low_bits(a_) & repeat(one, count);
    // A signed row's highest bit has negative weight; its wire holds the complement.
    const bool top_inverted = o_.a_signed && neg.valid();
    if (neg.valid()) {
      const bool has_top = o_.a_signed && count == width;
      value = value ^ (has_top && width > 1 ? hdl::concat({~neg, repeat(neg, width - 1)})
                                            : (has_top ? ~neg : repeat(neg, count)));
    }
    const int row = wire(fmt::format("row_{}", i), count, value);
    for (int j = 0; j < count; ++j) {
      const bool top = j == width - 1;
      put(row, j, 2 * i + j, top && o_.a_signed, top && top_inverted);
    }
    if (!neg.valid()) return;
    const int sign = heap_.vector(neg);
    put(sign, 0, 2 * i, false, false);
    if (!o_.a_signed) put(sign, 0, 2 * i + width, true, false);
  }

  Heap& heap_;
  hdl::Module& m_;
  const hdl::Bits a_, b_;
  const ProductOptions& o_;
  int wa_, wb_;
  hdl::Bits once_, twice_;
};

}  // namespace

ProductForm product_form(const base::Spec& resolved) {
  const char* const key = resolved.has("products") ? "products" : "form";
  if (resolved.is(key, "booth4")) return ProductForm::kBooth4;
  return resolved.is(key, "plain") ? ProductForm::kPlain : ProductForm::kBaughWooley;
}

Param form_param() {
  return option("form",
                {{"baugh_wooley", "a row a bit, sign corrections in one constant"},
                 {"booth4", "a row two bits, digits -2..2"},
                 {"plain", "a row a bit, signed rows extended bit by bit"}},
                "Partial products.")
      .needs("arith", "heap");
}

Param mul_operands_param() {
  return option(
      "operands",
      {{"unsigned", "both unsigned"}, {"signed", "both signed"}, {"mixed", "a unsigned, b signed"}},
      "How the operands are read.");
}

double product_cost(ProductForm form, int width_a, bool a_signed, int width_b, bool b_signed,
                    int shared) {
  constexpr double kAnd = 0.25, kMultiplexer = 0.8, kRecoder = 1.5;
  if (form != ProductForm::kBooth4) return width_a * width_b * (1 + kAnd);
  const int digits = b_signed ? (width_b + 1) / 2 : width_b / 2 + 1;
  double cost = 0;
  for (int i = 0; i < digits; ++i) {
    // As booth_row(): the highest digit may lack -2 and 2, or all that is negative.
    const bool has_high = 2 * i + 1 < width_b, has_mid = 2 * i < width_b;
    const bool negative = has_high || b_signed, two = has_high || (!negative && has_mid && i > 0);
    const int bits = width_a + (two ? 1 : 0);
    cost += bits * (1 + (negative || two ? kMultiplexer : kAnd));
    if (negative) cost += a_signed ? 1 : 2;
    if (has_mid) cost += kRecoder / shared;
  }
  return cost;
}

void add_product(Heap& heap, hdl::Module& module, const hdl::Bits& a, const hdl::Bits& b,
                 const ProductOptions& options) {
  Product product(heap, module, a, b, options);
  switch (options.form) {
    case ProductForm::kBaughWooley:
      return product.baugh_wooley();
    case ProductForm::kBooth4:
      return product.booth4();
    case ProductForm::kPlain:
      return product.plain();
  }
}

}  // namespace gen
