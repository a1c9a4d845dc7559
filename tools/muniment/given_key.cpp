#include "tools/muniment/given_key.h"

#include <fmt/format.h>

#include <fstream>

#include "tools/muniment/exit_code.h"

namespace muniment {

VerifierKey given_key(std::string_view flag, const std::string& text) {
  auto key = VerifierKey::parse(text);
  if (!key) {
    std::ifstream file(text);
    std::string line;
    std::getline(file, line);
    key = VerifierKey::parse(line);
  }
  if (!key || key->type != SignatureType::ed25519)
    throw CliError(ExitCode::usage, fmt::format("{}: expected a verifier key of a log, or a file that has it in its first line", flag));
  return *key;
}

}  // namespace muniment
