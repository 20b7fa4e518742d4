// SPDX-License-Identifier: Apache-2.0
// IDX files: good ones, packed ones, and everything that can be wrong with one.

#include "base/idx.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

#include "base/error.h"
#include "base/files.h"

namespace base {
namespace {

namespace fs = std::filesystem;

std::string header(std::initializer_list<unsigned> sizes, char type = 8) {
  std::string text = {0, 0, type, static_cast<char>(sizes.size())};
  for (const unsigned size : sizes)
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(size >> shift & 255U);
  return text;
}

// By zlib's own file interface.
void write_gzip(const fs::path& path, const std::string& text, const char* mode = "wb") {
  gzFile file = ::gzopen(path.c_str(), mode);
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(::gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
            static_cast<int>(text.size()));
  ASSERT_EQ(::gzclose(file), Z_OK);
}

class Idx : public testing::Test {
 protected:
  fs::path file() const { return folder_.path() / "x"; }

  // What reading `text` complains about, without the file's name.
  std::string complaint(const std::string& text, int dimensions = 3) const {
    write_file(file(), text);
    return complaint(dimensions);
  }
  std::string complaint(int dimensions) const {
    try {
      read_idx(file(), dimensions);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::kUsage);
      const std::string what = error.what(), subject = file().string() + ": ";
      EXPECT_EQ(what.substr(0, subject.size()), subject);
      return what.substr(subject.size());
    }
    return "";
  }

  const TemporaryDirectory folder_;
};

TEST_F(Idx, ShapeAndElements) {
  write_file(file(), header({2, 1, 3}) + "abc\xff" + std::string("\0f", 2));
  const IdxArray array = read_idx(file(), 3);
  EXPECT_EQ(array.shape, (std::vector<size_t>{2, 1, 3}));
  EXPECT_EQ(array.bytes, (std::vector<uint8_t>{'a', 'b', 'c', 255, 0, 'f'}));
  write_file(file(), header({4}) + "wxyz");
  EXPECT_EQ(read_idx(file(), 1).bytes, (std::vector<uint8_t>{'w', 'x', 'y', 'z'}));
  write_file(file(), header({0, 28, 28}));
  EXPECT_TRUE(read_idx(file(), 3).bytes.empty());
}

TEST_F(Idx, GzipIsUnpackedWhateverTheName) {
  const std::string text = header({200'000}) + std::string(200'000, 'x');
  write_gzip(file(), text);
  EXPECT_EQ(read_idx(file(), 1).bytes.size(), 200'000U);
  write_gzip(file(), text.substr(150'000), "ab");  // a second member
  EXPECT_EQ(complaint(1), "too long: 250008 bytes of elements, the header says 200000");
  fs::rename(file(), file().string() + ".gz");
  write_gzip(file().string() + ".gz", text);
  EXPECT_EQ(read_idx(file(), 1).bytes.size(), 200'000U);
}

TEST_F(Idx, WrongFilesAreNamed) {
  EXPECT_EQ(complaint(3), "cannot read: No such file or directory");
  EXPECT_EQ(complaint(""), "truncated: 0 bytes, the header alone has 16");
  EXPECT_EQ(complaint(header({1, 2, 3}).substr(0, 15)),
            "truncated: 15 bytes, the header alone has 16");
  EXPECT_EQ(complaint(header({1, 2, 3}) + "12345"),
            "truncated: 5 bytes of elements, the header says 6");
  EXPECT_EQ(complaint(header({1, 2, 3}) + "1234567"),
            "too long: 7 bytes of elements, the header says 6");
  EXPECT_EQ(complaint("\x89PNG\r\n"), "no IDX file: begins with 89 50, must be 00 00");
  EXPECT_EQ(complaint(header({1, 1, 1}, 0x0d) + "1234"),
            "elements of type 0x0d, must be 0x08 (unsigned bytes)");
  EXPECT_EQ(complaint(header({3}) + "123"), "1 dimensions, must be 3 (pictures have 3, labels 1)");
  for (const std::string& sizes :
       {header({1U << 31, 1U << 31, 4}), header({~0U, ~0U, ~0U}), header({1U << 30, 1, 2})})
    EXPECT_EQ(complaint(sizes), "claims more than 1 GB of elements");
}

TEST_F(Idx, DamagedGzipFilesAreNamed) {
  write_gzip(file(), header({1000}) + std::string(1000, 'x'));
  const std::string packed = read_file(file());
  EXPECT_EQ(complaint(packed.substr(0, packed.size() - 9), 1).substr(0, 20),
            "truncated gzip file:");
  EXPECT_EQ(complaint(packed.substr(0, 10), 1),
            "truncated gzip file: ends after 0 bytes of content");
  std::string damaged = packed;
  damaged[packed.size() - 6] = static_cast<char>(~damaged[packed.size() - 6]);  // of its checksum
  EXPECT_EQ(complaint(damaged, 1), "damaged gzip file after 1008 bytes of content");
}

}  // namespace
}  // namespace base
