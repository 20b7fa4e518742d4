// SPDX-License-Identifier: Apache-2.0
// fir: a filter of 2 to 12 taps, two or three samples a cycle, direct or by fast FIR.

#include <fmt/format.h>

#include <algorithm>

#include "gen/ffa/polyphase.h"
#include "gen/units/filter_heap.h"

namespace gen {
namespace {

struct Ports {
  hdl::Bits x, h, valid, y;
};

struct Shape {
  int taps = 0, parallel = 0;
  int blocks() const { return (taps + parallel - 1) / parallel; }
};

hdl::Bits take_block(Pipeline& pipeline) {
  return pipeline.module().wire("take", hdl::bits(1), pipeline.enable() & pipeline.valid_in());
}

// `length` samples, the newest block on top, the oldest sample in lane 0. The register is the delay
// line: it moves with each block that is taken, and starts as zero.
hdl::Bits sample_window(Pipeline& pipeline, const FilterSizes& sizes, const Shape& shape,
                        const hdl::Bits& x, const hdl::Bits& take, int length, bool registered) {
  hdl::Module& m = pipeline.module();
  const hdl::Dim d = sizes.data_width;
  const int old = length - shape.parallel;
  hdl::Bits window = m.wire("window", hdl::bits(length * d));
  if (registered) {
    hdl::Bits window_q = m.reg("window_q", hdl::bits(length * d), 0);
    m.assign(window, hdl::concat({x, window_q.slice(shape.parallel * d, old * d)}));
    m.registers(pipeline.state_clock(), take, {}, {{window_q, window}});
    return window_q;
  }
  const hdl::Bits old_q = m.reg("old_q", hdl::bits(old * d), 0);
  m.assign(window, hdl::concat({x, old_q}));
  m.registers(pipeline.state_clock(), take, {},
              {{old_q, window.slice(shape.parallel * d, old * d)}});
  return window;
}

// y[i] = sum over k of h[k] * window[taps-1+i-k], taps * parallel products.
void build_direct(Pipeline& pipeline, const FilterSizes& sizes, const Shape& shape,
                  const hdl::Dim& result_width, const Ports& ports) {
  hdl::Module& m = pipeline.module();
  const hdl::Bits take = take_block(pipeline);
  m.section(fmt::format("Stage pre: delay line, lane {} is the first sample of the block.",
                        shape.taps - 1));
  const hdl::Bits window =
      sample_window(pipeline, sizes, shape, ports.x, take, shape.taps - 1 + shape.parallel,
                    pipeline.cut().at(Place::kPre));
  const hdl::Bits h = pipeline.stage(Place::kPre, "h", ports.h);
  pipeline.end_stage();
  m.section(
      fmt::format("Output i: products, partial sums of {} taps, and their sum.", shape.parallel));
  m.generate_for("gen_output", "i", shape.parallel, [&](const hdl::Dim& i) {
    std::vector<hdl::Num> products;
    for (int k = 0; k < shape.taps; ++k) {
      const hdl::Num sample =
          sizes.operand(sizes.sample(window.lane(i + shape.taps - 1 - k, sizes.data_width)));
      const hdl::Num coefficient = h.lane(k, sizes.coef_width).as_signed();
      products.push_back(pipeline.stage(Place::kMult, fmt::format("product_{}", k),
                                        sizes.product_sum(1), sample * coefficient));
    }
    pipeline.end_stage();
    std::vector<hdl::Num> partial;
    for (int block = 0; block < shape.blocks(); ++block) {
      const int first = block * shape.parallel;
      const int count = std::min(shape.parallel, shape.taps - first);
      const auto begin = products.begin() + first;
      partial.push_back(pipeline.stage(Place::kBranch, fmt::format("partial_{}", block),
                                       sizes.product_sum(count),
                                       hdl::sum(std::vector<hdl::Num>(begin, begin + count))));
    }
    pipeline.end_stage();
    const hdl::Num y =
        pipeline.stage(Place::kPost, "y", hdl::sint(result_width), hdl::sum(partial));
    pipeline.end_stage();
    m.assign(ports.y.lane(i, result_width), y.bits());
  });
}

// The same, each output a heap: its partial sums are the branches.
void build_direct_heaps(DesignBuilder& design, Pipeline& pipeline, const FilterSizes& sizes,
                        const Shape& shape, const hdl::Dim& result_width, const Ports& ports) {
  hdl::Module& m = pipeline.module();
  const hdl::Bits take = take_block(pipeline);
  m.section(fmt::format("Stage pre: delay line, lane {} is the first sample of the block.",
                        shape.taps - 1));
  const int length = shape.taps - 1 + shape.parallel;
  const hdl::Bits window =
      sample_window(pipeline, sizes, shape, ports.x, take, length, pipeline.cut().at(Place::kPre));
  const hdl::Bits h = pipeline.stage(Place::kPre, "h", ports.h);
  pipeline.end_stage();
  std::vector<hdl::Bits> samples, coefficients;
  for (int i = 0; i < length; ++i)
    samples.push_back(m.wire(fmt::format("x_{}", i), hdl::bits(sizes.data_width),
                             window.lane(i, sizes.data_width)));
  for (int k = 0; k < shape.taps; ++k)
    coefficients.push_back(
        m.wire(fmt::format("h_{}", k), hdl::bits(sizes.coef_width), h.lane(k, sizes.coef_width)));
  std::vector<HeapBranch> branches;
  SumGraph outputs;
  for (int i = 0; i < shape.parallel; ++i) {
    SumGraph::Sum output{fmt::format("y_{}", i), {}, {}};
    for (int block = 0; block < shape.blocks(); ++block) {
      HeapBranch branch{fmt::format("{}_{}", i, block), {}};
      const int first = block * shape.parallel;
      for (int k = first; k < std::min(first + shape.parallel, shape.taps); ++k)
        branch.products.push_back({fmt::format("{}_{}", i, k),
                                   samples[static_cast<size_t>(i + shape.taps - 1 - k)],
                                   coefficients[static_cast<size_t>(k)], sizes.signed_data});
      output.terms.push_back({static_cast<int>(branches.size()), 1});
      branches.push_back(std::move(branch));
    }
    outputs.outputs.push_back(std::move(output));
  }
  const std::vector<hdl::Bits> y =
      emit_heaps(design, pipeline, static_cast<int>(result_width.value()), branches, outputs);
  for (int i = 0; i < shape.parallel; ++i)
    m.assign(ports.y.lane(i, result_width), y[static_cast<size_t>(i)]);
}

// Products, the branches' sub-filters, and the post-adders, in `*` and `+`.
void sum_products(Pipeline& pipeline, const FilterSizes& sizes, const Shape& shape,
                  const ffa::Polyphase& fast, const ffa::AdderNetwork& post,
                  const std::vector<std::vector<hdl::Num>>& delayed, const std::vector<hdl::Num>& v,
                  const hdl::Dim& result_width, const Ports& ports) {
  hdl::Module& m = pipeline.module();
  const size_t rank = fast.branches.size();
  m.section("Stage mult: one product for each branch and age.");
  std::vector<std::vector<hdl::Num>> products(rank);
  std::vector<int> gains(rank, 0);
  for (size_t i = 0; i < fast.products.size(); ++i) {
    const ffa::Product& product = fast.products[i];
    const size_t b = static_cast<size_t>(product.branch);
    const int gain = sizes.sample_gain(fast.data[b]) * static_cast<int>(product.taps.size());
    gains[b] += gain;
    products[b].push_back(
        pipeline.stage(Place::kMult, fmt::format("product_{}_{}", fast.branches[b], product.age),
                       sizes.product_sum(gain),
                       sizes.operand(delayed[b][static_cast<size_t>(product.age)]) * v[i]));
  }
  pipeline.end_stage();

  m.section("Stage branch: each branch's sub-filter.");
  std::vector<hdl::Num> branches;
  for (size_t b = 0; b < rank; ++b) {
    // A branch may outgrow the result; what counts is its value modulo the result's width.
    const bool wraps = sizes.growth(gains[b]) > sizes.growth(shape.taps);
    const hdl::Num total = hdl::sum(products[b]);
    branches.push_back(pipeline.stage(Place::kBranch, "branch_" + fast.branches[b],
                                      wraps ? hdl::sint(result_width) : sizes.product_sum(gains[b]),
                                      wraps ? total.wrap(result_width) : total));
  }
  pipeline.end_stage();

  m.section("Stage post: y = V^T branch.");
  const std::vector<hdl::Num> y =
      emit_results(pipeline, post, branches, numbered("y_", shape.parallel), result_width,
                   sizes.exact(shape.taps), fmt::format("the sum of {} products", shape.taps));
  pipeline.end_stage();
  for (int i = 0; i < shape.parallel; ++i) {
    m.assign(ports.y.lane(i, result_width), y[static_cast<size_t>(i)].bits());
  }
}

// Polyphase fast FIR: y = V^T [sub-filters of u = C^T x], each branch a short filter.
void build_fast(DesignBuilder& design, Pipeline& pipeline, const FilterSizes& sizes,
                const Shape& shape, const hdl::Dim& result_width, const Ports& ports) {
  hdl::Module& m = pipeline.module();
  const bool offline = design.is("preadd", "offline");
  const ffa::Polyphase fast = ffa::polyphase(shape.taps, shape.parallel);
  const ffa::AdderNetwork pre(fast.data), post(fast.post);
  const size_t rank = fast.branches.size();
  const bool pre_cut = pipeline.cut().at(Place::kPre);

  std::vector<CoefficientTerm> terms;
  std::vector<int> ages(rank, 0);  // oldest block that a branch needs
  for (const ffa::Product& product : fast.products) {
    const std::string& branch = fast.branches[static_cast<size_t>(product.branch)];
    terms.push_back({fmt::format("v_{}_{}", branch, product.age), product.taps});
    int& age = ages[static_cast<size_t>(product.branch)];
    age = std::max(age, product.age);
  }

  const hdl::Bits take = take_block(pipeline);
  m.section("Stage pre: this block and the end of the last; sums u = C^T x, one for each branch.");
  const hdl::Bits window =
      sample_window(pipeline, sizes, shape, ports.x, take, fast.window(), false);
  const hdl::Bits h = pipeline.stage(Place::kPre, "h", ports.h);
  pipeline.end_stage();
  std::vector<hdl::Num> x;
  x.reserve(static_cast<size_t>(fast.window()));
  for (int i = 0; i < fast.window(); ++i) {
    x.push_back(
        m.wire(fmt::format("x_{}", i),
               sizes.signed_data ? hdl::sint(sizes.data_width) : hdl::uint(sizes.data_width),
               sizes.sample(window.lane(i, sizes.data_width))));
  }
  std::vector<std::string> names;
  for (const std::string& branch : fast.branches) names.push_back("u_" + branch);
  const std::vector<hdl::Num> u = emit_sums(
      m, pre, x, "sum_", names, [&](const ffa::Row& row) { return sizes.sample_sum(row); });

  // delayed[b][age]: u of branch b, `age` blocks ago. The register at place pre is age 0.
  std::vector<std::vector<hdl::Num>> delayed(rank);
  std::vector<std::pair<hdl::Num, hdl::Num>> moves;
  for (size_t b = 0; b < rank; ++b) {
    hdl::Num newest = u[b];
    for (int age = 0; age <= ages[b]; ++age) {
      if (age > 0 || pre_cut) {
        const hdl::Num reg = m.reg(fmt::format("u_{}_age{}_q", fast.branches[b], age),
                                   exactly(sizes.sample_sum(fast.data[b]), u[b]), 0);
        moves.emplace_back(reg, newest);
        newest = reg;
      }
      delayed[b].push_back(newest);
    }
  }
  if (!moves.empty()) {
    m.comment("Delay lines of the branches: block by block, zero at the start.");
    m.registers(pipeline.state_clock(), take, moves);
  }

  m.section(offline ? "Coefficients of branch and age, as they come in."
                    : "Coefficients of branch and age, v = V h.");
  const std::vector<hdl::Num> v = emit_coefficients(m, sizes, h, terms, offline);

  const size_t all = fast.products.size();
  if (design.is("arith", "heap")) {
    std::vector<HeapBranch> branches;
    for (const std::string& name : fast.branches) branches.push_back({name, {}});
    for (size_t i = 0; i < all; ++i) {
      const ffa::Product& product = fast.products[i];
      const size_t b = static_cast<size_t>(product.branch);
      const hdl::Num& sample = delayed[b][static_cast<size_t>(product.age)];
      branches[b].products.push_back({fmt::format("{}_{}", fast.branches[b], product.age),
                                      sample.bits(), v[i].bits(), sample.is_signed()});
    }
    const std::vector<hdl::Bits> y =
        emit_heaps(design, pipeline, static_cast<int>(result_width.value()), branches,
                   heap_outputs(fast.post));
    for (int i = 0; i < shape.parallel; ++i)
      m.assign(ports.y.lane(i, result_width), y[static_cast<size_t>(i)]);
  } else {
    sum_products(pipeline, sizes, shape, fast, post, delayed, v, result_width, ports);
  }

  design.operations = {.multiplications = static_cast<int>(fast.products.size()),
                       .pre_adders = pre.adders(),
                       .coefficient_adders = offline ? 0 : adders(terms),
                       .branch_adders = static_cast<int>(all - rank),
                       .post_adders = post.adders()};
  if (offline) design.coefficients = describe(terms, numbered("h[", shape.taps, "]"));
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const Shape shape{static_cast<int>(spec.size("taps")), static_cast<int>(spec.size("parallel"))};
  const bool fast = spec.is("scheme", "ffa");
  const bool offline = spec.is("preadd", "offline");
  const int sums = static_cast<int>(ffa::polyphase(shape.taps, shape.parallel).products.size());
  hdl::Module m = design.top(
      {fmt::format(
           "FIR filter, {} taps, {} samples a cycle, {}: {} multiplications{}.", shape.taps,
           shape.parallel, fast ? "fast FIR" : "direct form",
           fast ? sums : shape.taps * shape.parallel,
           fast ? fmt::format(", where the direct form takes {}", shape.taps * shape.parallel)
                : ""),
       "y[n] = sum over k of h[k] * x[n-k]. A block is taken where en_i and valid_i are 1."});
  FilterSizes sizes{design.parameter(m, "DataWidth"), design.parameter(m, "CoefWidth"),
                    spec.is("data", "signed")};
  const Cut cut(spec);
  const hdl::Dim result_width = declare_result_width(m, sizes, shape.taps);
  Pipeline pipeline(m, design, cut);
  Ports ports;
  ports.x = m.input("x_i", hdl::bits(shape.parallel * sizes.data_width),
                    fmt::format("x[{}m + i] at bit i * DataWidth.", shape.parallel));
  ports.h = offline ? m.input("h_i", hdl::bits(sums * (sizes.coef_width + 1)),
                              "Coefficient sum s at bit s * (CoefWidth + 1), signed.")
                    : m.input("h_i", hdl::bits(shape.taps * sizes.coef_width),
                              "h[k] at bit k * CoefWidth, signed.");
  ports.valid = m.output("valid_o", hdl::bits(1), "Outputs are data.");
  ports.y = m.output("y_o", hdl::bits(shape.parallel * result_width),
                     fmt::format("y[{}m + i] at bit i * ResultWidth, signed.", shape.parallel));
  pipeline.start(ports.valid, true);

  design.formula = fmt::format("y[n] = sum over k in 0..{} of h[k] * x[n-k]", shape.taps - 1);
  design.latency_cycles = cut.latency();
  design.outputs_per_cycle = shape.parallel;
  if (fast) {
    build_fast(design, pipeline, sizes, shape, result_width, ports);
  } else {
    if (spec.is("arith", "heap")) {
      build_direct_heaps(design, pipeline, sizes, shape, result_width, ports);
    } else {
      build_direct(pipeline, sizes, shape, result_width, ports);
    }
    design.operations.multiplications = shape.taps * shape.parallel;
    design.operations.branch_adders = (shape.taps - 1) * shape.parallel;
  }
  design.add(std::move(m));
}

}  // namespace

extern const Unit fir;
const Unit fir = {
    .name = "fir",
    .doc = "Filter of 2 to 12 taps, two or three samples a cycle.",
    .source = "Parhi, VLSI Digital Signal Processing Systems, chapter 9",
    .params = {fixed_size("taps", "t", "3", 2, 12, "Coefficients."),
               fixed_size("parallel", "p", "3", 2, 3, "Samples a cycle."), scheme_param(),
               cut_param(), preadd_param(), data_param(), reset_param(), arith_param(),
               filter_width_param(data_width_param(), "d"),
               filter_width_param(coef_width_param(), "c"), filter_products_param(), tree_param(),
               compressors_param(), final_adder_param()},
    .rules = {preadd_rule(), compressors_rule()},
    .points = {"scheme=ffa", "scheme=direct", "taps=2 parallel=2", "taps=2 parallel=2 scheme=ffa",
               "taps=7 parallel=3 scheme=ffa cut=pre,mult,branch,post",
               "taps=7 parallel=3 cut=pre,mult,branch,post",
               "taps=5 parallel=2 scheme=ffa preadd=offline data=signed",
               "taps=5 parallel=2 data=signed cut=none", "taps=12 parallel=3 scheme=ffa cut=none",
               "taps=12 parallel=2 scheme=ffa cut=mult reset=sync DataWidth=12 CoefWidth=10",
               "arith=heap", "scheme=ffa arith=heap DataWidth=5 CoefWidth=4",
               "taps=7 parallel=3 scheme=ffa arith=heap cut=pre,mult,branch,post data=signed",
               "taps=5 parallel=2 scheme=ffa arith=heap preadd=offline cut=branch",
               "taps=4 parallel=2 arith=heap cut=none DataWidth=3 CoefWidth=9"},
    .build = build,
};

}  // namespace gen
