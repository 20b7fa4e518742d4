// SPDX-License-Identifier: Apache-2.0
// bw_array: sums of products by weights of +1 and -1 for Pe output channels, Simd samples a beat.

#include "gen/units/bw_array.h"

#include <fmt/format.h>

#include "gen/units/bw_lanes.h"

namespace gen {
namespace {

// Sums of 1024 products, and room for a bias as large.
constexpr int64_t kGuardBits = 12;

struct Ports {
  hdl::Bits first, last, x, s, offset;
  hdl::Bits load_valid, load_ready, load, swap;  // weights=stored
};

class Builder {
 public:
  Builder(DesignBuilder& design, hdl::Module& module, const BwSizes& sizes)
      : design_(design),
        m_(module),
        sizes_(sizes),
        output_(design, module, sizes),
        pipeline_(module, design, Cut(design.spec())) {}

  void run() {
    declare();
    m_.section(at_pre() ? "Stage pre: the beat, for all channels." : "The beat, for all channels.");
    hdl::Bits valid = pipeline_.valid_in();
    if (is("weights", "stored")) emit_weights();
    const hdl::Bits first = pipeline_.stage(Place::kPre, "first", ports_.first);
    const hdl::Bits last = pipeline_.stage(Place::kPre, "last", ports_.last);
    const hdl::Bits x = pipeline_.stage(Place::kPre, "x", ports_.x);
    hdl::Bits s = ports_.s, offset = ports_.offset;
    if (is("weights", "stream")) {
      s = pipeline_.stage(Place::kPre, "s", s);
      offset = pipeline_.stage(Place::kPre, "offset", offset);
    }
    output_.stage_inputs(pipeline_);
    pipeline_.end_stage();
    std::vector<std::pair<hdl::Bits, hdl::Bits>> moves;
    if (at_pre()) {
      const hdl::Bits reg = m_.reg("valid_pre_q", hdl::bits(1), 0);
      moves.emplace_back(reg, valid);
      valid = reg;
    }
    const hdl::Bits take = m_.wire("take", hdl::bits(1), pipeline_.enable() & valid);
    const hdl::Bits done = m_.reg("valid_sum_q", hdl::bits(1), 0);
    moves.emplace_back(done, valid & last);
    m_.registers(pipeline_.state_clock(), pipeline_.enable(), {}, moves);
    if (has_output_inputs()) {
      m_.section("What a complete sum will need.");
      output_.keep_inputs(pipeline_, m_.wire("complete", hdl::bits(1), take & last));
    }
    m_.section("Behind the sums: valid bits, and what goes with them.");
    output_.begin(pipeline_, done);
    const Beat beat{take, first, x, s, offset};
    is("arith", "heap") ? emit_heaps(beat) : emit_sums(beat);
  }

  int latency() const { return (at_pre() ? 1 : 0) + 1 + bw_output_latency(design_.spec()); }

 private:
  struct Beat {
    hdl::Bits take, first, x, s, offset;
  };

  bool is(const char* key, const char* value) const { return design_.is(key, value); }
  bool at_pre() const { return pipeline_.cut().at(Place::kPre); }
  bool has_output_inputs() const { return !is("output", "raw") || is("pool", "max"); }

  void declare() {
    const hdl::BitsType flag = hdl::bits(1);
    ports_.first = m_.input("first_i", flag, "This beat starts new sums.");
    ports_.last = m_.input("last_i", flag, "The sums with this beat are results.");
    ports_.x = m_.input("x_i", hdl::bits(sizes_.simd * sizes_.data_width), data_text());
    if (!is("weights", "stored")) {
      const std::string late = is("weights", "late") ? " an edge earlier" : "";
      ports_.s = m_.input("s_i", hdl::bits(sizes_.pe * sizes_.simd),
                          std::string("Signs") + (late.empty() ? "" : " of the beat taken before") +
                              ", channel p, lane l at bit p * Simd + l; 1 is -1.");
      ports_.offset = m_.input(
          "offset_i", hdl::bits(sizes_.pe * sizes_.acc_width),
          "With first_i" + late + ": what sums begin with, channel p at bit p * AccWidth.");
    } else {
      ports_.load_valid = m_.input("load_valid_i", flag, "A row of the next weights is offered.");
      ports_.load_ready = m_.output("load_ready_o", flag, "It is taken, if enabled.");
      ports_.load = m_.input("load_i", hdl::bits(sizes_.simd + sizes_.acc_width),
                             "Signs of the row's lanes in the low bits, above them its offset.");
      ports_.swap = m_.input("swap_i", flag, "This beat and those after it use the loaded rows.");
    }
    output_.declare_inputs();
    output_.declare_outputs();
  }

