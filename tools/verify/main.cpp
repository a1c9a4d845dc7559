// muniment-verify: checks exported files of a log with its public key alone. Exits 0 when everything held, 10 when something did not, 2
// when it was asked wrongly.
#include <fmt/format.h>

#include <fstream>
#include <iterator>

#include "tools/verify/verify.h"

namespace muniment {
namespace {

constexpr std::string_view usage =
    "usage: muniment-verify KEY log FOLDER [CHECKPOINT...]\n"
    "       muniment-verify KEY proof FOLDER\n"
    "       muniment-verify KEY consistency OLDER-CHECKPOINT PROOF\n"
    "       muniment-verify KEY checkpoints ONE OTHER\n"
    "KEY: the log's verifier key; a file that has it in its first line; or a policy (c2sp.org/tlog-policy) that names the log, and the\n"
    "witnesses that have to have cosigned. Take it from somebody who knows it, and not from the files that are to be checked.\n";

constexpr int held = 0;
constexpr int asked_wrongly = 2;
constexpr int did_not_hold = 10;

// A key, a file that has one in its first line, or a policy that names one log.
std::optional<Trust> read_trust(const std::string& text) {
  if (const auto key = VerifierKey::parse(text)) return Trust{*key};
  std::ifstream file(text);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (const auto key = VerifierKey::parse(std::string_view(bytes).substr(0, bytes.find('\n')))) return Trust{*key};
  const auto policy = WitnessPolicy::parse(bytes);
  if (!policy || policy->logs().size() != 1) return std::nullopt;
  return Trust{policy->logs().front().key, *policy};
}

int tell(const Verdict& verdict) {
  if (verdict.fault) {
    fmt::print("NOT VERIFIED: {}\n", *verdict.fault);
    return did_not_hold;
  }
  fmt::print("established:\n");
  for (const std::string& sentence : verdict.established) fmt::print("  {}\n", sentence);
  if (!verdict.not_established.empty()) fmt::print("not established:\n");
  for (const std::string& sentence : verdict.not_established) fmt::print("  {}\n", sentence);
  return held;
}

int run(const std::vector<std::string>& words) {
  const auto key = words.size() < 3 ? std::nullopt : read_trust(words[0]);
  if (words.size() >= 3 && !key)
    fmt::print(stderr, "muniment-verify: {}: no verifier key of a log, nor a policy that names one log\n", words[0]);
  if (key && words[1] == "log") return tell(check_log(*key, words[2], {words.begin() + 3, words.end()}));
  if (key && words[1] == "proof" && words.size() == 3) return tell(check_bundle(*key, words[2]));
  if (key && words[1] == "consistency" && words.size() == 4) return tell(check_consistency(*key, words[2], words[3]));
  if (key && words[1] == "checkpoints" && words.size() == 4) return tell(check_checkpoints(*key, words[2], words[3]));
  fmt::print(stderr, "{}", usage);
  return asked_wrongly;
}

}  // namespace
}  // namespace muniment

int main(int count, char** arguments) {
  try {
    return muniment::run({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    fmt::print(stderr, "muniment-verify: {}\n", error.what());
    return 1;
  }
}
