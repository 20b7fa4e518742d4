// SPDX-License-Identifier: Apache-2.0
// fircone binarize and demo bw: model files, pictures, and what can be wrong with them.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "cli/bw_model.h"
#include "tests/cli_program.h"

namespace cli_test {
namespace {

// Two pixels of a channel, one dense layer of two filters.
constexpr const char* kReal = R"({
"schema": 1, "kind": "real-valued network", "name": "two \"pixels\"",
"input": {"width": 2, "height": 1, "channels": 1, "bits": 8, "step": 0.5},
"accuracy": {"data": "nothing", "float": 0.75},
"layers": [{"in_channels": 2, "out_channels": 2, "kernel": 1, "stride": 1, "padding": 0,
 "pool": false, "flatten": true, "out_bits": 2,
 "weights": [[0.5, -0.25], [-1e-9, 0]],
 "gamma": [3, -3], "beta": [1, 1], "mean": [2, 2], "variance": [15, 15], "epsilon": 1,
 "out_step": 0.25}]})";

constexpr const char* kModel = R"({
 "schema": 1,
 "kind": "binary-weight network",
 "name": "two \"pixels\"",
 "input": {"width": 2, "height": 1, "channels": 1, "bits": 8},
 "accuracy": {"data": "nothing", "float": 0.75},
 "layers": [
  {"in_channels": 2, "out_channels": 2, "kernel": 1, "stride": 1, "padding": 0, "pool": false, "flatten": true, "out_bits": 2,
   "signs": [
    "4",
    "4"],
   "bias": [-1, 7],
   "scale": [49152, 49152],
   "shift": 15}]
}
)";

class BinaryWeights : public testing::Test {
 protected:
  // The tests of the demo run without MNIST, whatever the caller has.
  BinaryWeights() { ::unsetenv("FIRCONE_MNIST"); }

  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string file(const std::string& name, const std::string& text) const {
    base::write_file(path(name), text);
    return path(name);
  }
  // The text with its first `from` as `to`.
  static std::string with(std::string text, const std::string& from, const std::string& to) {
    const size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return text.replace(place, from.size(), to);
  }
  // What the demo says of a model file.
  void expect_bad_model(const std::string& from, const std::string& to, const std::string& what) {
    const std::string bad = file("m.json", with(kModel, from, to));
    expect_error({"demo", "bw", "--network", bad, "-o", path("out")}, 2, bad + ": " + what);
  }
  void expect_bad_real(const std::string& from, const std::string& to, const std::string& what) {
    const std::string bad = file("r.json", with(kReal, from, to));
    expect_error({"binarize", bad, "-o", path("new.json")}, 2, bad + ": " + what);
    EXPECT_FALSE(std::filesystem::exists(path("new.json")));
  }
  const base::TemporaryDirectory folder_;
};

TEST_F(BinaryWeights, BinarizeWritesTheModelFile) {
  const base::Output output = fircone({"binarize", file("r.json", kReal), "-o", path("m.json")});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(base::read_file(path("m.json")), kModel);
  EXPECT_NE(output.out.find("1x1x2"), std::string::npos) << output.out;
  // It is read as it was written.
  EXPECT_EQ(cli::bw_model_text(cli::read_bw_model(path("m.json"))), kModel);

  const base::Output exact =
      fircone({"binarize", path("r.json"), "-o", path("t.json"), "--thresholds"});
  EXPECT_EQ(exact.status, 0) << exact.err;
  // 1.5 n - 2 reaches 0.5, 1.5, 2.5 at 1.67, 2.33, 3; 1.5 n + 10 at -6.33, -5.67, -5.
  EXPECT_EQ(base::read_file(path("t.json")),
            with(kModel, "\"bias\": [-1, 7],\n   \"scale\": [49152, 49152],\n   \"shift\": 15",
                 "\"bias\": [0, 0],\n   \"thresholds\": [2, 3, 3, -6, -5, -5]"));
  EXPECT_EQ(cli::bw_model_text(cli::read_bw_model(path("t.json"))),
            base::read_file(path("t.json")));
}

TEST_F(BinaryWeights, TheCommittedModelIsAsItIsWritten) {
  const std::string text = base::read_file("networks/mnist.json");
  EXPECT_EQ(cli::bw_model_text(cli::read_bw_model("networks/mnist.json")), text);
}

TEST_F(BinaryWeights, BadRealNetworksAreNamed) {
  expect_bad_real("\"epsilon\": 1,", "", "line 5: has no 'epsilon'");
  expect_bad_real("-0.25]", "-0.25, 3]", "line 7: 3 numbers, must be 2");
  expect_bad_real("\"mean\": [2, 2]", "\"mean\": [2]", "line 8: 'mean' 1 numbers, must be 2");
  expect_bad_real(", [-1e-9, 0]", "", "line 7: 'weights' 1 filters, must be 2 (out_channels)");
  expect_bad_real("[15, 15]", "[15, -1]",
                  "layer 1: filter 1: variance + epsilon must be positive, all numbers finite");
  expect_bad_real("\"out_step\": 0.25", "\"out_step\": 0", "line 9: 'out_step' must be above 0");
  expect_bad_real("\"gamma\"", "\"gama\"", "line 8: unknown name 'gama'; did you mean 'gamma'?");
  expect_bad_real("\"in_channels\": 2", "\"in_channels\": 3", "line 7: 2 numbers, must be 3");
  expect_bad_real("\"width\": 2", "\"width\": 3", "layer 1: in_channels=2, but 3 come in");
}