  std::string data_text() const {
    if (is("data", "binary")) return "Samples, lane l at bit l; 1 is -1.";
    return fmt::format("Samples, {}, lane l at bit l * DataWidth.", design_.spec().get("data"));
  }

  void emit_weights() {
    ports_.s = m_.wire("s", hdl::bits(sizes_.pe * sizes_.simd));
    ports_.offset = m_.wire("offset", hdl::bits(sizes_.pe * sizes_.acc_width));
    const hdl::Bits swap = m_.wire("swap", hdl::bits(1), pipeline_.valid_in() & ports_.swap);
    m_.instance("u_weights", bw_weights(design_, sizes_),
                {{"Pe", sizes_.pe}, {"Simd", sizes_.simd}, {"AccWidth", sizes_.acc_width}},
                {{"clk_i", pipeline_.state_clock().clock},
                 {"rst_ni", pipeline_.state_clock().reset},
                 {"en_i", pipeline_.enable()},
                 {"load_valid_i", ports_.load_valid},
                 {"load_ready_o", ports_.load_ready},
                 {"load_i", ports_.load},
                 {"swap_i", swap},
                 {"s_o", ports_.s},
                 {"offset_o", ports_.offset}});
  }

  hdl::Bits lane(const hdl::Bits& x, const hdl::Dim& l) const {
    return x.lane(l, sizes_.data_width);
  }

  // Signed samples with their sign turned: larger by 2^(DataWidth-1), unsigned.
  hdl::Bits unsigned_samples(const hdl::Bits& x) {
    if (!is("data", "signed")) return x;
    m_.section("Samples with their sign turned: unsigned, larger by 2^(DataWidth-1).");
    const hdl::Dim width = sizes_.data_width;
    // A bit more than is needed: there may be none below the sign.
    const hdl::Bits top =
        m_.wire("sign_above", hdl::bits(width + 1), hdl::concat({hdl::ones(1), hdl::zeros(width)}));
    m_.unused("unused_sign_above", top.bit(0));
    const hdl::Bits u = m_.wire("u", hdl::bits(x.width()));
    m_.generate_for("gen_lane", "l", sizes_.simd, [&](const hdl::Dim& l) {
      m_.assign(lane(u, l), lane(x, l) ^ top.slice(1, width));
    });
    return u;
  }

  // A word counts twice in the sum.
  bool doubled() const { return is("form", "and") || is("data", "binary"); }

  // What a beat adds to a channel's sum. The loops are written for simulators: a sample, a sign and
  // a sum a turn, no vector of all products.
  hdl::Num beat_total(const hdl::Bits& x, const hdl::Bits& signs) {
    const hdl::NumType type = hdl::sint(doubled() ? sizes_.acc_width - 1 : sizes_.acc_width);
    return m_.accumulate("total", type, "i", sizes_.simd, [&](const hdl::Dim& i) {
      const hdl::Bits sign = hdl::replicate(sizes_.data_width, signs.bit(i));
      hdl::Bits word = lane(x, i) ^ sign;
      if (is("form", "and")) word = lane(x, i) & ~sign;
      if (is("data", "binary")) word = ~word;
      return word.as_unsigned().as_signed();
    });
  }

  // Each channel a bit heap of its own, all alike.
  void emit_heaps(const Beat& beat) {
    const BwShared shared = bw_shared(design_, m_, sizes_, unsigned_samples(beat.x));
    m_.section("Each channel: a beat's sum and the accumulator, what comes out.");
    m_.generate_for("gen_channel", "p", sizes_.pe, [&](const hdl::Dim& p) {
      const hdl::Num sum = m_.wire("sum", hdl::sint(sizes_.acc_width));
      std::vector<hdl::Connection> pins = {{"clk_i", pipeline_.data_clock().clock},
                                           {"take_i", beat.take},
                                           {"first_i", beat.first},
                                           {"x_i", shared.x},
                                           {"s_i", beat.s.lane(p, sizes_.simd)},
                                           {"offset_i", beat.offset.lane(p, sizes_.acc_width)},
                                           {"sum_o", sum}};
      if (shared.sums.valid()) pins.emplace_back("sums_i", shared.sums);
      if (shared.rest.valid()) pins.emplace_back("rest_i", shared.rest);
      m_.instance("u_channel", bw_channel(design_, sizes_), {}, pins);
      output_.emit(pipeline_, p, sum);
    });
  }

