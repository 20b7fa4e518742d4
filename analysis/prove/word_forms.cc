// SPDX-License-Identifier: Apache-2.0
// Forms of words, forward through the network.

#include "analysis/prove/word_forms.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace analysis {

WordForms::Number WordForms::checked_sum(Number a, Number b) {
  Number sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) throw NoForm{};
  return sum;
}

WordForms::Number WordForms::checked_product(Number a, Number b) {
  Number product = 0;
  if (__builtin_mul_overflow(a, b, &product)) throw NoForm{};
  return product;
}

WordForms::Number WordForms::power(int exponent) {
  constexpr int kMost = 120;
  if (exponent > kMost) throw NoForm{};
  return Number{1} << exponent;
}

WordForms::Number WordForms::floor_shift(Number value, int by) {
  const Number unit = power(by);
  return value >= 0 ? value / unit : -((-value + unit - 1) / unit);
}

void WordForms::add(Form& sum, const Form& form, Number factor) {
  const int down = std::max(sum.down, form.down);
  const Number mine = power(down - sum.down),
               other = checked_product(factor, power(down - form.down));
  std::vector<std::pair<uint32_t, Number>> terms;
  terms.reserve(sum.terms.size() + form.terms.size());
  auto a = sum.terms.begin();
  auto b = form.terms.begin();
  while (a != sum.terms.end() || b != form.terms.end()) {
    const bool left = a != sum.terms.end() && (b == form.terms.end() || a->first <= b->first);
    const bool right = b != form.terms.end() && (a == sum.terms.end() || b->first <= a->first);
    const uint32_t symbol = left ? a->first : b->first;
    Number value = 0;
    if (left) value = checked_product((a++)->second, mine);
    if (right) value = checked_sum(value, checked_product((b++)->second, other));
    if (value != 0) terms.emplace_back(symbol, value);
  }
  sum.terms = std::move(terms);
  sum.down = down;
  sum.bits = std::min(sum.bits, form.bits);
}

// Coefficients modulo 2^bits, those nearest to zero: the inverse of 3 is small again times 3.
void WordForms::reduce(Form& form) {
  if (form.bits == kExact) return;
  const Number modulus = power(form.bits + form.down);
  std::erase_if(form.terms, [&](auto& term) {
    Number& value = term.second;
    value %= modulus;
    if (value >= modulus / 2) value -= modulus;
    if (value < -modulus / 2) value += modulus;
    return value == 0;
  });
}

WordForms::Range WordForms::range_of(const Form& form) const {
  Range total;
  for (const auto& [symbol, factor] : form.terms) {
    const Range& range = ranges_[symbol];
    const Number a = checked_product(factor, range.low), b = checked_product(factor, range.high);
    total.low = checked_sum(total.low, std::min(a, b));
    total.high = checked_sum(total.high, std::max(a, b));
  }
  return {floor_shift(total.low, form.down), floor_shift(total.high, form.down)};
}

std::tuple<std::string, int, int, bool> WordForms::key_of(const Operand& operand) {
  return {operand.port, operand.lsb, operand.width, operand.is_signed};
}

void WordForms::add_operand(const Operand& operand) {
  const auto symbol = static_cast<uint32_t>(ranges_.size());
  if (!operands_.try_emplace(key_of(operand), symbol).second) return;
  const Number top = power(operand.is_signed ? operand.width - 1 : operand.width);
  ranges_.push_back({operand.is_signed ? -top : 0, top - 1});
  const std::vector<Net>& port = network_.inputs().at(operand.port);
  const auto begin = port.begin() + operand.lsb;
  Form form;
  form.terms = {{symbol, 1}};
  add_source(std::move(form), {begin, begin + operand.width});
}

void WordForms::add_source(Form form, const std::vector<Net>& out) {
  const auto index = static_cast<int32_t>(sources_.size());
  for (size_t i = 0; i < out.size(); ++i) bits_[out[i]] = {index, static_cast<uint32_t>(i)};
  const Range range = range_of(form);
  sources_.push_back({std::move(form), range, out.size()});
}

