// SPDX-License-Identifier: Apache-2.0
// The arithmetic of ccu: sums of samples and coefficients, 36 products and branch sums, outputs.
//
// A window is computed as V^T [(V h W^T) o (C^T x D)] W, a line in each dimension: K3 or two K2.

#include <fmt/format.h>

#include "gen/ffa/adder_network.h"
#include "gen/units/ccu_parts.h"

namespace gen {
namespace {

using Declare =
    std::function<hdl::Num(const std::string& name, const hdl::Num& value)>;  // of one type

// Plus and minus the inputs, as `network` says; every sum is declared by `declare`.
std::vector<hdl::Num> emit_lines(const ffa::AdderNetwork& network, std::vector<hdl::Num> nodes,
                                 const std::string& prefix, const Declare& declare) {
  const auto add_up = [&nodes](const ffa::Sum& sum) {
    hdl::Num total;
    for (const ffa::Term& term : sum.terms) {
      const hdl::Num& node = nodes[static_cast<size_t>(term.node)];
      if (!total.valid()) {
        total = term.sign > 0 ? node : -node;
      } else {
        total = term.sign > 0 ? total + node : total - node;
      }
    }
    return total.valid() ? total : hdl::Num(0);
  };
  for (const ffa::Sum& sum : network.shared())
    nodes.push_back(declare(prefix + "sum_" + sum.label, add_up(sum)));
  std::vector<hdl::Num> outputs;
  for (size_t i = 0; i < network.outputs().size(); ++i)
    outputs.push_back(declare(fmt::format("{}{}", prefix, i), add_up(network.outputs()[i])));
  return outputs;
}

// Output i is that of `three` or of `two`, chosen at run time; equal rows are made once.
void emit_modes(hdl::Module& m, const hdl::Bits& mode3, const ffa::Matrix& three,
                const ffa::Matrix& two, const std::vector<hdl::Num>& inputs, const hdl::Bits& out,
                const hdl::Dim& width, const Declare& declare) {
  ffa::Matrix different;
  std::vector<size_t> place(two.size());
  for (size_t i = 0; i < two.size(); ++i) {
    place[i] = different.size();
    if (two[i] != three[i]) different.push_back(two[i]);
  }
  m.section("Three taps.");
  // A row of zeros stands for no output: then that of two taps comes in both modes.
  const bool short_three = three.back() == ffa::Row(three.back().size());
  ffa::Matrix wanted = three;
  if (short_three) wanted.pop_back();
  const std::vector<hdl::Num> of_three =
      emit_lines(ffa::AdderNetwork(wanted), inputs, "three_", declare);
  m.section("Twice two taps, where that is something else.");
  const std::vector<hdl::Num> of_two =
      emit_lines(ffa::AdderNetwork(different), inputs, "two_", declare);
  m.section("As the mode wants.");
  for (size_t i = 0; i < two.size(); ++i) {
    const auto lane = static_cast<int64_t>(i);
    hdl::Bits value;
    if (i >= of_three.size()) {
      value = of_two[place[i]].bits();
    } else if (two[i] == three[i]) {
      value = of_three[i].bits();
    } else {
      value = hdl::mux(mode3, of_three[i].bits(), of_two[place[i]].bits());
    }
    m.assign(out.lane(lane, width), value);
  }
}

hdl::Module build_data_line(const std::string& name, bool signed_data, const hdl::Point& at) {
  hdl::Module m =
      helper_module(name, {"Sums of the samples of a line: five samples to six factors."});
  const hdl::Dim width = m.parameter("Width", at.at("Width"), 1, 32, "Bits of a sample.");
  const hdl::Dim sum_width = width + 2;
  const hdl::Bits mode3 = m.input("mode3_i", hdl::bits(1), "Three taps; else twice two.");
  const hdl::Bits x = m.input("x_i", hdl::bits(kCcuWindow * width), "Samples.");
  const hdl::Bits u = m.output("u_o", hdl::bits(kCcuBranches * sum_width), "Sums, signed.");
  std::vector<hdl::Num> samples;
  for (int i = 0; i < kCcuWindow; ++i) {
    const hdl::Bits lane = x.lane(i, width);
    const std::string sample = fmt::format("x_{}", i);
    samples.push_back(signed_data
                          ? m.wire(sample, hdl::sint(width), lane.as_signed())
                          : m.wire(sample, hdl::uint(width), lane.as_unsigned()).as_signed());
  }
  emit_modes(m, mode3, ccu_line(3).data, ccu_line(2).data, samples, u, sum_width,
             [&](const std::string& sum, const hdl::Num& value) {
               return m.wire(sum, hdl::sint(sum_width), value);
             });
  return m;
}

hdl::Module build_coef_line(const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name, {"Sums of the coefficients of a line: three coefficients to six factors."});
  const hdl::Dim width = m.parameter("Width", at.at("Width"), 2, 32, "Bits of a coefficient.");
  const hdl::Bits mode3 = m.input("mode3_i", hdl::bits(1), "Three taps; else twice two.");
  const hdl::Bits h = m.input("h_i", hdl::bits(kCcuTaps * width), "Coefficients, signed.");
  const hdl::Bits v = m.output("v_o", hdl::bits(kCcuBranches * (width + 1)), "Sums, signed.");
  std::vector<hdl::Num> taps;
  for (int i = 0; i < kCcuTaps; ++i)
    taps.push_back(m.wire(fmt::format("h_{}", i), hdl::sint(width), h.lane(i, width).as_signed()));
  emit_modes(m, mode3, ccu_line(3).coefficient, ccu_line(2).coefficient, taps, v, width + 1,
             [&](const std::string& sum, const hdl::Num& value) {
               return m.wire(sum, hdl::sint(width + 1), value);
             });
  return m;
}

hdl::Module build_post_line(const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name,
      {"Outputs of a line from its six branch sums: three, or four of twice two taps. The sums "
       "wrap: what the outputs need is exact modulo 2^Width."});
  const hdl::Dim width = m.parameter("Width", at.at("Width"), 4, 64, "Bits of a sum.");
  const hdl::Bits mode3 = m.input("mode3_i", hdl::bits(1), "Three taps; else twice two.");
  const hdl::Bits s = m.input("s_i", hdl::bits(kCcuBranches * width), "Branch sums.");
  const hdl::Bits y =
      m.output("y_o", hdl::bits(kCcuLines * width), "Outputs; three taps make the lower three.");
  std::vector<hdl::Num> sums;
  for (int i = 0; i < kCcuBranches; ++i)
    sums.push_back(m.wire(fmt::format("s_{}", i), hdl::sint(width), s.lane(i, width).as_signed()));
  emit_modes(m, mode3, ccu_line(3).post, ccu_line(2).post, sums, y, width,
             [&](const std::string& sum, const hdl::Num& value) {
               return m.wire(sum, hdl::sint(width), value.wrap(width));
             });
  return m;
}

