// SPDX-License-Identifier: Apache-2.0
// make install into a folder of its own; programs in C++, C and Python that use what is there.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/cli_program.h"

namespace cli_test {
namespace {

namespace fs = std::filesystem;

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kSanitized = true;  // its library loads into sanitized programs only
#else
constexpr bool kSanitized = false;
#endif

class Install : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) GTEST_SKIP() << "the sanitized library is for sanitized programs";
    const base::Output output =
        shell("env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory install-files DESTDIR='" +
              root() + "' PREFIX=/opt/fircone");
    ASSERT_EQ(output.status, 0) << output.err;
  }

  static base::Output shell(const std::string& command) {
    return base::run({.argv = {"sh", "-c", command}, .timeout_seconds = 120});
  }
  std::string root() const { return folder_.path().string(); }
  std::string prefix() const { return root() + "/opt/fircone"; }
  // Compiles `text` with what pkg-config says and runs it; its output.
  std::string build_and_run(const std::string& compiler, const std::string& name,
                            const std::string& text) const {
    base::write_file(folder_.path() / name, text);
    const std::string packages = "PKG_CONFIG_PATH='" + prefix() +
                                 "/lib/pkgconfig' PKG_CONFIG_SYSROOT_DIR='" + root() +
                                 "' pkg-config --cflags --libs fircone_golden";
    const base::Output output =
        shell("cd '" + root() + "' && " + compiler + " -Wall -Wextra -Werror -o program " + name +
              " $(" + packages + ") && LD_LIBRARY_PATH='" + prefix() + "/lib' ./program");
    EXPECT_EQ(output.status, 0) << output.err;
    return output.out;
  }

  base::TemporaryDirectory folder_;
};

TEST_F(Install, ThePutProgramRuns) {
  const base::Output output = shell("cd / && '" + prefix() + "/bin/fircone' --version");
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(output.out.substr(0, 8), "fircone ");
  const base::Output version = shell("PKG_CONFIG_PATH='" + prefix() +
                                     "/lib/pkgconfig' pkg-config --modversion fircone_golden");
  EXPECT_EQ("fircone " + version.out, output.out);
}

TEST_F(Install, ASimulatorIncludesTheHeaders) {
  EXPECT_EQ(build_and_run("g++ -std=c++20 -Wpedantic -Wconversion", "simulator.cc", R"(
#include <golden/add_herloa.h>
#include <golden/add_loa.h>
#include <golden/mul_approx.h>

#include <cstdint>
#include <cstdio>

static_assert(golden::add_loa<uint32_t>(0xf, 0x1, 8, 4) == 0xf);

int main() {
  uint64_t sum = 0;  // accumulated by an approximate adder
  for (uint64_t i = 1; i <= 100; ++i) sum = golden::add_herloa(sum, i, 16, 4) & 0xffff;
  const golden::Signs signs = golden::Signs::kSigned;
  std::printf("%d %d\n", static_cast<int>(sum != 5050),
              static_cast<int>(golden::mul_truncated(100, 8, 3, 8, signs, 0)));
}
)"),
            "1 300\n");
}

TEST_F(Install, ACProgramCallsTheLibrary) {
  EXPECT_EQ(build_and_run("cc -std=c99 -Wpedantic", "caller.c", R"(
#include <golden/c_interface.h>
#include <stdio.h>

int main(void) {
  const uint64_t a[2] = {15, 16}, b[2] = {1, 1};
  uint64_t sum[2];
  if (fircone_golden_abi() != FIRCONE_GOLDEN_ABI) return 1;
  if (fircone_add("add_loa Width=8 ApproxWidth=4", a, b, sum, NULL, 2) != FIRCONE_OK) return 2;
  if (fircone_add("add_esa block=5", a, b, sum, NULL, 2) != FIRCONE_BAD_KEY) return 3;
  printf("%d %d; %s\n", (int)sum[0], (int)sum[1], fircone_last_error());
  return 0;
}
)"),
            "15 17; add_esa: block=5 must divide Width=16\n");
}

TEST_F(Install, ThePythonExampleRuns) {
  const base::Output output =
      shell("python3 '" + prefix() + "/share/fircone/examples/golden_ctypes.py' '" + prefix() +
            "/lib/libfircone_golden.so' 'add_eta2 Width=8 block=2'");
  EXPECT_EQ(output.status, 0) << output.err;
  EXPECT_EQ(output.out,
            "add_eta2 Width=8 block=2: ER 18.7500 %, ME -7.50000, MED 7.50000, WCE 64\n");
}

}  // namespace
}  // namespace cli_test
