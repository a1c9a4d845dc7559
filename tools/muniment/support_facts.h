// What may leave the machine for whoever helps: facts about the program, the machine and the store's files, of forms that cannot carry a
// key, a token or a personal value. What is not known to be of such a form is left out, not cleaned.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace muniment {

// The program, what it was built with and what it runs on.
std::string version_facts();
// The process's limits, memory, processors; the disk and the file system of `folder`.
std::string system_facts(const std::filesystem::path& folder);
// Every file below the folder: its bytes, when it was changed, its name.
std::string file_facts(const std::filesystem::path& folder);
// Of what /metrics answered, the samples by their own names, and comments.
std::string metric_facts(std::string_view metrics);

}  // namespace muniment
