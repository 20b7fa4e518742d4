// SPDX-License-Identifier: Apache-2.0
// Backward substitution of boxes, expansion of leaves, comparison with the claim.

#include "analysis/prove/rewrite.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace analysis {
namespace {

constexpr size_t kMaxLeafInputs = 12;
constexpr size_t kMaxLeafTerms = 512;  // of a gate in a leaf of more inputs
constexpr size_t kMaxTerms = 200'000;
constexpr uint32_t kNone = UINT32_MAX;

mpz_class power_of_two(size_t exponent) {
  mpz_class value = 1;
  value <<= exponent;
  return value;
}

struct Range {
  mpz_class low = 0, high = 0;
};

Range times(const Range& a, const Range& b) {
  const std::array<mpz_class, 4> corners = {a.low * b.low, a.low * b.high, a.high * b.low,
                                            a.high * b.high};
  return {*std::min_element(corners.begin(), corners.end()),
          *std::max_element(corners.begin(), corners.end())};
}

// The same modulo 2^width: words of at least `width` bits, cut to it, may be read with either sign.
std::vector<Box::Product> reread(const Box& box, bool is_signed) {
  std::vector<Box::Product> terms = box.terms;
  for (Box::Product& term : terms) {
    for (Word& word : term.words) {
      if (word.bits.size() < box.out.size()) continue;
      word.bits.resize(box.out.size());
      word.is_signed = is_signed;
    }
  }
  return terms;
}

std::string weight_text(const mpz_class& coefficient, int width) {
  if (coefficient == 0) return "0";
  // Coefficients are most often powers of two, or their negatives.
  const mpz_class negative = power_of_two(static_cast<size_t>(width)) - coefficient;
  for (const auto& [sign, value] : {std::pair{"", coefficient}, std::pair{"-", negative}})
    if (mpz_popcount(value.get_mpz_t()) == 1)
      return fmt::format("{}2^{}", sign, mpz_scan1(value.get_mpz_t(), 0));
  return coefficient < negative ? coefficient.get_str() : "-" + negative.get_str();
}

bool fits_unsigned(const Range& range, size_t width) {
  return range.low >= 0 && range.high < power_of_two(width);
}

bool fits_signed(const Range& range, size_t width) {
  return range.low >= -power_of_two(width - 1) && range.high < power_of_two(width - 1);
}

// What the numbers in a design can be: sums in a chain need fewer bits than their operands' widths
// would let one fear.
class Ranges {
 public:
  explicit Ranges(const Network& network) : network_(network) {
    source_.resize(network.net_count());
    for (Net net = 0; net < network.net_count(); ++net) source_[net] = net;
    box_of_.assign(network.net_count(), kNone);
    signed_.resize(network.boxes().size());
    unsigned_.resize(network.boxes().size());
    for (const uint32_t element : network.order()) {
      if (element < network.gates().size()) {
        const LogicGate& gate = network.gates()[element];
        if (gate.op == LogicOp::kBuf || gate.op == LogicOp::kRegister)
          source_[gate.out] = source_[gate.in[0]];
        continue;
      }
      const size_t index = element - network.gates().size();
      const Box& box = network.boxes()[index];
      if (box.out.size() < 2) continue;
      box_of_[box.out[0]] = static_cast<uint32_t>(index);
      for (const auto& terms : {box.terms, reread(box, false), reread(box, true)}) {
        const Range range = of(terms);
        if (fits_signed(range, box.out.size())) signed_[index] = range;
        if (fits_unsigned(range, box.out.size())) unsigned_[index] = range;
      }
    }
  }

  Range of(const std::vector<Box::Product>& terms) const {
    Range total;
    for (const Box::Product& term : terms) {
      Range product{term.factor, term.factor};
      for (const Word& word : term.words) product = times(product, of(word));
      total.low += product.low;
      total.high += product.high;
    }
    return total;
  }

