// SPDX-License-Identifier: Apache-2.0
// Files of binary-weight networks: the one that a training writes, the one in integers.

#include "cli/bw_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>

#include "base/error.h"
#include "base/json.h"

namespace cli {
namespace {

using base::Json;

constexpr const char* kIntegers = "binary-weight network";
constexpr const char* kReals = "real-valued network";
constexpr int64_t kMaxChannels = 65536;
constexpr int64_t kMost = int64_t{1} << 50;  // of a number that golden judges

// The part that both files have: names, sizes, empty layers.
BwModel read_head(const Json& file, const char* kind, const std::vector<std::string>& input_keys) {
  file.only({"schema", "kind", "name", "input", "accuracy", "layers"});
  if (file.at("kind").text() != kind)
    file.at("kind").fail(fmt::format(
        "'kind' is '{}', must be '{}'{}", file.at("kind").text(), kind,
        file.at("kind").text() == kReals ? "; 'fircone binarize' makes one of it" : ""));
  file.at("schema").integer(1, 1);
  BwModel model;
  model.notes.name = file.at("name").text();
  if (const Json* accuracy = file.find("accuracy")) {
    accuracy->only({"data", "float"});
    model.notes.data = accuracy->at("data").text();
    model.notes.real_accuracy = accuracy->at("float").number();
  }
  const Json& input = file.at("input");
  input.only(input_keys);
  model.network.width = static_cast<int>(input.at("width").integer(1, 4096));
  model.network.height = static_cast<int>(input.at("height").integer(1, 4096));
  model.network.channels = static_cast<int>(input.at("channels").integer(1, 4096));
  model.network.data_width = static_cast<int>(input.at("bits").integer(1, 16));
  return model;
}

golden::BwLayer read_sizes(const Json& json, int data_width) {
  golden::BwLayer layer;
  const auto size = [&](const char* key, int64_t low, int64_t high) {
    return static_cast<int>(json.at(key).integer(low, high));
  };
  layer.in_channels = size("in_channels", 1, kMaxChannels);
  layer.out_channels = size("out_channels", 1, kMaxChannels);
  layer.kernel = size("kernel", 1, 5);
  if (layer.kernel % 2 == 0) json.at("kernel").fail("'kernel' must be 1, 3 or 5");
  layer.stride = size("stride", 1, 2);
  layer.padding = size("padding", 0, 2);
  layer.pool = json.at("pool").boolean();
  layer.data_width = data_width;
  layer.out_width = size("out_bits", 1, 16);
  return layer;
}

// Of one filter, the first in the highest bit of the first digit; what fills the last digit is 0.
void read_signs(const Json& json, size_t terms, std::vector<uint8_t>& signs) {
  const std::string& digits = json.text();
  if (digits.size() != (terms + 3) / 4)
    json.fail(fmt::format("{} hexadecimal digits of signs, must be {} for {} weights",
                          digits.size(), (terms + 3) / 4, terms));
  for (size_t n = 0; n < 4 * digits.size(); ++n) {
    const char c = digits[n / 4];
    const auto value = static_cast<unsigned>(c >= '0' && c <= '9'   ? c - '0'
                                             : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                                                    : 16);
    if (value > 15) json.fail(fmt::format("'{}' is no hexadecimal digit (0-9, a-f)", c));
    const auto bit = static_cast<uint8_t>(value >> (3 - n % 4) & 1U);
    if (n < terms) signs.push_back(bit);
    if (n >= terms && bit != 0) json.fail(fmt::format("more than {} signs", terms));
  }
}

std::string signs_text(const golden::BwLayer& layer, size_t filter) {
  std::string digits;
  for (size_t n = 0; n < layer.terms(); n += 4) {
    unsigned value = 0;
    for (size_t m = n; m < n + 4; ++m)
      value = value << 1 | (m < layer.terms() ? layer.signs[filter * layer.terms() + m] : 0U);
    digits += "0123456789abcdef"[value];
  }
  return digits;
}

std::vector<int64_t> read_integers(const Json& json) {
  std::vector<int64_t> numbers;
  for (const Json& item : json.items()) numbers.push_back(item.integer(-kMost, kMost));
  return numbers;
}

std::vector<double> read_numbers(const Json& json, size_t count) {
  std::vector<double> numbers;
  for (const Json& item : json.items()) numbers.push_back(item.number());
  if (numbers.size() != count)
    json.fail(fmt::format("{}{} numbers, must be {}", json.name(), numbers.size(), count));
  return numbers;
}

const std::vector<Json>& filters_of(const Json& json, const golden::BwLayer& layer) {
  if (json.items().size() != static_cast<size_t>(layer.out_channels))
    json.fail(fmt::format("{}{} filters, must be {} (out_channels)", json.name(),
                          json.items().size(), layer.out_channels));
  return json.items();
}

golden::BwLayer read_layer(const Json& json, int data_width) {
  golden::BwLayer layer = read_sizes(json, data_width);
  for (const Json& filter : filters_of(json.at("signs"), layer))
    read_signs(filter, layer.terms(), layer.signs);
  layer.bias = read_integers(json.at("bias"));
  if (const Json* thresholds = json.find("thresholds")) {
    layer.thresholds = read_integers(*thresholds);
    if (layer.thresholds.empty()) thresholds->fail("'thresholds' is empty");
  } else {
    layer.scale = read_integers(json.at("scale"));
    layer.shift = static_cast<int>(json.at("shift").integer(0, 31));
  }
  return layer;
}

golden::BwRealLayer read_real_layer(const Json& json, int data_width, double in_step) {
  golden::BwRealLayer real;
  real.plain = read_sizes(json, data_width);
  const auto filters = static_cast<size_t>(real.plain.out_channels);
  for (const Json& filter : filters_of(json.at("weights"), real.plain)) {
    const std::vector<double> weights = read_numbers(filter, real.plain.terms());
    real.weights.insert(real.weights.end(), weights.begin(), weights.end());
  }
  real.gamma = read_numbers(json.at("gamma"), filters);
  real.beta = read_numbers(json.at("beta"), filters);
  real.mean = read_numbers(json.at("mean"), filters);
  real.variance = read_numbers(json.at("variance"), filters);
  real.epsilon = json.at("epsilon").number();
  real.in_step = in_step;
  real.out_step = json.at("out_step").number();
  if (!(real.out_step > 0)) json.at("out_step").fail("'out_step' must be above 0");
  if (const Json* zero = json.find("out_zero")) real.out_zero = zero->number();
  return real;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < ' ') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

// The network fits together, or the error is the user's.
void check(const BwModel& model, const std::filesystem::path& path) {
  try {
    golden::bw_shapes(model.network);
  } catch (const std::invalid_argument& error) {
    base::usage_error(path.string(), error.what());
  }
}

}  // namespace

BwModel read_bw_model(const std::filesystem::path& path) {
  const Json file = Json::read(path);
  BwModel model = read_head(file, kIntegers, {"width", "height", "channels", "bits"});
  int data_width = model.network.data_width;
  for (const Json& json : file.at("layers").items()) {
    json.only({"in_channels", "out_channels", "kernel", "stride", "padding", "pool", "flatten",
               "out_bits", "signs", "bias", "scale", "shift", "thresholds"});
    model.network.layers.push_back(read_layer(json, data_width));
    model.network.flatten.push_back(json.at("flatten").boolean());
    data_width = model.network.layers.back().out_width;
  }
  check(model, path);
  return model;
}

BwModel binarize_bw_model(const std::filesystem::path& path, bool thresholds) {
  const Json file = Json::read(path);
  BwModel model = read_head(file, kReals, {"width", "height", "channels", "bits", "step"});
  int data_width = model.network.data_width;
  double step = file.at("input").at("step").number(), zero = 0;
  for (const Json& json : file.at("layers").items()) {
    json.only({"in_channels", "out_channels", "kernel", "stride", "padding", "pool", "flatten",
               "out_bits", "weights", "gamma", "beta", "mean", "variance", "epsilon", "out_step",
               "out_zero"});
    if (zero != 0) json.fail("'out_zero' of the layer before must be 0: its results are summed up");
    const golden::BwRealLayer real = read_real_layer(json, data_width, step);
    try {
      model.network.layers.push_back(
          golden::bw_fold(real, thresholds && real.plain.out_width <= 4));
    } catch (const std::invalid_argument& error) {
      base::usage_error(path.string(),
                        fmt::format("layer {}: {}", model.network.layers.size() + 1, error.what()));
    }
    model.network.flatten.push_back(json.at("flatten").boolean());
    data_width = real.plain.out_width;
    step = real.out_step;
    zero = real.out_zero;
  }
  check(model, path);
  return model;
}

std::string bw_model_text(const BwModel& model) {
  const golden::BwNetwork& n = model.network;
  std::string text = fmt::format(
      "{{\n \"schema\": 1,\n \"kind\": {},\n \"name\": {},\n"
      " \"input\": {{\"width\": {}, \"height\": {}, \"channels\": {}, \"bits\": {}}},\n",
      quoted(kIntegers), quoted(model.notes.name), n.width, n.height, n.channels, n.data_width);
  if (!model.notes.data.empty())
    text += fmt::format(" \"accuracy\": {{\"data\": {}, \"float\": {}}},\n",
                        quoted(model.notes.data), model.notes.real_accuracy);
  text += " \"layers\": [";
  for (size_t l = 0; l < n.layers.size(); ++l) {
    const golden::BwLayer& layer = n.layers[l];
    text += fmt::format(
        "{}\n  {{\"in_channels\": {}, \"out_channels\": {}, \"kernel\": {}, \"stride\": {}, "
        "\"padding\": {}, \"pool\": {}, \"flatten\": {}, \"out_bits\": {},\n   \"signs\": [",
        l == 0 ? "" : ",", layer.in_channels, layer.out_channels, layer.kernel, layer.stride,
        layer.padding, layer.pool, bool{n.flatten[l]}, layer.out_width);
    for (int o = 0; o < layer.out_channels; ++o)
      text += fmt::format("{}\n    \"{}\"", o == 0 ? "" : ",",
                          signs_text(layer, static_cast<size_t>(o)));
    text += fmt::format("],\n   \"bias\": [{}],\n", fmt::join(layer.bias, ", "));
    text += layer.thresholds.empty()
                ? fmt::format("   \"scale\": [{}],\n   \"shift\": {}}}",
                              fmt::join(layer.scale, ", "), layer.shift)
                : fmt::format("   \"thresholds\": [{}]}}", fmt::join(layer.thresholds, ", "));
  }
  return text + "]\n}\n";
}

std::filesystem::path mnist_folder(const std::filesystem::path& named) {
  const char* set = std::getenv("FIRCONE_MNIST");
  return named.empty() && set != nullptr ? std::filesystem::path(set) : named;
}

}  // namespace cli
