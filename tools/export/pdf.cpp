#include "tools/muniment/pdf.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>

#include "tools/muniment/exit_code.h"

namespace muniment {
namespace {

constexpr const char* pdf_program = "weasyprint";
constexpr int not_run = 127;  // As a shell has it.
constexpr std::chrono::milliseconds look_every{50};

// A child that ends with this program, however that ends. Between fork and exec nothing is called that may not be in a program with
// threads.
pid_t start_printer(const std::array<char*, 6>& words) {
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw CliError(ExitCode::failure, "no process can be started for weasyprint");
  if (child > 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent) ::execvp(words.front(), words.data());
  ::_exit(not_run);
}

}  // namespace

void make_pdf(const std::filesystem::path& html, const std::filesystem::path& pdf, std::chrono::milliseconds time_max) {
  std::string program = pdf_program;
  std::string quiet = "--quiet";
  std::string encoding = "--encoding=utf8";
  std::string from = html.string();
  std::string to = pdf.string();
  std::array<char*, 6> words{program.data(), quiet.data(), encoding.data(), from.data(), to.data(), nullptr};
  const pid_t child = start_printer(words);
  const auto until = std::chrono::steady_clock::now() + time_max;
  int status = 0;
  for (pid_t ended = 0; ended != child; ended = ::waitpid(child, &status, WNOHANG)) {
    if (ended < 0 && errno != EINTR) throw CliError(ExitCode::failure, "weasyprint cannot be waited for");
    if (std::chrono::steady_clock::now() >= until) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      throw CliError(ExitCode::failure, fmt::format("weasyprint has not printed it within {} minutes; narrow it, or write .html",
                                                    std::chrono::duration_cast<std::chrono::minutes>(time_max).count()));
    }
    std::this_thread::sleep_for(look_every);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == not_run)
    throw CliError(ExitCode::failure, "a PDF needs Debian's weasyprint, which cannot be run; write .html instead");
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw CliError(ExitCode::failure, fmt::format("weasyprint made no PDF: status {}", WIFEXITED(status) ? WEXITSTATUS(status) : -1));
}

}  // namespace muniment