  Range of(const Word& word) const {
    if (const std::optional<Range> known = of_box(word)) return *known;
    // Bits on top that only repeat the sign, or are zero, do not widen the range.
    size_t width = word.bits.size();
    if (word.is_signed && word.bits.back() != kFalse) {
      while (width > 1 && word.bits[width - 1] == word.bits[width - 2]) --width;
      return {-power_of_two(width - 1), power_of_two(width - 1) - 1};
    }
    while (width > 0 && word.bits[width - 1] == kFalse) --width;
    return {0, power_of_two(width) - 1};
  }

 private:
  // A word that is all of a box's result, perhaps extended.
  std::optional<Range> of_box(const Word& word) const {
    const uint32_t index = box_of_[source_[word.bits[0]]];
    if (index == kNone) return std::nullopt;
    const std::vector<Net>& out = network_.boxes()[index].out;
    if (word.bits.size() < out.size()) return std::nullopt;
    bool by_sign = true, by_zero = true;
    for (size_t i = 0; i < word.bits.size(); ++i) {
      const Net bit = source_[word.bits[i]];
      if (i < out.size() && bit != out[i]) return std::nullopt;
      by_sign = by_sign && (i < out.size() || bit == out.back());
      by_zero = by_zero && (i < out.size() || bit == kFalse);
    }
    const bool extended = word.bits.size() > out.size();
    if (by_sign && word.is_signed) return signed_[index];
    if (by_zero && (extended || !word.is_signed)) return unsigned_[index];
    return std::nullopt;
  }

  const Network& network_;
  std::vector<Net> source_;                              // behind buffers and registers
  std::vector<uint32_t> box_of_;                         // of a net that is bit 0 of a box
  std::vector<std::optional<Range>> signed_, unsigned_;  // of each box, if it cannot overflow
};

class Rewriter {
 public:
  Rewriter(const Network& network, const Claim& claim)
      : network_(network), claim_(claim), ranges_(network), rest_(claim.width) {
    gate_of_.assign(network.net_count(), kNone);
    for (size_t i = 0; i < network.gates().size(); ++i)
      gate_of_[network.gates()[i].out] = static_cast<uint32_t>(i);
    is_box_output_.resize(network.net_count());
    for (const Box& box : network.boxes())
      for (const Net out : box.out) is_box_output_[out] = true;
    occurrences_.resize(network.net_count());
  }

  Rewriting run(double timeout_seconds) {
    backward(timeout_seconds);
    Rewriting result;
    result.boxes = replaced_;
    if (stuck_) {
      result.where = first_mismatch_.empty() ? fmt::format("no end within {} terms and {:g} s",
                                                           kMaxTerms, timeout_seconds)
                                             : first_mismatch_;
      return result;
    }
    result.terms = subtract_claim();
    if (rest_.size() == 0) {
      result.kind = Rewriting::Kind::kEqual;
    } else {
      result.kind = Rewriting::Kind::kDiffers;
      describe_difference(result);
    }
    return result;
  }

  std::optional<Polynomial> value(double timeout_seconds) {
    backward(timeout_seconds);
    if (stuck_) return std::nullopt;
    return rest_;
  }

 private:
  // The output as a polynomial of inputs.
  void backward(double timeout_seconds) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<Net>& output = network_.outputs().at(claim_.output);
    for (int i = 0; i < claim_.width; ++i)
      add_net(output[static_cast<size_t>(claim_.lsb) + static_cast<size_t>(i)],
              power_of_two(static_cast<size_t>(i)), {});
    const std::vector<uint32_t>& order = network_.order();
    for (size_t i = order.size(); i-- > 0 && !stuck_;) {
      if (order[i] < network_.gates().size()) continue;
      replace(network_.boxes()[order[i] - network_.gates().size()]);
      const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
      stuck_ = stuck_ || rest_.size() > kMaxTerms || passed.count() > timeout_seconds;
    }
  }