const hdl::Module& data_line(DesignBuilder& design, bool signed_data, int64_t width) {
  const std::string name = signed_data ? "fircone_ccu_data_line_signed" : "fircone_ccu_data_line";
  return design.helper(name, {{"Width", width}}, {{"Width", 8}}, [&](const hdl::Point& at) {
    return build_data_line(name, signed_data, at);
  });
}

const hdl::Module& coef_line(DesignBuilder& design, int64_t width) {
  const std::string name = "fircone_ccu_coef_line";
  return design.helper(name, {{"Width", width}}, {{"Width", 8}},
                       [&](const hdl::Point& at) { return build_coef_line(name, at); });
}

const hdl::Module& post_line(DesignBuilder& design, int64_t width) {
  const std::string name = "fircone_ccu_post_line";
  return design.helper(name, {{"Width", width}}, {{"Width", 28}},
                       [&](const hdl::Point& at) { return build_post_line(name, at); });
}

hdl::Module build_pre(DesignBuilder& design, const std::string& name, bool signed_data,
                      const hdl::Point& at) {
  hdl::Module m = helper_module(name, {"Pre-adders of ccu: a window of 5 x 5 samples to 36 sums, "
                                       "columns first, then rows; two cycles."});
  const hdl::Dim width = m.parameter("DataWidth", at.at("DataWidth"), 2, 16, "Bits of a sample.");
  const hdl::Dim line_width = m.localparam("LineWidth", width + 2);
  const hdl::Dim sum_width = m.localparam("SumWidth", width + 4);
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits row_mode3 = m.input("row_mode3_i", flag, "Three rows of taps; else twice two.");
  const hdl::Bits column_mode3 = m.input("column_mode3_i", flag, "The same for columns.");
  const hdl::Bits row_keep =
      m.input("row_keep_i", hdl::bits(kCcuWindow - 1), "Rows 1..4 that are needed.");
  const hdl::Bits column_keep =
      m.input("column_keep_i", hdl::bits(kCcuWindow - 1), "The same for columns.");
  const hdl::Bits x = m.input("x_i", hdl::bits(kCcuWindow * kCcuWindow * width),
                              "Sample (row r, column c) at bit (5*r + c) * DataWidth.");
  const hdl::Bits u = m.output("u_o", hdl::bits(kCcuBranches * kCcuBranches * sum_width),
                               "Factor (row r, column c) at (6*r + c) * (DataWidth + 4), signed.");
  const hdl::Clock clock{.clock = clk};

  m.section("What is not needed may lie outside the frame, where nothing is known: zero.");
  const hdl::Dim row_width = kCcuWindow * width;
  const hdl::Bits window = m.wire("window", hdl::bits(kCcuWindow * row_width));
  const hdl::Bits rows_kept =
      m.wire("rows_kept", hdl::bits(kCcuWindow), hdl::concat({row_keep, hdl::ones(1)}));
  const hdl::Bits columns_kept =
      m.wire("columns_kept", hdl::bits(kCcuWindow), hdl::concat({column_keep, hdl::ones(1)}));
  m.generate_for("gen_row_kept", "r", kCcuWindow, [&](const hdl::Dim& r) {
    m.generate_for("gen_kept", "c", kCcuWindow, [&](const hdl::Dim& c) {
      m.assign(window.lane(kCcuWindow * r + c, width),
               hdl::mux(rows_kept.bit(r) & columns_kept.bit(c), x.lane(kCcuWindow * r + c, width),
                        hdl::zeros(width)));
    });
  });

  m.section("Each row: five samples to six sums.");
  const hdl::Bits lines = m.wire("lines", hdl::bits(kCcuWindow * kCcuBranches * line_width));
  m.generate_for("gen_row", "r", kCcuWindow, [&](const hdl::Dim& r) {
    m.instance("u_line", data_line(design, signed_data, width.value()), {{"Width", width}},
               {{"mode3_i", column_mode3},
                {"x_i", window.lane(r, row_width)},
                {"u_o", lines.lane(r, kCcuBranches * line_width)}});
  });
  const hdl::Bits lines_q = m.reg("lines_q", hdl::bits(kCcuWindow * kCcuBranches * line_width));
  const hdl::Bits row_mode3_q = m.reg("row_mode3_q", flag);

  m.section("Each column of these: five sums to six.");
  const hdl::Bits sums = m.wire("sums", hdl::bits(kCcuBranches * kCcuBranches * sum_width));
  m.generate_for("gen_column", "c", kCcuBranches, [&](const hdl::Dim& c) {
    const hdl::Bits column = m.wire("column", hdl::bits(kCcuWindow * line_width));
    for (int r = 0; r < kCcuWindow; ++r)
      m.assign(column.lane(r, line_width), lines_q.lane(kCcuBranches * r + c, line_width));
    const hdl::Bits factor = m.wire("factor", hdl::bits(kCcuBranches * sum_width));
    m.instance("u_line", data_line(design, true, line_width.value()), {{"Width", line_width}},
               {{"mode3_i", row_mode3_q}, {"x_i", column}, {"u_o", factor}});
    for (int r = 0; r < kCcuBranches; ++r)
      m.assign(sums.lane(kCcuBranches * r + c, sum_width), factor.lane(r, sum_width));
  });
  const hdl::Bits sums_q = m.reg("sums_q", hdl::bits(kCcuBranches * kCcuBranches * sum_width));
  m.registers(clock, {}, {}, {{lines_q, lines}, {row_mode3_q, row_mode3}, {sums_q, sums}});
  m.assign(u, sums_q);
  return m;
}

