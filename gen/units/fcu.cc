// SPDX-License-Identifier: Apache-2.0
// fcu: a tile of neighbouring outputs of a 2-D correlation each cycle, direct or by fast
// algorithms.

#include "gen/units/fcu.h"

#include <fmt/format.h>

#include <algorithm>

#include "gen/units/filter_heap.h"
#include "gen/units/filter_operators.h"
#include "gen/units/filter_plan.h"

namespace gen {
namespace {

size_t index(int i) { return static_cast<size_t>(i); }

int number(const base::Spec& spec, const char* key) { return static_cast<int>(spec.size(key)); }

// Where things are in the ports. Channels stand outside, then rows, then columns.
class Fcu {
 public:
  Fcu(const base::Spec& spec, DesignBuilder& design)
      : spec_(spec),
        design_(design),
        plan_(fcu_plan(spec)),
        rows_(plan_.rows.shape),
        columns_(plan_.columns.shape),
        in_(number(spec, "InChannels")),
        out_(number(spec, "OutChannels")),
        direct_(spec.is("scheme", "direct")),
        heap_(spec.is("arith", "heap")),
        offline_(spec.is("preadd", "offline")),
        data_products_(plan_.products()),
        pre_(plan_.samples("")),
        coefficients_(offline_ ? SumGraph{} : plan_.coefficients("")),
        post_(plan_.results("")),
        m_(design.top(header())) {}

  void build() {
    sizes_ = {design_.parameter(m_, "DataWidth"), design_.parameter(m_, "CoefWidth"),
              spec_.is("data", "signed")};
    const int sums = plan_.taps() * in_;
    result_ = {declare_result_width(m_, sizes_, sums), sums, plan_.divisor()};
    const Cut cut(spec_);
    Pipeline pipeline(m_, design_, cut);
    declare_ports();
    pipeline.start(valid_);
    if (direct_ && !heap_) {
      direct_operators(pipeline);
    } else {
      planned(pipeline);
    }
    describe(cut);
    design_.add(std::move(m_));
  }

 private:
  std::vector<std::string> header() const {
    const int outputs = plan_.outputs() * out_;
    const int direct = outputs * plan_.taps() * in_;
    const int products = plan_.multiplications() * in_ * out_;
    std::string scheme = "direct form";
    if (spec_.is("scheme", "ffa")) scheme = "fast FIR along the rows";
    if (spec_.is("scheme", "ffa2d")) scheme = "fast FIR in both dimensions";
    if (spec_.is("scheme", "winograd")) scheme = "Winograd's algorithm";
    return {
        fmt::format("Convolution unit, {}x{} kernel, {}: {} multiplications for {} output{} per "
                    "cycle{}.",
                    rows_.taps, columns_.taps, scheme, products, outputs, outputs > 1 ? "s" : "",
                    direct_ ? "" : fmt::format(", where the direct form takes {}", direct)),
        formula()};
  }

  std::string formula() const {
    const auto at = [](const LineShape& shape, const char* output, const char* tap) {
      const auto factor = [](int n, const char* of) {
        return n > 1 ? fmt::format("{}*{}", n, of) : std::string(of);
      };
      return (shape.outputs > 1 ? factor(shape.stride, output) + "+" : "") +
             factor(shape.dilation, tap);
    };
    const bool rows = rows_.outputs > 1;
    const auto name = [&](const char* stem, bool channel, const char* of,
                          const std::string& inside) {
      return fmt::format("{}[{}{}]", stem, channel ? fmt::format("{}][", of) : "", inside);
    };
    const std::string y = name("y", out_ > 1, "o", rows ? "i][j" : "j");
    std::string h = name("h", in_ > 1, "c", "r][k");
    if (out_ > 1) h = "h[o]" + h.substr(1);
    const std::string x =
        name("x", in_ > 1, "c", at(rows_, "i", "r") + "][" + at(columns_, "j", "k"));
    return fmt::format("{} = sum over {}r, k of {} * {}{}, j = 0..{}.", y, in_ > 1 ? "c, " : "", h,
                       x, rows ? fmt::format(", i = 0..{}", rows_.outputs - 1) : "",
                       columns_.outputs - 1);
  }

  int samples() const { return rows_.window() * columns_.window(); }
  int forms() const { return static_cast<int>(plan_.coefficient_gains().size()); }

