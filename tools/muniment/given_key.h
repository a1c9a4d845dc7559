// A log's key as somebody gives it to the program.
#pragma once

#include <string>
#include <string_view>

#include "events/proof/note.h"

namespace muniment {

// The text is a verifier key of a log, or the name of a file that has one in its first line. Throws CliError, naming the flag.
VerifierKey given_key(std::string_view flag, const std::string& text);

}  // namespace muniment
