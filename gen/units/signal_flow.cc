// SPDX-License-Identifier: Apache-2.0
// Graphs of filters, from the algorithms that their build functions use.

#include "gen/units/signal_flow.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include "base/error.h"
#include "gen/ffa/adder_network.h"
#include "gen/units/fcu.h"
#include "gen/units/fir_plan.h"

namespace gen {
namespace {

// More than this nobody can read.
constexpr size_t kMostNodes = 700;
// Up to here both dimensions stand in one graph.
constexpr size_t kOneGraph = 300;
// Up to here all rows do that are alike and only added up.
constexpr size_t kAllRows = 150;

// Plus or minus a node.
struct Ref {
  int node = 0;
  int factor = 1;
};
using Refs = std::vector<Ref>;

class Builder {
 public:
  int add(FlowStage stage, std::string label, bool bundle = false) {
    graph.nodes.push_back({stage, std::move(label), bundle, group});
    return static_cast<int>(graph.nodes.size()) - 1;
  }

  void connect(const Ref& from, int to) { graph.edges.push_back({from.node, to, from.factor}); }

  // The sum of `terms`; a lone one is itself.
  Ref sum(FlowStage stage, const Refs& terms, bool bundle = false) {
    if (terms.size() == 1) return terms.front();
    const int node = add(stage, "+", bundle);
    for (const Ref& term : terms) connect(term, node);
    return {node, 1};
  }

  Refs network(FlowStage stage, const ffa::AdderNetwork& adders, const Refs& inputs,
               bool bundle = false) {
    Refs nodes = inputs;
    const auto value = [&](const ffa::Sum& sum) {
      Refs terms;
      for (const ffa::Term& term : sum.terms) {
        const Ref& node = nodes[static_cast<size_t>(term.node)];
        terms.push_back({node.node, node.factor * term.sign * (1 << term.shift)});
      }
      return this->sum(stage, terms, bundle);
    };
    for (const ffa::Sum& sum : adders.shared()) nodes.push_back(value(sum));
    Refs outputs;
    for (const ffa::Sum& sum : adders.outputs()) outputs.push_back(value(sum));
    return outputs;
  }

  Ref product(const Ref& sample, const std::string& coefficient,
              FlowStage stage = FlowStage::kProduct) {
    const int node = add(stage, coefficient, stage == FlowStage::kFilter);
    connect(sample, node);
    return {node, 1};
  }

  void output(const Ref& value, const std::string& name, bool bundle = false) {
    connect(value, add(FlowStage::kOutput, name, bundle));
  }