  // Bits that an offline sum has beyond CoefWidth: all lanes are as wide as the widest needs.
  int offline_growth() const {
    int growth = 0;
    for (const Gain& gain : plan_.coefficient_gains()) {
      const hdl::Dim width = sizes_.coefficient_sum(gain).width;
      growth = std::max(growth, static_cast<int>((width - sizes_.coef_width).value()));
    }
    return growth;
  }

  void declare_ports() {
    const std::string channel = in_ > 1 ? fmt::format("channel c, ") : "";
    const std::string x_lane = fmt::format(
        "{}{}*r + k", in_ > 1 ? fmt::format("{}*c + ", samples()) : "", columns_.window());
    x_ = m_.input("x_i", hdl::bits(in_ * samples() * sizes_.data_width),
                  fmt::format("Sample ({}row r, column k) at bit ({}) * DataWidth, k = 0..{}.",
                              channel, x_lane, columns_.window() - 1));
    const int lanes = offline_ ? forms() : plan_.taps();
    std::string place;
    if (out_ > 1) place += fmt::format("{}*o + ", in_ * lanes);
    if (in_ > 1) place += fmt::format("{}*c + ", lanes);
    const std::string indices = std::string(out_ > 1 ? "[o]" : "") + (in_ > 1 ? "[c]" : "");
    if (offline_) {
      coef_lane_ = sizes_.coef_width + offline_growth();
      h_ = m_.input("h_i", hdl::bits(out_ * in_ * lanes * coef_lane_),
                    fmt::format("Sum s of h{} at bit ({}s) * {}, signed: {}.", indices, place,
                                hdl::dim_text(coef_lane_, {}, nullptr), "see the JSON file"));
    } else {
      coef_lane_ = sizes_.coef_width;
      h_ = m_.input("h_i", hdl::bits(out_ * in_ * lanes * coef_lane_),
                    fmt::format("h{}[r][k] at bit ({}{}*r + k) * CoefWidth, signed.", indices,
                                place, columns_.taps));
    }
    valid_ = m_.output("valid_o", hdl::bits(1), "Outputs are data.");
    const bool rows = rows_.outputs > 1;
    y_ = m_.output(
        "y_o", hdl::bits(out_ * plan_.outputs() * result_.width),
        fmt::format(
            "y{}{}[j] at bit {} * ResultWidth, signed.", out_ > 1 ? "[o]" : "", rows ? "[i]" : "",
            out_ > 1 || rows
                ? fmt::format("({}{}j)", out_ > 1 ? fmt::format("{}*o + ", plan_.outputs()) : "",
                              rows ? fmt::format("{}*i + ", columns_.outputs) : "")
                : "j"));
  }

  // The names of sums inside begin with the prefix.
  static SumGraph with_prefix(SumGraph graph, const std::string& prefix) {
    for (SumGraph::Sum& sum : graph.inner) sum.name.insert(0, prefix);
    return graph;
  }

  // {c_} in front of names where there are several channels.
  std::string in_name(int c) const { return in_ > 1 ? fmt::format("{}_", c) : ""; }

  // A loop over the output channels; none for one.
  void for_outputs(const std::function<void(const hdl::Dim& o)>& body) {
    loop("gen_channel", "o", out_, body);
  }
  void loop(const char* block, const char* variable, int count,
            const std::function<void(const hdl::Dim&)>& body) {
    if (count == 1) return body(0);
    m_.generate_for(block, variable, count, body);
  }

  // y[o][i][j] = sum over channels and rows of x . h, all products side by side.
  void direct_operators(Pipeline& pipeline) {
    const hdl::Dim d = sizes_.data_width, c = sizes_.coef_width;
    if (!c.is_constant()) {
      // A lone product is as wide as the result.
      if (result_.products > 1) m_.localparam("ProductWidth", sizes_.product_sum(1).width);
      if (sizes_.growth(columns_.taps) > 1 && in_ * rows_.taps > 1 &&
          sizes_.growth(columns_.taps) < sizes_.growth(result_.products))
        m_.localparam("RowWidth", sizes_.product_sum(columns_.taps).width);
    }
    m_.section("Stage pre: samples and coefficients.");
    const hdl::Bits x = pipeline.stage(Place::kPre, "x", x_);
    const hdl::Bits h = pipeline.stage(Place::kPre, "h", h_);
    pipeline.end_stage();
    unused_samples(x);
    m_.section("Each output: products of its window, summed by row, then over rows and channels.");
    for_outputs([&](const hdl::Dim& o) {
      loop("gen_row", "i", rows_.outputs, [&](const hdl::Dim& i) {
        loop("gen_output", "j", columns_.outputs,
             [&](const hdl::Dim& j) { direct_output(pipeline, x, h, o, i, j, d, c); });
      });
    });
  }

