// SPDX-License-Identifier: Apache-2.0
// mul: product of two operands, as `*` or as a bit heap.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "gen/units/products.h"

namespace gen {
namespace {

constexpr std::string_view kApproximations = "truncated|broken_array|compressor";

struct Ports {
  hdl::Bits a, b, product;
};

// Half of the columns of the array, as a fixed-width multiplier has.
int64_t default_columns(const base::Spec& spec) {
  return spec.is("approx", "none") ? 0 : std::min(spec.size("WidthA"), spec.size("WidthB"));
}

bool too_many_columns(const base::Spec& spec) {
  return spec.size("columns") >= spec.size("WidthA") + spec.size("WidthB");
}

std::string explain_columns(const base::Spec& spec) {
  return fmt::format("columns={} must be in 0..{} (below WidthA + WidthB)", spec.size("columns"),
                     std::min<int64_t>(63, spec.size("WidthA") + spec.size("WidthB") - 1));
}

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

std::vector<std::string> header(const base::Spec& spec) {
  const std::string& operands = spec.get("operands");
  if (!spec.is("arith", "heap")) return {fmt::format("Multiplier, {}.", operands)};
  std::vector<std::string> paragraphs = {fmt::format("Multiplier, {} by {} bits, {}: {}.",
                                                     spec.size("WidthA"), spec.size("WidthB"),
                                                     operands, heap_text(spec))};
  const auto columns = spec.size("columns");
  switch (approximation(spec)) {
    case Approximation::kNone:
      break;
    case Approximation::kTruncated:
      paragraphs.push_back(
          fmt::format("Approximate: the {} lowest columns of the array are left out, a constant "
                      "adds their mean.",
                      columns));
      break;
    case Approximation::kBrokenArray:
      paragraphs.push_back(
          fmt::format("Approximate: the {} lowest columns of the array and the rows of the {} "
                      "lowest bits of b are left out.",
                      columns, spec.size("rows")));
      break;
    case Approximation::kCompressor:
      paragraphs.push_back(fmt::format(
          "Approximate: in the {} lowest columns 4:2 compressors count four ones as 3.", columns));
      break;
  }
  return paragraphs;
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool a_signed = spec.is("operands", "signed");
  const bool b_signed = !spec.is("operands", "unsigned");
  const bool heap_form = spec.is("arith", "heap");
  hdl::Module m = design.top(header(spec));
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
    const ProductOptions options{
        .a_signed = a_signed, .b_signed = b_signed, .form = product_form(spec)};
    const ApproxOptions approx{approximation(spec), static_cast<int>(spec.size("columns")),
                               static_cast<int>(spec.size("rows"))};
    if (approx.kind == Approximation::kNone) {
      add_product(heap, m, ports.a, ports.b, options);
    } else {
      add_approximate_product(heap, m, ports.a, ports.b, options, approx);
    }
    const HeapRows rows = heap.compress(spec);
    m.assign(ports.product, heap.add_rows(rows, spec.get("final_adder")));
  } else {
    build_operators(m, ports, a_signed, b_signed, wa + wb);
  }
  design.formula =
      spec.is("approx", "none") ? "product_o = a_i * b_i" : "product_o = a_i * b_i, approximately";
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
               option("approx",
                      {{"none", "exact"},
                       {"truncated", "the lowest columns left out, their mean added"},
                       {"broken_array", "the lowest columns and rows left out"},
                       {"compressor", "4:2 compressors in the lowest columns that give 3 for 4"}},
                      "Approximation.")
                   .needs("arith", "heap"),
               free_size("WidthA", "8", 1, 64, "Bits of a.").free_with("arith", "operators"),
               free_size("WidthB", "8", 1, 64, "Bits of b.").free_with("arith", "operators"),
               fixed_size("columns", "c", "auto", 0, 63, "Lowest columns that are approximate.")
                   .or_auto(default_columns)
                   .needs("approx", kApproximations),
               fixed_size("rows", "r", "0", 0, 64, "broken_array: lowest bits of b left out.")
                   .up_to("WidthB")
                   .needs("approx", "broken_array")},
    .rules = {compressors_rule(),
              {{"WidthA", "WidthB", "columns"},
               too_many_columns,
               "columns must be below WidthA + WidthB",
               explain_columns},
              {{"form", "approx"},
               [](const base::Spec& s) {
                 return !s.is("approx", "none") && !s.is("form", "baugh_wooley");
               },
               "approx needs form=baugh_wooley"}},
    .points = {"arith=heap WidthA=4 WidthB=4", "", "operands=mixed", "operands=signed WidthA=12",
               "arith=heap operands=signed tree=dadda",
               "arith=heap operands=mixed tree=wallace final_adder=sklansky WidthA=5",
               "arith=heap form=booth4 operands=signed WidthA=11 WidthB=10",
               "arith=heap form=booth4 WidthA=9 WidthB=7",
               "arith=heap form=plain operands=signed WidthA=6 WidthB=3",
               "arith=heap tree=dadda compressors=4_2 WidthA=16 WidthB=16",
               "arith=heap tree=dadda compressors=7_3 operands=signed WidthA=10 WidthB=10",
               "arith=heap approx=truncated", "arith=heap approx=broken_array columns=4 rows=2",
               "arith=heap approx=compressor operands=signed columns=7",
               "arith=heap approx=truncated columns=11 WidthA=6 WidthB=6 operands=signed",
               "arith=heap WidthA=1 WidthB=1", "arith=heap operands=signed WidthA=1 WidthB=6"},
    .build = build,
};

}  // namespace gen