WordForms::WordForms(const Network& network, const std::vector<Claim>& claims)
    : network_(network), ranges_{{1, 1}}, bits_(network.net_count()) {
  try {
    for (const Claim& claim : claims)
      for (const Term& term : claim.terms)
        for (const Operand& operand : term.operands) add_operand(operand);
  } catch (const NoForm&) {
    return;  // operands too wide
  }
  first_product_ = ranges_.size();
  for (const uint32_t element : network.order()) {
    if (element < network.gates().size()) {
      const LogicGate& gate = network.gates()[element];
      if (gate.op == LogicOp::kBuf || gate.op == LogicOp::kRegister)
        bits_[gate.out] = bits_[gate.in[0]];
      continue;
    }
    const Box& box = network.boxes()[element - network.gates().size()];
    if (!box.is_word) continue;  // adder cells are no words
    try {
      add_source(form_of(box), box.out);
    } catch (const NoForm&) {
    }
  }
}

WordForms::Form WordForms::form_of(const Box& box) {
  const auto width = static_cast<int>(box.out.size());
  Form sum;
  for (const Box::Product& term : box.terms) {
    Form value;
    value.terms = {{kOne, 1}};
    for (const Word& word : term.words) value = product(std::move(value), form_of(word), width);
    add(sum, value, term.factor);
  }
  sum.bits = std::min(sum.bits, width);
  reduce(sum);
  return sum;
}

WordForms::Form WordForms::product(Form a, Form b, int bits) {
  const auto is_constant = [](const Form& form) {
    return form.down == 0 && form.terms.size() <= 1 &&
           (form.terms.empty() || form.terms[0].first == kOne);
  };
  if (is_constant(b)) std::swap(a, b);
  if (is_constant(a)) {
    Form scaled;
    scaled.bits = a.bits;
    add(scaled, b, a.terms.empty() ? 0 : a.terms[0].second);
    return scaled;
  }
  for (const Form* form : {&a, &b})
    if (form->down > 0 || form->terms.back().first >= first_product_) throw NoForm{};
  // Wrong multiples of 2^bits in a factor are no worse in the product.
  const int valid = std::min({a.bits, b.bits, bits});
  const Range x = range_of(a), y = range_of(b);
  const std::array<Number, 4> corners = {
      checked_product(x.low, y.low), checked_product(x.low, y.high), checked_product(x.high, y.low),
      checked_product(x.high, y.high)};
  const auto symbol = static_cast<uint32_t>(ranges_.size());
  ranges_.push_back({*std::min_element(corners.begin(), corners.end()),
                     *std::max_element(corners.begin(), corners.end())});
  factors_.push_back({std::move(a), std::move(b)});
  Form form;
  form.terms = {{symbol, 1}};
  form.bits = valid;
  return form;
}

WordForms::Form WordForms::form_of(const Word& word) const {
  size_t first = 0;
  while (first < word.bits.size() && word.bits[first] == kFalse) ++first;
  if (first == word.bits.size()) return {};
  const bool constant = std::all_of(word.bits.begin(), word.bits.end(),
                                    [](Net net) { return net == kFalse || net == kTrue; });
  Form form;
  if (constant) {
    Number value = 0;
    for (size_t i = 0; i < word.bits.size(); ++i) {
      if (word.bits[i] == kFalse) continue;
      const bool sign = word.is_signed && i + 1 == word.bits.size();
      value += sign ? -power(static_cast<int>(i)) : power(static_cast<int>(i));
    }
    form.terms = {{kOne, value}};
    return form;
  }
  const Form run = run_form(word, first);
  add(form, run, power(static_cast<int>(first)));
  if (form.bits != kExact) form.bits += static_cast<int>(first);
  return form;
}

// The bits from `first` on: some of one source in their order, then its sign or zeros.
WordForms::Form WordForms::run_form(const Word& word, size_t first) const {
  const std::vector<Net>& bits = word.bits;
  const Bit start = bits_[bits[first]];
  if (start.source < 0) throw NoForm{};
  size_t length = 1;
  while (first + length < bits.size()) {
    const Bit next = bits_[bits[first + length]];
    if (next.source != start.source || next.index != start.index + length) break;
    ++length;
  }
  const Bit top = bits_[bits[first + length - 1]];
  bool by_sign = true, by_zero = true;
  for (size_t i = first + length; i < bits.size(); ++i) {
    const Bit bit = bits_[bits[i]];
    by_sign = by_sign && bit.source == top.source && bit.index == top.index;
    by_zero = by_zero && bits[i] == kFalse;
  }
  const bool extended = first + length < bits.size();
  if (extended && !by_sign && !by_zero) throw NoForm{};
  const bool is_signed = extended ? by_sign : word.is_signed;

  const Source& source = sources_[static_cast<size_t>(start.source)];
  Form form = source.form;
  Range range = source.range;
  const auto down = static_cast<int>(start.index);
  if (down > 0) {  // a division, if there is no remainder
    if (form.bits != kExact && form.bits < down + 1) throw NoForm{};
    if (!divisible(form, down)) throw NoForm{};
    form.down += down;
    if (form.bits != kExact) form.bits -= down;
    range = {floor_shift(range.low, down), floor_shift(range.high, down)};
  }
  // Read as an integer it is the form's value if that fits; else only modulo 2^length.
  const auto size = static_cast<int>(length);
  const Number limit = power(is_signed ? size - 1 : size);
  const bool fits = range.low >= (is_signed ? -limit : 0) && range.high < limit;
  if (fits && form.bits >= size) {
    form.bits = kExact;
    // A sign repeated in a word that has none counts 2^bits too much.
    if (extended && by_sign && !word.is_signed) form.bits = static_cast<int>(bits.size() - first);
  } else {
    form.bits = std::min(form.bits, size);
  }
  return form;
}

