// A draft whose every part is fixed, so that its bytes are.
#pragma once

#include "events/record/encoder.h"

namespace muniment::test {

inline std::array<Byte, 16> sixteen(Byte first) {
  std::array<Byte, 16> out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<Byte>(first + i);
  return out;
}

inline const AccountId sample_account{sixteen(0x10)};
inline const EventId sample_event{sixteen(0xe0)};
inline const ProviderId sample_provider = ProviderId::parse("110012345A").value();
inline const Username sample_username = Username::parse("jdoe11").value();

// Owns what the draft borrows.
struct SampleDraft {
  Fact fact = fact::SubordinateLinked{{"claims_submission_and_status", "view_provider_reports"}};
  std::vector<StreamVersion> streams{{StreamName::account(sample_account), 3}, {StreamName::provider(sample_provider), 17}};
  std::array<Byte, 16> fingerprint = sixteen(0xf0);

  Draft draft() const {
    return {.position = 42,
            .recorded_at = Timestamp{1'585'823'543'000'000'001},
            .occurred_at = Timestamp{1'585'823'543'000'000'000},
            .source = schema::Source::OPERATOR,
            .authority = schema::Authority::PRIMARY_USER,
            .actor_kind = schema::PrincipalKind::ACCOUNT,
            .actor_name = "mhughes1",
            .event_id = sample_event,
            .command_id = "c-0001",
            .fingerprint = fingerprint,
            .provider = sample_provider,
            .username = sample_username.text(),
            .streams = streams,
            .sealed = {},
            .requested_by = "rkelly",
            .approved_by = {},
            .reason = "new_duties",
            .reference = "request 8",
            .address = {},
            .program = {},
            .fact = &fact};
  }
};

}  // namespace muniment::test