  void direct_output(Pipeline& pipeline, const hdl::Bits& x, const hdl::Bits& h, const hdl::Dim& o,
                     const hdl::Dim& i, const hdl::Dim& j, const hdl::Dim& d, const hdl::Dim& c) {
    std::vector<hdl::Num> products, partial;
    std::vector<std::string> names;
    for (int channel = 0; channel < in_; ++channel) {
      for (int r = 0; r < rows_.taps; ++r) {
        names.push_back(fmt::format("{}{}", in_name(channel), r));
        const hdl::Dim row = i * rows_.stride + (channel * rows_.window() + rows_.dilation * r);
        for (int k = 0; k < columns_.taps; ++k) {
          const hdl::Dim lane =
              j * columns_.stride + row * columns_.window() + columns_.dilation * k;
          const hdl::Dim tap =
              o * (in_ * plan_.taps()) + (channel * plan_.taps() + r * columns_.taps + k);
          products.push_back(pipeline.stage(
              Place::kMult, fmt::format("product_{}_{}", names.back(), k), sizes_.product_sum(1),
              sizes_.operand(sizes_.sample(x.lane(lane, d))) * h.lane(tap, c).as_signed()));
        }
      }
    }
    pipeline.end_stage();
    for (size_t r = 0; r < names.size(); ++r) {
      const auto first = products.begin() + static_cast<std::ptrdiff_t>(r) * columns_.taps;
      partial.push_back(
          pipeline.stage(Place::kBranch, "row_" + names[r], sizes_.product_sum(columns_.taps),
                         hdl::sum(std::vector<hdl::Num>(first, first + columns_.taps))));
    }
    pipeline.end_stage();
    const hdl::Num y =
        pipeline.stage(Place::kPost, "y", hdl::sint(result_.width), hdl::sum(partial));
    pipeline.end_stage();
    const hdl::Dim lane = o * plan_.outputs() + i * columns_.outputs + j;
    m_.assign(y_.lane(lane, result_.width), y.bits());
  }

  // Samples of the window that no tap meets: between those of a stride or a dilation.
  void unused_samples(const hdl::Bits& x) {
    const std::vector<bool> row = met(rows_), column = met(columns_);
    std::vector<hdl::Bits> spare;
    for (int c = in_; c-- > 0;) {
      for (int r = rows_.window(); r-- > 0;) {
        for (int k = columns_.window(); k-- > 0;) {
          if (!row[index(r)] || !column[index(k)])
            spare.push_back(x.lane(lane(c, r, k), sizes_.data_width));
        }
      }
    }
    if (!spare.empty()) m_.unused("unused_samples", hdl::concat(spare));
  }

  int lane(int c, int r, int k) const { return (c * rows_.window() + r) * columns_.window() + k; }

  static std::vector<bool> met(const LineShape& shape) {
    std::vector<bool> met(index(shape.window()), false);
    for (int j = 0; j < shape.outputs; ++j)
      for (int k = 0; k < shape.taps; ++k) met[index(shape.stride * j + shape.dilation * k)] = true;
    return met;
  }

  std::string form_name() const {
    return spec_.get("algorithm_rows") == "direct" ? "row_branch" : "rowbranch_columnbranch";
  }

  // How branches are named, where letters stand for something.
  std::string branch_words() const {
    std::string words;
    if (spec_.get("algorithm") == "w" || spec_.get("algorithm_rows") == "w")
      words += " Branches are points: p1 is 1, m2 is -2, inf the highest power.";
    if (columns_.stride > 1) words += " f0, f1, ..: phases of the stride.";
    if (columns_.dilation > 1) words += " r0, r1, ..: residues of the dilation.";
    return words;
  }

  std::string coefficient_words() const {
    if (direct_) return "Coefficients.";
    std::string forms = "v_";
    if (out_ > 1) forms += heap_ ? "output_" : "";
    if (in_ > 1) forms += "channel_";
    forms += form_name();
    if (offline_) return fmt::format("Sums of coefficients, {}, as they come in.", forms);
    return fmt::format("Sums of coefficients, {}{}.", forms,
                       coefficients_.inner.empty() ? "" : "; h_..: parts of several");
  }

