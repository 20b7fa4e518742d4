// SPDX-License-Identifier: Apache-2.0
// Words of the lanes of binary-weight units, and their sums.

#include "gen/units/bw_lanes.h"

#include <fmt/format.h>

namespace gen {
namespace {

using Form = BwLanes::Form;
using Data = BwLanes::Data;
using Compensation = BwLanes::Compensation;

// The highest of `width` bits alone; there may be no other.
hdl::Bits top_bit(hdl::Module& m, const std::string& name, const hdl::Dim& width) {
  const hdl::Bits above =
      m.wire(name + "_above", hdl::bits(width + 1), hdl::concat({hdl::ones(1), hdl::zeros(width)}));
  m.unused("unused_" + name + "_above", above.bit(0));
  return above.slice(1, width);
}

// A lane's word; `top`: the highest bit of a sample, where the form inverts it.
hdl::Bits word_of(hdl::Module& m, const BwLanes& lanes, const hdl::Bits& sample,
                  const hdl::Bits& sign, const hdl::Bits& top) {
  const hdl::Dim used = lanes.used();
  const hdl::Bits flipped = sample ^ hdl::replicate(used, sign);
  switch (lanes.form) {
    case Form::kXor:
      if (lanes.is_signed()) return flipped ^ top;
      return lanes.data == Data::kBinary ? ~flipped : flipped;
    case Form::kAnd:
      return sample & hdl::replicate(used, ~sign);
    case Form::kApprox:
      return lanes.is_signed() ? flipped : hdl::concat({sign, flipped});
    case Form::kNegate:
      break;
  }
  const hdl::Num value = lanes.is_signed() ? sample.as_signed() : sample.as_unsigned().as_signed();
  return m.wire("product", hdl::sint(lanes.word_width()), hdl::mux(sign, -value, value)).bits();
}

// `sum` some places up.
hdl::Num shifted(hdl::Module& m, const hdl::Num& sum, int places, const hdl::Dim& width,
                 const std::string& name) {
  if (places == 0) return sum;
  return m.wire(name, hdl::bits(width), hdl::concat({sum.bits(), hdl::zeros(places)})).as_signed();
}

}  // namespace

Param bw_form_param() {
  return option("form",
                {{"xor", "x ^ s, the rest is a constant of the filter: exact"},
                 {"and", "twice the sum of x with weight 1, less the sum of all: exact"},
                 {"negate", "s ? -x : x, with a carry chain a lane: the textbook's"},
                 {"approx", "x ^ s for -x, off by one where s is 1"}},
                "How a sample is multiplied by its sign.");
}

Param bw_compensation_param() {
  return option("compensation",
                {{"none", "too small by the number of weights -1"},
                 {"half", "half the number of lanes is added, rounded down"},
                 {"exact", "the sign bits are added too"}},
                "What form=approx does about its error.")
      .needs("form", "approx");
}

Param bw_samples_param() {
  return option("samples",
                {{"own", "added up here"}, {"given", "the port sum_i, one for all filters"}},
                "Where form=and has the sum of the samples from.")
      .needs("form", "and")
      .tagged("sum_");
}

Param bw_data_param() {
  return option("data",
                {{"unsigned", ""},
                 {"signed", "two's complement"},
                 {"binary", "one bit, 1 is -1: XNOR and a count of ones"}},
                "Samples.");
}

Param bw_lanes_param() {
  return free_size("Lanes", "16", 1, 1024, "Samples a beat.")
      .free_with("arith", "operators")
      .fixed_with("compensation", "half")  // half of them are a constant
      .tagged("n");
}

Param bw_data_width_param() {
  return free_size("DataWidth", "8", 1, 16, "Bits of a sample.")
      .free_with("arith", "operators")
      .tagged("d");
}

Param bw_drop_param() {
  return fixed_size("drop", "drop", "0", 0, 7, "Low columns left out: low bits of every sample.")
      .silent_at("0");
}

Rule bw_data_rule() {
  return {.keys = {"data", "form", "DataWidth"},
          .broken =
              [](const base::Spec& s) {
                return s.is("data", "binary") && (!s.is("form", "xor") || s.size("DataWidth") != 1);
              },
          .text = "data=binary needs form=xor and DataWidth=1",
          .explain =
              [](const base::Spec& s) {
                return fmt::format(
                    "data=binary with form={} DataWidth={} must have form=xor DataWidth=1",
                    s.get("form"), s.get("DataWidth"));
              }};
}

Rule bw_drop_rule() {
  return {.keys = {"drop", "DataWidth"},
          .broken = [](const base::Spec& s) { return s.size("drop") >= s.size("DataWidth"); },
          .text = "drop must leave a bit of a sample: below DataWidth",
          .explain =
              [](const base::Spec& s) {
                return fmt::format("drop={} must be in 0..{} (below DataWidth)", s.get("drop"),
                                   s.size("DataWidth") - 1);
              }};
}

Param bw_acc_width_param(int64_t (*number)(const base::Spec& spec)) {
  return free_size("AccWidth", "24", 3, 64, "Bits of the sum: DataWidth + clog2(terms) + 2.")
      .or_auto(number)
      .free_with("arith", "operators")
      .tagged("s");
}

Rule bw_acc_width_rule() {
  return {.keys = {"AccWidth", "DataWidth", "Lanes"},
          .broken =
              [](const base::Spec& s) {
                return s.size("AccWidth") < bw_acc_width(s.size("DataWidth"), s.size("Lanes"));
              },
          .text = "AccWidth must hold the sum of a beat: at least DataWidth + clog2(Lanes) + 2",
          .explain =
              [](const base::Spec& s) {
                return fmt::format(
                    "AccWidth={} must be in {}..64 (at least DataWidth + clog2(Lanes) + 2)",
                    s.get("AccWidth"), bw_acc_width(s.size("DataWidth"), s.size("Lanes")));
              }};
}

int64_t bw_acc_width(int64_t data_width, int64_t terms) {
  int64_t growth = 0;
  while ((int64_t{1} << growth) < terms) ++growth;
  return data_width + growth + 2;
}

hdl::Dim bw_data_width(const DesignBuilder& design, hdl::Module& m, const Unit& unit) {
  const Param& width = *unit.find("DataWidth");
  const int64_t bits = design.size("DataWidth"), drop = design.size("drop");
  return width.is_free(design.spec())
             ? m.parameter("DataWidth", bits, drop + 1, width.max, width.doc)
             : hdl::Dim(bits);
}

hdl::Dim bw_acc_width(const DesignBuilder& design, hdl::Module& m, const Unit& unit,
                      const hdl::Dim& lanes, const hdl::Dim& data_width) {
  const Param& width = *unit.find("AccWidth");
  const int64_t bits = design.size("AccWidth");
  return width.is_free(design.spec())
             ? m.parameter("AccWidth", bits, data_width + hdl::clog2(lanes) + 2, width.max,
                           width.doc)
             : hdl::Dim(bits);
}

BwLanes::BwLanes(const base::Spec& resolved, const hdl::Dim& lane_count,
                 const hdl::Dim& sample_width)
    : lanes(lane_count), width(sample_width) {
  if (resolved.is("form", "and")) form = Form::kAnd;
  if (resolved.is("form", "negate")) form = Form::kNegate;
  if (resolved.is("form", "approx")) form = Form::kApprox;
  if (resolved.is("data", "signed")) data = Data::kSigned;
  if (resolved.is("data", "binary")) data = Data::kBinary;
  if (resolved.is("compensation", "half")) compensation = Compensation::kHalf;
  if (resolved.is("compensation", "exact")) compensation = Compensation::kExact;
  given = resolved.has("samples") && resolved.is("samples", "given");
  if (resolved.has("drop")) drop = static_cast<int>(resolved.size("drop"));
}

BwLanes BwLanes::planes() const {
  BwLanes result = *this;
  result.data = Data::kUnsigned;
  result.width = 1;
  result.drop = 0;
  return result;
}

hdl::Dim BwLanes::word_width() const {
  const bool sign_added = form == Form::kNegate || (form == Form::kApprox && !is_signed());
  return sign_added ? used() + 1 : used();
}

int BwLanes::column() const { return drop + (form == Form::kAnd || data == Data::kBinary ? 1 : 0); }

hdl::Bits bw_words(hdl::Module& m, const BwLanes& lanes, const hdl::Bits& x, const hdl::Bits& s,
                   const std::string& name, bool inverted) {
  const hdl::Dim used = lanes.used(), width = lanes.word_width();
  const hdl::Bits words = m.wire(name, hdl::bits(lanes.lanes * width));
  hdl::Bits top;
  if (lanes.form == Form::kXor && lanes.is_signed()) top = top_bit(m, name, used);
  m.generate_for("gen_" + name, "k", lanes.lanes, [&](const hdl::Dim& k) {
    const hdl::Bits sample = x.slice(k * lanes.width + lanes.drop, used);
    const hdl::Bits product = word_of(m, lanes, sample, s.bit(k), top);
    m.assign(words.lane(k, width), inverted ? ~product : product);
  });
  if (lanes.drop > 0)
    m.generate_for("gen_" + name + "_dropped", "k", lanes.lanes, [&](const hdl::Dim& k) {
      m.unused("unused_low", x.slice(k * lanes.width, lanes.drop));
    });
  return words;
}

void bw_add_words(Heap& heap, const BwLanes& lanes, const hdl::Bits& words, const hdl::Bits& s,
                  bool inverted) {
  const int count = static_cast<int>(lanes.lanes.value());
  const int width = static_cast<int>(lanes.word_width().value());
  const int vector = heap.vector(words);
  arith::BitHeap& bits = heap.bits();
  for (int k = 0; k < count; ++k) {
    for (int i = 0; i < width; ++i) {
      const arith::HeapBit bit{{vector, k * width + i}, lanes.column() + i, 0, inverted};
      i + 1 == width&& lanes.word_signed() ? bits.subtract(bit) : bits.add(bit);
    }
  }
  switch (lanes.compensation) {
    case Compensation::kNone:
      return;
    case Compensation::kHalf:
      for (int half = count / 2, c = lanes.drop; half > 0; half >>= 1, ++c)
        if (half % 2 == 1) bits.add_constant(c);
      return;
    case Compensation::kExact: {
      const int signs = heap.vector(s);
      for (int k = 0; k < count; ++k) bits.add({.source = {signs, k}, .column = lanes.drop});
      return;
    }
  }
}

void bw_subtract_samples(Heap& heap, const BwLanes& lanes, const hdl::Bits& x) {
  const int width = static_cast<int>(lanes.width.value());
  const int vector = heap.vector(x);
  for (int k = 0; k < static_cast<int>(lanes.lanes.value()); ++k) {
    const arith::OperandOptions operand{.column = lanes.drop, .first = k * width + lanes.drop};
    const int used = width - lanes.drop;
    lanes.is_signed() ? heap.bits().subtract_signed(vector, used, operand)
                      : heap.bits().subtract_unsigned(vector, used, operand);
  }
}

hdl::Num bw_words_total(hdl::Module& m, const BwLanes& lanes, const hdl::Bits& words,
                        const hdl::Bits& s, const hdl::Dim& width, const std::string& name) {
  const hdl::Dim word = lanes.word_width(), sum_width = width - lanes.column();
  const bool compensated = lanes.compensation != Compensation::kNone;
  hdl::Num sum =
      m.accumulate(lanes.column() == 0 && !compensated ? name : name + "_words",
                   hdl::sint(sum_width), "i", lanes.lanes, [&](const hdl::Dim& i) {
                     const hdl::Bits bits = words.lane(i, word);
                     return lanes.word_signed() ? bits.as_signed() : bits.as_unsigned().as_signed();
                   });
  if (compensated) {
    const hdl::Num more =
        lanes.compensation == Compensation::kHalf
            ? hdl::Num(lanes.lanes.value() / 2)
            : m.accumulate(name + "_signs", hdl::sint(sum_width), "i", lanes.lanes,
                           [&](const hdl::Dim& i) { return s.bit(i).as_unsigned().as_signed(); });
    sum = m.wire(lanes.column() == 0 ? name : name + "_high", hdl::sint(sum_width),
                 (sum + more).wrap(sum_width));
  }
  return shifted(m, sum, lanes.column(), width, name);
}

hdl::Num bw_samples_total(hdl::Module& m, const BwLanes& lanes, const hdl::Bits& x,
                          const hdl::Dim& width, const std::string& name) {
  const hdl::Num sum = m.accumulate(
      lanes.drop == 0 ? name : name + "_high", hdl::sint(width - lanes.drop), "i", lanes.lanes,
      [&](const hdl::Dim& i) {
        const hdl::Bits sample = x.slice(i * lanes.width + lanes.drop, lanes.used());
        return lanes.is_signed() ? sample.as_signed() : sample.as_unsigned().as_signed();
      });
  return shifted(m, sum, lanes.drop, width, name);
}

BwBeat bw_inputs(hdl::Module& m, const BwLanes& lanes, const hdl::Dim& width) {
  BwBeat beat;
  const bool one_bit = lanes.width == hdl::Dim(1);
  beat.x = m.input("x_i", hdl::bits(lanes.lanes * lanes.width),
                   one_bit ? "Samples: bit k of each lane."
                           : fmt::format("Samples, {}: x[k] at bit k * DataWidth.",
                                         lanes.is_signed() ? "signed" : "unsigned"));
  beat.s = m.input("s_i", hdl::bits(lanes.lanes), "Signs: bit k is 1 where x[k] counts negative.");
  if (lanes.given)
    beat.sum = m.input(
        "sum_i", hdl::bits(width),
        lanes.drop == 0
            ? "The sum of all x[k], signed."
            : fmt::format("The sum of all x[k] without their {} low bits, signed.", lanes.drop));
  return beat;
}

void bw_add_beat(Heap& heap, hdl::Module& m, const BwLanes& lanes, const BwBeat& beat) {
  const bool inverted = lanes.form == Form::kAnd;
  bw_add_words(heap, lanes, bw_words(m, lanes, beat.x, beat.s, "words", inverted), beat.s,
               inverted);
  if (lanes.form != Form::kAnd) return;
  if (lanes.given) {
    heap.subtract(beat.sum, {});
  } else {
    bw_subtract_samples(heap, lanes, beat.x);
  }
}

hdl::Num bw_beat_total(hdl::Module& m, const BwLanes& lanes, const BwBeat& beat,
                       const hdl::Dim& width) {
  const hdl::Num total =
      bw_words_total(m, lanes, bw_words(m, lanes, beat.x, beat.s), beat.s, width);
  if (lanes.form != Form::kAnd) return total;
  const hdl::Num samples =
      lanes.given ? beat.sum.as_signed() : bw_samples_total(m, lanes, beat.x, width);
  return m.wire("difference", hdl::sint(width), (total - samples).wrap(width));
}

std::string bw_text(const base::Spec& resolved, const std::string& extra) {
  std::string text = "form " + resolved.get("form");
  if (resolved.is("arith", "heap")) text = heap_text(resolved, extra);
  if (resolved.is("compensation", "half")) text += " with half the lanes added";
  if (resolved.is("compensation", "exact")) text += " with the signs added";
  if (resolved.has("samples") && resolved.is("samples", "given"))
    text += " with the sum of the samples given";
  return text;
}

}  // namespace gen
