// SPDX-License-Identifier: Apache-2.0
// The claims of every unit family, their value and their Verilog.

#include "analysis/prove/claim.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

namespace analysis {
namespace {

Operand operand(const std::string& port, int64_t lsb, int64_t width, bool is_signed) {
  return {port, static_cast<int>(lsb), static_cast<int>(width), is_signed};
}

int ceil_log2(int64_t value) {
  int bits = 0;
  while ((int64_t{1} << bits) < value) ++bits;
  return bits;
}

std::vector<Claim> adder(const base::Spec& spec) {
  const int width = static_cast<int>(spec.size("Width"));
  const bool is_signed = spec.is("operands", "signed");
  Claim claim{.output = "sum_o", .width = width + 1, .is_signed = is_signed};
  claim.terms = {{1, {operand("a_i", 0, width, is_signed)}},
                 {1, {operand("b_i", 0, width, is_signed)}}};
  claim.text = "sum_o == a_i + b_i";
  if (spec.is("carry_in", "yes")) {
    claim.terms.push_back({1, {operand("carry_i", 0, 1, false)}});
    claim.text += " + carry_i";
  }
  return {claim};
}

std::vector<Claim> sum(const base::Spec& spec) {
  const int64_t count = spec.size("Count"), width = spec.size("Width");
  Claim claim{.output = "sum_o", .width = static_cast<int>(width) + ceil_log2(count)};
  claim.is_signed = spec.is("operands", "signed");
  for (int64_t i = 0; i < count; ++i)
    claim.terms.push_back({1, {operand("x_i", i * width, width, claim.is_signed)}});
  claim.text = fmt::format("sum_o == sum of {} operands", count);
  return {claim};
}

std::vector<Claim> popcount(const base::Spec& spec) {
  const int64_t width = spec.size("Width");
  Claim claim{.output = "count_o", .width = ceil_log2(width + 1)};
  for (int64_t i = 0; i < width; ++i) claim.terms.push_back({1, {operand("x_i", i, 1, false)}});
  claim.text = "count_o == number of ones in x_i";
  return {claim};
}

// `operands`: unsigned, signed, or mixed (a unsigned, b signed).
bool a_signed(const base::Spec& spec) { return spec.is("operands", "signed"); }
bool b_signed(const base::Spec& spec) { return a_signed(spec) || spec.is("operands", "mixed"); }

std::vector<Claim> mul(const base::Spec& spec) {
  if (spec.has("approx") && !spec.is("approx", "none")) return {};
  const int64_t a = spec.size("WidthA"), b = spec.size("WidthB");
  Claim claim{.output = "product_o", .width = static_cast<int>(a + b)};
  claim.is_signed = b_signed(spec);
  claim.terms = {{1, {operand("a_i", 0, a, a_signed(spec)), operand("b_i", 0, b, b_signed(spec))}}};
  claim.text = "product_o == a_i * b_i";
  return {claim};
}

int port_width(const std::vector<ProvePort>& ports, std::string_view name) {
  for (const ProvePort& port : ports)
    if (port.name == name) return port.width;
  return 0;
}

std::vector<Claim> dot(const base::Spec& spec, const std::vector<ProvePort>& ports) {
  const int64_t count = spec.size("Count"), a = spec.size("WidthA"), b = spec.size("WidthB");
  const int64_t c = spec.has("AddendWidth") ? spec.size("AddendWidth") : 0;
  Claim claim{.output = "y_o", .width = port_width(ports, "y_o")};
  claim.is_signed = b_signed(spec);
  for (int64_t i = 0; i < count; ++i)
    claim.terms.push_back(
        {1, {operand("a_i", i * a, a, a_signed(spec)), operand("b_i", i * b, b, b_signed(spec))}});
  claim.text = fmt::format("y_o == sum of {} products", count);
  if (c > 0) {
    claim.terms.push_back({1, {operand("c_i", 0, c, b_signed(spec))}});
    claim.text += " + c_i";
  }
  return {claim};
}

// y = sum of (1 - 2 s) x + offset - C, C the constant of the filter that its form leaves to the
// offset; see gen/units/README.md. Samples count without their dropped bits. Of `bw_pe` a sum of
// one beat; the first of signed bit planes counts negative, as if all s were inverted.
std::vector<Claim> bw_sum(const base::Spec& spec) {
  static constexpr std::array<std::string_view, 9> kWithErrors = {
      "loa", "trunc", "oloca", "eta1", "herloa", "hoeraa", "esa", "eta2", "aca1"};
  for (const std::string_view adder : kWithErrors)
    if (spec.is("final_adder", adder)) return {};
  const bool planes = spec.has("activation") && spec.is("activation", "bit_serial");
  const int64_t lanes = spec.size("Lanes"), data = planes ? 1 : spec.size("DataWidth");
  const int64_t drop = spec.size("drop"), bits = data - drop, unit = int64_t{1} << drop;
  const int acc = static_cast<int>(spec.size("AccWidth"));
  const bool is_signed = spec.is("data", "signed") && !planes, binary = spec.is("data", "binary");
  const bool inverted = spec.is("data", "signed") && planes;
  const bool given = spec.is("form", "and") && spec.is("samples", "given");
  Claim claim{.output = "y_o", .width = acc, .is_signed = true, .wraps = true};
  int64_t constant = 0, minus = 0;  // minus: what each weight -1 adds
  if (binary) {
    constant = 2 * lanes;  // (1 - 2 x) (1 - 2 s) = 1 - 2 x - 2 s + 4 x s, and C = -lanes
    minus = -2;
  } else if (spec.is("form", "xor")) {
    constant = is_signed ? lanes * (int64_t{1} << (bits - 1)) * unit : 0;
    minus = is_signed ? -unit : ((int64_t{1} << bits) - 1) * unit;
  } else if (spec.is("form", "approx")) {
    if (spec.is("compensation", "half")) constant = lanes / 2 * unit;
    if (!spec.is("compensation", "exact")) minus = -unit;
  }
  // x (plus + times s), and `minus` for each s; with inverted ones 1 - s in the place of s.
  int64_t plus = binary ? -2 : given ? 2 * unit : unit, times = binary ? 4 : -2 * unit;
  if (inverted) {
    plus += times;
    times = -times;
    constant += lanes * minus;
    minus = -minus;
  }
  for (int64_t k = 0; k < lanes; ++k) {
    const Operand x = operand("x_i", k * data + drop, bits, is_signed);
    const Operand s = operand("s_i", k, 1, false);
    if (plus != 0) claim.terms.push_back({plus, {x}});
    claim.terms.push_back({times, {s, x}});
    if (minus != 0) claim.terms.push_back({minus, {s}});
  }
  if (given) claim.terms.push_back({-1, {operand("sum_i", 0, acc, true)}});
  claim.terms.push_back({1, {operand("offset_i", 0, acc, true)}});
  if (constant != 0) claim.terms.push_back({constant, {}});
  claim.text =
      fmt::format("y_o == sum of {} samples by their signs + offset_i - C(s_i), mod 2^{}{}", lanes,
                  acc, spec.unit() == "bw_pe" ? ", of one beat" : "");
  return {claim};
}

// Of each channel a sum of one beat: y = sum of (w x + excess(w)) + offset, the excess as the form
// has it; see gen/units/README.md.
std::vector<Claim> bw_array(const base::Spec& spec) {
  if (!spec.is("output", "raw") || !spec.is("pool", "none") || spec.is("weights", "stored"))
    return {};
  const int64_t pe = spec.size("Pe"), simd = spec.size("Simd"), data = spec.size("DataWidth");
  const int64_t acc = spec.size("AccWidth"), most = (int64_t{1} << data) - 1;
  const bool is_signed = spec.is("data", "signed"), binary = spec.is("data", "binary");
  const int64_t half = is_signed ? int64_t{1} << (data - 1) : 0;
  int64_t plus = half, minus = most - half;  // the excess of a weight +1, -1
  if (spec.is("form", "and")) {
    plus = most + half;
  } else if (binary) {
    plus = 2;  // (1 - 2 x) (1 - 2 s) + 1 = 2 - 2 x - 2 s + 4 x s
    minus = 0;
  }
  std::vector<Claim> claims;
  for (int64_t p = 0; p < pe; ++p) {
    Claim claim{.output = "y_o",
                .lsb = static_cast<int>(p * acc),
                .width = static_cast<int>(acc),
                .is_signed = true,
                .wraps = true};
    for (int64_t l = 0; l < simd; ++l) {
      const Operand x = operand("x_i", l * data, data, is_signed);
      const Operand s = operand("s_i", p * simd + l, 1, false);
      claim.terms.push_back({binary ? -2 : 1, {x}});
      claim.terms.push_back({binary ? 4 : -2, {s, x}});
      if (minus != plus) claim.terms.push_back({minus - plus, {s}});
    }
    claim.terms.push_back({1, {operand("offset_i", p * acc, acc, true)}});
    if (plus != 0) claim.terms.push_back({simd * plus, {}});
    claim.text = fmt::format(
        "y_o[{}] == sum of {} samples by their signs + offset_i - C(s_i), mod 2^{}, of one beat", p,
        simd, acc);
    claims.push_back(std::move(claim));
  }
  return claims;
}

// The sums that channels of bw_array select from, of one group of neighbours whose samples begin at
// bit `x_lsb`; into `claims`, their bits from `lsb` on. The bit behind them.
int subset_sums(std::vector<Claim>& claims, int64_t size, int64_t data, int64_t x_lsb, int lsb) {
  for (unsigned subset = 1; subset < 1u << size; ++subset) {
    const int members = std::popcount(subset);
    if (members < 2) continue;
    Claim claim{.output = "sums_o", .lsb = lsb};
    claim.width = static_cast<int>(data) + ceil_log2(members);
    for (int64_t i = 0; i < size; ++i)
      if ((subset >> i & 1) != 0)
        claim.terms.push_back({1, {operand("x_i", x_lsb + i * data, data, false)}});
    lsb += claim.width;
    claims.push_back(std::move(claim));
  }
  return lsb;
}

// The sums of subsets of neighbours, the sum of all complements.
std::vector<ModuleClaims> bw_shared_sums(const base::Spec& spec) {
  if (!spec.is("arith", "heap") || !spec.is("form", "and")) return {};
  const int64_t lanes = spec.size("Simd"), data = spec.size("DataWidth");
  const int64_t share = spec.size("share"), most = (int64_t{1} << data) - 1;
  std::vector<ModuleClaims> modules;
  ModuleClaims samples{fmt::format("fircone_bw_samples_n{}_", lanes), {}};
  Claim rest{.output = "rest_o", .width = static_cast<int>(data) + ceil_log2(lanes)};
  rest.terms.push_back({lanes * most, {}});
  for (int64_t l = 0; l < lanes; ++l)
    rest.terms.push_back({-1, {operand("x_i", l * data, data, false)}});
  int lsb = 0;
  for (int64_t lane = 0; lane < lanes; lane += share)
    lsb = subset_sums(samples.claims, std::min(share, lanes - lane), data, lane * data, lsb);
  samples.claims.push_back(std::move(rest));
  for (const int64_t size : {share, lanes % share}) {
    if (size < 2 || size > lanes) continue;
    ModuleClaims group{fmt::format("fircone_bw_group_n{}_", size), {}};
    subset_sums(group.claims, size, data, 0, 0);
    modules.push_back(std::move(group));
  }
  modules.push_back(std::move(samples));
  return modules;
}

int64_t size_or(const base::Spec& spec, std::string_view key, int64_t otherwise) {
  return spec.has(key) ? spec.size(key) : otherwise;
}

// y[o][i][j] = sum over c, r, k of h[o][c][r][k] x[c][s i + d r][s j + d k]; see
// gen/units/README.md for the layout.
std::vector<Claim> fcu(const base::Spec& spec, const std::vector<ProvePort>& ports) {
  if (spec.is("preadd", "offline")) return {};
  const int64_t data = spec.size("DataWidth"), coef = spec.size("CoefWidth");
  const int64_t kernel = spec.size("kernel"), kernel_rows = size_or(spec, "kernel_rows", kernel);
  const int64_t across = size_or(spec, "parallel", kernel),
                down = size_or(spec, "parallel_rows", 1);
  const int64_t stride = size_or(spec, "stride", 1), dilation = size_or(spec, "dilation", 1);
  const int64_t in = size_or(spec, "InChannels", 1), out = size_or(spec, "OutChannels", 1);
  const int64_t window_rows = stride * (down - 1) + dilation * (kernel_rows - 1) + 1;
  const int64_t window = stride * (across - 1) + dilation * (kernel - 1) + 1;
  const int width = port_width(ports, "y_o") / static_cast<int>(out * down * across);
  std::vector<Claim> claims;
  for (int64_t y = 0; y < out * down * across; ++y) {
    const int64_t o = y / (down * across), i = y / across % down, j = y % across;
    Claim claim{
        .output = "y_o", .lsb = static_cast<int>(y) * width, .width = width, .is_signed = true};
    for (int64_t c = 0; c < in; ++c) {
      for (int64_t r = 0; r < kernel_rows; ++r) {
        for (int64_t k = 0; k < kernel; ++k) {
          const int64_t x =
              (c * window_rows + stride * i + dilation * r) * window + stride * j + dilation * k;
          const int64_t h = ((o * in + c) * kernel_rows + r) * kernel + k;
          claim.terms.push_back({1,
                                 {operand("x_i", x * data, data, spec.is("data", "signed")),
                                  operand("h_i", h * coef, coef, true)}});
        }
      }
    }
    claim.text = fmt::format("y_o[{}] == sum of {} products h * x", y, claim.terms.size());
    claims.push_back(std::move(claim));
  }
  return claims;
}

mpz_class power_of_two(int exponent) {
  mpz_class value = 1;
  value <<= static_cast<mp_bitcnt_t>(exponent);
  return value;
}

mpz_class modulo(const mpz_class& value, int width) {
  mpz_class result;
  mpz_fdiv_r_2exp(result.get_mpz_t(), value.get_mpz_t(), static_cast<mp_bitcnt_t>(width));
  return result;
}

mpz_class value_of(const Operand& operand, const Values& inputs) {
  const auto found = inputs.find(operand.port);
  const mpz_class port = found == inputs.end() ? mpz_class(0) : found->second;
  const mpz_class above = port >> static_cast<mp_bitcnt_t>(operand.lsb);
  mpz_class value = modulo(above, operand.width);
  if (operand.is_signed && value >= power_of_two(operand.width - 1))
    value -= power_of_two(operand.width);
  return value;
}

}  // namespace

std::vector<Claim> claims_of(const base::Spec& resolved, const std::vector<ProvePort>& ports) {
  const std::string& unit = resolved.unit();
  if (unit.starts_with("add_")) return adder(resolved);
  if (unit == "sum") return sum(resolved);
  if (unit == "popcount") return popcount(resolved);
  if (unit == "mul") return mul(resolved);
  if (unit == "dot") return dot(resolved, ports);
  if (unit == "bw_dot" || unit == "bw_pe") return bw_sum(resolved);
  if (unit == "bw_array") return bw_array(resolved);
  if (unit == "fcu") return fcu(resolved, ports);
  return {};
}

std::vector<ModuleClaims> module_claims_of(const base::Spec& resolved) {
  return resolved.unit() == "bw_array" ? bw_shared_sums(resolved) : std::vector<ModuleClaims>{};
}

bool is_approximate_adder(const base::Spec& resolved) {
  static constexpr std::array<std::string_view, 5> kExact = {"add_prefix", "add_ripple", "add_skip",
                                                             "add_select", "add_increment"};
  return resolved.unit().starts_with("add_") &&
         std::find(kExact.begin(), kExact.end(), resolved.unit()) == kExact.end();
}

bool fits(const Claim& claim) {
  // Interval arithmetic over the operands, which are independent of each other in every claim.
  mpz_class least = 0, most = 0;
  for (const Term& term : claim.terms) {
    mpz_class low = static_cast<signed long>(term.factor), high = low;
    for (const Operand& o : term.operands) {
      const mpz_class bottom = o.is_signed ? mpz_class(-power_of_two(o.width - 1)) : mpz_class(0);
      const mpz_class top = power_of_two(o.is_signed ? o.width - 1 : o.width) - 1;
      const std::array<mpz_class, 4> corners = {low * bottom, low * top, high * bottom, high * top};
      low = *std::min_element(corners.begin(), corners.end());
      high = *std::max_element(corners.begin(), corners.end());
    }
    least += low;
    most += high;
  }
  const mpz_class bottom =
      claim.is_signed ? mpz_class(-power_of_two(claim.width - 1)) : mpz_class(0);
  const mpz_class top = power_of_two(claim.is_signed ? claim.width - 1 : claim.width) - 1;
  return claim.width > 0 && (claim.wraps || (least >= bottom && most <= top));
}

mpz_class evaluate(const Claim& claim, const Values& inputs) {
  mpz_class total = 0;
  for (const Term& term : claim.terms) {
    mpz_class product = static_cast<signed long>(term.factor);
    for (const Operand& factor : term.operands) product *= value_of(factor, inputs);
    total += product;
  }
  return modulo(total, claim.width);
}

std::string reference_verilog(const Claim& claim, const std::string& name) {
  // Everything in `width` unsigned bits: sums and products modulo 2^width need no more, whatever
  // the signs, once each operand is extended by its own. No parameter, hence none that turns
  // unsigned.
  std::string text, sum;
  int number = 0;
  const auto extended = [&](const Operand& o) {
    const std::string wire = fmt::format("{}_{}", name, number++);
    const std::string slice = fmt::format("{}[{}:{}]", o.port, o.lsb + o.width - 1, o.lsb);
    const int more = claim.width - o.width;
    if (more <= 0) {
      text += fmt::format("  wire [{}:0] {} = {}[{}:{}];\n", claim.width - 1, wire, o.port,
                          o.lsb + claim.width - 1, o.lsb);
    } else {
      const std::string sign =
          o.is_signed ? fmt::format("{}[{}]", o.port, o.lsb + o.width - 1) : "1'b0";
      text += fmt::format("  wire [{}:0] {} = {{{{{}{{{}}}}}, {}}};\n", claim.width - 1, wire, more,
                          sign, slice);
    }
    return wire;
  };
  for (const Term& term : claim.terms) {
    const uint64_t magnitude = static_cast<uint64_t>(std::abs(term.factor));
    std::string product;
    for (const Operand& o : term.operands) product += (product.empty() ? "" : " * ") + extended(o);
    if (product.empty() || magnitude != 1)
      product =
          fmt::format("{}'d{}{}", claim.width, magnitude, product.empty() ? "" : " * " + product);
    sum += (term.factor < 0 ? " - " : sum.empty() ? "" : " + ") + product;
  }
  return text + fmt::format("  wire [{}:0] {} = {};\n", claim.width - 1, name,
                            sum.empty() ? fmt::format("{}'d0", claim.width) : sum);
}

std::string format_hex(const mpz_class& value, int width) {
  const std::string digits = value.get_str(16);
  const size_t wanted = static_cast<size_t>((width + 3) / 4);
  return "0x" + std::string(wanted > digits.size() ? wanted - digits.size() : 0, '0') + digits;
}

std::string format_values(const std::vector<ProvePort>& ports, const Values& inputs) {
  std::string text;
  for (const ProvePort& port : ports) {
    const auto found = inputs.find(port.name);
    if (!port.input || found == inputs.end()) continue;
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", port.name,
                        format_hex(found->second, port.width));
  }
  return text;
}

}  // namespace analysis
