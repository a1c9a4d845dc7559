#include "tools/export/pdf.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <thread>

namespace muniment {
namespace {

constexpr int not_run = 127;  // As a shell has it.
constexpr std::chrono::milliseconds look_every{50};

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {
    if (descriptor < 0) fail("no file can be opened for a PDF");
  }
  ~OpenFile() { ::close(descriptor_); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  operator int() const { return descriptor_; }

 private:
  const int descriptor_;
};

// Between fork and exec nothing is called that may not be in a program with threads. Of what this program has open the child gets the two
// files and nothing else: what it says besides goes nowhere, because it may have seen names.
pid_t start_printer(int html, int pdf, const PdfLimits& limits) {
  std::array<std::string, 5> texts{"weasyprint", "--quiet", "--encoding=utf8", "-", "-"};
  std::array<char*, 6> words{texts[0].data(), texts[1].data(), texts[2].data(), texts[3].data(), texts[4].data(), nullptr};
  const OpenFile nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  const rlimit memory{limits.memory_max, limits.memory_max};
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) fail("no process can be started for a PDF");
  if (child > 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool is_ready = ::getppid() == parent && ::dup2(html, STDIN_FILENO) >= 0 && ::dup2(pdf, STDOUT_FILENO) >= 0 &&
                        ::dup2(nowhere, STDERR_FILENO) >= 0 && ::close_range(STDERR_FILENO + 1, ~0U, 0) == 0 &&
                        ::setrlimit(RLIMIT_AS, &memory) == 0;
  if (is_ready) ::execvp(words.front(), words.data());
  ::_exit(not_run);
}

std::string read_whole(int file) {
  std::string out;
  std::array<char, 65536> buffer{};
  for (off_t at = 0;;) {
    const ssize_t got = ::pread(file, buffer.data(), buffer.size(), at);
    if (got < 0) fail("the PDF cannot be read");
    if (got == 0) return out;
    out.append(buffer.data(), static_cast<std::size_t>(got));
    at += got;
  }
}

void end_printer(pid_t child) {
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

void print_pdf(int html, int pdf, const PdfLimits& limits, const std::function<bool()>& is_stopping) {
  const pid_t child = start_printer(html, pdf, limits);
  const auto until = std::chrono::steady_clock::now() + limits.time_max;
  int status = 0;
  for (pid_t ended = 0; ended != child; ended = ::waitpid(child, &status, WNOHANG)) {
    if (ended < 0 && errno != EINTR) fail("weasyprint cannot be waited for");
    if (is_stopping && is_stopping()) {
      end_printer(child);
      throw PdfFailed(PdfFailed::Why::stopped, "the printing was ended by a stop");
    }
    if (std::chrono::steady_clock::now() >= until) {
      end_printer(child);
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(limits.time_max).count();
      throw PdfFailed(PdfFailed::Why::took_too_long, fmt::format("weasyprint has not printed it within {} s", seconds));
    }
    std::this_thread::sleep_for(look_every);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_run)
    throw PdfFailed(PdfFailed::Why::not_installed, "a PDF needs Debian's weasyprint, which cannot be run");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw PdfFailed(PdfFailed::Why::no_pdf, fmt::format("weasyprint made no PDF: {}", WIFEXITED(status) ? "it failed" : "it was ended"));
}

}  // namespace

void make_pdf(const std::filesystem::path& html, const std::filesystem::path& pdf, const PdfLimits& limits) {
  const OpenFile in(::open(html.c_str(), O_RDONLY | O_CLOEXEC));
  const OpenFile out(::open(pdf.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  print_pdf(in, out, limits, {});
}

std::string pdf_of(std::string_view html, const PdfLimits& limits, const std::function<bool()>& is_stopping) {
  const OpenFile in(::memfd_create("report.html", MFD_CLOEXEC));
  const OpenFile out(::memfd_create("report.pdf", MFD_CLOEXEC));
  while (!html.empty()) {
    const ssize_t written = ::write(in, html.data(), html.size());
    if (written < 0) fail("the page cannot be given to weasyprint");
    html.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::lseek(in, 0, SEEK_SET) != 0) fail("the page cannot be given to weasyprint");
  print_pdf(in, out, limits, is_stopping);
  return read_whole(out);
}

}  // namespace muniment
