// What the kernel says of this process, under the names that Prometheus's client libraries give it.
#pragma once

#include "tools/server/exposition.h"

namespace muniment {

// What cannot be read is left out.
void write_process_metrics(Exposition& out);

}  // namespace muniment