  // Any plan: forms of samples, forms of coefficients, and what comes of both.
  void planned(Pipeline& pipeline) {
    if (direct_) {
      m_.section("Stage pre: samples and coefficients.");
    } else {
      m_.section(fmt::format("Stage pre: sums of samples, u_{}{}.{}", in_ > 1 ? "channel_" : "",
                             form_name(), branch_words()));
    }
    const hdl::Bits h = pipeline.stage(Place::kPre, "h", h_);
    std::vector<std::vector<hdl::Num>> u;
    for (int c = 0; c < in_; ++c) u.push_back(sample_forms(pipeline, c));
    pipeline.end_stage();
    unused_samples(x_);
    if (heap_) return heaps(pipeline, u, h);
    const SumGraph results = with_prefix(post_, "post_");
    for_outputs([&](const hdl::Dim& o) {
      m_.section(coefficient_words());
      const std::vector<OperandProduct> all = products(u, h, o, "");
      const std::vector<hdl::Num> branches =
          emit_branches(pipeline, sizes_, all, plan_.branch_names(), results, result_);
      const std::vector<hdl::Num> y = emit_results(pipeline, sizes_, results, branches, result_);
      for (int i = 0; i < plan_.outputs(); ++i)
        m_.assign(y_.lane(o * plan_.outputs() + i, result_.width), y[index(i)].bits());
    });
  }

  void heaps(Pipeline& pipeline, const std::vector<std::vector<hdl::Num>>& u, const hdl::Bits& h) {
    const SumGraph results = with_prefix(post_, "post_");
    std::vector<int> data_uses(plan_.data_gains().size(), 0);
    std::vector<int> coefficient_uses(plan_.coefficient_gains().size(), 0);
    for (const FilterPlan::Product& p : data_products_) {
      data_uses[index(p.data)] += out_;
      ++coefficient_uses[index(p.coefficient)];
    }
    for (int o = 0; o < out_; ++o) {
      const std::string name = out_ > 1 ? fmt::format("{}_", o) : "";
      m_.section(coefficient_words());
      std::vector<HeapBranch> branches;
      for (const std::string& branch : plan_.branch_names())
        branches.push_back({name + branch, {}});
      const std::vector<OperandProduct> all = products(u, h, o, name);
      for (size_t i = 0; i < all.size(); ++i) {
        const OperandProduct& p = all[i];
        const FilterPlan::Product& planned = data_products_[i % data_products_.size()];
        branches[index(p.branch)].products.push_back(
            {p.name, p.u.bits(), p.v.bits(), p.u.is_signed(), data_uses[index(planned.data)],
             coefficient_uses[index(planned.coefficient)], (sizes_.operand(p.u) * p.v).range()});
      }
      SumGraph graph = results;
      if (out_ > 1) {
        for (SumGraph::Sum& sum : graph.inner) sum.name.insert(5, name);
        for (SumGraph::Sum& sum : graph.outputs) sum.name.insert(2, name);
      }
      const auto width = static_cast<int>(result_.width.value());
      const Finish finish = [&](const hdl::Bits& sum, const std::string& output) {
        const hdl::Num y = exact_quotient(m_, sum.as_signed(), result_, output);
        return m_.wire(output, hdl::sint(width), y).bits();
      };
      const std::vector<hdl::Bits> y =
          emit_heaps(design_, pipeline, width + result_.dropped(), branches, graph,
                     result_.divisor == 1 ? Finish{} : finish);
      for (int i = 0; i < plan_.outputs(); ++i)
        m_.assign(y_.lane(o * plan_.outputs() + i, result_.width), y[index(i)]);
    }
  }

  std::vector<hdl::Num> sample_forms(Pipeline& pipeline, int c) {
    const hdl::NumType type =
        sizes_.signed_data ? hdl::sint(sizes_.data_width) : hdl::uint(sizes_.data_width);
    const std::vector<bool> row = met(rows_), column = met(columns_);
    std::vector<hdl::Num> x(index(samples()));
    for (int r = 0; r < rows_.window(); ++r) {
      for (int k = 0; k < columns_.window(); ++k) {
        if (!row[index(r)] || !column[index(k)]) continue;
        hdl::Num& sample = x[index(r * columns_.window() + k)];
        sample = sizes_.sample(x_.lane(lane(c, r, k), sizes_.data_width));
        if (!direct_) sample = m_.wire(fmt::format("x_{}{}_{}", in_name(c), r, k), type, sample);
      }
    }
    const std::string stem = (direct_ ? "x_" : "u_") + in_name(c);
    const SumGraph graph = with_prefix(pre_, "sum_" + in_name(c));
    const SumKind kind = sample_sums(sizes_);
    const bool registered = pipeline.cut().at(Place::kPre);
    const auto stage = [&](const std::string& name, const hdl::NumType& sum,
                           const hdl::Num& value) {
      return pipeline.stage(Place::kPre, stem + name, sum, value);
    };
    if (!chained()) return emit_graph(m_, graph, x, kind, stage, !direct_ && !registered);
    std::vector<hdl::Num> u =
        emit_graph_heaps(design_, m_, graph, x, kind, registered ? "pre_" + in_name(c) : stem);
    for (size_t f = 0; registered && f < u.size(); ++f)
      u[f] = stage(graph.outputs[f].name, kind.type(graph.outputs[f].gain), u[f]);
    return u;
  }