  void add_term(const Monomial& monomial, const mpz_class& coefficient) {
    rest_.add(monomial, coefficient);
    for (const Net bit : monomial)
      if (is_box_output_[bit]) occurrences_[bit].push_back(monomial);
  }

  void add_polynomial(const Polynomial& p, const mpz_class& factor, const Monomial& cofactor) {
    for (const auto& [monomial, coefficient] : p.terms())
      add_term(product(monomial, cofactor), factor * coefficient);
  }

  void add_net(Net net, const mpz_class& factor, const Monomial& cofactor) {
    if (net == kFalse) return;
    if (gate_of_[net] == kNone)
      add_term(product(net == kTrue ? Monomial{} : Monomial{net}, cofactor), factor);
    else
      add_polynomial(leaf(net), factor, cofactor);
  }

  // A net as a polynomial of inputs and outputs of boxes.
  const Polynomial& leaf(Net net) {
    const auto found = leaves_.find(net);
    if (found != leaves_.end()) return found->second;
    Polynomial p(claim_.width);
    if (gate_of_[net] == kNone) {
      if (net != kFalse) p.add(net == kTrue ? Monomial{} : Monomial{net}, 1);
    } else {
      p = expand(net);
    }
    return leaves_.emplace(net, std::move(p)).first->second;
  }

  // The gates behind a net, drivers first, and the bits that they stand on.
  struct Cone {
    std::vector<uint32_t> gates;
    Monomial bits;
  };
  Cone cone_of(Net root) const {
    Cone cone;
    std::vector<Net> stack = {root};
    std::map<Net, bool> done;  // false: entered
    while (!stack.empty()) {
      const Net net = stack.back();
      const auto [place, fresh] = done.try_emplace(net, false);
      if (!fresh) {
        stack.pop_back();
        if (!place->second && gate_of_[net] != kNone) cone.gates.push_back(gate_of_[net]);
        place->second = true;
        continue;
      }
      if (gate_of_[net] == kNone) {
        if (net > kTrue) cone.bits.push_back(net);
        continue;
      }
      const LogicGate& gate = network_.gates()[gate_of_[net]];
      for (int i = 0; i < input_count(gate.op); ++i)
        stack.push_back(gate.in[static_cast<size_t>(i)]);
    }
    std::sort(cone.bits.begin(), cone.bits.end());
    return cone;
  }

  Polynomial expand(Net net) {
    const Cone cone = cone_of(net);
    Polynomial p(claim_.width);
    if (cone.bits.size() > kMaxLeafInputs) {
      if (const auto by_gates = expand_gates(cone)) return *by_gates;
      note(fmt::format("{} is a function of {} bits, more than a leaf may have", network_.name(net),
                       cone.bits.size()));
      stuck_ = true;
      return p;
    }
    const size_t count = size_t{1} << cone.bits.size();
    std::vector<uint8_t> table(count);
    std::map<Net, uint64_t> value = {{kFalse, 0}, {kTrue, ~uint64_t{0}}};
    for (size_t v = 0; v < count; v += 64) {  // 64 rows of the table at a time
      for (size_t i = 0; i < cone.bits.size(); ++i) {
        constexpr std::array<uint64_t, 6> kLow = {0xaaaaaaaaaaaaaaaa, 0xcccccccccccccccc,
                                                  0xf0f0f0f0f0f0f0f0, 0xff00ff00ff00ff00,
                                                  0xffff0000ffff0000, 0xffffffff00000000};
        value[cone.bits[i]] = i < 6 ? kLow[i] : ((v >> i) & 1) != 0 ? ~uint64_t{0} : 0;
      }
      for (const uint32_t index : cone.gates) {
        const LogicGate& gate = network_.gates()[index];
        value[gate.out] =
            gate_value(gate.op, value[gate.in[0]], value[gate.in[1]], value[gate.in[2]]);
      }
      const uint64_t word = value[net];
      for (size_t i = 0; i < 64 && v + i < count; ++i) table[v + i] = (word >> i) & 1;
    }
    const std::vector<int64_t> c = coefficients(table);
    for (size_t m = 0; m < count; ++m) {
      if (c[m] == 0) continue;
      Monomial monomial;
      for (size_t i = 0; i < cone.bits.size(); ++i)
        if (((m >> i) & 1) != 0) monomial.push_back(cone.bits[i]);
      p.add(monomial, mpz_class(static_cast<signed long>(c[m])));
    }
    return p;
  }