  FlowGraph graph;
  int group = 0;  // of the nodes that come next
};

std::string indexed(const std::string& name, int i) { return name + "[" + std::to_string(i) + "]"; }

// "h[0] + h[1]": the names that have an entry.
std::string combination(const ffa::Row& row, const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < row.size(); ++i) {
    if (row[i] == 0) continue;
    if (!text.empty() || row[i] < 0) text += text.empty() ? "-" : row[i] < 0 ? " - " : " + ";
    if (std::abs(row[i]) != 1) text += std::to_string(std::abs(row[i])) + " ";
    text += names[i];
  }
  return text;
}

std::vector<std::string> names(const std::string& stem, int count) {
  std::vector<std::string> result;
  for (int i = 0; i < count; ++i) result.push_back(indexed(stem, i));
  return result;
}

Refs sums(Builder& b, FlowStage stage, const SumGraph& graph, const Refs& inputs,
          const std::function<int(size_t output)>& group_of) {
  Refs nodes = inputs;
  const auto value = [&](const SumGraph::Sum& sum) {
    Refs terms;
    for (const ffa::Term& term : sum.terms) {
      const Ref& node = nodes[static_cast<size_t>(term.node)];
      terms.push_back({node.node, node.factor * term.sign * (1 << term.shift)});
    }
    return b.sum(stage, terms);
  };
  for (const SumGraph::Sum& sum : graph.inner) nodes.push_back(value(sum));
  Refs outputs;
  for (const SumGraph::Sum& sum : graph.outputs) {
    b.group = group_of(outputs.size());
    outputs.push_back(value(sum));
  }
  return outputs;
}

std::string cell(const std::string& name, size_t i, const LineShape& rows, size_t wide) {
  if (rows.outputs == 1 && name == "y") return indexed(name, static_cast<int>(i));
  return indexed(indexed(name, static_cast<int>(i / wide)), static_cast<int>(i % wide));
}

// The whole plan, every addition.
FlowGraph plan_graph(const FilterPlan& plan) {
  Builder b;
  const auto wide = static_cast<size_t>(plan.columns.shape.window());
  const SumGraph samples = plan.samples("");
  std::vector<bool> used(static_cast<size_t>(samples.inputs), false);
  for (const auto* part : {&samples.inner, &samples.outputs})
    for (const SumGraph::Sum& sum : *part)
      for (const ffa::Term& term : sum.terms)
        if (term.node < samples.inputs) used[static_cast<size_t>(term.node)] = true;
  Refs x(used.size());
  for (size_t i = 0; i < used.size(); ++i) {
    b.group = static_cast<int>(i / wide);
    if (used[i]) x[i].node = b.add(FlowStage::kSample, cell("x", i, plan.rows.shape, wide));
  }
  const size_t forms = plan.columns.data.size();
  const Refs u = sums(b, FlowStage::kPre, samples, x,
                      [&](size_t form) { return static_cast<int>(form / forms); });

  std::vector<std::string> taps;
  for (int r = 0; r < plan.rows.shape.taps; ++r)
    for (int k = 0; k < plan.columns.shape.taps; ++k) taps.push_back(indexed(indexed("h", r), k));
  std::vector<std::string> v;
  for (const ffa::Row& row : plan.rows.coefficient) {
    for (const ffa::Row& column : plan.columns.coefficient) {
      ffa::Row form;
      for (const int one : row)
        for (const int other : column) form.push_back(one * other);
      v.push_back(combination(form, taps));
    }
  }
  std::vector<Refs> products(static_cast<size_t>(plan.branches()));
  size_t number = 0;
  for (const FilterPlan::Product& p : plan.products()) {
    b.group = static_cast<int>(number++ / plan.columns.products.size());
    products[static_cast<size_t>(p.branch)].push_back(
        b.product(u[static_cast<size_t>(p.data)], v[static_cast<size_t>(p.coefficient)]));
  }
  b.group = 0;
  // In the direct form a branch is an output already.
  const SumGraph results = plan.results("");
  const bool posts = results.adders() > 0;
  Refs branches;
  branches.reserve(products.size());
  for (const Refs& terms : products)
    branches.push_back(b.sum(posts ? FlowStage::kBranch : FlowStage::kPost, terms));
  const Refs y = sums(b, FlowStage::kPost, results, branches, [](size_t) { return 0; });
  b.graph.divisor = plan.divisor();
  for (size_t o = 0; o < y.size(); ++o)
    b.output(y[o], cell("y", o, plan.rows.shape, static_cast<size_t>(plan.columns.shape.outputs)));
  return std::move(b.graph);
}

// One dimension; `bundles`: each sample is a row, each product a filter of it.
FlowGraph line_graph(const LinePlan& line, bool bundles) {
  Builder b;
  Refs x;
  for (const std::string& name : names("x", line.shape.window()))
    x.push_back({b.add(FlowStage::kSample, name, bundles), 1});
  const Refs u = b.network(FlowStage::kPre, ffa::AdderNetwork(line.data), x, bundles);
  const std::vector<std::string> h = names("h", line.shape.taps);
  std::vector<Refs> products(line.branch_names.size());
  for (const LinePlan::Product& p : line.products)
    products[static_cast<size_t>(p.branch)].push_back(
        b.product(u[static_cast<size_t>(p.data)],
                  combination(line.coefficient[static_cast<size_t>(p.coefficient)], h),
                  bundles ? FlowStage::kFilter : FlowStage::kProduct));
  Refs branches;
  branches.reserve(products.size());
  for (const Refs& terms : products) branches.push_back(b.sum(FlowStage::kBranch, terms, bundles));
  const Refs y = b.network(FlowStage::kPost, ffa::AdderNetwork(line.post), branches, bundles);
  b.graph.divisor = line.divisor;
  for (size_t k = 0; k < y.size(); ++k) b.output(y[k], indexed("y", static_cast<int>(k)), bundles);
  return std::move(b.graph);
}

// "x[3m-2]"
std::string moment(const std::string& name, int parallel, int i) {
  return name + "[" + std::to_string(parallel) + "m" +
         (i == 0  ? ""
          : i < 0 ? std::to_string(i)
                  : "+" + std::to_string(i)) +
         "]";
}

FlowGraph direct_fir_graph(int taps, int parallel) {
  Builder b;
  Refs x;
  for (int i = 1 - taps; i < parallel; ++i)
    x.push_back({b.add(FlowStage::kSample, moment("x", parallel, i)), 1});
  for (int i = 0; i < parallel; ++i) {
    b.group = i;
    Refs products;
    for (int k = 0; k < taps; ++k)
      products.push_back(b.product(x[static_cast<size_t>(i - k + taps - 1)], indexed("h", k)));
    b.output(b.sum(FlowStage::kPost, products), moment("y", parallel, i));
  }
  return std::move(b.graph);
}

FlowGraph fir_graph(const FirPlan& p) {
  Builder b;
  Refs x;
  for (int i = p.parallel - p.window(); i < p.parallel; ++i)
    x.push_back({b.add(FlowStage::kSample, moment("x", p.parallel, i)), 1});
  const auto delayed = [&](FlowStage stage, const Ref& value) {
    const int delay = b.add(stage, "D");
    b.connect(value, delay);
    return Ref{delay, 1};
  };
  std::vector<Refs> u;  // by form and age
  for (const Ref& sum : b.network(FlowStage::kPre, ffa::AdderNetwork(p.data), x))
    u.push_back({sum});
  std::vector<Refs> products(p.branch_names.size());
  for (const FirPlan::Product& product : p.products) {
    Refs& form = u[static_cast<size_t>(product.data)];
    while (form.size() <= static_cast<size_t>(product.age))
      form.push_back(delayed(FlowStage::kPre, form.back()));
    products[static_cast<size_t>(product.branch)].push_back(b.product(
        form[static_cast<size_t>(product.age)],
        combination(p.coefficient[static_cast<size_t>(product.coefficient)], names("h", p.taps))));
  }
  Refs branches;
  branches.reserve(products.size());
  for (const Refs& terms : products) branches.push_back(b.sum(FlowStage::kBranch, terms));
  const Refs sums = b.network(FlowStage::kPost, ffa::AdderNetwork(p.post), branches);
  b.graph.divisor = p.divisor;
  for (int i = 0; i < p.parallel; ++i) {
    Ref y = sums[static_cast<size_t>(i)];
    // In form D what the last block left is added.
    if (i < p.carried()) {
      const Ref carry =
          delayed(FlowStage::kPost, sums[static_cast<size_t>(p.parallel) + static_cast<size_t>(i)]);
      y = b.sum(FlowStage::kPost, {y, carry});
    }
    b.output(y, moment("y", p.parallel, i));
  }
  return std::move(b.graph);
}

int size_or(const base::Spec& spec, std::string_view key, int otherwise) {
  return spec.has(key) ? static_cast<int>(spec.size(key)) : otherwise;
}

}  // namespace

