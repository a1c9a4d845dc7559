// A trail with every fact that there is, its values fixed, so that what it is exported as is fixed too.
#pragma once

#include <capnp/common.h>

#include <vector>

#include "events/record/record.h"

namespace muniment::test {

// Records at the positions 1, 2, ...: one of each fact in the order of their numbers, then others that an export treats in ways of their
// own.
std::vector<std::vector<capnp::word>> sample_records();

}  // namespace muniment::test
