// SPDX-License-Identifier: Apache-2.0
// Filters as bit heaps.

#include "gen/units/filter_heap.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace gen {
namespace {

class Emitter {
 public:
  Emitter(DesignBuilder& design, Pipeline& pipeline, int width,
          const std::vector<HeapBranch>& branches, const SumGraph& results, Finish finish,
          size_t registered)
      : design_(design),
        pipeline_(pipeline),
        m_(pipeline.module()),
        width_(width),
        options_(compress_options(design.spec())),
        form_(product_form(design.spec())),
        branches_(branches),
        graph_(results),
        finish_(std::move(finish)),
        registered_(registered),
        shifts_(results.least_shifts()) {}

  std::vector<hdl::Bits> run() {
    if (pipeline_.cut().at(Place::kMult)) products();
    sums();
    return results();
  }

 private:
  // Between two signed operands the cheaper one is recoded.
  bool recodes_a(const HeapProduct& product) const {
    if (!product.a_signed) return false;
    const auto a = static_cast<int>(product.a.width().value());
    const auto b = static_cast<int>(product.b.width().value());
    return product_cost(form_, b, true, a, true, product.a_uses) <
           product_cost(form_, a, true, b, true, product.b_uses);
  }

  void put(Heap& heap, const HeapProduct& product, const std::string& prefix, int sign, int shift) {
    const bool swap = recodes_a(product);
    add_product(heap, m_, swap ? product.b : product.a, swap ? product.a : product.b,
                {.a_signed = product.a_signed,
                 .b_signed = true,
                 .form = form_,
                 .subtract = sign < 0,
                 .column = shift,
                 .name = prefix});
  }

  static void put(Heap& heap, const SeparateRows& rows, int sign, int shift) {
    sign < 0 ? subtract_rows(heap, rows, shift) : add_rows(heap, rows, shift);
  }

  // Each product as two rows, in registers.
  void products() {
    for (size_t b = 0; b < branches_.size(); ++b) {
      std::vector<SeparateRows> rows;
      for (const HeapProduct& product : branches_[b].products) {
        const std::string prefix = fmt::format("p_{}_", product.name);
        m_.section(fmt::format("Product {}.", product.name));
        Heap heap(design_, m_, width_ - shifts_[b], prefix);
        put(heap, product, prefix, 1, 0);
        rows.push_back(stage_rows(pipeline_, Place::kMult, compress_apart(heap, options_), prefix));
      }
      products_.push_back(std::move(rows));
    }
    pipeline_.end_stage();
  }

  // `what` names wires: a branch's products may go into one heap only.
  void put_branch(Heap& heap, size_t b, int sign, int shift) {
    if (const hdl::Bits& row = branches_[b].row; row.valid()) {
      const Heap::Operand operand{.column = shift, .width = width_ - shift};
      return sign < 0 ? heap.subtract(row, operand) : heap.add(row, operand);
    }
    for (size_t i = 0; i < branches_[b].products.size(); ++i) {
      const HeapProduct& product = branches_[b].products[i];
      if (products_.empty()) {
        put(heap, product, fmt::format("p_{}_", product.name), sign, shift);
      } else {
        put(heap, products_[b][i], sign, shift);
      }
    }
  }

  // How often each node of the graph is taken.
  std::vector<int> uses() const {
    std::vector<int> uses(branches_.size() + graph_.inner.size(), 0);
    for (const auto* sums : {&graph_.inner, &graph_.outputs})
      for (const SumGraph::Sum& sum : *sums)
        for (const ffa::Term& term : sum.terms) ++uses[static_cast<size_t>(term.node)];
    return uses;
  }

  void put_terms(Heap& heap, const SumGraph::Sum& sum, int sign, int shift) {
    for (const ffa::Term& term : sum.terms)
      put_node(heap, static_cast<size_t>(term.node), sign * term.sign, shift + term.shift);
  }

  void put_node(Heap& heap, size_t node, int sign, int shift) {
    if (rows_[node].has_value()) return put(heap, *rows_[node], sign, shift);
    if (node < branches_.size()) return put_branch(heap, node, sign, shift);
    put_terms(heap, graph_.inner[node - branches_.size()], sign, shift);
  }

  // Columns of a branch's sum: no more than its range needs.
  int branch_width(size_t b) const {
    hdl::Range range;
    for (const HeapProduct& product : branches_[b].products) {
      if (product.range == hdl::Range{}) return width_ - shifts_[b];
      range.lo += product.range.lo;
      range.hi += product.range.hi;
    }
    int width = 1;
    while (width < width_ - shifts_[b] && !hdl::sint(width).range().contains(range)) ++width;
    return width;
  }

  // A sum that is taken more than once; `heap` may be narrower than the unit's sums.
  SeparateRows shared(Heap& heap, const std::string& name) {
    if (!is_chained(design_.spec())) return compress_apart(heap, options_);
    SeparateRows sum;
    sum.rows = heap.compress(options_);
    sum.rows.a = m_.wire(name, hdl::bits(sum.rows.width), heap.add_rows(sum.rows, "ripple"));
    sum.rows.b = hdl::Bits();
    sum.is_signed = sum.rows.width < width_;
    return sum;
  }

