// SPDX-License-Identifier: Apache-2.0
// mac: multiplies and accumulates, one product a cycle.

#include <fmt/format.h>

#include <stdexcept>

#include "gen/units/product_sums.h"

namespace gen {
namespace {

constexpr int64_t kGuardBits = 8;  // by default: sums of 256 products

struct Ports {
  hdl::Bits first, last, a, b, valid, y;
};

// What travels with the data.
struct Beat {
  hdl::Bits valid, first, last;
};

class Builder {
 public:
  Builder(DesignBuilder& design, hdl::Module& module, const ProductSizes& sizes,
          const hdl::Dim& acc_width)
      : design_(design),
        m_(module),
        cut_(design.spec()),
        pipeline_(module, design, cut_),
        sizes_(sizes),
        acc_width_(acc_width) {}

  void run() {
    declare();
    beat_ = {pipeline_.valid_in(), ports_.first, ports_.last};
    if (cut_.at(Place::kPre)) m_.section("Stage pre: operands.");
    const hdl::Bits a = pipeline_.stage(Place::kPre, "a", ports_.a);
    const hdl::Bits b = pipeline_.stage(Place::kPre, "b", ports_.b);
    carry_on(Place::kPre);
    if (design_.is("arith", "heap")) {
      accumulate_rows(a, b);
    } else {
      accumulate(a, b);
    }
    valid_at(Place::kPost);
    m_.section(
        "Valid bits travel with the data; behind the accumulator only last products are valid.");
    m_.registers(pipeline_.state_clock(), pipeline_.enable(), {}, moves_);
    m_.assign(ports_.valid, beat_.valid);
  }

  int latency() const { return cut_.latency() + 1; }

 private:
  // acc + a * b in `*` and `+`.
  void accumulate(const hdl::Bits& a, const hdl::Bits& b) {
    m_.section("Stage mult: their product.");
    const hdl::Dim product_width = m_.localparam("ProductWidth", sizes_.a + sizes_.b);
    const hdl::Num product = pipeline_.stage(Place::kMult, "product", sizes_.type(product_width),
                                             sizes_.left(a) * sizes_.right(b));
    carry_on(Place::kMult);
    m_.section("Accumulator: starts anew with the first product of a sum.");
    const hdl::Num sum = m_.reg("sum_q", sizes_.type(acc_width_));
    const hdl::Num next =
        m_.wire("next_sum", sizes_.type(acc_width_),
                (hdl::mux(beat_.first, hdl::Num(0), sum) + product).wrap(acc_width_));
    m_.registers(pipeline_.data_clock(), take(), {{sum, next}});
    accumulated();
    if (cut_.at(Place::kPost)) m_.section("Stage post: the result.");
    const hdl::Num y = pipeline_.stage(Place::kPost, "y", sizes_.type(acc_width_), sum);
    pipeline_.end_stage();
    m_.assign(ports_.y, y.bits());
  }

  // The accumulator as two rows: a product goes in without a carry chain, the final adder stands
  // behind it.
  void accumulate_rows(const hdl::Bits& a, const hdl::Bits& b) {
    const int width = static_cast<int>(acc_width_.value());
    const arith::CompressOptions options = compress_options(design_.spec());
    const bool cut = cut_.at(Place::kMult);
    m_.section("Stage mult: partial products.");
    Heap product(design_, m_, width, cut ? "product_" : "");
    add_product(product, pipeline_, sizes_, a, b, product_form(design_.spec()), "");
    SeparateRows rows;
    if (cut)
      rows = stage_rows(pipeline_, Place::kMult, compress_apart(product, options), "product_");
    carry_on(Place::kMult);
    Heap sum(design_, m_, width, cut ? "sum_" : "");
    Heap& heap = cut ? sum : product;
    if (cut) add_rows(heap, rows);
    const auto [lsb, given] = kept_rows(heap, options);
    const bool two = given < width;
    m_.section(fmt::format("Accumulator: {} anew with the first product of a sum.",
                           two ? "two rows (carry-save), which start" : "one row, which starts"));
    const auto kept = [&](const hdl::Bits& row) {
      return row & hdl::replicate(row.width(), ~beat_.first);
    };
    const hdl::Bits row_a = m_.reg("sum_a_q", hdl::bits(width));
    hdl::Bits row_b;
    if (two) row_b = m_.reg("sum_b_q", hdl::bits(width - given));
    heap.add(m_.wire("kept_a", hdl::bits(width), kept(row_a)), {});
    if (lsb < width) {
      std::vector<hdl::Bits> parts;
      if (two) parts.push_back(kept(row_b));
      if (given > lsb) parts.push_back(hdl::zeros(given - lsb));
      heap.add(m_.wire("kept_b", hdl::bits(width - lsb), hdl::concat(parts)), {.column = lsb});
    }
    HeapRows next = heap.compress(options);
    if (next.lsb != given) throw std::logic_error("mac: the accumulator's second row moved");
    std::vector<std::pair<hdl::Bits, hdl::Bits>> rows_in = {{row_a, next.a}};
    if (two) rows_in.emplace_back(row_b, next.b);
    m_.registers(pipeline_.data_clock(), take(), {}, rows_in);
    accumulated();
    const char* rows_text =
        two ? "the accumulator's two rows added." : "the accumulator's one row.";
    m_.section(cut_.at(Place::kPost) ? fmt::format("Stage post: {}", rows_text)
                                     : fmt::format("The result: {}", rows_text));
    next.a = row_a;
    next.b = row_b;
    next.arrival.assign(next.arrival.size(), 0);
    const hdl::Bits y =
        pipeline_.stage(Place::kPost, "y", heap.add_rows(next, design_.spec().get("final_adder")));
    pipeline_.end_stage();
    m_.assign(ports_.y, y);
  }