  void emit_sums(const Beat& beat) {
    const hdl::NumType type = hdl::sint(sizes_.acc_width);
    const bool by_and = is("form", "and");
    const hdl::Bits x = unsigned_samples(beat.x);
    hdl::Num rest;
    if (by_and) {
      m_.section("The sum of the complements of all samples: for all channels.");
      rest = m_.accumulate("rest", type, "k", sizes_.simd, [&](const hdl::Dim& k) {
        return (~lane(x, k)).as_unsigned().as_signed();
      });
    }
    m_.section("Each channel: a beat's sum, the accumulator, what comes out.");
    m_.generate_for("gen_channel", "p", sizes_.pe, [&](const hdl::Dim& p) {
      const hdl::Bits signs = m_.wire("signs", hdl::bits(sizes_.simd), beat.s.lane(p, sizes_.simd));
      const hdl::Num total = beat_total(x, signs);
      const hdl::Num sum = m_.reg("sum_q", type);
      const hdl::Num kept =
          hdl::mux(beat.first, beat.offset.lane(p, sizes_.acc_width).as_signed(), sum);
      hdl::Num next = kept + (doubled() ? total.shift_left(1) : total);
      if (by_and) next = next + rest;
      const hdl::Num next_sum = m_.wire("next_sum", type, next.wrap(sizes_.acc_width));
      m_.registers(pipeline_.data_clock(), beat.take, {{sum, next_sum}});
      output_.emit(pipeline_, p, sum);
    });
  }