  // Branches that are registered, and branches and sums that are taken more than once.
  void sums() {
    const std::vector<int> used = uses();
    rows_.resize(used.size());
    for (size_t b = 0; b < branches_.size(); ++b) {
      if (branches_[b].row.valid()) continue;
      if (!pipeline_.cut().at(Place::kBranch) && used[b] < 2) continue;
      const std::string prefix = fmt::format("branch_{}_", branches_[b].name);
      m_.section(fmt::format("Branch {}: its products in one heap.", branches_[b].name));
      const bool registered = pipeline_.cut().at(Place::kBranch);
      const bool chained = !registered && is_chained(design_.spec());
      Heap heap(design_, m_, chained ? branch_width(b) : width_ - shifts_[b], prefix);
      put_branch(heap, b, 1, 0);
      if (!registered) {
        rows_[b] = shared(heap, "branch_" + branches_[b].name);
        continue;
      }
      rows_[b] = stage_rows(pipeline_, Place::kBranch, compress_apart(heap, options_), prefix);
    }
    pipeline_.end_stage();
    for (size_t i = 0; i < graph_.inner.size(); ++i) {
      const size_t node = branches_.size() + i;
      if (used[node] < 2) continue;
      const SumGraph::Sum& sum = graph_.inner[i];
      m_.section(fmt::format("Sum {}, which several outputs take.", sum.name));
      Heap heap(design_, m_, width_ - shifts_[node], sum.name + "_");
      put_terms(heap, sum, 1, 0);
      rows_[node] = shared(heap, sum.name);
    }
  }

  std::vector<hdl::Bits> results() {
    std::vector<hdl::Bits> results;
    for (const SumGraph::Sum& output : graph_.outputs) {
      const std::string prefix = output.name + "_";
      m_.section(fmt::format("Output {}: all that is left in one heap.", output.name));
      Heap heap(design_, m_, width_, prefix);
      put_terms(heap, output, 1, 0);
      const HeapRows rows = heap.compress(options_);
      if (results.size() >= registered_) {
        results.push_back(m_.wire(output.name, hdl::bits(width_),
                                  heap.add_rows(rows, design_.spec().get("final_adder"))));
        continue;
      }
      const hdl::Bits sum = m_.wire(output.name + (finish_ ? "_scaled" : ""), hdl::bits(width_),
                                    heap.add_rows(rows, design_.spec().get("final_adder")));
      results.push_back(
          pipeline_.stage(Place::kPost, output.name, finish_ ? finish_(sum, output.name) : sum));
    }
    pipeline_.end_stage();
    return results;
  }

  DesignBuilder& design_;
  Pipeline& pipeline_;
  hdl::Module& m_;
  int width_;
  arith::CompressOptions options_;
  ProductForm form_;
  const std::vector<HeapBranch>& branches_;
  const SumGraph& graph_;
  Finish finish_;
  size_t registered_;
  std::vector<int> shifts_;                          // least_shifts()
  std::vector<std::vector<SeparateRows>> products_;  // empty where no place mult is cut
  std::vector<std::optional<SeparateRows>> rows_;    // by node
};

}  // namespace

std::vector<hdl::Bits> emit_heaps(DesignBuilder& design, Pipeline& pipeline, int width,
                                  const std::vector<HeapBranch>& branches, const SumGraph& results,
                                  const Finish& finish, size_t registered) {
  return Emitter(design, pipeline, width, branches, results, finish, registered).run();
}

std::vector<hdl::Num> emit_graph_heaps(DesignBuilder& design, hdl::Module& module,
                                       const SumGraph& graph, const std::vector<hdl::Num>& inputs,
                                       const SumKind& kind, const Declare& declare) {
  std::vector<hdl::Num> nodes = inputs, outputs;
  const arith::CompressOptions options = compress_options(design.spec());
  const auto value = [&](const SumGraph::Sum& sum, const hdl::NumType& type) {
    const ffa::Term& first = sum.terms.front();
    if (sum.terms.size() == 1 && first.sign > 0 && first.shift == 0)
      return nodes[static_cast<size_t>(first.node)];
    Heap heap(design, module, static_cast<int>(type.width.value()), sum.name + "_");
    for (const ffa::Term& term : sum.terms) {
      const hdl::Num& node = nodes[static_cast<size_t>(term.node)];
      const Heap::Operand operand{.is_signed = node.is_signed(), .column = term.shift};
      term.sign > 0 ? heap.add(node.bits(), operand) : heap.subtract(node.bits(), operand);
    }
    const hdl::Bits row = module.wire(sum.name + "_row", hdl::bits(type.width),
                                      heap.add_rows(heap.compress(options), "ripple"));
    const hdl::Range exact = kind.range(sum.gain);
    return (type.is_signed ? row.as_signed() : row.as_unsigned())
        .known_range(exact.lo, exact.hi, "a sum of its terms");
  };
  for (const SumGraph::Sum& sum : graph.inner) {
    const hdl::NumType type = kind.type(sum.gain);
    const hdl::Num total = value(sum, type);
    nodes.push_back(module.wire(sum.name, exactly(type, total), total));
  }
  outputs.reserve(graph.outputs.size());
  for (const SumGraph::Sum& sum : graph.outputs) {
    const hdl::NumType type = kind.type(sum.gain);
    outputs.push_back(declare(sum.name, type, value(sum, type)));
  }
  return outputs;
}

Param filter_width_param(const Param& width, std::string_view tag) {
  return width.free_with("arith", "operators").tagged(tag);
}

Param filter_products_param() {
  constexpr int64_t kBoothBits = 8;
  Param products = form_param();
  products.name = "products";  // the form of a filter is another thing
  return products.or_auto(
      [](const base::Spec& spec) -> std::string_view {
        const bool booth = spec.is("arith", "heap") && spec.size("CoefWidth") >= kBoothBits;
        return booth ? "booth4" : "baugh_wooley";
      },
      "booth4 where coefficients have 8 bits or more, else baugh_wooley");
}

}  // namespace gen
