// SPDX-License-Identifier: Apache-2.0
// fork, exec and the two pipes, with a time limit.

#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>

#include "base/error.h"

namespace base {
namespace {

// Tools whose package has another name.
const std::map<std::string, std::string, std::less<>> kPackages = {
    {"sta", "opensta"}, {"yosys-abc", "berkeley-abc"}, {"vvp", "iverilog"}, {"dot", "graphviz"}};

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) check_error("pipe", std::strerror(errno));
    read_end = ends[0];
    write_end = ends[1];
  }
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  static void close_end(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

// Only async-signal-safe calls between fork and exec.
[[noreturn]] void become(const char* path, char* const* argv, const char* directory, int in,
                         const Pipe& out, const Pipe& err) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // its own group gets no Ctrl-C, so it ends with its parent
  ::dup2(in, 0);
  ::dup2(out.write_end, 1);
  ::dup2(err.write_end, 2);
  if (*directory != 0 && ::chdir(directory) != 0) ::_exit(126);
  ::execv(path, argv);
  ::_exit(127);
}

// Standard input as a file in memory: a child that does not read it costs nothing, and no write
// can raise SIGPIPE.
int input_file(const std::string& text) {
  const int file = ::memfd_create("input", MFD_CLOEXEC);
  size_t written = 0;
  while (file >= 0 && written < text.size()) {
    const ssize_t count = ::write(file, text.data() + written, text.size() - written);
    if (count > 0) written += static_cast<size_t>(count);
    if (count < 0 && errno != EINTR) break;
  }
  if (file < 0 || written < text.size() || ::lseek(file, 0, SEEK_SET) != 0)
    check_error("standard input of a tool", std::strerror(errno));
  return file;
}

// Appends what is there; closes the end at end of file.
void drain(int& end, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t count = ::read(end, buffer.data(), buffer.size());
  if (count > 0) text.append(buffer.data(), static_cast<size_t>(count));
  if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN)) Pipe::close_end(end);
}

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

}  // namespace

std::filesystem::path find_tool(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string_view rest = path != nullptr ? path : "/usr/bin:/bin";
  if (name.find('/') != std::string_view::npos && ::access(std::string(name).c_str(), X_OK) == 0)
    return name;
  while (!rest.empty()) {
    const size_t colon = rest.find(':');
    const std::filesystem::path candidate = std::filesystem::path(rest.substr(0, colon)) / name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    rest = colon == std::string_view::npos ? "" : rest.substr(colon + 1);
  }
  const auto known = kPackages.find(name);
  const std::string package = known != kPackages.end() ? known->second : std::string(name);
  throw Error(ExitCode::kToolMissing,
              std::string(name) + " not found; it is in the package '" + package + "'");
}

Output run(const Command& command) {
  const std::string path = find_tool(command.argv.at(0)).string();
  std::vector<std::string> words = command.argv;
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  Pipe out, err;
  const int in = input_file(command.input);
  const pid_t child = ::fork();
  if (child < 0) check_error(command.argv[0], std::strerror(errno));
  if (child == 0) become(path.c_str(), argv.data(), command.directory.c_str(), in, out, err);
  ::close(in);
  Pipe::close_end(out.write_end);
  Pipe::close_end(err.write_end);

  Output result;
  const auto start = std::chrono::steady_clock::now();
  while (out.read_end >= 0 || err.read_end >= 0) {
    std::array<pollfd, 2> ends = {{{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}}};
    ::poll(ends.data(), ends.size(), 100);
    if (ends[0].revents != 0) drain(out.read_end, result.out);
    if (ends[1].revents != 0) drain(err.read_end, result.err);
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    if (command.timeout_seconds > 0 && passed.count() > command.timeout_seconds) {
      result.timed_out = true;
      ::kill(-child, SIGKILL);
      break;
    }
  }
  int raw = 0;
  while (::waitpid(child, &raw, 0) < 0 && errno == EINTR) {
  }
  result.status = status_of(raw);
  return result;
}

std::string tool_version(std::string_view name, std::string_view argument) {
  static std::mutex mutex;
  static std::map<std::string, std::string> known;
  const std::lock_guard lock(mutex);
  std::string& version = known[std::string(name)];
  if (version.empty()) {
    const Output output =
        run({.argv = {std::string(name), std::string(argument)}, .timeout_seconds = 20});
    const std::string& text = output.out.empty() ? output.err : output.out;
    version = text.substr(0, text.find('\n'));
  }
  return version;
}

}  // namespace base
