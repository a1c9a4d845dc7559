#include "events/values/standard_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace muniment {

void keep_standard_files_open() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // The lowest that is free is this one. Without it nothing may be opened.
    if (::open("/dev/null", O_RDONLY) != descriptor) std::abort();
  }
}

}  // namespace muniment
