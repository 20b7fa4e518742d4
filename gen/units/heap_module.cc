// SPDX-License-Identifier: Apache-2.0
// Heaps by shape. A term is cut to the columns that the heap has before it goes in, so that no
// input of a module is read in part.

#include "gen/units/heap_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "gen/hdl/digits.h"
#include "gen/units/helpers.h"

namespace gen {
namespace {

using Kind = HeapTerm::Kind;

int width_of(const hdl::Bits& signal) { return static_cast<int>(signal.width().value()); }

void cut(hdl::Bits& value, bool& is_signed, int room) {
  if (width_of(value) <= room) return;
  value = value.slice(0, room);
  is_signed = false;  // the sign is above the heap
}

// A row of no columns is no row.
void cut(SeparateRows& rows, int room) {
  HeapRows& r = rows.rows;
  if (r.width > room) {
    rows.is_signed = false;
    r.a = r.a.slice(0, room);
    if (r.b.valid() && r.lsb < room) r.b = r.b.slice(0, room - r.lsb);
    r.width = room;
    r.arrival.resize(static_cast<size_t>(room));
  }
  if (r.lsb >= r.width) r.b = hdl::Bits();
  std::erase_if(rows.constants, [room](int column) { return column >= room; });
}

// Booth's digits take bits of b in pairs.
int recoded_bits(int room, ProductForm form) {
  return form == ProductForm::kBooth4 ? room + room % 2 : room;
}

std::vector<HeapTerm> cut(std::vector<HeapTerm> terms, int width, ProductForm form) {
  for (HeapTerm& term : terms) {
    const int room = std::max(width - term.shift, 0);
    if (room == 0) {
      term.sign = 0;
    } else if (term.kind == Kind::kRows) {
      cut(term.rows, room);
    } else {
      cut(term.a, term.a_signed, room);
      if (term.kind == Kind::kProduct) cut(term.b, term.b_signed, recoded_bits(room, form));
    }
  }
  std::erase_if(terms, [](const HeapTerm& term) { return term.sign == 0; });
  return terms;
}

// All that a heap depends on.
std::string key_of(const std::vector<HeapTerm>& terms, int width, bool apart) {
  std::string key = apart ? "rows " : "sum ";
  const auto put = [&](const char* before, int number) {
    key += before;
    hdl::append(key, number);
  };
  const auto sign = [](bool is_signed) { return is_signed ? 's' : 'u'; };
  put("", width);
  for (const HeapTerm& t : terms) {
    put(";", static_cast<int>(t.kind));
    put(t.sign < 0 ? "-<" : "+<", t.shift);
    if (t.kind != Kind::kRows) {
      put(" ", width_of(t.a));
      key += sign(t.a_signed);
      if (!t.b.valid()) continue;
      put("x", width_of(t.b));
      key += sign(t.b_signed);
      continue;
    }
    put(" ", t.rows.rows.width);
    key += sign(t.rows.is_signed);
    if (t.rows.rows.b.valid()) put(" from ", t.rows.rows.lsb);
    for (const int arrival : t.rows.rows.arrival) put(",", arrival);
    for (const int column : t.rows.constants) put(":", column);
  }
  return key;
}

// The names of a term's ports: of those of several terms with a number.
struct PortNames {
  std::string a, b;
};
PortNames port_names(const std::vector<HeapTerm>& terms, size_t i) {
  const auto named = [&](const char* stem) {
    std::string name = stem;
    if (terms.size() > 1) {
      hdl::append(name, static_cast<int64_t>(i));
      name += '_';
    }
    return name += 'i';
  };
  if (terms[i].kind == Kind::kRows) return {named("row_a_"), named("row_b_")};
  if (terms[i].kind == Kind::kNumber) return {named("x_"), ""};
  return {named("a_"), named("b_")};
}

std::string description(const HeapTerm& term) {
  std::string text = term.sign < 0 ? "subtracted" : "added";
  if (term.shift > 0) text += fmt::format(", {} place{} up", term.shift, term.shift > 1 ? "s" : "");
  return text;
}

size_t count(const std::vector<HeapTerm>& terms, Kind kind) {
  return static_cast<size_t>(std::count_if(
      terms.begin(), terms.end(), [kind](const HeapTerm& term) { return term.kind == kind; }));
}

// "8ux8s", "m9sl2": minus a signed number of 9 bits, two places up.
std::string term_text(const HeapTerm& term) {
  const auto number = [](const hdl::Bits& bits, bool is_signed) {
    return fmt::format("{}{}", width_of(bits), is_signed ? "s" : "u");
  };
  std::string text = (term.sign < 0 ? "m" : "") + number(term.a, term.a_signed);
  if (term.kind == Kind::kProduct) text += "x" + number(term.b, term.b_signed);
  return term.shift == 0 ? text : fmt::format("{}l{}", text, term.shift);
}

constexpr size_t kLongName = 72;

// A name that says all that a module without rows and without a final adder depends on, so that
// units share it: "fircone_rows_17_8ux8s_booth4", "fircone_sum_11_9u_m8u". Empty where it is long.
std::string content_name(const std::vector<HeapTerm>& terms, int width, bool apart,
                         const base::Spec& spec) {
  if (count(terms, Kind::kRows) > 0 || (!apart && !is_chained(spec))) return "";
  std::string name = fmt::format("fircone_{}_{}", apart ? "rows" : "sum", width);
  for (size_t i = 0; i < terms.size();) {
    const std::string text = term_text(terms[i]);
    size_t end = i + 1;
    while (end < terms.size() && terms[end].kind == terms[i].kind && term_text(terms[end]) == text)
      ++end;
    name += end - i > 1 ? fmt::format("_{}of{}", end - i, text) : "_" + text;
    if (name.size() > kLongName) return "";
    i = end;
  }
  if (count(terms, Kind::kProduct) > 0) name += "_" + spec.get("products");
  for (const char* const key : {"tree", "compressors"}) {
    const bool usual = spec.is(key, "timing") || spec.is(key, "fa");
    if (apart && !usual) name += "_" + spec.get(key);
  }
  return apart && is_chained(spec) ? name + "_ripple" : name;
}

std::string header(const std::vector<HeapTerm>& terms, int width, bool apart) {
  std::string text;
  const auto say = [&](Kind kind, const char* one, const char* several) {
    const size_t n = count(terms, kind);
    if (n == 0) return;
    text += text.empty() ? "" : " and ";
    text += n > 1 ? fmt::format("{} {}", n, several) : one;
  };
  say(Kind::kProduct, "a product", "products");
  say(Kind::kNumber, "a number", "numbers");
  say(Kind::kRows, "a sum in rows", "sums in rows");
  return fmt::format("The sum of {} modulo 2^{}{}.", text, width,
                     apart ? ", but for constants, in two rows" : "");
}

void declare_inputs(hdl::Module& m, const PortNames& ports, HeapTerm& term) {
  const auto input = [&](hdl::Bits& bits, const std::string& port, const std::string& doc) {
    if (bits.valid()) bits = m.input(port, hdl::bits(bits.width()), doc);
  };
  const auto sign = [](bool is_signed) { return is_signed ? "signed" : "unsigned"; };
  const std::string where = description(term);
  switch (term.kind) {
    case Kind::kRows:
      input(term.rows.rows.a, ports.a, fmt::format("Row, {}.", where));
      input(term.rows.rows.b, ports.b,
            fmt::format("The other row, from column {} up.", term.rows.rows.lsb));
      break;
    case Kind::kNumber:
      input(term.a, ports.a, fmt::format("Number, {}, {}.", sign(term.a_signed), where));
      break;
    case Kind::kProduct:
      input(term.a, ports.a,
            fmt::format("Factor, {}; the product is {}.", sign(term.a_signed), where));
      input(term.b, ports.b, fmt::format("Factor, {}.", sign(term.b_signed)));
      break;
  }
}

void put(Heap& heap, hdl::Module& m, const HeapTerm& term, ProductForm form,
         const std::string& prefix) {
  switch (term.kind) {
    case Kind::kRows:
      return term.sign < 0 ? subtract_rows(heap, term.rows, term.shift)
                           : add_rows(heap, term.rows, term.shift);
    case Kind::kNumber: {
      const Heap::Operand operand{.is_signed = term.a_signed, .column = term.shift};
      return term.sign < 0 ? heap.subtract(term.a, operand) : heap.add(term.a, operand);
    }
    case Kind::kProduct:
      return add_product(heap, m, term.a, term.b,
                         {.a_signed = term.a_signed,
                          .b_signed = term.b_signed,
                          .form = form,
                          .subtract = term.sign < 0,
                          .column = term.shift,
                          .name = prefix});
  }
}

}  // namespace

HeapModules& HeapModules::of(DesignBuilder& design) {
  if (!design.heap_modules)
    design.heap_modules = std::shared_ptr<HeapModules>(new HeapModules(design));
  return *design.heap_modules;
}

std::string HeapModules::unique(const std::string& stem) {
  const int number = numbers_[stem]++;
  return number == 0 ? stem : fmt::format("{}_v{}", stem, number);
}

HeapModules::Made HeapModules::build(const std::vector<HeapTerm>& terms, int width, bool apart) {
  std::string name = content_name(terms, width, apart, design_.spec());
  if (name.empty())
    name = unique(fmt::format("fircone_{}_{}_{}", apart ? "rows" : "sum",
                              module_name(design_.spec()), terms.size()));
  Made made;
  made.module = &design_.helper(name, {}, {}, [&](const hdl::Point&) {
    hdl::Module m = helper_module(name, {header(terms, width, apart)});
    std::vector<HeapTerm> inside = terms;
    for (size_t i = 0; i < inside.size(); ++i) declare_inputs(m, port_names(terms, i), inside[i]);
    Heap heap(design_, m, width);
    for (size_t i = 0; i < inside.size(); ++i)
      put(heap, m, inside[i], product_form(design_.spec()),
          inside.size() > 1 ? fmt::format("p{}_", i) : "");
    // Only the tree knows how wide its rows are.
    HeapRows& rows = made.rows.rows;
    if (apart) {
      made.rows = compress_apart(heap, compress_options(design_.spec()));
      m.assign(m.late_output("row_a_o", hdl::bits(rows.a.width()), "Row."), rows.a);
      if (rows.b.valid())
        m.assign(m.late_output("row_b_o", hdl::bits(rows.b.width()),
                               fmt::format("The other row, from column {} up.", rows.lsb)),
                 rows.b);
    } else {
      rows = add_up(heap);
      m.assign(m.late_output("sum_o", hdl::bits(width), "The sum."), rows.a);
    }
    return m;
  });
  return made;
}

// Final adders with equal arrivals are one module.
HeapRows HeapModules::add_up(Heap& heap) {
  HeapRows rows = heap.compress(design_.spec());
  std::string key = std::to_string(rows.lsb);
  for (const int arrival : rows.arrival) {
    key += ',';
    hdl::append(key, arrival);
  }
  std::string& name = adders_[key];
  if (name.empty() && rows.b.valid()) name = unique(module_name(design_.spec()));
  rows.a = heap.add_rows(rows, design_.spec().get("final_adder"), name);
  rows.b = hdl::Bits();
  return rows;
}

const HeapModules::Made& HeapModules::shape(const std::vector<HeapTerm>& terms, int width,
                                            bool apart) {
  const std::string key = key_of(terms, width, apart);
  const auto [at, is_new] = made_.try_emplace(key);
  if (is_new) at->second = build(terms, width, apart);
  return at->second;
}

void HeapModules::instance(hdl::Module& module, const std::string& name, const Made& made,
                           const std::vector<HeapTerm>& terms,
                           std::vector<hdl::Connection> outputs) const {
  std::vector<hdl::Connection> pins;
  const auto connect = [&](const std::string& port, const hdl::Bits& value) {
    if (value.valid()) pins.emplace_back(port, value);
  };
  for (size_t i = 0; i < terms.size(); ++i) {
    const HeapTerm& term = terms[i];
    const PortNames ports = port_names(terms, i);
    connect(ports.a, term.kind == Kind::kRows ? term.rows.rows.a : term.a);
    connect(ports.b, term.kind == Kind::kRows ? term.rows.rows.b : term.b);
  }
  std::move(outputs.begin(), outputs.end(), std::back_inserter(pins));
  module.instance("u_" + name, *made.module, {}, pins);
}

SeparateRows HeapModules::rows(hdl::Module& module, const std::string& name, int width,
                               const std::vector<HeapTerm>& all) {
  const std::vector<HeapTerm> terms = cut(all, width, product_form(design_.spec()));
  const Made& made = shape(terms, width, true);
  SeparateRows result = made.rows;
  HeapRows& rows = result.rows;
  rows.a = module.wire(name + "_row_a", hdl::bits(rows.a.width()));
  std::vector<hdl::Connection> outputs{{"row_a_o", rows.a}};
  if (rows.b.valid()) {
    rows.b = module.wire(name + "_row_b", hdl::bits(rows.b.width()));
    outputs.emplace_back("row_b_o", rows.b);
  }
  instance(module, name, made, terms, outputs);
  return result;
}

HeapRows HeapModules::sum(hdl::Module& module, const hdl::Bits& sum, const std::string& name,
                          const std::vector<HeapTerm>& all) {
  const int width = width_of(sum);
  const std::vector<HeapTerm> terms = cut(all, width, product_form(design_.spec()));
  const Made& made = shape(terms, width, false);
  HeapRows result = made.rows.rows;
  result.a = sum;
  instance(module, name, made, terms, {{"sum_o", sum}});
  return result;
}

}  // namespace gen
