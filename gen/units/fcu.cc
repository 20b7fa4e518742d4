// SPDX-License-Identifier: Apache-2.0
// fcu: three neighbouring outputs of a 3x3 correlation each cycle, direct or by fast FIR.

#include <fmt/format.h>

#include "gen/units/filter_heap.h"

namespace gen {
namespace {

constexpr int kKernel = 3;
constexpr int kOutputs = 3;
constexpr int kWindow = kKernel + kOutputs - 1;
constexpr int kProducts = kKernel * kKernel;  // of one output

struct Ports {
  hdl::Bits x, h, valid, y;
};

// y[j] = sum over rows r of x[r][j..j+2] . h[r][0..2], 27 products.
void build_direct(Pipeline& pipeline, const FilterSizes& sizes, const hdl::Dim& result_width,
                  const Ports& ports) {
  hdl::Module& m = pipeline.module();
  const hdl::Dim d = sizes.data_width, c = sizes.coef_width;
  m.localparam("ProductWidth", sizes.product_sum(1).width);
  // With signed data a row is one bit wider than a product: its last index is ProductWidth.
  if (!sizes.signed_data) m.localparam("RowWidth", sizes.product_sum(kKernel).width);
  m.section("Stage pre: samples and coefficients.");
  const hdl::Bits x = pipeline.stage(Place::kPre, "x", ports.x);
  const hdl::Bits h = pipeline.stage(Place::kPre, "h", ports.h);
  pipeline.end_stage();
  m.section(
      "Output j: products of the window that begins at column j, summed by row, then over rows.");
  m.generate_for("gen_output", "j", kOutputs, [&](const hdl::Dim& j) {
    std::vector<hdl::Num> products, rows;
    for (int r = 0; r < kKernel; ++r) {
      for (int k = 0; k < kKernel; ++k) {
        const hdl::Num sample = sizes.operand(sizes.sample(x.lane(j + kWindow * r + k, d)));
        const hdl::Num coefficient = h.lane(kKernel * r + k, c).as_signed();
        products.push_back(pipeline.stage(Place::kMult, fmt::format("product_{}_{}", r, k),
                                          sizes.product_sum(1), sample * coefficient));
      }
    }
    pipeline.end_stage();
    for (size_t r = 0; r < kKernel; ++r) {
      const auto first = products.begin() + static_cast<std::ptrdiff_t>(r * kKernel);
      rows.push_back(pipeline.stage(Place::kBranch, fmt::format("row_{}", r),
                                    sizes.product_sum(kKernel),
                                    hdl::sum(std::vector<hdl::Num>(first, first + kKernel))));
    }
    pipeline.end_stage();
    const hdl::Num y = pipeline.stage(Place::kPost, "y", hdl::sint(result_width), hdl::sum(rows));
    pipeline.end_stage();
    m.assign(ports.y.lane(j, result_width), y.bits());
  });
}

// The same, each output a heap: its rows are the branches.
void build_direct_heaps(DesignBuilder& design, Pipeline& pipeline, const FilterSizes& sizes,
                        const hdl::Dim& result_width, const Ports& ports) {
  hdl::Module& m = pipeline.module();
  m.section("Stage pre: samples and coefficients.");
  const hdl::Bits x = pipeline.stage(Place::kPre, "x", ports.x);
  const hdl::Bits h = pipeline.stage(Place::kPre, "h", ports.h);
  pipeline.end_stage();
  const hdl::Dim d = sizes.data_width, c = sizes.coef_width;
  std::vector<hdl::Bits> samples, coefficients;
  for (int i = 0; i < kKernel * kWindow; ++i)
    samples.push_back(
        m.wire(fmt::format("x_{}_{}", i / kWindow, i % kWindow), hdl::bits(d), x.lane(i, d)));
  for (int i = 0; i < kProducts; ++i)
    coefficients.push_back(
        m.wire(fmt::format("h_{}_{}", i / kKernel, i % kKernel), hdl::bits(c), h.lane(i, c)));
  std::vector<HeapBranch> branches;
  std::vector<HeapOutput> outputs;
  for (int j = 0; j < kOutputs; ++j) {
    outputs.push_back({fmt::format("y_{}", j), {}});
    for (int r = 0; r < kKernel; ++r) {
      HeapBranch branch{fmt::format("{}_{}", j, r), {}};
      for (int k = 0; k < kKernel; ++k) {
        const int sample = kWindow * r + j + k, coefficient = kKernel * r + k;
        branch.products.push_back(
            {fmt::format("{}_{}_{}", j, r, k), samples[static_cast<size_t>(sample)],
             coefficients[static_cast<size_t>(coefficient)], sizes.signed_data});
      }
      outputs.back().terms.emplace_back(static_cast<int>(branches.size()), 1);
      branches.push_back(std::move(branch));
    }
  }
  const std::vector<hdl::Bits> y =
      emit_heaps(design, pipeline, static_cast<int>(result_width.value()), branches, outputs);
  for (int j = 0; j < kOutputs; ++j)
    m.assign(ports.y.lane(j, result_width), y[static_cast<size_t>(j)]);
}

// Products, their sums over the rows, and the post-adders, in `*` and `+`.
void sum_products(Pipeline& pipeline, const FilterSizes& sizes, const ffa::Algorithm& fast,
                  const ffa::AdderNetwork& post, const std::vector<std::vector<hdl::Num>>& u,
                  const std::vector<hdl::Num>& v, const hdl::Dim& result_width,
                  const Ports& ports) {
  hdl::Module& m = pipeline.module();
  const size_t rank = static_cast<size_t>(fast.rank());
  m.section("Stage mult: one product for each row and branch.");
  std::vector<std::vector<hdl::Num>> products(rank);
  std::vector<int> gains;
  for (size_t b = 0; b < rank; ++b) {
    gains.push_back(sizes.sample_gain(fast.data()[b]) * ffa::gain({fast.coefficient()[b]}));
  }
  for (size_t r = 0; r < kKernel; ++r) {
    for (size_t b = 0; b < rank; ++b) {
      products[b].push_back(
          pipeline.stage(Place::kMult, fmt::format("product_{}_{}", r, fast.branches()[b]),
                         sizes.product_sum(gains[b]), sizes.operand(u[r][b]) * v[r * rank + b]));
    }
  }
  pipeline.end_stage();

  m.section("Stage branch: like-indexed products summed over the rows.");
  std::vector<hdl::Num> branches;
  for (size_t b = 0; b < rank; ++b) {
    branches.push_back(pipeline.stage(Place::kBranch, "branch_" + fast.branches()[b],
                                      sizes.product_sum(kKernel * gains[b]),
                                      hdl::sum(products[b])));
  }
  pipeline.end_stage();

  m.section("Stage post: y = V^T branch, the only additions after the sums over rows.");
  const hdl::Range exact = sizes.exact(kProducts);
  const std::vector<std::string> y_names = {"y_0", "y_1", "y_2"};
  const std::vector<hdl::Num> y =
      emit_results(pipeline, post, branches, y_names, result_width, exact, "the sum of 9 products");
  pipeline.end_stage();
  for (int j = 0; j < kOutputs; ++j) {
    m.assign(ports.y.lane(j, result_width), y[static_cast<size_t>(j)].bits());
  }
}

// y = V^T [sum over rows of (V h) o (C^T x)], 18 products.
void build_fast(DesignBuilder& design, Pipeline& pipeline, const FilterSizes& sizes,
                const hdl::Dim& result_width, const Ports& ports) {
  hdl::Module& m = pipeline.module();
  const bool offline = design.is("preadd", "offline");
  const bool heap = design.is("arith", "heap");
  const ffa::Algorithm fast = ffa::with_positive_rows(ffa::transposed(ffa::pairwise(kKernel)));
  const ffa::AdderNetwork pre(fast.data()), post(fast.post());
  const size_t rank = static_cast<size_t>(fast.rank());
  std::vector<CoefficientTerm> terms;
  for (int r = 0; r < kKernel; ++r) {
    for (size_t b = 0; b < rank; ++b) {
      CoefficientTerm term{fmt::format("v_{}_{}", r, fast.branches()[b]), {}};
      for (int k = 0; k < kKernel; ++k) {
        if (fast.coefficient()[b][static_cast<size_t>(k)] != 0)
          term.taps.push_back(kKernel * r + k);
      }
      terms.push_back(std::move(term));
    }
  }

  // Every branch of this algorithm grows alike: two samples or two coefficients of full scale.
  const int gain = sizes.sample_gain(fast.data().front());
  if (!heap) m.localparam("SampleSumWidth", sizes.sample_sum(fast.data().front()).width);
  if (!heap) m.localparam("ProductWidth", sizes.product_sum(gain).width);
  // With signed data a branch is as wide as a result.
  if (!heap && !sizes.signed_data)
    m.localparam("BranchWidth", sizes.product_sum(kKernel * gain).width);

  m.section("Stage pre: sums of the samples of a row, u = C^T x, one for each branch.");
  const hdl::Bits h = pipeline.stage(Place::kPre, "h", ports.h);
  std::vector<std::vector<hdl::Num>> u;
  for (int r = 0; r < kKernel; ++r) {
    std::vector<hdl::Num> x;
    for (int c = 0; c < kWindow; ++c) {
      const hdl::Bits lane = ports.x.lane(kWindow * r + c, sizes.data_width);
      const hdl::Num sample = sizes.sample(lane);
      x.push_back(m.wire(
          fmt::format("x_{}_{}", r, c),
          sizes.signed_data ? hdl::sint(sizes.data_width) : hdl::uint(sizes.data_width), sample));
    }
    std::vector<std::string> names;
    for (const std::string& branch : fast.branches())
      names.push_back(fmt::format("u_{}_{}", r, branch));
    u.push_back(emit_network(pipeline, Place::kPre, pre, x, fmt::format("sum_{}_", r), names,
                             [&](const ffa::Row& row) { return sizes.sample_sum(row); }));
  }
  pipeline.end_stage();

  m.section(offline ? "Coefficients of each branch, v = V h, as they come in."
                    : "Coefficients of each branch, v = V h.");
  const std::vector<hdl::Num> v = emit_coefficients(m, sizes, h, terms, offline);

  if (heap) {
    std::vector<HeapBranch> branches;
    for (size_t b = 0; b < rank; ++b) {
      HeapBranch branch{fast.branches()[b], {}};
      for (size_t r = 0; r < kKernel; ++r)
        branch.products.push_back({fmt::format("{}_{}", r, fast.branches()[b]), u[r][b].bits(),
                                   v[r * rank + b].bits(), u[r][b].is_signed()});
      branches.push_back(std::move(branch));
    }
    const std::vector<hdl::Bits> y =
        emit_heaps(design, pipeline, static_cast<int>(result_width.value()), branches,
                   heap_outputs(fast.post()));
    for (int j = 0; j < kOutputs; ++j)
      m.assign(ports.y.lane(j, result_width), y[static_cast<size_t>(j)]);
  } else {
    sum_products(pipeline, sizes, fast, post, u, v, result_width, ports);
  }

  design.operations = {.multiplications = kKernel * fast.rank(),
                       .pre_adders = kKernel * pre.adders(),
                       .coefficient_adders = offline ? 0 : adders(terms),
                       .branch_adders = (kKernel - 1) * fast.rank(),
                       .post_adders = post.adders()};
  if (offline) {
    std::vector<std::string> taps;
    taps.reserve(kProducts);
    for (int i = 0; i < kProducts; ++i)
      taps.push_back(fmt::format("h[{}][{}]", i / kKernel, i % kKernel));
    design.coefficients = describe(terms, taps);
  }
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const bool fast = spec.is("scheme", "ffa");
  const bool offline = spec.is("preadd", "offline");
  hdl::Module m = design.top(
      {fast ? "Fast convolution unit, 3x3 kernel: three 3-parallel fast-FIR rows share one "
              "post-adder "
              "network. 18 multiplications for 3 outputs per cycle, where the direct form takes 27."
            : "Convolution unit, 3x3 kernel, direct form: 27 multiplications for 3 outputs per "
              "cycle.",
       "y[j] = sum over r, k of h[r][k] * x[r][j+k], j = 0..2."});
  FilterSizes sizes{design.parameter(m, "DataWidth"), design.parameter(m, "CoefWidth"),
                    spec.is("data", "signed")};
  const Cut cut(spec);
  const hdl::Dim result_width = declare_result_width(m, sizes, kProducts);
  Pipeline pipeline(m, design, cut);
  Ports ports;
  ports.x = m.input("x_i", hdl::bits(kKernel * kWindow * sizes.data_width),
                    "Sample (row r, column c) at bit (5*r + c) * DataWidth, c = 0..4.");
  ports.h = offline ? m.input("h_i", hdl::bits(18 * (sizes.coef_width + 1)),
                              "Sum s of row r at bit (6*r + s) * (CoefWidth + 1), signed: h0, h1, "
                              "h2, h0+h1, h0+h2, h1+h2.")
                    : m.input("h_i", hdl::bits(kProducts * sizes.coef_width),
                              "h[r][k] at bit (3*r + k) * CoefWidth, signed.");
  ports.valid = m.output("valid_o", hdl::bits(1), "Outputs are data.");
  ports.y =
      m.output("y_o", hdl::bits(kOutputs * result_width), "y[j] at bit j * ResultWidth, signed.");
  pipeline.start(ports.valid);

  design.formula = "y[j] = sum over r, k in 0..2 of h[r][k] * x[r][j+k], j in 0..2";
  design.latency_cycles = cut.latency();
  design.outputs_per_cycle = kOutputs;
  if (fast) {
    build_fast(design, pipeline, sizes, result_width, ports);
  } else {
    if (spec.is("arith", "heap")) {
      build_direct_heaps(design, pipeline, sizes, result_width, ports);
    } else {
      build_direct(pipeline, sizes, result_width, ports);
    }
    design.operations.multiplications = kOutputs * kProducts;
    design.operations.branch_adders = kOutputs * (kProducts - 1);
  }
  design.add(std::move(m));
}

}  // namespace

extern const Unit fcu;
const Unit fcu = {
    .name = "fcu",
    .doc = "Convolution unit: three neighbouring outputs of a 3x3 correlation a cycle.",
    .source =
        "J. Wang, J. Lin, Z. Wang, IEEE TCAS-I, 2018; Parhi, VLSI Digital Signal Processing "
        "Systems",
    .params = {fixed_size("kernel", "k", "3", 3, 3, "Rows and columns of the kernel."),
               scheme_param(), cut_param(), preadd_param(), data_param(), reset_param(),
               arith_param(), filter_width_param(data_width_param(), "d"),
               filter_width_param(coef_width_param(), "c"), filter_form_param(), tree_param(),
               compressors_param(), final_adder_param()},
    .rules = {preadd_rule(), compressors_rule()},
    .points = {"scheme=ffa", "scheme=direct", "scheme=direct cut=pre,mult,branch,post",
               "scheme=ffa cut=pre,mult", "scheme=ffa cut=pre,mult,branch,post",
               "scheme=ffa cut=none", "scheme=ffa preadd=offline", "scheme=ffa data=signed",
               "scheme=direct data=signed",
               "scheme=ffa cut=pre,mult,post DataWidth=16 CoefWidth=16",
               "scheme=ffa cut=pre,branch DataWidth=4 CoefWidth=5 reset=sync", "arith=heap",
               "scheme=ffa arith=heap",
               "scheme=ffa arith=heap cut=pre,mult,branch,post data=signed",
               "arith=heap cut=mult,branch DataWidth=5 CoefWidth=4",
               "scheme=ffa arith=heap cut=none preadd=offline DataWidth=6 CoefWidth=7"},
    .build = build,
};

}  // namespace gen