  void accumulated() {
    const hdl::Bits done = m_.reg("valid_sum_q", hdl::bits(1), 0);
    moves_.emplace_back(done, beat_.valid & beat_.last);
    beat_.valid = done;
  }

  void declare() {
    ports_.first = m_.input("first_i", hdl::bits(1), "This product starts a new sum.");
    ports_.last = m_.input("last_i", hdl::bits(1), "The sum with this product is a result.");
    ports_.a =
        m_.input("a_i", hdl::bits(sizes_.a), fmt::format("Factor, {}.", sizes_.signs.text_a()));
    ports_.b =
        m_.input("b_i", hdl::bits(sizes_.b), fmt::format("Factor, {}.", sizes_.signs.text_b()));
    ports_.valid = m_.output("valid_o", hdl::bits(1), "y_o is a result.");
    ports_.y = m_.output("y_o", hdl::bits(acc_width_),
                         fmt::format("The sum modulo 2^AccWidth, {}.", sizes_.signs.text_result()));
  }

  void valid_at(Place place) {
    if (!cut_.at(place)) return;
    const hdl::Bits reg = m_.reg("valid_" + std::string(place_name(place)) + "_q", hdl::bits(1), 0);
    moves_.emplace_back(reg, beat_.valid);
    beat_.valid = reg;
  }

  // first and last move with the data of this place; ends the stage.
  void carry_on(Place place) {
    const std::string name(place_name(place));
    beat_.first = pipeline_.stage(place, "first_" + name, beat_.first);
    beat_.last = pipeline_.stage(place, "last_" + name, beat_.last);
    pipeline_.end_stage();
    valid_at(place);
  }

  hdl::Bits take() { return m_.wire("take", hdl::bits(1), pipeline_.enable() & beat_.valid); }

  DesignBuilder& design_;
  hdl::Module& m_;
  Cut cut_;
  Pipeline pipeline_;
  ProductSizes sizes_;
  hdl::Dim acc_width_;
  Ports ports_;
  Beat beat_;
  std::vector<std::pair<hdl::Bits, hdl::Bits>> moves_;
};

int64_t default_accumulator(const base::Spec& spec) {
  return spec.size("WidthA") + spec.size("WidthB") + kGuardBits;
}

Rule accumulator_rule() {
  return {.keys = {"AccWidth", "WidthA", "WidthB"},
          .broken =
              [](const base::Spec& spec) {
                return spec.size("AccWidth") < spec.size("WidthA") + spec.size("WidthB");
              },
          .text = "AccWidth must hold a product: at least WidthA + WidthB",
          .explain =
              [](const base::Spec& spec) {
                return fmt::format("AccWidth={} must be in {}..96 (at least WidthA + WidthB)",
                                   spec.get("AccWidth"), spec.size("WidthA") + spec.size("WidthB"));
              }};
}

}  // namespace

extern const Unit mac;

namespace {

void build(const base::Spec& spec, DesignBuilder& design) {
  const std::string method =
      spec.is("arith", "heap") ? ", " + heap_text(spec, " with a carry-save accumulator") : "";
  hdl::Module m = design.top(
      {fmt::format("Multiplier with accumulator: a product each cycle, sums of any length{}.",
                   method),
       "A product whose first_i is 1 starts a new sum; the sum with a product whose last_i is 1 is "
       "a result. Sums are modulo 2^AccWidth."});
  const hdl::Dim a = design.parameter(m, "WidthA"), b = design.parameter(m, "WidthB");
  const Param& width = *mac.find("AccWidth");  // its least depends on two others
  const int64_t bits = design.size("AccWidth");
  const hdl::Dim acc = width.is_free(design.spec())
                           ? m.parameter("AccWidth", bits, a + b, width.max, width.doc)
                           : hdl::Dim(bits);
  Builder builder(design, m, {a, b, ProductSigns(design.spec())}, acc);
  builder.run();
  design.formula =
      "y = sum of a * b from a product with first_i to one with last_i, mod 2^AccWidth";
  design.latency_cycles = builder.latency();
  design.operations = {.multiplications = 1, .branch_adders = 1};
  design.add(std::move(m));
}

}  // namespace

const Unit mac = {
    .name = "mac",
    .doc = "Multiplier with accumulator: one product a cycle, sums of any length.",
    .source = "Parhami, Computer Arithmetic, 2010, section 12.5",
    .params = {mul_operands_param(), arith_param(),
               product_width_param("WidthA", "a", "Bits of the factor a."),
               product_width_param("WidthB", "b", "Bits of the factor b."),
               free_size("AccWidth", "24", 2, 96, "Bits of the sum, at least WidthA + WidthB.")
                   .or_auto(default_accumulator)
                   .free_with("arith", "operators")
                   .tagged("s"),
               product_form_param(), tree_param(), compressors_param(), final_adder_param(),
               product_cut_param(), reset_param()},
    .rules = {compressors_rule(), accumulator_rule()},
    .points = {"arith=heap operands=signed WidthA=4 WidthB=4 AccWidth=12", "",
               "operands=signed cut=pre,mult,post", "operands=mixed cut=mult",
               "WidthA=16 WidthB=16 AccWidth=40 operands=signed cut=pre",
               "WidthA=1 WidthB=3 AccWidth=4 cut=post reset=sync",
               "WidthA=5 WidthB=4 AccWidth=9 operands=signed",
               "arith=heap operands=mixed cut=pre,mult,post", "arith=heap tree=dadda cut=mult",
               "arith=heap form=booth4 operands=signed AccWidth=16 cut=post",
               "arith=heap WidthA=1 WidthB=1 AccWidth=2"},
    .build = build,
};

}  // namespace gen