TEST_F(BinaryWeights, BadModelFilesAreNamed) {
  expect_error({"demo", "bw", "--network", "/proc/nonexistent.json"}, 2,
               "/proc/nonexistent.json: cannot read: No such file or directory");
  expect_bad_model("binary-weight network", "cat",
                   "line 3: 'kind' is 'cat', must be 'binary-weight network'");
  expect_bad_model("binary-weight network", "real-valued network",
                   "line 3: 'kind' is 'real-valued network', must be 'binary-weight network'; "
                   "'fircone binarize' makes one of it");
  expect_bad_model("\"schema\": 1", "\"schema\": 2", "line 2: 'schema' must be an integer in 1..1");
  expect_bad_model("\"4\",", "\"4\", \"8\",",
                   "line 9: 'signs' 3 filters, must be 2 (out_channels)");
  expect_bad_model("\"4\"", "\"40\"",
                   "line 10: 2 hexadecimal digits of signs, must be 1 for 2 weights");
  expect_bad_model("\"4\"", "\"g\"", "line 10: 'g' is no hexadecimal digit (0-9, a-f)");
  expect_bad_model("\"4\"", "\"5\"", "line 10: more than 2 signs");
  expect_bad_model("[-1, 7]", "[-1]", "layer 1: 1 biases, must be 2");
  expect_bad_model("[-1, 7]", "[-1, 511]", "layer 1: bias=511 must be in -510..510");
  expect_bad_model("[49152, ", "[49152, 1, ", "layer 1: 3 scales, must be 2");
  expect_bad_model("\"shift\": 15", "\"shift\": 32",
                   "line 14: 'shift' must be an integer in 0..31");
  expect_bad_model("\"kernel\": 1", "\"kernel\": 2", "line 8: 'kernel' must be 1, 3 or 5");
  expect_bad_model("\"height\": 1", "\"height\": 2", "layer 1: in_channels=2, but 4 come in");
}

// A network that takes the drawn digits' size, or another.
TEST_F(BinaryWeights, PicturesOfAnotherSizeAreRefused) {
  const std::string model = file("m.json", kModel);
  expect_error({"demo", "bw", "--network", model, "-o", path("out")}, 2,
               model +
                   ": takes pictures of 2x1x1 with 8 bits, those of drawn digits are 28x28x1 "
                   "with 8 bits");
}

// One dense layer for the drawn digits, `results` in place of scales.
std::string dense(int bits, const std::string& results) {
  std::string signs, biases;
  for (int o = 0; o < 10; ++o) {
    signs += (o == 0 ? "\"" : ", \"") + std::string(196, '0') + '"';
    biases += o == 0 ? "0" : ", 0";
  }
  return R"({"schema": 1, "kind": "binary-weight network", "name": "dense",
"input": {"width": 28, "height": 28, "channels": 1, "bits": 8},
"layers": [{"in_channels": 784, "out_channels": 10, "kernel": 1, "stride": 1, "padding": 0,
"pool": false, "flatten": true, "out_bits": )" +
         std::to_string(bits) + ", \"signs\": [" + signs + "], \"bias\": [" + biases + "], " +
         results + "}]}";
}

TEST_F(BinaryWeights, NetworksThatTheEngineCannotComputeAreNamed) {
  const auto refused = [&](const std::string& model, const std::string& engine,
                           const std::string& what) {
    expect_error({"demo", "bw", "--network", model, "-o", path("out"), "--engine",
                  "bw_conv2d_stream " + engine},
                 2, what);
  };
  std::string ones = "1";
  for (int o = 1; o < 10; ++o) ones += ", 1";
  const std::string scales = "\"scale\": [" + ones + "], \"shift\": 12";
  const std::string steps = file("steps.json", dense(1, "\"thresholds\": [" + ones + "]"));
  refused(steps, "OutWidth=2",
          steps + ": layer 1: has thresholds, a bw_conv2d_stream has only scales");
  const std::string wide = file("wide.json", dense(9, scales));
  refused(wide, "OutWidth=9", wide + ": layer 1: results of 9 bits, must be at most 8");
  expect_error({"accuracy", wide}, 2, wide + ": layer 1: results of 9 bits, must be at most 8");
  const std::string seven = file("seven.json", dense(7, scales));
  refused(seven, "", "demo bw: --engine: OutWidth=8 must be 7 for layer 1 of " + seven);
  refused(seven, "OutWidth=7 DataWidth=6",
          "demo bw: --engine: DataWidth=6 must be at least 8 for layer 1 of " + seven);
  refused("networks/mnist.json", "ScaleWidth=15",
          "demo bw: --engine: ScaleWidth=15 must be at least 16 for layer 1 of "
          "networks/mnist.json");
  refused("networks/mnist.json", "data=signed",
          "demo bw: --engine: data=signed relu=yes must be data=unsigned relu=yes, as the "
          "activations of a network");
}

TEST_F(BinaryWeights, BadPicturesAreNamed) {
  expect_error({"demo", "bw", "--mnist", "/proc/nonexistent", "-o", path("out")}, 2,
               "/proc/nonexistent/t10k-images-idx3-ubyte: cannot read: No such file or directory");
  const std::string header("\0\0\x08\x03\0\0\0\x02\0\0\0\x1c\0\0\0\x1c", 16);
  const std::string images = file("t10k-images-idx3-ubyte", header + std::string(784, 'x'));
  expect_error({"demo", "bw", "--mnist", folder_.path().string(), "-o", path("out")}, 2,
               images + ": truncated: 784 bytes of elements, the header says 1568");
  file("t10k-images-idx3-ubyte", header + std::string(1568, 'x'));
  const std::string labels =
      file("t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x03\x01\x02\x03", 11));
  expect_error({"demo", "bw", "--mnist", folder_.path().string(), "-o", path("out")}, 2,
               labels + ": 3 labels for 2 pictures");
  file("t10k-labels-idx1-ubyte", std::string("\0\0\x08\x01\0\0\0\x02\x01\x0a", 10));
  expect_error({"demo", "bw", "--mnist", folder_.path().string(), "-o", path("out")}, 2,
               "networks/mnist.json: has 10 outputs, MNIST test set has the label 10");
}

