// SPDX-License-Identifier: Apache-2.0
// mul: product of two operands, as `*` or as a bit heap.

#include <fmt/format.h>

#include "gen/units/products.h"

namespace gen {
namespace {

struct Ports {
  hdl::Bits a, b, product;
};

void build_operators(hdl::Module& m, const Ports& ports, bool a_signed, bool b_signed,
                     const hdl::Dim& width) {
  m.section("Its structure is left to the synthesiser.");
  if (!a_signed && !b_signed) {
    const hdl::Num product =
        m.wire("product", hdl::uint(width), ports.a.as_unsigned() * ports.b.as_unsigned());
    m.assign(ports.product, product.bits());
    return;
  }
  const hdl::Num a = a_signed ? ports.a.as_signed() : ports.a.as_unsigned().as_signed();
  const hdl::Num product = m.wire("product", hdl::sint(width), a * ports.b.as_signed());
  m.assign(ports.product, product.bits());
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool a_signed = spec.is("operands", "signed");
  const bool b_signed = !spec.is("operands", "unsigned");
  const bool heap_form = spec.is("arith", "heap");
  hdl::Module m = design.top(
      {heap_form
           ? fmt::format("Multiplier, {} by {} bits, {}: a bit heap ({}, {}), final adder {}.",
                         spec.size("WidthA"), spec.size("WidthB"), spec.get("operands"),
                         spec.get("form"), spec.get("tree"), spec.get("final_adder"))
           : fmt::format("Multiplier, {}.", spec.get("operands"))});
  const hdl::Dim wa = design.parameter(m, "WidthA");
  const hdl::Dim wb = design.parameter(m, "WidthB");
  const auto words = [](bool is_signed) { return is_signed ? "signed" : "unsigned"; };
  Ports ports;
  ports.a = m.input("a_i", hdl::bits(wa), fmt::format("Operand, {}.", words(a_signed)));
  ports.b = m.input("b_i", hdl::bits(wb), fmt::format("Operand, {}.", words(b_signed)));
  ports.product =
      m.output("product_o", hdl::bits(wa + wb), fmt::format("Product, {}.", words(b_signed)));
  if (heap_form) {
    Heap heap(design, m, static_cast<int>((wa + wb).value()));
    m.section("Partial products.");
    add_product(heap, m, ports.a, ports.b,
                {.a_signed = a_signed, .b_signed = b_signed, .form = product_form(spec)});
    const HeapRows rows = heap.compress(spec);
    m.assign(ports.product, heap.add_rows(rows, spec.get("final_adder")));
  } else {
    build_operators(m, ports, a_signed, b_signed, wa + wb);
  }
  design.formula = "product_o = a_i * b_i";
  design.operations.multiplications = 1;
  design.add(std::move(m));
}

}  // namespace

extern const Unit mul;
const Unit mul = {
    .name = "mul",
    .doc = "Multiplier of two operands, left to the synthesiser or as a bit heap.",
    .source =
        "Wallace 1964; Dadda 1965; Baugh-Wooley 1973; MacSorley 1961 (Booth digits); "
        "Oklobdzija et al. 1996 (timing)",
    .params = {mul_operands_param(), arith_param(), form_param(), tree_param(), compressors_param(),
               final_adder_param(),
               free_size("WidthA", "8", 1, 64, "Bits of a.").free_with("arith", "operators"),
               free_size("WidthB", "8", 1, 64, "Bits of b.").free_with("arith", "operators")},
    .rules = {compressors_rule()},
    .points = {"arith=heap WidthA=4 WidthB=4", "", "operands=mixed", "operands=signed WidthA=12",
               "arith=heap operands=signed tree=dadda",
               "arith=heap operands=mixed tree=wallace final_adder=sklansky WidthA=5",
               "arith=heap form=booth4 operands=signed WidthA=11 WidthB=10",
               "arith=heap form=booth4 WidthA=9 WidthB=7",
               "arith=heap form=plain operands=signed WidthA=6 WidthB=3",
               "arith=heap tree=dadda compressors=4_2 WidthA=16 WidthB=16",
               "arith=heap tree=dadda compressors=7_3 operands=signed WidthA=10 WidthB=10",
               "arith=heap WidthA=1 WidthB=1", "arith=heap operands=signed WidthA=1 WidthB=6"},
    .build = build,
};

}  // namespace gen