  // A wide function gate by gate, if all of them have few terms: as a selection among words has, of
  // which at most one is not zero.
  std::optional<Polynomial> expand_gates(const Cone& cone) const {
    std::unordered_map<Net, Polynomial> values;
    const auto value_of = [&](Net net) {
      const auto found = values.find(net);
      if (found != values.end()) return found->second;
      Polynomial p(claim_.width);
      if (net != kFalse) p.add(net == kTrue ? Monomial{} : Monomial{net}, 1);
      return p;
    };
    for (const uint32_t index : cone.gates) {
      const LogicGate& gate = network_.gates()[index];
      std::vector<uint8_t> table(size_t{1} << input_count(gate.op));
      for (size_t v = 0; v < table.size(); ++v)
        table[v] = gate_value(gate.op, v & 1, v >> 1 & 1, v >> 2 & 1) & 1;
      const std::vector<int64_t> c = coefficients(table);
      Polynomial p(claim_.width);
      for (size_t m = 0; m < c.size(); ++m) {
        if (c[m] == 0) continue;
        Polynomial term(claim_.width);
        term.add(Monomial{}, mpz_class(static_cast<signed long>(c[m])));
        for (size_t i = 0; m >> i != 0; ++i)
          if ((m >> i & 1) != 0) term = term.times(value_of(gate.in[i]));
        p.add(term, 1);
        if (term.size() > kMaxLeafTerms || p.size() > kMaxLeafTerms) return std::nullopt;
      }
      values.insert_or_assign(gate.out, std::move(p));
    }
    return value_of(network_.gates()[cone.gates.back()].out);
  }

  Polynomial word_polynomial(const Word& word) {
    Polynomial p(claim_.width);
    for (size_t i = 0; i < word.bits.size(); ++i) {
      const bool sign = word.is_signed && i + 1 == word.bits.size();
      p.add(leaf(word.bits[i]), sign ? mpz_class(-power_of_two(i)) : power_of_two(i));
    }
    return p;
  }

  Polynomial value_polynomial(const std::vector<Box::Product>& terms) {
    Polynomial total(claim_.width);
    for (const Box::Product& term : terms) {
      Polynomial p(claim_.width);
      p.add(Monomial{}, term.factor);
      for (const Word& word : term.words) p = p.times(word_polynomial(word));
      total.add(p, 1);
    }
    return total;
  }

  // Which of a box's equations over the integers may be used for these coefficients of its outputs;
  // none: the coefficients do not belong to a number.
  std::optional<std::vector<Box::Product>> equation(const Box& box,
                                                    const std::vector<mpz_class>& coefficient) {
    const size_t width = box.out.size();
    const mpz_class& unit = coefficient[0];
    bool as_unsigned = true, as_signed = true;
    for (size_t k = 0; k < width; ++k) {
      const mpz_class wanted = rest_.reduced(unit * power_of_two(k));
      as_unsigned = as_unsigned && coefficient[k] == wanted;
      as_signed = as_signed && coefficient[k] == (k + 1 == width ? rest_.reduced(-wanted) : wanted);
    }
    // Modulo 2^width is as good as exact where the rest falls beyond the claim's width.
    if (as_unsigned && rest_.reduced(unit * power_of_two(width)) == 0) return box.terms;
    for (const auto& terms : {box.terms, reread(box, false), reread(box, true)}) {
      const Range range = ranges_.of(terms);
      if (as_unsigned && fits_unsigned(range, width)) return terms;
      if (as_signed && fits_signed(range, width)) return terms;
    }
    if (as_unsigned || as_signed)
      note(fmt::format("{} ({}): its {} bits may overflow, and the result has more", box.name,
                       box.model, width));
    else
      note(mismatch_text(box, coefficient));
    return std::nullopt;
  }

