// SPDX-License-Identifier: Apache-2.0
// Filters as bit heaps.

#include "gen/units/filter_heap.h"

#include <fmt/format.h>

#include <optional>

namespace gen {
namespace {

class Emitter {
 public:
  Emitter(DesignBuilder& design, Pipeline& pipeline, int width,
          const std::vector<HeapBranch>& branches, const std::vector<HeapOutput>& outputs)
      : design_(design),
        pipeline_(pipeline),
        m_(pipeline.module()),
        width_(width),
        options_(compress_options(design.spec())),
        form_(product_form(design.spec())),
        branches_(branches),
        outputs_(outputs) {}

  std::vector<hdl::Bits> run() {
    if (pipeline_.cut().at(Place::kMult)) products();
    sums();
    return results();
  }

 private:
  void put(Heap& heap, const HeapProduct& product, const std::string& prefix, int sign) {
    add_product(heap, m_, product.a, product.b,
                {.a_signed = product.a_signed,
                 .b_signed = true,
                 .form = form_,
                 .subtract = sign < 0,
                 .name = prefix});
  }

  static void put(Heap& heap, const SeparateRows& rows, int sign) {
    sign < 0 ? subtract_rows(heap, rows) : add_rows(heap, rows);
  }

  // Each product as two rows, in registers.
  void products() {
    for (const HeapBranch& branch : branches_) {
      std::vector<SeparateRows> rows;
      for (const HeapProduct& product : branch.products) {
        const std::string prefix = fmt::format("p_{}_", product.name);
        m_.section(fmt::format("Product {}.", product.name));
        Heap heap(design_, m_, width_, prefix);
        put(heap, product, prefix, 1);
        rows.push_back(stage_rows(pipeline_, Place::kMult, compress_apart(heap, options_), prefix));
      }
      products_.push_back(std::move(rows));
    }
    pipeline_.end_stage();
  }

  // `what` names wires: a branch's products may go into one heap only.
  void put_branch(Heap& heap, size_t b, int sign) {
    for (size_t i = 0; i < branches_[b].products.size(); ++i) {
      const HeapProduct& product = branches_[b].products[i];
      if (products_.empty()) {
        put(heap, product, fmt::format("p_{}_", product.name), sign);
      } else {
        put(heap, products_[b][i], sign);
      }
    }
  }

  bool is_shared(size_t b) const {
    int uses = 0;
    for (const HeapOutput& output : outputs_)
      for (const auto& term : output.terms) uses += static_cast<size_t>(term.first) == b ? 1 : 0;
    return uses > 1;
  }

  // Branches that are registered, or that several outputs take: two rows each.
  void sums() {
    sums_.resize(branches_.size());
    for (size_t b = 0; b < branches_.size(); ++b) {
      if (!pipeline_.cut().at(Place::kBranch) && !is_shared(b)) continue;
      const std::string prefix = fmt::format("branch_{}_", branches_[b].name);
      m_.section(fmt::format("Branch {}: its products in one heap.", branches_[b].name));
      Heap heap(design_, m_, width_, prefix);
      put_branch(heap, b, 1);
      sums_[b] = stage_rows(pipeline_, Place::kBranch, compress_apart(heap, options_), prefix);
    }
    pipeline_.end_stage();
  }

  std::vector<hdl::Bits> results() {
    std::vector<hdl::Bits> results;
    for (const HeapOutput& output : outputs_) {
      const std::string prefix = output.name + "_";
      m_.section(fmt::format("Output {}: all that is left in one heap.", output.name));
      Heap heap(design_, m_, width_, prefix);
      for (const auto& [branch, sign] : output.terms) {
        const auto b = static_cast<size_t>(branch);
        if (sums_[b].has_value()) {
          put(heap, *sums_[b], sign);
        } else {
          put_branch(heap, b, sign);
        }
      }
      const HeapRows rows = heap.compress(options_);
      const hdl::Bits sum = m_.wire(output.name, hdl::bits(width_),
                                    heap.add_rows(rows, design_.spec().get("final_adder")));
      results.push_back(pipeline_.stage(Place::kPost, output.name, sum));
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
  const std::vector<HeapOutput>& outputs_;
  std::vector<std::vector<SeparateRows>> products_;  // empty where no place mult is cut
  std::vector<std::optional<SeparateRows>> sums_;
};

}  // namespace

std::vector<hdl::Bits> emit_heaps(DesignBuilder& design, Pipeline& pipeline, int width,
                                  const std::vector<HeapBranch>& branches,
                                  const std::vector<HeapOutput>& outputs) {
  return Emitter(design, pipeline, width, branches, outputs).run();
}

std::vector<HeapOutput> heap_outputs(const ffa::Matrix& post) {
  std::vector<HeapOutput> outputs;
  for (size_t j = 0; j < post.size(); ++j) {
    HeapOutput output{fmt::format("y_{}", j), {}};
    for (size_t b = 0; b < post[j].size(); ++b)
      if (post[j][b] != 0) output.terms.emplace_back(static_cast<int>(b), post[j][b]);
    outputs.push_back(std::move(output));
  }
  return outputs;
}

Param filter_width_param(const Param& width, std::string_view tag) {
  return width.free_with("arith", "operators").tagged(tag);
}

Param filter_form_param() {
  constexpr int64_t kBoothBits = 8;
  return form_param().or_auto(
      [](const base::Spec& spec) -> std::string_view {
        const bool booth = spec.is("arith", "heap") && spec.size("CoefWidth") >= kBoothBits;
        return booth ? "booth4" : "baugh_wooley";
      },
      "booth4 where coefficients have 8 bits or more, else baugh_wooley");
}

}  // namespace gen