  // Sums in full adders.
  bool chained() const { return heap_ && !direct_ && is_chained(spec_); }

  // The forms of h[o][c].
  std::vector<hdl::Num> coefficient_forms(const hdl::Bits& h, const hdl::Dim& o, int c,
                                          const std::string& name) {
    const std::string stem = (direct_ ? "h_" : "v_") + name + in_name(c);
    if (offline_) return offline_forms(h, o, c, name, stem);
    const hdl::Dim first = o * (in_ * plan_.taps()) + c * plan_.taps();
    std::vector<hdl::Num> taps;
    for (int i = 0; i < plan_.taps(); ++i)
      taps.push_back(h.lane(first + i, sizes_.coef_width).as_signed());
    for (int i = 0; heap_ && i < plan_.taps(); ++i) {
      taps[index(i)] = m_.wire(
          fmt::format("tap_{}{}{}_{}", name, in_name(c), i / columns_.taps, i % columns_.taps),
          hdl::sint(sizes_.coef_width), taps[index(i)]);
    }
    const SumGraph graph = with_prefix(coefficients_, "h_" + name + in_name(c));
    if (chained())
      return emit_graph_heaps(design_, m_, graph, taps, coefficient_sums(sizes_), stem);
    return emit_graph(
        m_, graph, taps, coefficient_sums(sizes_),
        [&](const std::string& form, const hdl::NumType& type, const hdl::Num& value) {
          return m_.wire(stem + form, exactly(type, value), value);
        },
        true);
  }

  std::vector<hdl::Num> offline_forms(const hdl::Bits& h, const hdl::Dim& o, int c,
                                      const std::string& name, const std::string& stem) {
    const std::vector<Gain> gains = plan_.coefficient_gains();
    const std::vector<std::string> names = plan_.coefficient_names();
    std::vector<hdl::Num> forms;
    std::vector<hdl::Bits> spare;
    for (size_t s = 0; s < gains.size(); ++s) {
      const hdl::Dim lsb =
          (o * (in_ * this->forms()) + c * this->forms() + static_cast<int64_t>(s)) * coef_lane_;
      const hdl::NumType type = sizes_.coefficient_sum(gains[s]);
      const hdl::Range exact = sizes_.coefficient_range(gains[s]);
      forms.push_back(m_.wire(stem + names[s], type.in(exact.lo, exact.hi),
                              h.slice(lsb, type.width)
                                  .as_signed()
                                  .known_range(exact.lo, exact.hi, "a sum of coefficients")));
      if (type.width != coef_lane_)
        spare.push_back(h.slice(lsb + type.width, coef_lane_ - type.width));
    }
    if (!spare.empty())
      m_.unused("unused_signs" + (name.empty() && in_ == 1 ? "" : "_" + name + std::to_string(c)),
                hdl::concat(spare));
    return forms;
  }

  std::vector<OperandProduct> products(const std::vector<std::vector<hdl::Num>>& u,
                                       const hdl::Bits& h, const hdl::Dim& o,
                                       const std::string& name) {
    const std::vector<Gain> data = plan_.data_gains(), coefficient = plan_.coefficient_gains();
    std::vector<OperandProduct> all;
    for (int c = 0; c < in_; ++c) {
      const std::vector<hdl::Num> v = coefficient_forms(h, o, c, name);
      for (const FilterPlan::Product& p : data_products_) {
        all.push_back(
            {name + in_name(c) + p.name, u[index(c)][index(p.data)], v[index(p.coefficient)],
             sizes_.sample_gain(data[index(p.data)]) * coefficient[index(p.coefficient)].total(),
             p.branch});
      }
    }
    return all;
  }

