// SPDX-License-Identifier: Apache-2.0
// Filters as bit heaps.

#include "gen/units/filter_heap.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "gen/units/heap_module.h"

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
        modules_(HeapModules::of(design)),
        width_(width),
        form_(product_form(design.spec())),
        branches_(branches),
        graph_(results),
        finish_(std::move(finish)),
        registered_(registered),
        chained_(is_chained(design.spec())),
        shifts_(results.least_shifts()),
        uses_(uses()) {}

  std::vector<hdl::Bits> run() {
    if (pipeline_.cut().at(Place::kMult)) products();
    branch_sums();
    shared_sums();
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

  HeapTerm term(const HeapProduct& product) const {
    return recodes_a(product) ? HeapTerm::product(product.b, true, product.a, product.a_signed)
                              : HeapTerm::product(product.a, product.a_signed, product.b, true);
  }

  // A sum of its own, not part of another's heap.
  bool is_heap(size_t node) const {
    if (node >= branches_.size()) return uses_[node] > 1;
    return !branches_[node].row.valid() && (registers_branches() || uses_[node] > 1);
  }
  bool registers_branches() const { return pipeline_.cut().at(Place::kBranch); }

  // Each product as two rows, in registers; no wider than what takes them.
  void products() {
    m_.section("Products, each in two rows, or in one where that is enough.");
    for (size_t b = 0; b < branches_.size(); ++b) {
      const int width = is_heap(b) ? branch_width(b) : width_ - shifts_[b];
      std::vector<SeparateRows> rows;
      for (const HeapProduct& product : branches_[b].products)
        rows.push_back(modules_.rows(m_, "p_" + product.name, width, {term(product)}));
      products_.push_back(std::move(rows));
    }
    if (pipeline_.cut().at(Place::kMult)) m_.section("Stage mult: registers of the products.");
    for (size_t b = 0; b < branches_.size(); ++b)
      for (size_t i = 0; i < products_[b].size(); ++i)
        products_[b][i] = stage_rows(pipeline_, Place::kMult, products_[b][i],
                                     fmt::format("p_{}_", branches_[b].products[i].name));
    pipeline_.end_stage();
  }

  std::vector<HeapTerm> branch_terms(size_t b) const {
    if (const hdl::Bits& row = branches_[b].row; row.valid()) return {HeapTerm::number(row, false)};
    std::vector<HeapTerm> terms;
    for (size_t i = 0; i < branches_[b].products.size(); ++i)
      terms.push_back(products_.empty() ? term(branches_[b].products[i])
                                        : HeapTerm::of_rows(products_[b][i]));
    return terms;
  }

  // How often each node of the graph is taken.
  std::vector<int> uses() const {
    std::vector<int> uses(branches_.size() + graph_.inner.size(), 0);
    for (const auto* sums : {&graph_.inner, &graph_.outputs})
      for (const SumGraph::Sum& sum : *sums)
        for (const ffa::Term& term : sum.terms) ++uses[static_cast<size_t>(term.node)];
    return uses;
  }

  // What a sum is made of, down to what has rows.
  void put_terms(std::vector<HeapTerm>& terms, const SumGraph::Sum& sum, int sign, int shift) {
    for (const ffa::Term& term : sum.terms)
      put_node(terms, static_cast<size_t>(term.node), sign * term.sign, shift + term.shift);
  }

  void put_node(std::vector<HeapTerm>& terms, size_t node, int sign, int shift) {
    const size_t branches = branches_.size();
    if (!rows_[node] && node >= branches)
      return put_terms(terms, graph_.inner[node - branches], sign, shift);
    const std::vector<HeapTerm> parts =
        rows_[node] ? std::vector<HeapTerm>{HeapTerm::of_rows(*rows_[node])} : branch_terms(node);
    for (HeapTerm part : parts) {
      part.sign *= sign;
      part.shift += shift;
      terms.push_back(std::move(part));
    }
  }

  // Columns of a branch's sum: in one row no more than its range needs.
  int branch_width(size_t b) const {
    const int most = width_ - shifts_[b];
    if (registers_branches() || !chained_) return most;
    hdl::Range range;
    for (const HeapProduct& product : branches_[b].products) {
      if (product.range == hdl::Range{}) return most;
      range.lo += product.range.lo;
      range.hi += product.range.hi;
    }
    int width = 1;
    while (width < most && !hdl::sint(width).range().contains(range)) ++width;
    return width;
  }

  // A sum that is taken more than once, or registered: two rows, or one where chains are cheapest.
  SeparateRows own_heap(const std::string& name, int width, const std::vector<HeapTerm>& terms,
                        bool registered) {
    if (registered || !chained_) return modules_.rows(m_, name, width, terms);
    SeparateRows sum;
    sum.rows = modules_.sum(m_, m_.wire(name, hdl::bits(width)), name, terms);
    sum.is_signed = width < width_;
    return sum;
  }

  void branch_sums() {
    rows_.resize(uses_.size());
    bool any = false;
    for (size_t b = 0; b < branches_.size(); ++b) {
      if (!is_heap(b)) continue;
      if (!any) m_.section("Branches: the products that go the same way to the outputs, added up.");
      any = true;
      rows_[b] = own_heap("branch_" + branches_[b].name, branch_width(b), branch_terms(b),
                          registers_branches());
    }
    if (!registers_branches()) return;
    m_.section("Stage branch: registers of the branches.");
    for (size_t b = 0; b < branches_.size(); ++b)
      if (is_heap(b))
        rows_[b] = stage_rows(pipeline_, Place::kBranch, *rows_[b],
                              fmt::format("branch_{}_", branches_[b].name));
    pipeline_.end_stage();
  }

  void shared_sums() {
    bool any = false;
    for (size_t i = 0; i < graph_.inner.size(); ++i) {
      const size_t node = branches_.size() + i;
      if (!is_heap(node)) continue;
      if (!any) m_.section("Sums of branches that several outputs take.");
      any = true;
      std::vector<HeapTerm> terms;
      put_terms(terms, graph_.inner[i], 1, 0);
      rows_[node] = own_heap(graph_.inner[i].name, width_ - shifts_[node], terms, false);
    }
  }

  std::vector<hdl::Bits> results() {
    m_.section("Stage post: the outputs, each with all that is left in one heap.");
    std::vector<hdl::Bits> results;
    for (const SumGraph::Sum& output : graph_.outputs) {
      const bool last = results.size() < registered_;
      std::vector<HeapTerm> terms;
      put_terms(terms, output, 1, 0);
      const std::string name = output.name + (last && finish_ ? "_scaled" : "");
      const hdl::Bits sum = m_.wire(name, hdl::bits(width_));
      modules_.sum(m_, sum, name, terms);
      results.push_back(!last ? sum
                              : pipeline_.stage(Place::kPost, output.name,
                                                finish_ ? finish_(sum, output.name) : sum));
    }
    pipeline_.end_stage();
    return results;
  }

  DesignBuilder& design_;
  Pipeline& pipeline_;
  hdl::Module& m_;
  HeapModules& modules_;
  int width_;
  ProductForm form_;
  const std::vector<HeapBranch>& branches_;
  const SumGraph& graph_;
  Finish finish_;
  size_t registered_;
  bool chained_;
  std::vector<int> shifts_;                          // least_shifts()
  std::vector<int> uses_;                            // of each node
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
                                       const SumKind& kind, const std::string& stem) {
  std::vector<hdl::Num> nodes = inputs, outputs;
  const auto add = [&](const SumGraph::Sum& sum, const std::string& name) {
    if (sum.is_node()) return nodes[static_cast<size_t>(sum.terms.front().node)];
    std::vector<HeapTerm> terms;
    for (const ffa::Term& term : sum.terms) {
      const hdl::Num& node = nodes[static_cast<size_t>(term.node)];
      terms.push_back(HeapTerm::number(node.bits(), node.is_signed()));
      terms.back().sign = term.sign;
      terms.back().shift = term.shift;
    }
    const hdl::Range exact = kind.range(sum.gain);
    const hdl::Num total = module.wire(name, kind.type(sum.gain).in(exact.lo, exact.hi));
    HeapModules::of(design).sum(module, total.bits(), name, terms);
    return total;
  };
  for (const SumGraph::Sum& sum : graph.inner) nodes.push_back(add(sum, sum.name));
  outputs.reserve(graph.outputs.size());
  for (const SumGraph::Sum& sum : graph.outputs) outputs.push_back(add(sum, stem + sum.name));
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