hdl::Module build_core(DesignBuilder& design, const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(
      name, {"One core of ccu: coefficients of one output channel, 36 multipliers, 36 branch sums.",
             "A word of the memory has the 3 x 3 coefficients of a part and channel; there are two "
             "halves, one written while the other is used. Products and sums are kept modulo "
             "2^ResultWidth: the outputs need no more."});
  const hdl::Dim data_width =
      m.parameter("DataWidth", at.at("DataWidth"), 2, 16, "Bits of a sample.");
  const hdl::Dim coef_width =
      m.parameter("CoefWidth", at.at("CoefWidth"), 2, 16, "Bits of a coefficient.");
  const hdl::Dim result_width = m.parameter("ResultWidth", at.at("ResultWidth"),
                                            data_width + coef_width + 2, 64, "Bits of a sum.");
  const hdl::Dim words = m.parameter("Words", at.at("Words"), 32, 2048, "Words of coefficients.");
  const hdl::Dim address_width = hdl::clog2(words);
  const hdl::Dim u_width = m.localparam("SampleSumWidth", data_width + 4);
  const hdl::Dim v_width = m.localparam("CoefSumWidth", coef_width + 2);
  constexpr int kCoefs = kCcuTaps * kCcuTaps;
  constexpr int kProducts = kCcuBranches * kCcuBranches;
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits write = m.input("write_i", hdl::bits(kCoefs), "Writes coefficient 3*r + k.");
  const hdl::Num write_address =
      m.input("write_address_i", hdl::uint(address_width), "Of which word.");
  const hdl::Bits write_data = m.input("write_data_i", hdl::bits(coef_width), "Its value.");
  const hdl::Bits read = m.input("read_i", flag, "Reads a word of coefficients.");
  const hdl::Num read_address = m.input("read_address_i", hdl::uint(address_width), "Which.");
  const hdl::Bits row_mode3 =
      m.input("row_mode3_i", flag, "A cycle later: three rows of taps, else twice two.");
  const hdl::Bits column_mode3 = m.input("column_mode3_i", flag, "The same for columns.");
  const hdl::Bits row_pad = m.input("row_pad_i", flag, "The second row of taps counts as zero.");
  const hdl::Bits column_pad = m.input("column_pad_i", flag, "The same for columns.");
  const hdl::Bits u = m.input("u_i", hdl::bits(kProducts * u_width),
                              "Another cycle later: sums of samples, (6*r + c) * (DataWidth + 4).");
  const hdl::Bits valid = m.input("valid_i", flag, "A third cycle later: the product counts.");
  const hdl::Bits first = m.input("first_i", flag, "It is the first of its branch sum.");
  const hdl::Bits s =
      m.output("s_o", hdl::bits(kProducts * result_width), "Branch sums, a cycle after that.");
  const hdl::Clock clock{.clock = clk};

  m.section("Coefficients.");
  const hdl::Bits stored = m.wire("stored", hdl::bits(kCoefs * coef_width));
  m.generate_for("gen_coef", "i", kCoefs, [&](const hdl::Dim& i) {
    m.instance("u_coef", ram_1r1w(design, coef_width.value(), words.value()),
               {{"Width", coef_width}, {"Depth", words}},
               {{"clk_i", clk},
                {"read_i", read},
                {"read_address_i", read_address},
                {"read_data_o", stored.lane(i, coef_width)},
                {"write_i", write.bit(i)},
                {"write_address_i", write_address},
                {"write_data_i", write_data}});
  });
  const hdl::Dim line_width = kCcuBranches * (coef_width + 1);
  const hdl::Bits lines = m.wire("lines", hdl::bits(kCcuTaps * line_width));
  m.generate_for("gen_line", "r", kCcuTaps, [&](const hdl::Dim& r) {
    const hdl::Bits taps = m.wire("taps", hdl::bits(kCcuTaps * coef_width));
    m.assign(taps.lane(0, coef_width), stored.lane(kCcuTaps * r, coef_width));
    m.assign(taps.lane(1, coef_width), hdl::mux(column_pad, hdl::zeros(coef_width),
                                                stored.lane(kCcuTaps * r + 1, coef_width)));
    m.assign(taps.lane(2, coef_width), stored.lane(kCcuTaps * r + 2, coef_width));
    m.instance("u_line", coef_line(design, coef_width.value()), {{"Width", coef_width}},
               {{"mode3_i", column_mode3}, {"h_i", taps}, {"v_o", lines.lane(r, line_width)}});
  });
  const hdl::Bits v = m.wire("v", hdl::bits(kProducts * v_width));
  m.generate_for("gen_factor", "c", kCcuBranches, [&](const hdl::Dim& c) {
    const hdl::Dim w = coef_width + 1;
    const hdl::Bits taps = m.wire("taps", hdl::bits(kCcuTaps * w));
    m.assign(taps.lane(0, w), lines.lane(c, w));
    m.assign(taps.lane(1, w), hdl::mux(row_pad, hdl::zeros(w), lines.lane(kCcuBranches + c, w)));
    m.assign(taps.lane(2, w), lines.lane(2 * kCcuBranches + c, w));
    const hdl::Bits factor = m.wire("factor", hdl::bits(kCcuBranches * v_width));
    m.instance("u_line", coef_line(design, coef_width.value() + 1), {{"Width", w}},
               {{"mode3_i", row_mode3}, {"h_i", taps}, {"v_o", factor}});
    for (int r = 0; r < kCcuBranches; ++r)
      m.assign(v.lane(kCcuBranches * r + c, v_width), factor.lane(r, v_width));
  });
  const hdl::Bits v_q = m.reg("v_q", hdl::bits(kProducts * v_width));
  m.registers(clock, {}, {}, {{v_q, v}});

  m.section("Products and branch sums.");
  m.generate_for("gen_branch", "b", kProducts, [&](const hdl::Dim& b) {
    const hdl::Num u_b = m.wire("u_b", hdl::sint(u_width), u.lane(b, u_width).as_signed());
    const hdl::Num v_b = m.wire("v_b", hdl::sint(v_width), v_q.lane(b, v_width).as_signed());
    const hdl::Num product_q = m.reg("product_q", hdl::sint(result_width));
    const hdl::Num sum_q = m.reg("sum_q", hdl::sint(result_width));
    const hdl::Num product =
        m.wire("product", hdl::sint(result_width), (u_b * v_b).wrap(result_width));
    const hdl::Num more =
        m.wire("more", hdl::sint(result_width), (sum_q + product_q).wrap(result_width));
    m.registers(clock, {}, {{product_q, product}});
    m.registers(clock, valid, {{sum_q, hdl::mux(first, product_q, more)}});
    m.assign(s.lane(b, result_width), sum_q.bits());
  });
  return m;
}