  std::string mismatch_text(const Box& box, const std::vector<mpz_class>& coefficient) const {
    size_t k = 1;
    while (k + 1 < box.out.size() &&
           coefficient[k] == rest_.reduced(coefficient[0] * power_of_two(k)))
      ++k;
    const mpz_class wanted = rest_.reduced(coefficient[0] * power_of_two(k));
    return fmt::format("{} ({}): output {} arrives with weight {}, must be {}", box.name, box.model,
                       network_.name(box.out[k]), weight_text(coefficient[k], claim_.width),
                       weight_text(wanted, claim_.width));
  }

  void note(std::string text) {
    if (first_mismatch_.empty()) first_mismatch_ = std::move(text);
  }

  void replace(const Box& box) {
    // Terms with this box's outputs, by what else they contain.
    std::map<Monomial, std::vector<mpz_class>> groups;
    std::vector<std::pair<Monomial, mpz_class>> squares;  // with two or more of its outputs
    for (const Net out : box.out) {
      for (const Monomial& monomial : std::vector<Monomial>(std::move(occurrences_[out]))) {
        const mpz_class coefficient = rest_.take(monomial);
        if (coefficient == 0) continue;
        Monomial cofactor;
        std::vector<size_t> mine;
        for (const Net bit : monomial) {
          const auto place = std::find(box.out.begin(), box.out.end(), bit);
          if (place == box.out.end())
            cofactor.push_back(bit);
          else
            mine.push_back(static_cast<size_t>(place - box.out.begin()));
        }
        if (mine.size() > 1) {
          squares.emplace_back(monomial, coefficient);
        } else {
          std::vector<mpz_class>& group = groups[cofactor];
          group.resize(box.out.size());
          group[mine[0]] += coefficient;
        }
      }
      occurrences_[out].clear();
    }
    if (groups.empty() && squares.empty()) return;
    ++replaced_;
    for (const auto& [cofactor, coefficient] : groups) {
      const auto terms = equation(box, coefficient);
      if (terms)
        add_polynomial(value_polynomial(*terms), coefficient[0], cofactor);
      else
        bit_by_bit(box, coefficient, cofactor);
      if (stuck_) return;
    }
    for (const auto& [monomial, coefficient] : squares) {
      Polynomial p(claim_.width);
      p.add(Monomial{}, coefficient);
      for (const Net bit : monomial) {
        const auto place = std::find(box.out.begin(), box.out.end(), bit);
        Polynomial factor(claim_.width);
        if (place == box.out.end())
          factor.add(Monomial{bit}, 1);
        else
          factor = output_polynomial(box, static_cast<size_t>(place - box.out.begin()));
        p = p.times(factor);
      }
      add_polynomial(p, 1, {});
    }
  }

  // Without an equation each output is its own Boolean function: right, but terms multiply.
  void bit_by_bit(const Box& box, const std::vector<mpz_class>& coefficient,
                  const Monomial& cofactor) {
    for (size_t k = 0; k < box.out.size() && !stuck_; ++k)
      if (coefficient[k] != 0) add_polynomial(output_polynomial(box, k), coefficient[k], cofactor);
  }

