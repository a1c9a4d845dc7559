// How to come from each of a log's keys to the one that took its place: files of an export's `rotations/`. docs/formats.md, "Tree".
#pragma once

#include <map>
#include <string>

#include "tools/store/log_tree.h"

namespace muniment {

// By their names: of each rotation that the tree covers the record that names the new key, and its proof in the first checkpoint, which
// both keys signed. Throws what the log throws.
std::map<std::string, std::string> rotation_files(const ProvenLog& log, const LogTree& tree);

}  // namespace muniment
