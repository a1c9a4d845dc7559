#include "events/proof/witness_policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

#include "events/proof/checkpoint.h"
#include "events/proof/cosignature.h"

namespace muniment {
namespace {

constexpr std::string_view nobody = "none";
constexpr std::string_view blanks = " \t";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(blanks), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool is_allowed(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

}  // namespace

std::expected<WitnessPolicy, std::string> WitnessPolicy::parse(std::string_view text) {
  WitnessPolicy policy;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::unexpected(fmt::format("line {}: expected a line feed at its end", number));
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (!std::ranges::all_of(line, is_allowed)) return std::unexpected(fmt::format("line {}: a control character", number));
    const Words words = words_of(line);
    if (words.empty() || words.front().starts_with('#')) continue;
    const std::string wrong = words[0] == "log"       ? policy.add_log(words)
                              : words[0] == "witness" ? policy.add_witness(words)
                              : words[0] == "group"   ? policy.add_group(words)
                              : words[0] == "quorum"  ? policy.set_quorum(words)
                                                      : "expected log, witness, group or quorum";
    if (!wrong.empty()) return std::unexpected(fmt::format("line {}: {}", number, wrong));
  }
  if (!policy.has_quorum_line_) return std::unexpected("expected a line `quorum`");
  return policy;
}

std::string WitnessPolicy::add_log(const Words& words) {
  const auto key = words.size() == 2 || words.size() == 3 ? VerifierKey::parse(words[1]) : std::nullopt;
  if (!key || key->type != SignatureType::ed25519) return "expected log, a verifier key of type 1, and a URL or nothing";
  if (std::ranges::any_of(logs_, [&](const Log& log) { return log.key.key == key->key; })) return "the key is there already";
  logs_.push_back({*key, words.size() == 3 ? std::string{words[2]} : std::string{}});
  return {};
}

std::string WitnessPolicy::add_witness(const Words& words) {
  const auto key = words.size() == 3 || words.size() == 4 ? VerifierKey::parse(words[2]) : std::nullopt;
  if (!key || key->type != SignatureType::cosignature) return "expected witness, a name, a verifier key of type 4, and a URL or nothing";
  if (words[1] == nobody || find(words[1])) return "the name is taken";
  if (std::ranges::any_of(witnesses_, [&](const WitnessKey& witness) { return witness.key.key == key->key; }))
    return "the key is there already";
  members_.push_back({.name = std::string{words[1]}, .witness = witnesses_.size()});
  witnesses_.push_back({std::string{words[1]}, *key, words.size() == 4 ? std::string{words[3]} : std::string{}});
  return {};
}

std::string WitnessPolicy::add_group(const Words& words) {
  if (words.size() < 4) return "expected group, a name, all, any or a number, and members";
  if (words[1] == nobody || find(words[1])) return "the name is taken";
  Member group{.name = std::string{words[1]}};
  for (const std::string_view name : std::span(words).subspan(3)) {
    const auto member = find(name);
    if (!member) return "a member that no line before has";
    if (std::exchange(members_[*member].is_grouped, true)) return "a member that is in a group already";
    group.of.push_back(*member);
  }
  const auto number = words[2] == "any" ? 1 : words[2] == "all" ? group.of.size() : parse_decimal(words[2]).value_or(0);
  if (number < 1 || number > group.of.size()) return "expected all, any, or a number of members";
  group.needed = number;
  members_.push_back(std::move(group));
  return {};
}

std::string WitnessPolicy::set_quorum(const Words& words) {
  if (words.size() != 2) return "expected quorum and a name";
  if (std::exchange(has_quorum_line_, true)) return "there is a quorum already";
  if (words[1] == nobody) return {};
  quorum_ = find(words[1]);
  return quorum_ ? std::string{} : "expected a name that a line before has";
}

std::optional<std::size_t> WitnessPolicy::find(std::string_view name) const {
  const auto member = std::ranges::find(members_, name, &Member::name);
  return member == members_.end() ? std::nullopt : std::optional{static_cast<std::size_t>(member - members_.begin())};
}

bool WitnessPolicy::is_met_by(const Note& checkpoint) const {
  if (!quorum_) return true;
  std::vector<bool> cosigned;
  for (const WitnessKey& witness : witnesses_) cosigned.push_back(verify_cosignature(checkpoint, witness.key).has_value());
  return is_met(*quorum_, cosigned);
}

// Groups name only what came before them, so this ends.
bool WitnessPolicy::is_met(std::size_t member, const std::vector<bool>& cosigned) const {
  const Member& it = members_[member];
  if (it.witness) return cosigned[*it.witness];
  return static_cast<std::size_t>(std::ranges::count_if(it.of, [&](std::size_t one) { return is_met(one, cosigned); })) >= it.needed;
}

}  // namespace muniment
