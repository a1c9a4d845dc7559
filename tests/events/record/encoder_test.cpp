#include "events/record/encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "events/record/event_streams.h"
#include "sample_draft.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using test::SampleDraft;

std::string golden_lines(const std::string& name) {
  std::ifstream in(project_folder() / "tests" / "golden" / name);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string golden(const std::string& name) {
  std::string hex;
  for (const char c : golden_lines(name)) {
    if (c != '\n') hex.push_back(c);
  }
  return hex;
}

std::vector<capnp::word> encoded(const Draft& draft) {
  Encoder encoder;
  std::vector<capnp::word> words;
  encoder.encode(draft, words);
  return words;
}

TEST(Encoder, WritesTheBytesThatTheFormatFixes) {
  const SampleDraft sample;
  const auto words = encoded(sample.draft());
  EXPECT_EQ(to_hex(bytes_of(RecordWords{words})), golden("subordinate_linked.hex"));
}

TEST(Encoder, WritesOneSegmentBehindAnEightByteFrame) {
  const SampleDraft sample;
  const auto words = encoded(sample.draft());
  const ByteSpan bytes = bytes_of(RecordWords{words});
  EXPECT_EQ(to_hex(bytes.subspan(0, 4)), "00000000") << "one segment less one";
  const std::size_t segment_words = bytes[4] + 256U * bytes[5];
  EXPECT_EQ(segment_words, words.size() - 1);
}

TEST(Encoder, WritesTheSameBytesAfterALargeEventAsBefore) {
  const SampleDraft sample;
  Encoder encoder;
  std::vector<capnp::word> before;
  encoder.encode(sample.draft(), before);
  const std::string large(30'000, 'x');
  const Fact big = fact::SubordinateLinked{{large}};
  Draft draft = sample.draft();
  draft.fact = &big;
  std::vector<capnp::word> between;
  encoder.encode(draft, between);
  std::vector<capnp::word> after;
  encoder.encode(sample.draft(), after);
  EXPECT_EQ(to_hex(bytes_of(RecordWords{before})), to_hex(bytes_of(RecordWords{after})));
}

// The default builder splits at 20 KB; a record never does.
TEST(Encoder, KeepsAnEventOfSixtyFourThousandBytesInOneSegment) {
  const SampleDraft sample;
  const std::string large(64'000, 'x');
  const Fact big = fact::SubordinateLinked{{large}};
  Draft draft = sample.draft();
  draft.fact = &big;
  const auto words = encoded(draft);
  RecordReader record(words);
  EXPECT_EQ(record.event().getFact().getSubordinateLinked().getServices()[0].size(), large.size());
}

TEST(Encoder, RefusesAnEventThatIsLargerThanARecordAndLeavesTheOutputAsItWas) {
  const SampleDraft sample;
  Encoder encoder;
  std::vector<capnp::word> words;
  encoder.encode(sample.draft(), words);
  const std::string before = to_hex(bytes_of(RecordWords{words}));
  for (const std::size_t size : {65'200U, 65'528U, 70'000U, 200'000U}) {
    const std::string large(size, 'x');
    const Fact big = fact::SubordinateLinked{{large}};
    Draft draft = sample.draft();
    draft.fact = &big;
    EXPECT_THROW(encoder.encode(draft, words), RecordTooLarge) << size;
    EXPECT_EQ(to_hex(bytes_of(RecordWords{words})), before);
  }
}

TEST(Encoder, AcceptsEverySizeUpToTheLargestRecordAndNoneBeyond) {
  const SampleDraft sample;
  std::size_t largest = 0;
  for (std::size_t size = 64'900; size < 65'400; size += 8) {
    const std::string large(size, 'x');
    const Fact big = fact::SubordinateLinked{{large}};
    Draft draft = sample.draft();
    draft.fact = &big;
    try {
      const auto words = encoded(draft);
      largest = std::max(largest, words.size() * sizeof(capnp::word));
    } catch (const RecordTooLarge&) {
    }
  }
  EXPECT_EQ(largest, record_bytes_max);
}

TEST(Encoder, GivesBackWhatWasDrafted) {
  const SampleDraft sample;
  const auto words = encoded(sample.draft());
  RecordReader record(words);
  const auto event = record.event();
  check_envelope(event);
  EXPECT_EQ(event.getPosition(), 42U);
  EXPECT_EQ(recorded_at(event), Timestamp{1'585'823'543'000'000'001});
  EXPECT_EQ(occurred_at(event), Timestamp{1'585'823'543'000'000'000});
  EXPECT_EQ(event.getSource(), schema::Source::OPERATOR);
  EXPECT_EQ(event.getAuthority(), schema::Authority::PRIMARY_USER);
  EXPECT_EQ(text_of(event.getActor().getName()), "mhughes1");
  EXPECT_EQ(text_of(event.getCommandId()), "c-0001");
  EXPECT_EQ(provider_of(event), test::sample_provider);
  EXPECT_EQ(event_id_of(event), test::sample_event);
  EXPECT_EQ(fingerprint_of(event), sample.fingerprint);
  EXPECT_EQ(text_of(event.getUsername()), "jdoe11");
  EXPECT_FALSE(event.hasSealed());
  EXPECT_EQ(text_of(event.getContext().getReason()), "new_duties");
  EXPECT_EQ(account_id_of(event), test::sample_account);
  EXPECT_EQ(event.getAccountVersion(), 3U);
  EXPECT_EQ(event.getProviderVersion(), 17U);
  EXPECT_EQ(text_of(event.getFact().getSubordinateLinked().getServices()[1]), "view_provider_reports");
}

TEST(Encoder, CarriesOneToFourStreams) {
  const SampleDraft sample;
  std::vector<StreamVersion> streams;
  for (std::size_t count = 1; count <= event_streams_max; ++count) {
    streams.push_back({StreamName::account(AccountId{test::sixteen(static_cast<Byte>(count))}), count});
    Draft draft = sample.draft();
    draft.streams = streams;
    const auto words = encoded(draft);
    RecordReader record(words);
    check_envelope(record.event());
    EXPECT_EQ(streams_of(record.event()).size(), count);
  }
}

// Records of the time before an event could say who submitted it: they decode for ever, and nobody has submitted them.
TEST(Encoder, IsNotNeededToReadWhatWasWrittenBeforeAFieldWasAdded) {
  std::istringstream lines(golden_lines("facts_without_submitter.hex"));
  std::uint16_t kind = 0;
  for (std::string line; std::getline(lines, line); ++kind) {
    const Bytes bytes = from_hex(line).value();
    std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
    std::memcpy(static_cast<void*>(words.data()), bytes.data(), bytes.size());
    RecordReader record(words);
    check_envelope(record.event());
    EXPECT_EQ(static_cast<std::uint16_t>(record.event().getFact().which()), kind);
    EXPECT_EQ(text_of(record.event().getContext().getReason()), "new_duties");
    EXPECT_EQ(sender_of(record.event()).name, "mhughes1");
    EXPECT_EQ(record.event().getContext().getTokenId().size(), 0U);
  }
  EXPECT_EQ(kind, 38);
}

TEST(Encoder, IsNotNeededToReadAReadOfTheTimeBeforeExportsWereRecorded) {
  const Bytes bytes = from_hex(golden("records_read_without_export.hex")).value();
  std::vector<capnp::word> words(bytes.size() / sizeof(capnp::word));
  std::memcpy(static_cast<void*>(words.data()), bytes.data(), bytes.size());
  RecordReader record(words);
  check_envelope(record.event());
  const auto read = record.event().getFact().getRecordsRead();
  EXPECT_EQ(text_of(read.getToken()), "t1");
  EXPECT_FALSE(read.hasExported());
}

TEST(Encoder, SaysWhoSubmittedAndByWhichToken) {
  const SampleDraft sample;
  const Principal portal = Principal::submitter("portal");
  Draft draft = sample.draft();
  draft.submitted_by = &portal;
  draft.token_id = "0123456789abcdef";
  draft.address = "10.0.0.7";
  const auto words = encoded(draft);
  RecordReader record(words);
  EXPECT_EQ(sender_of(record.event()).kind, schema::PrincipalKind::SUBMITTER);
  EXPECT_EQ(sender_of(record.event()).name, "portal");
  EXPECT_EQ(text_of(record.event().getActor().getName()), "mhughes1");
  EXPECT_EQ(text_of(record.event().getContext().getTokenId()), "0123456789abcdef");
  EXPECT_EQ(text_of(record.event().getContext().getAddress()), "10.0.0.7");
}

// A fact with every field that it can have, for each kind: what goes in comes out as the same kind, in the bytes that it always had. A line
// of the golden file is a record; a fact that is new adds one. A field that is added to what facts share changes them all: the lines that
// were stay in a file of their own.
TEST(Encoder, WritesEveryFactAsItsOwnKindInItsGoldenBytes) {
  const SampleDraft sample;
  capnp::MallocMessageBuilder policy_message;
  auto set_policy = policy_message.initRoot<schema::Policy>();
  set_policy.setDelegation(true);
  set_policy.setDelegates({"submitter:portal"});
  const auto policy = set_policy.asReader();
  const Bytes digest(32, 0xab);
  const fact::Exported exported{"ocsf", 3, digest, true, 7, digest};
  const std::vector<Fact> facts{
      fact::StoreCreated{1, true},
      fact::StoreUpgraded{1, 2},
      fact::OfficerAppointed{"a"},
      fact::OfficerDismissed{"a"},
      fact::ServiceDefined{"s", "S", true, true},
      fact::ServiceRetired{"s"},
      fact::TermsPublished{"v1"},
      fact::PolicySet{policy},
      fact::ProviderRegistered{schema::ProviderKind::BILLING_ENTITY, "o", "n"},
      fact::ProviderClosed{},
      fact::RelationshipStarted{test::sample_provider},
      fact::RelationshipEnded{test::sample_provider},
      fact::AccountCreated{},
      fact::PrimaryUserAssigned{{"s"}, "former", true},
      fact::SubordinateCreated{{"s"}, true},
      fact::SubordinateLinked{{"s"}},
      fact::ProfileChanged{{schema::ProfileField::EMAIL}},
      fact::PinChanged{},
      fact::ServicesAssigned{{"s"}, {"t"}},
      fact::PasswordReset{Timestamp{1}},
      fact::CredentialRedeemed{7},
      fact::SubordinateRemoved{{"s"}, true},
      fact::TermsAccepted{"v1"},
      fact::AccountLocked{},
      fact::AccountUnlocked{},
      fact::AccountDisabled{},
      fact::AccountEnabled{},
      fact::AccountTerminated{},
      fact::SignedIn{true},
      fact::ServiceUsed{"s"},
      fact::DepartureReported{Timestamp{1}, {test::sample_provider}},
      fact::CommandRefused{"c", "r", {"f"}, 3, 4},
      fact::ImportStarted{1, {"s"}, true},
      fact::ProviderImportStarted{},
      fact::ImportCompleted{1, 1},
      fact::ClockAccepted{Timestamp{2}, Timestamp{1}},
      fact::RecordsRead{"/v1/audit/trail", {"user", "from"}, 7, 3, Timestamp{9}, "t1", exported},
      fact::AccessDenied{"token_invalid", "/v1/events", 2, Timestamp{9}, "t1"},
      fact::SubjectErased{"court_order", Timestamp{9}},
      fact::HoldPlaced{"M-1"},
      fact::HoldLifted{"M-1"},
      fact::EpochRotated{"00112233aabbccdd", "ddccbbaa33221100"},
      fact::StoreRestored{7, 9, "the disk is gone", true, 2},
      fact::LogKeyRotated{"log+00000001+AQ==", "log+00000002+AQ==", Timestamp{9}},
      fact::ReviewOpened{"2026q4", {*ProviderId::parse("110012345A")}, Timestamp{9}, Timestamp{8}},
      fact::ReviewerAssigned{"2026q4", "bking1", {"jdoe11"}},
      fact::ReviewDecided{
          "2026q4", schema::ReviewDecision::REVOKE, {"claims"}, 2, 90, schema::Revocation::LEFT_TO_OTHERS, "administrator_protected"},
      fact::ReviewClosed{"2026q4", 3, 2, 1},
      fact::DelegateAppointed{Timestamp{9}},
      fact::DelegateDismissed{},
      fact::RosterAttested{41, {"jdoe11"}, {"bking1"}},
      fact::FindingDisposed{"no_backup.110012345A.7.00112233", schema::Disposition::ACCEPTED_RISK, Timestamp{9}},
      fact::ReviewerDismissed{"2026q4", "bking1"},
      fact::ReviewSealed{"2026q4", 47, 7, 3, 2, 1, 1, 1, digest},
      fact::ReportSigned{"2026q4", digest},
      fact::NoticeGiven{schema::Notice::REVIEW_DUE, "2026q4", Timestamp{9}},
      fact::ImportAbandoned{1, 1},
      fact::LogArchived{1, 256, 300, digest},
      fact::ReconciliationReported{
          digest,
          {{"ghost1", "claims", schema::Difference::HELD_NOT_RECORDED}, {"jdoe11", "claims", schema::Difference::RECORDED_NOT_HELD, 7}},
          "bking1",
          "mhughes1"}};

  ASSERT_EQ(facts.size(), std::variant_size_v<AnyFact>);
  std::string lines;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    Draft draft = sample.draft();
    draft.fact = &facts[i];
    const auto words = encoded(draft);
    RecordReader record(words);
    EXPECT_EQ(static_cast<std::size_t>(record.event().getFact().which()), i) << "the variant and the schema name facts in the same order";
    EXPECT_EQ(facts[i].index(), i);
    lines += to_hex(bytes_of(RecordWords{words})) + "\n";
  }
  EXPECT_EQ(lines, golden_lines("facts.hex"));
}

}  // namespace
}  // namespace muniment
