// SPDX-License-Identifier: Apache-2.0
// How ccu cuts kernels into parts of two and three taps, and the fast lines that compute a part.

#include "gen/ffa/elements.h"
#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

constexpr int kMaxKernel = 12;

hdl::Module build(const std::string& name) {
  hdl::Module m = helper_module(
      name,
      {"The parts of one dimension of a kernel: k = 2a + 3b taps with as few twos as possible, for "
       "the even and the odd taps apart where the stride is 2. A single tap counts as two, the "
       "second of them zero (pad_o)."});
  const hdl::Bits clk = m.input("clk_i", hdl::bits(1), "Clock.");
  const hdl::Bits size = m.input("size_i", hdl::bits(4), "Taps, 1..12.");
  const hdl::Bits stride2 = m.input("stride2_i", hdl::bits(1), "Every second output.");
  const hdl::Bits threes = m.output("threes_o", hdl::bits(3), "Parts of three taps: the first.");
  const hdl::Bits parts = m.output("parts_o", hdl::bits(3), "All parts.");
  const hdl::Bits pads = m.output("pads_o", hdl::bits(kCcuParts), "Parts of a single tap.");
  const hdl::Bits offsets = m.output("offsets_o", hdl::bits(kCcuParts * kCcuOffsetBits),
                                     "Where part p begins, at bit 4*p.");
  m.section("A table: {offsets, pads, parts, threes}.");
  constexpr int kWidth = 6 + kCcuParts + kCcuParts * kCcuOffsetBits;
  const hdl::Bits entry_q = m.reg("entry_q", hdl::bits(kWidth));
  const hdl::Bits subject = m.wire("subject", hdl::bits(5), hdl::concat({stride2, size}));
  m.clocked({.clock = clk}, [&](hdl::Clocked& c) {
    std::vector<hdl::Clocked::Choice> choices;
    for (int stride = 1; stride <= 2; ++stride) {
      for (int kernel = 1; kernel <= kMaxKernel; ++kernel) {
        int64_t entry = 0;
        int count = 0, three = 0;
        for (const CcuPart& part : ccu_split(kernel, stride)) {
          entry |= int64_t{part.offset} << (6 + kCcuParts + count * kCcuOffsetBits);
          entry |= int64_t{part.taps == 1} << (6 + count);
          three += part.taps == 3;
          ++count;
        }
        entry |= (count << 3) | three;
        choices.push_back({hdl::literal(5, (stride - 1) * 16 + kernel),
                           [&c, &entry_q, entry] { c.set(entry_q, hdl::literal(kWidth, entry)); }});
      }
    }
    c.select(subject, choices, [&] { c.set(entry_q, hdl::zeros(kWidth)); });
  });
  m.assign(threes, entry_q.slice(0, 3));
  m.assign(parts, entry_q.slice(3, 3));
  m.assign(pads, entry_q.slice(6, kCcuParts));
  m.assign(offsets, entry_q.slice(6 + kCcuParts, kCcuParts * kCcuOffsetBits));
  return m;
}

}  // namespace

std::vector<CcuPart> ccu_split(int kernel, int stride) {
  std::vector<CcuPart> threes, others;
  for (int phase = 0; phase < stride; ++phase) {
    const int taps = (kernel - phase + stride - 1) / stride;
    const int twos = taps % 3 == 0 ? 0 : (taps % 3 == 2 ? 1 : 2);
    int at = 0;
    for (; taps - at >= 3 && taps - at != 2 * twos; at += 3)
      threes.push_back({phase + stride * at, 3});
    for (; at < taps; at += 2) others.push_back({phase + stride * at, taps - at == 1 ? 1 : 2});
  }
  threes.insert(threes.end(), others.begin(), others.end());
  return threes;
}

CcuLine ccu_line(int taps) {
  const ffa::Algorithm a = ffa::with_positive_rows(ffa::transposed(ffa::pairwise(taps)));
  CcuLine line{ffa::Matrix(kCcuBranches, ffa::Row(kCcuTaps)),
               ffa::Matrix(kCcuBranches, ffa::Row(kCcuWindow)),
               ffa::Matrix(kCcuLines, ffa::Row(kCcuBranches))};
  // Where the branches of each filter stand: those of the first K2 where K3 has the same sums of
  // coefficients (K3: h0, h1, h2, h0+h1, h0+h2, h1+h2; K2: h0, h1, h0+h1).
  const std::vector<std::vector<size_t>> places =
      taps == 3 ? std::vector<std::vector<size_t>>{{0, 1, 2, 3, 4, 5}}
                : std::vector<std::vector<size_t>>{{0, 1, 3}, {2, 4, 5}};
  for (size_t f = 0; f < places.size(); ++f) {
    const size_t shift = f * static_cast<size_t>(a.outputs());  // samples and outputs of the second
    for (size_t b = 0; b < places[f].size(); ++b) {
      const size_t to = places[f][b];
      for (size_t i = 0; i < static_cast<size_t>(a.taps()); ++i)
        line.coefficient[to][i] = a.coefficient()[b][i];
      for (size_t j = 0; j < static_cast<size_t>(a.window()); ++j)
        line.data[to][j + shift] = a.data()[b][j];
      for (size_t k = 0; k < static_cast<size_t>(a.outputs()); ++k)
        line.post[k + shift][to] = a.post()[k][b];
    }
  }
  return line;
}

const hdl::Module& ccu_split_table(DesignBuilder& design) {
  const std::string name = "fircone_ccu_split";
  return design.helper(name, {}, {}, [&](const hdl::Point&) { return build(name); });
}

}  // namespace gen