  DesignBuilder& design_;
  hdl::Module& m_;
  BwSizes sizes_;
  BwOutput output_;
  Pipeline pipeline_;
  Ports ports_;
};

std::string_view default_form(const base::Spec& spec) {
  return spec.is("arith", "heap") && !spec.is("data", "binary") ? "and" : "xor";
}

// Measured: README.
std::string_view default_share(const base::Spec& spec) {
  return spec.is("arith", "heap") && spec.is("form", "and") ? "2" : "1";
}

int64_t default_data_width(const base::Spec& spec) { return spec.is("data", "binary") ? 1 : 8; }
int64_t default_accumulator(const base::Spec& spec) { return spec.size("DataWidth") + kGuardBits; }

Rule accumulator_rule() {
  return {
      .keys = {"AccWidth", "DataWidth"},
      .broken =
          [](const base::Spec& spec) { return spec.size("AccWidth") < spec.size("DataWidth") + 2; },
      .text = "AccWidth must be at least DataWidth + 2",
      .explain =
          [](const base::Spec& spec) {
            return fmt::format("AccWidth={} must be in {}..48 (at least DataWidth + 2)",
                               spec.get("AccWidth"), spec.size("DataWidth") + 2);
          }};
}

}  // namespace

extern const Unit bw_array;

namespace {

std::string heap_words(const base::Spec& spec) {
  const std::string shared =
      spec.is("share", "1") ? "" : ", sums of " + spec.get("share") + " shared";
  return heap_text(spec, " a channel with its accumulator" + shared);
}

void build(const base::Spec& spec, DesignBuilder& design) {
  hdl::Module m = design.top(
      {fmt::format("Array for weights of +1 and -1: sums of products for Pe output channels, Simd "
                   "samples a beat, over any number of beats{}.",
                   spec.is("arith", "heap") ? ", " + heap_words(spec) : ""),
       "A beat whose first_i is 1 starts new sums, from offset_i; the sums with a beat whose "
       "last_i "
       "is 1 are results. Sums are modulo 2^AccWidth."});
  BwSizes sizes;
  sizes.pe = design.parameter(m, "Pe");
  sizes.simd = design.parameter(m, "Simd");
  if (spec.is("arith", "operators")) {
    const Param& data_width = *bw_array.find("DataWidth");
    sizes.data_width = spec.is("data", "binary") ? m.parameter("DataWidth", 1, 1, 1, data_width.doc)
                                                 : design.parameter(m, "DataWidth");
    const Param& acc_width = *bw_array.find("AccWidth");  // its least depends on another
    sizes.acc_width = m.parameter("AccWidth", spec.size("AccWidth"), sizes.data_width + 2,
                                  acc_width.max, acc_width.doc);
  } else {
    sizes.data_width = spec.size("DataWidth");
    sizes.acc_width = spec.size("AccWidth");
  }
  Builder builder(design, m, sizes);
  builder.run();
  design.formula =
      "y[p] = offset[p] + sum of w[p][l] * x[l] over the beats of a sum, mod 2^AccWidth";
  design.latency_cycles = builder.latency();
  design.outputs_per_cycle = static_cast<int>(spec.size("Pe"));
  design.add(std::move(m));
}

std::vector<Param> params() {
  std::vector<Param> all = {
      arith_param(),
      tree_param(),
      compressors_param(),
      final_adder_param(),
      bw_data_param(),
      option(
          "form",
          {{"xor", "sum of x ^ s; the offset has the filter's constant"},
           {"and", "twice the sum of the samples with weight +1, and the sum of all complements"}},
          "How products by +1 and -1 are summed.")
          .or_auto(default_form, "xor with operators; and with arith=heap, where it is smaller"),
      option("share",
             {{"1", "each sample by itself"},
              {"2", "sums of two samples"},
              {"3", "of two and three"},
              {"4", "of two to four"}},
             "Neighbouring samples whose sums are formed once, for all channels; operators share "
             "none.")
          .or_auto(default_share,
                   "the smallest: 2 with arith=heap form=and; else 1, so with operators")
          .needs("arith", "heap")
          .tagged("k"),
      option("weights",
             {{"stream", "signs and offsets come with each beat"},
              {"late", "they come an edge later, from a memory's register"},
              {"stored", "in registers, twice: a set at work, the next one loaded"}},
             "Where the weights are.")};
  for (const Param& param : bw_output_options()) all.push_back(param);
  all.push_back(subset("cut", "pre",
                       {{"pre", "on the inputs"},
                        {"mult", "behind the product with the factor"},
                        {"post", "on the results"}},
                       "Places of pipeline registers beside the accumulator."));
  all.push_back(reset_param());
  all.push_back(free_size("Pe", "4", 1, 128, "Output channels."));
  all.push_back(free_size("Simd", "8", 1, 256, "Samples a beat.")
                    .free_with("arith", "operators")
                    .tagged("n"));
  all.push_back(free_size("DataWidth", "8", 1, 16, "Bits of a sample.")
                    .or_auto(default_data_width)
                    .free_with("arith", "operators")
                    .tagged("d"));
  all.push_back(free_size("AccWidth", "20", 3, 48, "Bits of a sum, at least DataWidth + 2.")
                    .or_auto(default_accumulator)
                    .free_with("arith", "operators")
                    .tagged("s"));
  for (const Param& param : bw_output_sizes()) all.push_back(param);
  return all;
}

std::vector<Rule> rules() {
  std::vector<Rule> all = {
      accumulator_rule(),
      compressors_rule(),
      bw_data_rule(),
      {.keys = {"arith", "share", "form"},
       .broken =
           [](const base::Spec& s) {
             return s.is("arith", "heap") && !s.is("share", "1") && s.is("form", "xor");
           },
       .text = "share above 1 needs form=and"},
      {.keys = {"weights", "cut"},
       .broken =
           [](const base::Spec& s) {
             return !s.is("weights", "stream") && !Cut(s).at(Place::kPre);
           },
       .text = "weights must be stream unless cut has pre, where a beat waits for its weights"}};
  for (const Rule& rule : bw_output_rules()) all.push_back(rule);
  return all;
}

}  // namespace

const Unit bw_array = {
    .name = "bw_array",
    .doc = "Array for weights of +1 and -1: Pe output channels, Simd samples a beat.",
    .source = "Wang, Lin, Wang, IEEE TVLSI 26(2), 2018 (the architecture to surpass)",
    .params = params(),
    .rules = rules(),
    .points = {"arith=heap Pe=2 Simd=4 DataWidth=4 AccWidth=8 final_adder=ripple", "", "form=and",
               "data=signed", "data=signed form=and cut=none", "data=binary Simd=16",
               "weights=stored output=multiply pool=max cut=pre,mult,post",
               "weights=late output=shift relu=no cut=pre,post", "output=threshold OutWidth=2",
               "Pe=1 Simd=1 DataWidth=1", "Pe=1 Simd=1 DataWidth=1 data=signed pool=max",
               "arith=heap share=1 Simd=6 DataWidth=5 weights=stored",
               "arith=heap share=3 Simd=7 data=signed DataWidth=3 tree=dadda reset=sync",
               "arith=heap share=4 Pe=1 Simd=5 DataWidth=2 output=multiply",
               "arith=heap form=xor data=signed Simd=4 DataWidth=6",
               "arith=heap data=binary Simd=20 Pe=3"},
    .build = build,
};

}  // namespace gen