hdl::Module build_post(DesignBuilder& design, const std::string& name, const hdl::Point& at) {
  hdl::Module m = helper_module(name, {"Post-adders of ccu: 36 branch sums to 4 x 4 outputs (of "
                                       "three taps the first 3), rows first; two cycles."});
  const hdl::Dim width = m.parameter("ResultWidth", at.at("ResultWidth"), 4, 64, "Bits of a sum.");
  const hdl::BitsType flag = hdl::bits(1);
  const hdl::Bits clk = m.input("clk_i", flag, "Clock.");
  const hdl::Bits row_mode3 = m.input("row_mode3_i", flag, "Three rows of taps; else twice two.");
  const hdl::Bits column_mode3 = m.input("column_mode3_i", flag, "The same for columns.");
  const hdl::Bits s = m.input("s_i", hdl::bits(kCcuBranches * kCcuBranches * width),
                              "Branch sum (row r, column c) at bit (6*r + c) * ResultWidth.");
  const hdl::Bits y = m.output("y_o", hdl::bits(kCcuLines * kCcuLines * width),
                               "Output (row r, column c) at bit (4*r + c) * ResultWidth.");
  m.section("Each column: six branch sums to four.");
  const hdl::Bits lines = m.wire("lines", hdl::bits(kCcuLines * kCcuBranches * width));
  m.generate_for("gen_column", "c", kCcuBranches, [&](const hdl::Dim& c) {
    const hdl::Bits column = m.wire("column", hdl::bits(kCcuBranches * width));
    for (int r = 0; r < kCcuBranches; ++r)
      m.assign(column.lane(r, width), s.lane(kCcuBranches * r + c, width));
    const hdl::Bits sums = m.wire("sums", hdl::bits(kCcuLines * width));
    m.instance("u_line", post_line(design, width.value()), {{"Width", width}},
               {{"mode3_i", row_mode3}, {"s_i", column}, {"y_o", sums}});
    for (int r = 0; r < kCcuLines; ++r)
      m.assign(lines.lane(kCcuBranches * r + c, width), sums.lane(r, width));
  });
  const hdl::Bits lines_q = m.reg("lines_q", hdl::bits(kCcuLines * kCcuBranches * width));
  const hdl::Bits column_mode3_q = m.reg("column_mode3_q", flag);
  m.section("Each row of these: six to four.");
  const hdl::Bits outputs = m.wire("outputs", hdl::bits(kCcuLines * kCcuLines * width));
  m.generate_for("gen_row", "r", kCcuLines, [&](const hdl::Dim& r) {
    m.instance("u_line", post_line(design, width.value()), {{"Width", width}},
               {{"mode3_i", column_mode3_q},
                {"s_i", lines_q.lane(r, kCcuBranches * width)},
                {"y_o", outputs.lane(r, kCcuLines * width)}});
  });
  const hdl::Bits outputs_q = m.reg("outputs_q", hdl::bits(kCcuLines * kCcuLines * width));
  m.registers({.clock = clk}, {}, {},
              {{lines_q, lines}, {column_mode3_q, column_mode3}, {outputs_q, outputs}});
  m.assign(y, outputs_q);
  return m;
}

}  // namespace