  void describe(const Cut& cut) {
    design_.formula = formula();
    design_.formula.pop_back();
    design_.latency_cycles = cut.latency();
    design_.outputs_per_cycle = plan_.outputs() * out_;
    const int branches = plan_.branches();
    design_.operations = {.multiplications = plan_.multiplications() * in_ * out_,
                          .pre_adders = pre_.adders() * in_,
                          .coefficient_adders = coefficients_.adders() * in_ * out_,
                          .branch_adders = (plan_.multiplications() * in_ - branches) * out_,
                          .post_adders = post_.adders() * out_};
    if (offline_) describe_coefficients();
  }

  void describe_coefficients() {
    const std::vector<std::string> names = plan_.coefficient_names();
    for (int o = 0; o < out_; ++o) {
      for (int c = 0; c < in_; ++c) {
        const std::string channel =
            (out_ > 1 ? fmt::format("[{}]", o) : "") + (in_ > 1 ? fmt::format("[{}]", c) : "");
        const std::string stem = "v_" + (out_ > 1 ? fmt::format("{}_", o) : "") + in_name(c);
        size_t s = 0;
        for (const ffa::Row& row : plan_.rows.coefficient) {
          for (const ffa::Row& column : plan_.columns.coefficient) {
            CoefficientSum sum{stem + names[s++], {}};
            for (size_t r = 0; r < row.size(); ++r)
              for (size_t k = 0; k < column.size(); ++k)
                if (row[r] * column[k] != 0)
                  sum.terms.emplace_back(row[r] * column[k],
                                         fmt::format("h{}[{}][{}]", channel, r, k));
            design_.coefficients.push_back(std::move(sum));
          }
        }
      }
    }
  }

  const base::Spec& spec_;
  DesignBuilder& design_;
  const FilterPlan plan_;
  const LineShape rows_, columns_;
  const int in_, out_;
  const bool direct_, heap_, offline_;
  const std::vector<FilterPlan::Product> data_products_;
  const SumGraph pre_, coefficients_, post_;
  hdl::Module m_;
  FilterSizes sizes_;
  ResultKind result_;
  hdl::Dim coef_lane_;
  hdl::Bits x_, h_, valid_, y_;
};

void build(const base::Spec& spec, DesignBuilder& design) { Fcu(spec, design).build(); }

}  // namespace

extern const Unit fcu;
const Unit fcu = {
    .name = "fcu",
    .doc = "Convolution unit: a tile of neighbouring outputs of a 2-D correlation a cycle.",
    .source =
        "J. Wang, J. Lin, Z. Wang, IEEE TCAS-I, 2018; Parhi, VLSI Digital Signal Processing "
        "Systems",
    .params = fcu_params(),
    .rules = fcu_rules(),
    .points =
        {"scheme=ffa",
         "scheme=direct",
         "scheme=direct cut=pre,mult,branch,post",
         "scheme=ffa cut=pre,mult",
         "scheme=ffa cut=pre,mult,branch,post",
         "scheme=ffa cut=none",
         "scheme=ffa preadd=offline",
         "scheme=ffa data=signed",
         "scheme=direct data=signed",
         "scheme=ffa cut=pre,mult,post DataWidth=16 CoefWidth=16",
         "scheme=ffa cut=pre,branch DataWidth=4 CoefWidth=5 reset=sync",
         "arith=heap",
         "scheme=ffa arith=heap",
         "scheme=ffa arith=heap cut=pre,mult,branch,post data=signed",
         "arith=heap cut=mult,branch DataWidth=5 CoefWidth=4",
         "scheme=ffa arith=heap cut=none preadd=offline DataWidth=6 CoefWidth=7",
         "scheme=ffa2d",
         "kernel=2 scheme=ffa2d InChannels=2 OutChannels=2 cut=post",
         "kernel=2 scheme=ffa2d arith=heap cut=post DataWidth=3 CoefWidth=2 final_adder=ripple",
         "kernel_rows=2 scheme=ffa stride=2",
         "kernel=2 kernel_rows=1 scheme=ffa dilation=2 arith=heap DataWidth=3 CoefWidth=4",
         "kernel=2 kernel_rows=3 parallel=2 parallel_rows=2 stride=2 InChannels=2",
         "scheme=winograd",
         "kernel_rows=1 scheme=winograd arith=heap DataWidth=4 CoefWidth=4",
         "kernel=5 kernel_rows=1 scheme=ffa algorithm=m5 data=signed",
         "kernel=6 kernel_rows=1 scheme=ffa algorithm=m6 preadd=offline cut=pre,branch",
         "kernel=7 kernel_rows=1 scheme=ffa algorithm=k7 arith=heap DataWidth=3 CoefWidth=3"},
    .build = build,
};

}  // namespace gen