// Layer after layer on the engine; without MNIST the drawn digits go through it.
TEST_F(BinaryWeights, TheDemoRunsInRtl) {
  const base::Output output = fircone({"demo", "bw", "--pictures", "2", "-o", path("out")});
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_NE(output.err.find("without MNIST"), std::string::npos) << output.err;
  EXPECT_NE(output.out.find("2 as in RTL"), std::string::npos) << output.out;
  EXPECT_NE(output.out.find("equal to golden's model of the traffic"), std::string::npos);
  const std::string report = base::read_file(path("out/report.json"));
  for (const char* part : {"\"as_golden\": 2", "\"wrong\": 0", "\"as_predicted\": true"})
    EXPECT_NE(report.find(part), std::string::npos) << part << report;
  EXPECT_TRUE(base::read_file(path("out/digits.png")).starts_with("\x89PNG"));
  // An engine that is too small says so.
  const base::Output small = fircone({"demo", "bw", "--pictures", "1", "-o", path("out"),
                                      "--engine", "bw_conv2d_stream MaxTerms=1000"});
  EXPECT_EQ(small.status, 1);
  EXPECT_NE(small.err.find("MaxTerms"), std::string::npos) << small.err;
  expect_error({"demo", "bw", "-o", path("out"), "--engine", "bw_dot"}, 2,
               "demo bw: --engine must be a bw_conv2d_stream, not bw_dot");
}

// The drawn digits, few of them: what approximate sums do to a network.
TEST_F(BinaryWeights, AccuracyOfApproximateSums) {
  const base::Output exact = fircone({"accuracy", "--pictures", "20"});
  EXPECT_EQ(exact.status, 0) << exact.err;
  EXPECT_TRUE(exact.out.starts_with("100.00 % of 20 pictures (drawn digits), 0 of another class"))
      << exact.out;
  const base::Output dropped = fircone({"accuracy", "--pictures", "20", "--drop", "7", "--json"});
  EXPECT_EQ(dropped.status, 0) << dropped.err;
  EXPECT_NE(dropped.out.find("\"predicted_sigma\":110.84"), std::string::npos) << dropped.out;
  EXPECT_EQ(dropped.out.find("\"changed\":0,"), std::string::npos) << dropped.out;
  const base::Output adder =
      fircone({"accuracy", "--pictures", "5", "--adder", "add_loa Width=24 ApproxWidth=4"});
  EXPECT_TRUE(adder.out.starts_with("100.00 % of 5 pictures")) << adder.out;
  const base::Output narrow = fircone({"accuracy", "--pictures", "20", "--bits", "1"});
  EXPECT_EQ(narrow.status, 0) << narrow.err;
  EXPECT_FALSE(narrow.out.starts_with("100.00 %")) << narrow.out;

  expect_error({"accuracy", "--adder", "mul"}, 2, "accuracy: --adder: mul is no adder");
  expect_error({"accuracy", "--adder", "add_loa Width=16"}, 2,
               "accuracy: --adder: Width=16 must be in 20..32");
  expect_error({"accuracy", "--bits", "3", "--drop", "3"}, 2,
               "networks/mnist.json: layer 1: 3 low bits dropped of 3, must be fewer");
  expect_error({"accuracy", "/proc/nonexistent.json"}, 2,
               "/proc/nonexistent.json: cannot read: No such file or directory");
}

}  // namespace
}  // namespace cli_test
