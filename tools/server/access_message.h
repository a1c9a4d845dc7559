// Records of reads and denials on their way from a standby, which answered, to the node that appends, which records them: one message of
// Cap'n Proto, tools/server/schema/access.capnp.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "commands/decider.h"

namespace muniment {

inline constexpr std::size_t access_records_max = 256;  // In a message.
inline constexpr std::size_t access_message_bytes_max = std::size_t{256} << 10;

// Of submissions that AccessRecord made: a RecordRead that is no export's end, or a RecordDenial. Precondition: at most
// access_records_max.
std::string access_message(std::span<const Submission> submissions);

// Checked for form. The error says what was expected.
std::expected<std::vector<Submission>, std::string> read_access_message(std::string_view bytes);

}  // namespace muniment
