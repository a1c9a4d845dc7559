// muniment: the command line. docs/cli.md.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include "tools/muniment/cli.h"

int main(int argc, char** argv) {
  // A reader that went away ends a write with an error, and the store is closed in order.
  std::signal(SIGPIPE, SIG_IGN);
  // A limit of a file's size is an error of a write, as a full disk is.
  std::signal(SIGXFSZ, SIG_IGN);
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);
  muniment::Console console{.in = std::cin,
                            .out = std::cout,
                            .err = std::cerr,
                            .out_is_terminal = ::isatty(STDOUT_FILENO) == 1,
                            .err_is_terminal = ::isatty(STDERR_FILENO) == 1};
  const char* no_color = std::getenv("NO_COLOR");
  console.has_color = console.out_is_terminal && (no_color == nullptr || *no_color == '\0');
  return static_cast<int>(muniment::run_cli({argv + 1, argv + argc}, console));
}
