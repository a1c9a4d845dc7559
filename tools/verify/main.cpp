// muniment-verify: checks exported files of a log with its public key alone. Exits 0 when everything held, 10 when something did not, 2
// when it was asked wrongly.
#include <fmt/format.h>

#include <algorithm>
#include <expected>
#include <fstream>
#include <iterator>

#include "tools/verify/verify.h"

namespace muniment {
namespace {

constexpr std::string_view usage =
    "usage: muniment-verify KEY log FOLDER [CHECKPOINT...] [--time-authority CERTIFICATES]\n"
    "       muniment-verify KEY proof FOLDER\n"
    "       muniment-verify KEY consistency OLDER-CHECKPOINT PROOF [EXPORT]\n"
    "       muniment-verify KEY checkpoints ONE OTHER [EXPORT]\n"
    "KEY: the log's verifier key; a file that has it in its first line; or a policy (c2sp.org/tlog-policy) that names the log, and the\n"
    "witnesses that have to have cosigned. Take it from somebody who knows it, and not from the files that are to be checked. A key that "
    "has\n"
    "been rotated since will do: the records that lead from it to the newest are in an export's rotations/.\n";

constexpr int held = 0;
constexpr int asked_wrongly = 2;
constexpr int did_not_hold = 10;

// A key, a file that has one in its first line, or a policy that names one log, by one key or several.
std::optional<Trust> read_trust(const std::string& text) {
  if (const auto key = VerifierKey::parse(text)) return Trust(*key);
  std::ifstream file(text);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (const auto key = VerifierKey::parse(std::string_view(bytes).substr(0, bytes.find('\n')))) return Trust(*key);
  const auto policy = WitnessPolicy::parse(bytes);
  if (!policy || policy->logs().empty()) return std::nullopt;
  std::vector<VerifierKey> keys;
  for (const WitnessPolicy::Log& log : policy->logs()) keys.push_back(log.key);
  const bool is_one_log = std::ranges::all_of(keys, [&](const VerifierKey& key) { return key.name == keys.front().name; });
  return is_one_log ? std::optional{Trust(std::move(keys), *policy)} : std::nullopt;
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

// Takes `--time-authority FILE` out of the words: what the file has, or why there is nothing. Empty: it is not among them.
std::expected<std::string, std::string> take_time_authority(std::vector<std::string>& words) {
  const auto flag = std::ranges::find(words, "--time-authority");
  if (flag == words.end()) return {};
  if (flag + 1 == words.end()) return std::unexpected("--time-authority: expected a file with certificates");
  std::ifstream file(*(flag + 1));
  std::string certificates{std::istreambuf_iterator<char>(file), {}};
  if (certificates.empty()) return std::unexpected(*(flag + 1) + " has no certificates, or cannot be read");
  words.erase(flag, flag + 2);
  return certificates;
}

int run(std::vector<std::string> words) {
  const auto certificates = take_time_authority(words);
  if (!certificates) {
    fmt::print(stderr, "muniment-verify: {}\n", certificates.error());
    return asked_wrongly;
  }
  auto key = words.size() < 3 ? std::nullopt : read_trust(words[0]);
  if (words.size() >= 3 && !key)
    fmt::print(stderr, "muniment-verify: {}: no verifier key of a log, nor a policy that names one log\n", words[0]);
  if (key && !certificates->empty()) key->times = TimeAuthority{*certificates};
  if (key && words[1] == "log") return tell(check_log(*key, words[2], {words.begin() + 3, words.end()}));
  if (key && words[1] == "proof" && words.size() == 3) return tell(check_bundle(*key, words[2]));
  const bool takes_two = words.size() == 4 || words.size() == 5;
  const std::string exported = words.size() == 5 ? words[4] : std::string{};
  if (key && words[1] == "consistency" && takes_two) return tell(check_consistency(*key, words[2], words[3], exported));
  if (key && words[1] == "checkpoints" && takes_two) return tell(check_checkpoints(*key, words[2], words[3], exported));
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