std::map<std::pair<uint32_t, uint32_t>, WordForms::Number> WordForms::expanded(
    const Form& form) const {
  // Operands in use have numbers without gaps here, so that their pairs are a table.
  std::vector<uint32_t> used;
  const auto use = [&](const Form& some) {
    for (const auto& [symbol, factor] : some.terms)
      if (symbol < first_product_) used.push_back(symbol);
  };
  use(form);
  for (const auto& [symbol, factor] : form.terms) {
    if (symbol < first_product_) continue;
    use(factors_[symbol - first_product_].a);
    use(factors_[symbol - first_product_].b);
  }
  used.push_back(kOne);
  std::sort(used.begin(), used.end());
  used.erase(std::unique(used.begin(), used.end()), used.end());
  constexpr size_t kMostOperands = 4'000;
  if (used.size() > kMostOperands) throw NoForm{};
  std::vector<uint32_t> place(first_product_);
  for (size_t i = 0; i < used.size(); ++i) place[used[i]] = static_cast<uint32_t>(i);
  std::vector<Number> table(used.size() * used.size());
  const auto add_pair = [&](uint32_t a, uint32_t b, Number value) {
    const auto [low, high] = std::minmax(place[a], place[b]);
    Number& entry = table[low * used.size() + high];
    entry = checked_sum(entry, value);
  };
  for (const auto& [symbol, factor] : form.terms) {
    if (symbol < first_product_) {
      add_pair(kOne, symbol, factor);
      continue;
    }
    const Factors& factors = factors_[symbol - first_product_];
    for (const auto& [a, x] : factors.a.terms) {
      const Number scaled = checked_product(factor, x);
      for (const auto& [b, y] : factors.b.terms) add_pair(a, b, checked_product(scaled, y));
    }
  }
  std::map<std::pair<uint32_t, uint32_t>, Number> pairs;
  for (size_t a = 0; a < used.size(); ++a)
    for (size_t b = a; b < used.size(); ++b)
      if (const Number value = table[a * used.size() + b]; value != 0)
        pairs.emplace_hint(pairs.end(), std::pair(used[a], used[b]), value);
  return pairs;
}

bool WordForms::divisible(const Form& form, int by) const {
  const Number unit = power(by + form.down);
  const auto pairs = expanded(form);
  return std::all_of(pairs.begin(), pairs.end(),
                     [&](const auto& pair) { return pair.second % unit == 0; });
}

bool WordForms::proves(const Claim& claim) const {
  try {
    const std::vector<Net>& port = network_.outputs().at(claim.output);
    const auto begin = port.begin() + claim.lsb;
    const Form form = form_of(Word{{begin, begin + claim.width}, false});
    if (form.bits < claim.width) return false;
    auto pairs = expanded(form);
    const Number unit = power(form.down);
    for (const Term& term : claim.terms) {
      if (term.operands.size() > 2) return false;
      std::array<uint32_t, 2> symbols = {kOne, kOne};
      for (size_t i = 0; i < term.operands.size(); ++i)
        symbols[i] = operands_.at(key_of(term.operands[i]));
      Number& value = pairs[std::minmax(symbols[0], symbols[1])];
      value = checked_sum(value, checked_product(-unit, term.factor));
    }
    const Number modulus = checked_product(power(claim.width), unit);
    return std::all_of(pairs.begin(), pairs.end(),
                       [&](const auto& pair) { return pair.second % modulus == 0; });
  } catch (const NoForm&) {
    return false;
  } catch (const std::out_of_range&) {
    return false;  // operands too wide
  }
}

}  // namespace analysis
