#include "tools/muniment/pdf.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <string>

#include "tools/muniment/exit_code.h"

extern char** environ;

namespace muniment {
namespace {

constexpr const char* pdf_program = "weasyprint";

}  // namespace

void make_pdf(const std::filesystem::path& html, const std::filesystem::path& pdf) {
  std::string program = pdf_program;
  std::string quiet = "--quiet";
  std::string encoding = "--encoding=utf8";
  std::string from = html.string();
  std::string to = pdf.string();
  std::array<char*, 6> words{program.data(), quiet.data(), encoding.data(), from.data(), to.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, pdf_program, nullptr, nullptr, words.data(), environ) != 0)
    throw CliError(ExitCode::failure, "a PDF needs Debian's weasyprint, which cannot be run; write .html instead");
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw CliError(ExitCode::failure, "weasyprint cannot be waited for");
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw CliError(ExitCode::failure, fmt::format("weasyprint made no PDF: status {}", WIFEXITED(status) ? WEXITSTATUS(status) : -1));
}

}  // namespace muniment
