// SPDX-License-Identifier: Apache-2.0
// fir: a filter, one or more samples a cycle, direct or by fast algorithms.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

#include "gen/ffa/family.h"
#include "gen/units/filter_heap.h"
#include "gen/units/filter_operators.h"
#include "gen/units/fir_plan.h"

namespace gen {
namespace {

struct Ports {
  hdl::Bits x, h, valid, y;
};

struct Shape {
  int taps = 0, parallel = 0;
  // Taps of a partial sum of the direct form.
  int group() const { return parallel > 1 ? parallel : 4; }
  int groups() const { return (taps + group() - 1) / group(); }
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
      fmt::format("Output i: products, partial sums of {} taps, and their sum.", shape.group()));
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
    for (int block = 0; block < shape.groups(); ++block) {
      const int first = block * shape.group();
      const int count = std::min(shape.group(), shape.taps - first);
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
  outputs.inputs = shape.parallel * shape.groups();
  // Products that take a sample: one for each output whose taps reach it.
  const auto uses = [&](int sample) {
    return std::min({sample + 1, length - sample, shape.taps, shape.parallel});
  };
  for (int i = 0; i < shape.parallel; ++i) {
    SumGraph::Sum output{fmt::format("y_{}", i), {}, {}};
    for (int block = 0; block < shape.groups(); ++block) {
      HeapBranch branch{fmt::format("{}_{}", i, block), {}};
      const int first = block * shape.group();
      for (int k = first; k < std::min(first + shape.group(), shape.taps); ++k)
        branch.products.push_back({fmt::format("{}_{}", i, k),
                                   samples[static_cast<size_t>(i + shape.taps - 1 - k)],
                                   coefficients[static_cast<size_t>(k)], sizes.signed_data,
                                   uses(i + shape.taps - 1 - k), shape.parallel, sizes.exact(1)});
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

// The fast forms: FirPlan written out.
class FastFir {
 public:
  FastFir(DesignBuilder& design, Pipeline& pipeline, const FirPlan& plan, const FilterSizes& sizes,
          const hdl::Dim& result_width, const Ports& ports)
      : design_(design),
        pipeline_(pipeline),
        m_(pipeline.module()),
        plan_(plan),
        sizes_(sizes),
        result_{result_width, plan.taps, plan.divisor},
        ports_(ports),
        pre_(plan.samples()),
        post_(plan.results()),
        heap_(design.is("arith", "heap")) {}

  // Bits that an offline sum has beyond CoefWidth: all lanes are as wide as the widest needs.
  static int offline_growth(const FirPlan& plan, const FilterSizes& sizes) {
    int growth = 0;
    for (const ffa::Row& row : plan.coefficient) {
      const hdl::Dim width = sizes.coefficient_sum(gain_of(row)).width;
      growth = std::max(growth, static_cast<int>((width - sizes.coef_width).value()));
    }
    return growth;
  }

  void build(bool offline) {
    const hdl::Bits h = samples();
    m_.section(offline ? "Coefficients of branch and age, as they come in."
                       : "Coefficients of branch and age.");
    const std::vector<hdl::Num> v = offline ? offline_forms(h) : forms(h);
    if (heap_) {
      heaps(v);
    } else {
      operators(v);
    }
    const int products = static_cast<int>(plan_.products.size());
    design_.operations = {.multiplications = products,
                          .pre_adders = pre_.adders(),
                          .coefficient_adders = coefficients_.adders(),
                          .branch_adders = products - static_cast<int>(plan_.branch_names.size()),
                          .post_adders = post_.adders()};
    if (offline) describe_coefficients();
  }

 private:
  static size_t index(int i) { return static_cast<size_t>(i); }

  // delayed_[form][age]: a sum of samples, `age` blocks ago. The register at place pre is age 0.
  // Gives the coefficients behind place pre.
  hdl::Bits samples() {
    hdl::Bits window = ports_.x, take;
    const bool moves_on =
        std::any_of(plan_.ages.begin(), plan_.ages.end(), [](int age) { return age > 0; });
    if (plan_.transposed || moves_on || pipeline_.cut().at(Place::kPre))
      take = take_block(pipeline_);
    if (plan_.transposed) {
      m_.section("Stage pre: this block and the end of the last; sums u of samples.");
      window = sample_window(pipeline_, sizes_, {plan_.taps, plan_.parallel}, ports_.x, take,
                             plan_.window(), false);
    } else {
      m_.section("Stage pre: sums u of the samples of this block.");
    }
    const hdl::Bits h = pipeline_.stage(Place::kPre, "h", ports_.h);
    pipeline_.end_stage();
    std::vector<hdl::Num> x;
    const hdl::NumType type =
        sizes_.signed_data ? hdl::sint(sizes_.data_width) : hdl::uint(sizes_.data_width);
    for (int i = 0; i < plan_.window(); ++i)
      x.push_back(
          m_.wire(fmt::format("x_{}", i), type, sizes_.sample(window.lane(i, sizes_.data_width))));
    const std::vector<hdl::Num> u = add_up(pre_, x, sample_sums(sizes_), "u_");
    std::vector<std::pair<hdl::Num, hdl::Num>> moves;
    delayed_.resize(u.size());
    for (size_t f = 0; f < u.size(); ++f) {
      hdl::Num newest = u[f];
      for (int age = 0; age <= plan_.ages[f]; ++age) {
        if (age > 0 || pipeline_.cut().at(Place::kPre)) {
          const hdl::NumType sum =
              u[f].is_signed() ? hdl::sint(u[f].width()) : hdl::uint(u[f].width());
          const hdl::Num reg =
              m_.reg(fmt::format("u_{}_age{}_q", plan_.data_names[f], age), exactly(sum, u[f]), 0);
          moves.emplace_back(reg, newest);
          newest = reg;
        }
        delayed_[f].push_back(newest);
      }
    }
    if (!moves.empty()) {
      m_.comment("Delay lines of the branches: block by block, zero at the start.");
      m_.registers(pipeline_.state_clock(), take, moves);
    }
    return h;
  }

  // Sums as wires, `stem` in front of their names.
  std::vector<hdl::Num> add_up(const SumGraph& graph, const std::vector<hdl::Num>& inputs,
                               const SumKind& kind, const std::string& stem) {
    if (heap_ && is_chained(design_.spec()))
      return emit_graph_heaps(design_, m_, graph, inputs, kind, stem);
    return emit_graph(
        m_, graph, inputs, kind,
        [&](const std::string& name, const hdl::NumType& type, const hdl::Num& value) {
          return m_.wire(stem + name, exactly(type, value), value);
        },
        true);
  }

  std::vector<hdl::Num> forms(const hdl::Bits& h) {
    std::vector<hdl::Num> taps;
    for (int k = 0; k < plan_.taps; ++k) {
      taps.push_back(h.lane(k, sizes_.coef_width).as_signed());
      if (heap_)
        taps.back() = m_.wire(fmt::format("h_{}", k), hdl::sint(sizes_.coef_width), taps.back());
    }
    coefficients_ = plan_.coefficients();
    return add_up(coefficients_, taps, coefficient_sums(sizes_), "v_");
  }

  std::vector<hdl::Num> offline_forms(const hdl::Bits& h) {
    const hdl::Dim lane = sizes_.coef_width + offline_growth(plan_, sizes_);
    std::vector<hdl::Num> forms;
    std::vector<hdl::Bits> spare;
    for (size_t s = 0; s < plan_.coefficient.size(); ++s) {
      const Gain gain = gain_of(plan_.coefficient[s]);
      const hdl::Dim lsb = lane * static_cast<int64_t>(s);
      const hdl::NumType type = sizes_.coefficient_sum(gain);
      const hdl::Range exact = sizes_.coefficient_range(gain);
      forms.push_back(m_.wire("v_" + plan_.coefficient_names[s], type.in(exact.lo, exact.hi),
                              h.slice(lsb, type.width)
                                  .as_signed()
                                  .known_range(exact.lo, exact.hi, "a sum of coefficients")));
      if (type.width != lane) spare.push_back(h.slice(lsb + type.width, lane - type.width));
    }
    if (!spare.empty()) m_.unused("unused_signs", hdl::concat(spare));
    return forms;
  }

  hdl::Dim sum_width() const { return result_.width + result_.dropped(); }

  // What the last block left for the next one, in form D.
  std::vector<hdl::Num> declare_carries() {
    std::vector<hdl::Num> carries;
    if (plan_.carried() > 0) m_.section("What the last block adds to the outputs of this one.");
    for (int i = 0; i < plan_.carried(); ++i)
      carries.push_back(m_.reg(fmt::format("carry_{}_q", i), hdl::sint(sum_width()), 0));
    return carries;
  }

  void move_carries(const std::vector<hdl::Num>& carries, const std::vector<hdl::Num>& sums) {
    if (carries.empty()) return;
    m_.section("What this block adds to the outputs of the next one.");
    const hdl::Bits take = m_.wire("take_sums", hdl::bits(1),
                                   pipeline_.enable() & pipeline_.valid_before(Place::kPost));
    std::vector<std::pair<hdl::Num, hdl::Num>> moves;
    for (size_t i = 0; i < carries.size(); ++i)
      moves.emplace_back(carries[i], sums[index(plan_.parallel) + i]);
    m_.registers(pipeline_.state_clock(), take, moves);
  }

  void operators(const std::vector<hdl::Num>& v) {
    std::vector<OperandProduct> products;
    for (const FirPlan::Product& p : plan_.products) {
      const int gain = sizes_.sample_gain(gain_of(plan_.data[index(p.data)])) *
                       gain_of(plan_.coefficient[index(p.coefficient)]).total();
      products.push_back(
          {p.name, delayed_[index(p.data)][index(p.age)], v[index(p.coefficient)], gain, p.branch});
    }
    std::vector<hdl::Num> nodes =
        emit_branches(pipeline_, sizes_, products, plan_.branch_names, post_, result_);
    const std::vector<hdl::Num> carries = declare_carries();
    nodes.insert(nodes.end(), carries.begin(), carries.end());
    const std::vector<hdl::Num> y =
        emit_results(pipeline_, sizes_, post_, nodes, result_, index(plan_.parallel));
    move_carries(carries, y);
    for (int i = 0; i < plan_.parallel; ++i)
      m_.assign(ports_.y.lane(i, result_.width), y[index(i)].bits());
  }

  void heaps(const std::vector<hdl::Num>& v) {
    std::vector<HeapBranch> branches;
    for (const std::string& name : plan_.branch_names) branches.push_back({name, {}});
    std::vector<int> coefficient_uses(plan_.coefficient.size(), 0);
    for (const FirPlan::Product& p : plan_.products) ++coefficient_uses[index(p.coefficient)];
    for (const FirPlan::Product& p : plan_.products) {
      const hdl::Num& u = delayed_[index(p.data)][index(p.age)];
      const hdl::Num& form = v[index(p.coefficient)];
      branches[index(p.branch)].products.push_back({p.name, u.bits(), form.bits(), u.is_signed(), 1,
                                                    coefficient_uses[index(p.coefficient)],
                                                    (sizes_.operand(u) * form).range()});
    }
    const std::vector<hdl::Num> carries = declare_carries();
    for (const hdl::Num& carry : carries) branches.push_back({"carry", {}, carry.bits()});
    const auto width = static_cast<int>(result_.width.value());
    const Finish finish = [&](const hdl::Bits& sum, const std::string& output) {
      const hdl::Num y = exact_quotient(m_, sum.as_signed(), result_, output);
      return m_.wire(output, hdl::sint(width), y).bits();
    };
    const std::vector<hdl::Bits> y =
        emit_heaps(design_, pipeline_, width + result_.dropped(), branches, post_,
                   result_.divisor == 1 ? Finish{} : finish, index(plan_.parallel));
    std::vector<hdl::Num> sums;
    for (const hdl::Bits& sum : y) sums.push_back(sum.as_signed());
    move_carries(carries, sums);
    for (int i = 0; i < plan_.parallel; ++i)
      m_.assign(ports_.y.lane(i, result_.width), y[index(i)]);
  }

  void describe_coefficients() {
    for (size_t s = 0; s < plan_.coefficient.size(); ++s) {
      CoefficientSum sum{"v_" + plan_.coefficient_names[s], {}};
      for (size_t k = 0; k < plan_.coefficient[s].size(); ++k)
        if (plan_.coefficient[s][k] != 0)
          sum.terms.emplace_back(plan_.coefficient[s][k], fmt::format("h[{}]", k));
      design_.coefficients.push_back(std::move(sum));
    }
  }

  DesignBuilder& design_;
  Pipeline& pipeline_;
  hdl::Module& m_;
  const FirPlan& plan_;
  const FilterSizes& sizes_;
  const ResultKind result_;
  const Ports& ports_;
  const SumGraph pre_, post_;
  SumGraph coefficients_;  // those made here
  const bool heap_;
  std::vector<std::vector<hdl::Num>> delayed_;
};

std::string scheme_text(const base::Spec& spec) {
  if (spec.is("scheme", "direct")) return "direct form";
  const char* scheme = spec.is("scheme", "ffa") ? "fast FIR" : "Winograd's algorithm";
  return fmt::format("{} {}, form {}", scheme, spec.get("algorithm"), spec.get("form"));
}

void build(const base::Spec& spec, DesignBuilder& design) {
  const Shape shape{static_cast<int>(spec.size("taps")), static_cast<int>(spec.size("parallel"))};
  const bool fast = !spec.is("scheme", "direct");
  const bool offline = spec.is("preadd", "offline");
  const FirPlan plan = fast ? fir_plan(spec) : FirPlan{};
  const bool carries = fast && plan.carried() > 0;
  const size_t direct = static_cast<size_t>(shape.taps) * static_cast<size_t>(shape.parallel);
  const std::string formula = "y[n] = sum over k of h[k] * x[n-k]";
  const std::string steady =
      "Form D: keep h_i while samples flow; the sums carried into a block were made with the h_i "
      "of the block before.";
  std::vector<std::string> doc = {
      fmt::format("FIR filter, {} taps, {} sample{} a cycle, {}: {} multiplications{}.", shape.taps,
                  shape.parallel, shape.parallel > 1 ? "s" : "", scheme_text(spec),
                  fast ? plan.products.size() : direct,
                  fast ? fmt::format(", where the direct form takes {}", direct) : ""),
      formula + ". A block is taken where en_i and valid_i are 1."};
  if (carries) doc.push_back(steady);
  hdl::Module m = design.top(doc);
  FilterSizes sizes{design.parameter(m, "DataWidth"), design.parameter(m, "CoefWidth"),
                    spec.is("data", "signed")};
  const Cut cut(spec);
  const hdl::Dim result_width = declare_result_width(m, sizes, shape.taps);
  Pipeline pipeline(m, design, cut);
  Ports ports;
  ports.x = m.input("x_i", hdl::bits(shape.parallel * sizes.data_width),
                    fmt::format("x[{}m + i] at bit i * DataWidth.", shape.parallel));
  if (offline) {
    const hdl::Dim lane = sizes.coef_width + FastFir::offline_growth(plan, sizes);
    const auto sums = static_cast<int64_t>(plan.coefficient.size());
    ports.h = m.input("h_i", hdl::bits(lane * sums),
                      fmt::format("Sum s at bit s * ({}), signed: see the JSON file.",
                                  hdl::dim_text(lane, {}, nullptr)));
  } else {
    ports.h = m.input("h_i", hdl::bits(shape.taps * sizes.coef_width),
                      carries ? "h[k] at bit k * CoefWidth, signed, the same from block to block."
                              : "h[k] at bit k * CoefWidth, signed.");
  }
  ports.valid = m.output("valid_o", hdl::bits(1), "Outputs are data.");
  ports.y = m.output("y_o", hdl::bits(shape.parallel * result_width),
                     fmt::format("y[{}m + i] at bit i * ResultWidth, signed.", shape.parallel));
  pipeline.start(ports.valid, true);

  design.formula = fmt::format("y[n] = sum over k in 0..{} of h[k] * x[n-k]{}", shape.taps - 1,
                               carries ? ", h the same from block to block" : "");
  design.latency_cycles = cut.latency();
  design.outputs_per_cycle = shape.parallel;
  if (fast) {
    FastFir(design, pipeline, plan, sizes, result_width, ports).build(offline);
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

Param fir_scheme_param() {
  Param scheme = scheme_param();
  scheme.values.push_back({"winograd", "Winograd's F(parallel, parallel): fewest products"});
  return scheme;
}

LineShape short_filter(const base::Spec& spec) {
  return {static_cast<int>(spec.size("parallel")), fir_block(spec), 1, 1};
}

// The one with the fewest products: what a last, shorter block of taps leaves of an algorithm is
// its own.
std::string fewest_products(const base::Spec& spec) {
  const LineShape block = short_filter(spec);
  std::string best;
  size_t fewest = 0;
  base::Spec tried = spec;
  for (const std::string& name : ffa::plain_names(block.outputs, block.taps)) {
    tried.set("algorithm", name);
    const size_t products = fir_plan(tried).products.size();
    if (!best.empty() && products >= fewest) continue;
    best = name;
    fewest = products;
  }
  return best;
}

std::string auto_algorithm(const base::Spec& spec) {
  if (spec.is("scheme", "direct")) return "direct";
  if (spec.is("scheme", "winograd")) return "w";
  const int64_t taps = spec.size("taps"), parallel = spec.size("parallel");
  if (taps % parallel == 0 || taps < parallel) return best_algorithm(short_filter(spec));
  // Every name of a module asks for it.
  static std::mutex mutex;
  static std::map<std::tuple<int64_t, int64_t, std::string>, std::string> known;
  const std::lock_guard<std::mutex> lock(mutex);
  const auto [at, is_new] = known.try_emplace({taps, parallel, spec.get("form")});
  if (is_new) at->second = fewest_products(spec);
  return at->second;
}

Rule parallel_rule() {
  return {.keys = {"scheme", "parallel"},
          .broken =
              [](const base::Spec& spec) {
                return !spec.is("scheme", "direct") && spec.size("parallel") == 1;
              },
          .text = "a fast scheme needs parallel=2 or more",
          .explain =
              [](const base::Spec& spec) {
                return fmt::format(
                    "scheme={} has nothing to share with parallel=1: use scheme=direct, or "
                    "parallel=2 or more",
                    spec.get("scheme"));
              }};
}

constexpr int64_t kMostPoints = 8;

// Points that F(parallel, the block of taps) needs.
int64_t points_of(int64_t taps, int64_t parallel) {
  return parallel + std::min(taps, parallel) - 1;
}

Rule winograd_rule() {
  return {.keys = {"scheme", "taps", "parallel"},
          .broken =
              [](const base::Spec& spec) {
                return spec.is("scheme", "winograd") &&
                       points_of(spec.size("taps"), spec.size("parallel")) > kMostPoints;
              },
          .text =
              "scheme=winograd has 8 points: parallel + the smaller of taps and parallel must be "
              "at most 9",
          .explain =
              [](const base::Spec& spec) {
                const int64_t taps = spec.size("taps");
                int64_t nearest = spec.size("parallel");
                while (points_of(taps, nearest) > kMostPoints) --nearest;
                return fmt::format(
                    "scheme=winograd has {} points, taps={} and parallel={} need {}; the nearest "
                    "are parallel={} and scheme=ffa",
                    kMostPoints, taps, spec.size("parallel"),
                    points_of(taps, spec.size("parallel")), nearest);
              }};
}

}  // namespace

extern const Unit fir;
const Unit fir = {
    .name = "fir",
    .doc = "Filter of any number of taps, one or more samples a cycle.",
    .source = "Parhi, VLSI Digital Signal Processing Systems, chapter 9",
    .params = {fixed_size("taps", "t", "3", 2, 64, "Coefficients."),
               fixed_size("parallel", "p", "3", 1, 16, "Samples a cycle."), fir_scheme_param(),
               option("form",
                      {{"T", "transposed: additions on samples, fewer behind the products"},
                       {"D",
                        "additions behind the products, results of blocks overlap: keep the "
                        "coefficients while samples flow"}},
                      "Which way round a fast algorithm is used.")
                   .needs("scheme", "ffa|winograd"),
               word("algorithm", "", "Of each block of taps: k2, k3, k5, m7, .., nests like k3.k2.",
                    auto_algorithm,
                    [](const base::Spec& spec, const std::string& name) {
                      return algorithm_fault(short_filter(spec), name);
                    })
                   .needs("scheme", "ffa"),
               cut_param(), preadd_param(), data_param(), reset_param(), arith_param(),
               filter_width_param(data_width_param(), "d"),
               filter_width_param(coef_width_param(), "c"), filter_products_param(), tree_param(),
               compressors_param(), final_adder_param()},
    .rules = {preadd_rule(), compressors_rule(), parallel_rule(), winograd_rule()},
    .points = {"scheme=ffa",
               "scheme=direct",
               "taps=2 parallel=2",
               "taps=2 parallel=2 scheme=ffa",
               "taps=7 parallel=3 scheme=ffa cut=pre,mult,branch,post",
               "taps=7 parallel=3 cut=pre,mult,branch,post",
               "taps=5 parallel=2 scheme=ffa preadd=offline data=signed",
               "taps=5 parallel=2 data=signed cut=none",
               "taps=12 parallel=3 scheme=ffa cut=none",
               "taps=12 parallel=2 scheme=ffa cut=mult reset=sync DataWidth=12 CoefWidth=10",
               "arith=heap",
               "scheme=ffa arith=heap DataWidth=5 CoefWidth=4",
               "taps=7 parallel=3 scheme=ffa arith=heap cut=pre,mult,branch,post data=signed",
               "taps=5 parallel=2 scheme=ffa arith=heap preadd=offline cut=branch",
               "taps=4 parallel=2 arith=heap cut=none DataWidth=3 CoefWidth=9",
               "taps=9 parallel=1",
               "taps=6 parallel=6 scheme=ffa",
               "taps=7 parallel=3 scheme=ffa form=D",
               "taps=5 parallel=4 scheme=ffa form=D cut=pre,mult,branch,post data=signed",
               "taps=5 parallel=3 scheme=ffa form=D arith=heap cut=mult DataWidth=4 CoefWidth=4",
               "taps=5 parallel=5 scheme=ffa algorithm=m5 preadd=offline",
               "taps=7 parallel=7 scheme=ffa algorithm=m7",
               "taps=4 parallel=2 scheme=winograd",
               "taps=3 parallel=3 scheme=winograd form=D arith=heap DataWidth=4 CoefWidth=4"},
    .build = build,
};

}  // namespace gen
