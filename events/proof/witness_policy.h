// Which logs are believed, and whose cosignatures that takes (c2sp.org/tlog-policy).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/proof/note.h"

namespace muniment {

class WitnessPolicy {
 public:
  struct Log {
    VerifierKey key;
    std::string url;  // Empty: none is given.
  };
  struct WitnessKey {
    std::string name;  // In the policy alone.
    VerifierKey key;
    std::string url;
  };

  // Nobody's cosignature is needed.
  WitnessPolicy() = default;
  // The error says which line is wrong, and what was expected.
  static std::expected<WitnessPolicy, std::string> parse(std::string_view text);

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<WitnessKey>& witnesses() const { return witnesses_; }
  // `quorum none`, or no policy.
  bool asks_for_nobody() const { return !quorum_.has_value(); }
  // Whether enough witnesses cosigned the checkpoint. The log's own signature is not looked at.
  bool is_met_by(const Note& checkpoint) const;

 private:
  // A witness, or a group, which names come before: a number in members_.
  struct Member {
    std::string name;
    std::optional<std::size_t> witness = {};  // A number in witnesses_.
    std::size_t needed = 0;                   // Of a group.
    std::vector<std::size_t> of = {};
    bool is_grouped = false;
  };
  using Words = std::vector<std::string_view>;

  std::string add_log(const Words& words);
  std::string add_witness(const Words& words);
  std::string add_group(const Words& words);
  std::string set_quorum(const Words& words);
  std::optional<std::size_t> find(std::string_view name) const;
  bool is_met(std::size_t member, const std::vector<bool>& cosigned) const;

  std::vector<Log> logs_;
  std::vector<WitnessKey> witnesses_;
  std::vector<Member> members_;
  std::optional<std::size_t> quorum_;
  bool has_quorum_line_ = false;
};

}  // namespace muniment