int FlowGraph::count(FlowStage stage) const {
  return static_cast<int>(std::count_if(nodes.begin(), nodes.end(),
                                        [&](const FlowNode& node) { return node.stage == stage; }));
}

int FlowGraph::adders(FlowStage stage) const {
  std::vector<int> terms(nodes.size(), 0);
  for (const FlowEdge& edge : edges) ++terms[static_cast<size_t>(edge.to)];
  int total = 0;
  for (size_t i = 0; i < nodes.size(); ++i)
    if (nodes[i].stage == stage && nodes[i].label == "+") total += terms[i] - 1;
  return total;
}

std::vector<FlowGraph> signal_flow(const FilterPlan& plan, bool nested) {
  const auto is_fast = [](const LinePlan& line) {
    return line.products.size() <
           static_cast<size_t>(line.shape.outputs) * static_cast<size_t>(line.shape.taps);
  };
  if (!is_fast(plan.rows)) {
    FlowGraph whole = plan_graph(plan);
    const LineShape& rows = plan.rows.shape;
    if (whole.nodes.size() <= kAllRows || rows.taps == 1) return {std::move(whole)};
    FlowGraph row = line_graph(plan.columns, false);
    row.caption = fmt::format(
        "one of {} kernel rows; {}", rows.taps,
        is_fast(plan.columns) ? "like products of all rows are added up before the post-additions"
                              : "the sums of all rows are added up");
    if (rows.outputs > 1) row.caption += fmt::format("\\none of {} rows of outputs", rows.outputs);
    return {std::move(row)};
  }
  if (!nested) {
    FlowGraph whole = plan_graph(plan);
    if (whole.nodes.size() <= kOneGraph) return {std::move(whole)};
  }
  FlowGraph outer = line_graph(plan.rows, true);
  FlowGraph inner = line_graph(plan.columns, false);
  outer.caption =
      fmt::format("rows: each line is a row of {} samples, each box a filter over columns",
                  plan.columns.shape.window());
  inner.caption =
      fmt::format("columns: what stands in each of the {} boxes", plan.rows.products.size());
  return {std::move(outer), std::move(inner)};
}

std::vector<FlowGraph> signal_flow(const base::Spec& resolved, bool nested) {
  std::vector<FlowGraph> graphs;
  if (resolved.unit() == "fcu") {
    graphs = signal_flow(fcu_plan(resolved), nested);
    const int in = size_or(resolved, "InChannels", 1), out = size_or(resolved, "OutChannels", 1);
    std::string& caption = graphs.front().caption;
    if (in > 1)
      caption += fmt::format(
          "{}one of {} input channels; their like products are added up before the post-additions",
          caption.empty() ? "" : "\\n", in);
    if (out > 1)
      caption += fmt::format("{}one of {} output channels; they share the pre-additions",
                             caption.empty() ? "" : "\\n", out);
  } else if (resolved.unit() == "fir") {
    graphs = {resolved.is("scheme", "direct")
                  ? direct_fir_graph(static_cast<int>(resolved.size("taps")),
                                     static_cast<int>(resolved.size("parallel")))
                  : fir_graph(fir_plan(resolved))};
  } else {
    base::usage_error(resolved.unit(), "only fir and fcu can be drawn");
  }
  for (const FlowGraph& graph : graphs)
    if (graph.nodes.size() > kMostNodes)
      base::usage_error(resolved.unit(), "a picture of " + std::to_string(graph.nodes.size()) +
                                             " nodes is too large to read; at most " +
                                             std::to_string(kMostNodes) + " are drawn");
  return graphs;
}

}  // namespace gen