const hdl::Module& ccu_pre(DesignBuilder& design) {
  const bool signed_data = design.is("data", "signed");
  const std::string name = signed_data ? "fircone_ccu_pre_signed" : "fircone_ccu_pre";
  return design.helper(
      name, {{"DataWidth", design.size("DataWidth")}}, {{"DataWidth", 8}},
      [&](const hdl::Point& at) { return build_pre(design, name, signed_data, at); });
}

const hdl::Module& ccu_core(DesignBuilder& design) {
  const std::string name = "fircone_ccu_core";
  return design.helper(name,
                       {{"DataWidth", design.size("DataWidth")},
                        {"CoefWidth", design.size("CoefWidth")},
                        {"ResultWidth", ccu_result_width(design.spec())},
                        {"Words", 32 * design.size("InChannels")}},
                       {{"DataWidth", 8}, {"CoefWidth", 8}, {"ResultWidth", 28}, {"Words", 512}},
                       [&](const hdl::Point& at) { return build_core(design, name, at); });
}

const hdl::Module& ccu_post(DesignBuilder& design) {
  const std::string name = "fircone_ccu_post";
  return design.helper(name, {{"ResultWidth", ccu_result_width(design.spec())}},
                       {{"ResultWidth", 28}},
                       [&](const hdl::Point& at) { return build_post(design, name, at); });
}

}  // namespace gen
