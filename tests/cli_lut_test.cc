// SPDX-License-Identifier: Apache-2.0
// fircone lut: what it writes, read back byte by byte.

#include <gtest/gtest.h>

#include <cstdint>
#include <sstream>
#include <string>

#include "golden/add_loa.h"
#include "golden/mul.h"
#include "tests/cli_program.h"

namespace cli_test {
namespace {

// Little-endian number at `offset`.
int64_t number(const std::string& file, size_t offset, size_t bytes, bool is_signed) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes; ++i) {
    value |= uint64_t{static_cast<uint8_t>(file.at(offset + i))} << (8 * i);
  }
  const auto bits = static_cast<int>(8 * bytes);
  return is_signed ? static_cast<int64_t>(golden::as_signed(value, bits))
                   : static_cast<int64_t>(value);
}

class Lut : public testing::Test {
 protected:
  std::string write(const std::string& name, std::vector<std::string> words) {
    words.insert(words.begin(), "lut");
    words.insert(words.end(), {"-o", (folder_.path() / name).string()});
    const base::Output output = fircone(words);
    EXPECT_EQ(output.status, 0) << output.err;
    return base::read_file(folder_.path() / name);
  }
  base::TemporaryDirectory folder_;
};

// Format 1.0: 10 bytes of magic, version and length, a dictionary, blanks to 128 bytes, a line
// feed.
TEST_F(Lut, WritesTheHeaderOfNumPy) {
  const std::string file = write("loa.npy", {"add_loa", "Width=8", "ApproxWidth=4"});
  std::string header = "\x93NUMPY";
  header += std::string{'\x01', '\x00', '\x76', '\x00'};
  header += "{'descr': '<u2', 'fortran_order': False, 'shape': (256, 256), }";
  header += std::string(127 - header.size(), ' ') + "\n";
  EXPECT_EQ(file.substr(0, 128), header);
  ASSERT_EQ(file.size(), 128U + 2U * 65536U);
  for (uint32_t a = 0; a < 256; ++a) {
    for (uint32_t b = 0; b < 256; ++b) {
      ASSERT_EQ(number(file, 128 + 2 * (size_t{256} * a + b), 2, false),
                int64_t{golden::add_loa(a, b, 8, 4)});
    }
  }
}

TEST_F(Lut, IndexesSignedOperandsByTheirBits) {
  const std::string file = write("mul.npy", {"mul", "WidthA=3", "WidthB=5", "operands=signed"});
  EXPECT_NE(file.find("'descr': '|i1', 'fortran_order': False, 'shape': (8, 32), }"),
            std::string::npos);
  ASSERT_EQ(file.size() % 64, 0U);
  const size_t data = file.size() - size_t{8} * 32;
  EXPECT_EQ(file[data - 1], '\n');
  for (size_t a = 0; a < 8; ++a) {
    for (size_t b = 0; b < 32; ++b) {
      const int64_t x = a < 4 ? static_cast<int64_t>(a) : static_cast<int64_t>(a) - 8;
      const int64_t y = b < 16 ? static_cast<int64_t>(b) : static_cast<int64_t>(b) - 32;
      ASSERT_EQ(number(file, data + 32 * a + b, 1, true), x * y);
    }
  }
}

TEST_F(Lut, WritesWhatReadmemhReads) {
  const std::string file = write("esa.hex", {"add_esa", "Width=3", "block=1", "operands=signed"});
  std::istringstream lines(file);
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(
      line,
      "// fircone lut add_esa network=operators operands=signed Width=3 block=1: 64 words of 4 "
      "bits, word {a, b}: a in the 3 high bits of the address");
  for (unsigned a = 0; a < 8; ++a) {
    for (unsigned b = 0; b < 8; ++b) {
      ASSERT_TRUE(std::getline(lines, line));
      // Blocks of one bit: XOR, the sign from the last pair's carry.
      const unsigned carry = a >> 2 & b >> 2, sign = (a >> 2 ^ b >> 2 ^ carry) & 1;
      std::string digit(1, "0123456789abcdef"[(a ^ b) | sign << 3]);
      ASSERT_EQ(line, digit) << a << " " << b;
    }
  }
  EXPECT_FALSE(std::getline(lines, line));
}

TEST_F(Lut, SaysWhatItWroteToMachines) {
  const std::string path = (folder_.path() / "t.npy").string();
  const base::Output output =
      fircone({"lut", "add_trunc", "Width=4", "ApproxWidth=2", "-o", path, "--json"});
  EXPECT_NE(output.out.find(R"("command":"lut","unit":"add_trunc")"), std::string::npos);
  EXPECT_NE(output.out.find(R"("format":"npy","shape":[16,16],"result_bits":5,"signed":false)"),
            std::string::npos)
      << output.out;
  EXPECT_NE(output.out.find(R"("dtype":"|u1")"), std::string::npos);
}

TEST_F(Lut, RefusesWhatIsNoTable) {
  const std::string npy = (folder_.path() / "x.npy").string();
  expect_error({"lut", "fir", "-o", npy}, 2,
               "lut: fir has no two operands; tables are for add_* and mul");
  expect_error({"lut", "mul", "WidthA=11", "WidthB=10", "-o", npy}, 2,
               "lut: mul has 21 operand bits (WidthA + WidthB); at most 20 (1048576 entries)");
  expect_error({"lut", "add_prefix", "Width=4", "carry_in=yes", "-o", npy}, 2,
               "lut: add_prefix carry_in=yes has three operands; a table has two");
  expect_error({"lut", "add_loa", "Width=8", "-o", "x.txt"}, 2,
               "lut: the name of 'x.txt' must end in .npy or .hex");
  EXPECT_FALSE(std::filesystem::exists(npy));
}

}  // namespace
}  // namespace cli_test
