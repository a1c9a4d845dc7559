// muniment: the command line. docs/cli.md.
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include "events/values/standard_files.h"
#include "tools/muniment/cli.h"

// NO_COLOR as no-color.org says; a terminal that calls itself dumb knows no escape sequences.
static bool takes_color() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  return (no_color == nullptr || *no_color == '\0') && (terminal == nullptr || std::strcmp(terminal, "dumb") != 0);
}

int main(int argc, char** argv) {
  muniment::keep_standard_files_open();
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
  console.has_color = console.out_is_terminal && takes_color();
  return static_cast<int>(muniment::run_cli({argv + 1, argv + argc}, console));
}
