// SPDX-License-Identifier: Apache-2.0
// dot: products of pairs of words and an addend, summed exactly.

#include <fmt/format.h>

#include "gen/units/product_sums.h"

namespace gen {
namespace {

struct Ports {
  hdl::Bits a, b, c, y;  // c: not valid() without an addend
};

// y = sum of a[k] * b[k], + c, in `*` and `+`.
void build_operators(Pipeline& pipeline, const ProductSizes& sizes, int count,
                     const hdl::Dim& result_width, const Ports& ports) {
  hdl::Module& m = pipeline.module();
  const hdl::Dim product_width = m.localparam("ProductWidth", sizes.a + sizes.b);
  if (pipeline.cut().at(Place::kPre)) m.section("Stage pre: operands.");
  const hdl::Bits a = pipeline.stage(Place::kPre, "a", ports.a);
  const hdl::Bits b = pipeline.stage(Place::kPre, "b", ports.b);
  hdl::Bits c;
  if (ports.c.valid()) c = pipeline.stage(Place::kPre, "c", ports.c);
  pipeline.end_stage();
  m.section("Stage mult: one product for each pair.");
  std::vector<hdl::Num> terms;
  for (int k = 0; k < count; ++k) {
    const hdl::Num product = sizes.left(a.lane(k, sizes.a)) * sizes.right(b.lane(k, sizes.b));
    terms.push_back(pipeline.stage(Place::kMult, fmt::format("product_{}", k),
                                   sizes.type(product_width), product));
  }
  if (c.valid()) terms.push_back(sizes.number(pipeline.stage(Place::kMult, "addend", c)));
  pipeline.end_stage();
  m.section("Stage post: their sum.");
  const hdl::Num y = pipeline.stage(Place::kPost, "y", sizes.type(result_width), hdl::sum(terms));
  pipeline.end_stage();
  m.assign(ports.y, y.bits());
}

// All products and the addend as one heap; two rows cross the place mult.
void build_heap(DesignBuilder& design, Pipeline& pipeline, const ProductSizes& sizes, int count,
                const hdl::Dim& result_width, const Ports& ports) {
  hdl::Module& m = pipeline.module();
  if (pipeline.cut().at(Place::kPre)) m.section("Stage pre: operands.");
  const hdl::Bits a = pipeline.stage(Place::kPre, "a", ports.a);
  const hdl::Bits b = pipeline.stage(Place::kPre, "b", ports.b);
  hdl::Bits c;
  if (ports.c.valid()) c = pipeline.stage(Place::kPre, "c", ports.c);
  pipeline.end_stage();
  Heap heap(design, m, static_cast<int>(result_width.value()));
  for (int k = 0; k < count; ++k) {
    m.section(fmt::format("Partial products of pair {}.", k));
    add_product(heap, pipeline, sizes, a.lane(k, sizes.a), b.lane(k, sizes.b),
                product_form(design.spec()), fmt::format("p{}_", k));
  }
  if (c.valid()) heap.add(c, {.is_signed = sizes.signs.result()});
  const HeapRows rows = stage_rows(pipeline, Place::kMult, heap.compress(design.spec()));
  pipeline.end_stage();
  m.section("Stage post: their sum.");
  const hdl::Bits sum = heap.add_rows(rows, design.spec().get("final_adder"));
  const hdl::Bits y = pipeline.stage(Place::kPost, "y", sum);
  pipeline.end_stage();
  m.assign(ports.y, y);
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const int count = static_cast<int>(spec.size("Count"));
  const int addend = static_cast<int>(spec.size("AddendWidth"));
  const bool heap = spec.is("arith", "heap");
  hdl::Module m = design.top(
      {fmt::format("Dot product: {} product{}{} in one exact sum{}.", count, count == 1 ? "" : "s",
                   addend > 0 ? " and an addend" : "", heap ? ", " + heap_text(spec) : ""),
       fmt::format("y = sum over k of a[k] * b[k]{}.", addend > 0 ? " + c" : "")});
  ProductSizes sizes{design.parameter(m, "WidthA"), design.parameter(m, "WidthB"),
                     ProductSigns(spec)};
  const hdl::Dim sum_width = sizes.a + sizes.b + sizes.growth(count);
  hdl::Dim result_width = addend > 0 ? hdl::max(sum_width, addend) + 1 : sum_width;
  // A constant, a + b <= 64 <= AddendWidth, prints as its number.
  if (!heap && !result_width.is_constant())
    result_width = m.localparam("ResultWidth", result_width);
  const Cut cut(spec);
  Pipeline pipeline(m, design, cut);
  Ports ports;
  ports.a = m.input("a_i", hdl::bits(count * sizes.a),
                    fmt::format("a[k] at bit k * WidthA, {}.", sizes.signs.text_a()));
  ports.b = m.input("b_i", hdl::bits(count * sizes.b),
                    fmt::format("b[k] at bit k * WidthB, {}.", sizes.signs.text_b()));
  if (addend > 0) {
    ports.c =
        m.input("c_i", hdl::bits(addend), fmt::format("Addend, {}.", sizes.signs.text_result()));
  }
  const hdl::Bits valid = m.output("valid_o", hdl::bits(1), "y_o is a result.");
  ports.y = m.output("y_o", hdl::bits(result_width),
                     fmt::format("The sum, {}.", sizes.signs.text_result()));
  pipeline.start(valid);
  if (heap) {
    build_heap(design, pipeline, sizes, count, result_width, ports);
  } else {
    build_operators(pipeline, sizes, count, result_width, ports);
  }

  design.formula =
      fmt::format("y = sum over k in 0..{} of a[k] * b[k]{}", count - 1, addend > 0 ? " + c" : "");
  design.latency_cycles = cut.latency();
  design.operations = {.multiplications = count, .branch_adders = count - 1 + (addend > 0 ? 1 : 0)};
  design.add(std::move(m));
}

}  // namespace

extern const Unit dot;
const Unit dot = {
    .name = "dot",
    .doc = "Sum of products and an addend.",
    .source = "Swartzlander, Merged Arithmetic, IEEE Trans. Computers 29(10), 1980",
    .params = {mul_operands_param(), arith_param(),
               fixed_size("Count", "n", "3", 1, 64, "Pairs of words."),
               product_width_param("WidthA", "a", "Bits of a word a[k]."),
               product_width_param("WidthB", "b", "Bits of a word b[k]."),
               fixed_size("AddendWidth", "c", "0", 0, 64, "Bits of the addend; 0: none."),
               product_form_param(), tree_param(), compressors_param(), final_adder_param(),
               product_cut_param(), reset_param()},
    .rules = {compressors_rule()},
    .points = {"arith=heap operands=signed WidthA=4 WidthB=4 AddendWidth=8", "",
               "operands=signed AddendWidth=20", "Count=9 operands=mixed cut=pre,mult,post",
               "Count=1 WidthA=1 WidthB=1 operands=signed",
               "Count=5 WidthA=12 WidthB=3 operands=mixed AddendWidth=1 cut=mult",
               "Count=16 WidthA=4 WidthB=4 cut=pre,post reset=sync", "Count=1 AddendWidth=64",
               "Count=1 WidthA=32 WidthB=32 operands=signed AddendWidth=64",
               "arith=heap operands=mixed WidthB=7 cut=pre,mult,post",
               "arith=heap Count=9 form=booth4 cut=mult", "arith=heap operands=signed cut=post",
               "arith=heap Count=2 WidthA=7 WidthB=5 tree=dadda final_adder=brent_kung",
               "arith=heap Count=1 WidthA=1 WidthB=1 AddendWidth=1"},
    .build = build,
};

}  // namespace gen