  Polynomial output_polynomial(const Box& box, size_t output) {
    Polynomial p(claim_.width);
    size_t count = 0;
    for (const Box::Product& term : box.terms)
      for (const Word& word : term.words) count += word.bits.size();
    if (count > 3 || box.is_word) {
      note(fmt::format("{} ({}): its outputs are not used as one number", box.name, box.model));
      stuck_ = true;
      return p;
    }
    std::vector<Net> bits;
    size_t constant = 0;
    for (const Box::Product& term : box.terms) {
      if (term.words.empty())
        constant += static_cast<size_t>(term.factor);
      else
        bits.push_back(term.words[0].bits[0]);
    }
    std::vector<uint8_t> table(size_t{1} << bits.size());
    for (size_t v = 0; v < table.size(); ++v)
      table[v] = ((static_cast<size_t>(__builtin_popcountll(v)) + constant) >> output) & 1;
    const std::vector<int64_t> c = coefficients(table);
    for (size_t m = 0; m < c.size(); ++m) {
      if (c[m] == 0) continue;
      Polynomial term(claim_.width);
      term.add(Monomial{}, mpz_class(static_cast<signed long>(c[m])));
      for (size_t i = 0; i < bits.size(); ++i)
        if (((m >> i) & 1) != 0) term = term.times(leaf(bits[i]));
      p.add(term, 1);
    }
    return p;
  }

  size_t subtract_claim() {
    Polynomial right(claim_.width);
    for (const Term& term : claim_.terms) {
      Polynomial p(claim_.width);
      p.add(Monomial{}, mpz_class(static_cast<signed long>(term.factor)));
      for (const Operand& operand : term.operands) {
        const std::vector<Net>& port = network_.inputs().at(operand.port);
        const auto begin = port.begin() + operand.lsb;
        p = p.times(word_polynomial({{begin, begin + operand.width}, operand.is_signed}));
      }
      right.add(p, 1);
    }
    rest_.add(right, -1);
    return right.size();
  }

  // A term of least degree is nonzero at the input that sets its bits alone, because every other
  // term has a bit outside of it: that input is a counterexample.
  void describe_difference(Rewriting& result) {
    std::vector<const Polynomial::Terms::value_type*> terms;
    for (const auto& term : rest_.terms()) terms.push_back(&term);
    std::sort(terms.begin(), terms.end(), [](const auto* a, const auto* b) {
      return std::pair(a->first.size(), a->first) < std::pair(b->first.size(), b->first);
    });
    for (const auto& [port, bits] : network_.inputs()) {
      mpz_class value = 0;
      for (size_t i = 0; i < bits.size(); ++i)
        if (std::binary_search(terms[0]->first.begin(), terms[0]->first.end(), bits[i]))
          value += power_of_two(i);
      result.inputs[port] = value;
    }
    constexpr size_t kShown = 3;
    std::string text = "the difference is";
    for (size_t i = 0; i < std::min(kShown, terms.size()); ++i) {
      text += fmt::format("{} {}", i == 0 ? "" : " +", weight_text(terms[i]->second, claim_.width));
      for (const Net bit : terms[i]->first) text += " * " + network_.name(bit);
    }
    if (terms.size() > kShown) text += fmt::format(" + {} more terms", terms.size() - kShown);
    result.where = text;
    if (!first_mismatch_.empty()) result.where += "; first seen at " + first_mismatch_;
  }

  const Network& network_;
  const Claim& claim_;
  Ranges ranges_;
  Polynomial rest_;  // equals the outputs' weighted sum at every step
  std::vector<uint32_t> gate_of_;
  std::vector<bool> is_box_output_;
  std::vector<std::vector<Monomial>> occurrences_;  // of outputs of boxes; may be out of date
  std::unordered_map<Net, Polynomial> leaves_;
  std::string first_mismatch_;
  size_t replaced_ = 0;
  bool stuck_ = false;
};

}  // namespace

Rewriting rewrite(const Network& network, const Claim& claim, double timeout_seconds) {
  return Rewriter(network, claim).run(timeout_seconds);
}

std::optional<Polynomial> polynomial_of(const Network& network, const std::string& output,
                                        double timeout_seconds) {
  const Claim claim{.output = output,
                    .width = static_cast<int>(network.outputs().at(output).size())};
  return Rewriter(network, claim).value(timeout_seconds);
}

}  // namespace analysis
