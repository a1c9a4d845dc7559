#include "events/record/record.h"

#include <capnp/message.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "sample_draft.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::vector<capnp::word> sample_record() {
  const test::SampleDraft sample;
  Encoder encoder;
  std::vector<capnp::word> words;
  encoder.encode(sample.draft(), words);
  return words;
}

void set_frame(std::vector<capnp::word>& words, std::uint32_t segments_less_one, std::uint32_t size) {
  const std::array<std::uint32_t, 2> frame{segments_less_one, size};
  std::memcpy(static_cast<void*>(words.data()), frame.data(), sizeof frame);
}

TEST(Record, RefusesNothingAtAll) {
  EXPECT_THAT([] { RecordReader{RecordWords{}}; }, ThrowsMessage<BadRecord>(HasSubstr("0 bytes")));
}

TEST(Record, RefusesABareFrame) {
  const std::vector<capnp::word> words(1);
  EXPECT_THROW(RecordReader{words}, BadRecord);
}

TEST(Record, RefusesMoreThanOneSegment) {
  auto words = sample_record();
  set_frame(words, 1, static_cast<std::uint32_t>(words.size() - 1));
  EXPECT_THAT([&] { RecordReader{words}; }, ThrowsMessage<BadRecord>(HasSubstr("more than one segment")));
}

TEST(Record, RefusesAFrameThatDoesNotMatchItsLength) {
  auto words = sample_record();
  set_frame(words, 0, static_cast<std::uint32_t>(words.size()));
  EXPECT_THAT([&] { RecordReader{words}; }, ThrowsMessage<BadRecord>(HasSubstr("frame says")));
  words.pop_back();
  EXPECT_THROW(RecordReader{words}, BadRecord);
}

TEST(Record, RefusesWhatIsLargerThanARecordCanBe) {
  std::vector<capnp::word> words(record_bytes_max / 8 + 1);
  set_frame(words, 0, static_cast<std::uint32_t>(words.size() - 1));
  EXPECT_THROW(RecordReader{words}, BadRecord);
}

// Whatever the bytes are, reading them ends in a value or in an exception, never outside of them (the sanitizers watch).
TEST(Record, SurvivesEveryFlippedBit) {
  const auto good = sample_record();
  for (std::size_t bit = 0; bit < good.size() * 64; ++bit) {
    auto words = good;
    auto* bytes = reinterpret_cast<Byte*>(words.data());
    bytes[bit / 8] = static_cast<Byte>(bytes[bit / 8] ^ (1U << (bit % 8)));
    try {
      RecordReader record(words);
      check_envelope(record.event());
      const auto text = record.event().toString().flatten();
      EXPECT_GT(text.size(), 0U);
    } catch (const BadRecord&) {
    } catch (const kj::Exception&) {
    }
  }
}

using Builder = schema::Event::Builder;

// So many more streams with a version and a key of so many bytes.
capnp::List<schema::StreamVersion>::Builder more(Builder event, unsigned count, schema::StreamKind kind, unsigned key_size) {
  auto list = event.initContext().initMoreStreams(count);
  for (auto entry : list) {
    entry.setVersion(1);
    entry.setKind(kind);
    entry.initKey(key_size);
  }
  return list;
}

void own_account(Builder event) {
  const AccountId id = account_id_of(event.asReader());
  auto entry = more(event, 1, schema::StreamKind::ACCOUNT, AccountId::size)[0];
  std::ranges::copy(id.bytes(), entry.getKey().begin());
}

struct BadEnvelope {
  const char* name;
  void (*spoil)(Builder);
  const char* says;
};

class Envelope : public testing::TestWithParam<BadEnvelope> {};

TEST_P(Envelope, NamesWhatIsWrong) {
  const auto words = sample_record();
  RecordReader record(words);
  capnp::MallocMessageBuilder message;
  message.setRoot(record.event());
  const auto event = message.getRoot<schema::Event>();
  EXPECT_NO_THROW(check_envelope(event)) << "the control";
  GetParam().spoil(event);
  EXPECT_THAT([&] { check_envelope(event); }, ThrowsMessage<BadRecord>(HasSubstr(GetParam().says)));
}

INSTANTIATE_TEST_SUITE_P(
    Record, Envelope,
    testing::Values(
        BadEnvelope{"position", [](Builder e) { e.setPosition(0); }, "position is 0"},
        BadEnvelope{"event_id", [](Builder e) { e.initEventId(); }, "event_id is missing"},
        BadEnvelope{"no_streams", [](Builder e) { e.initAccount(), e.setAccountVersion(0), e.setProviderVersion(0); }, "0 streams"},
        BadEnvelope{"five_streams", [](Builder e) { more(e, 3, schema::StreamKind::REFUSALS, 0); }, "5 streams"},
        BadEnvelope{"version_without_account", [](Builder e) { e.initAccount(); }, "account and account_version"},
        BadEnvelope{"account_without_version", [](Builder e) { e.setAccountVersion(0); }, "account and account_version"},
        BadEnvelope{"provider", [](Builder e) { e.getProvider().setLetter('a'); }, "provider is no PID/SL"},
        BadEnvelope{"provider_number", [](Builder e) { e.getProvider().setNumber(1'000'000'000); }, "provider is no PID/SL"},
        BadEnvelope{"version_without_provider", [](Builder e) { e.initProvider(); }, "provider_version stands without"},
        BadEnvelope{"claims_no_username", [](Builder e) { e.setUsername(""), e.setClaimsUsername(true); }, "username has 0 bytes"},
        BadEnvelope{"claims_long_username", [](Builder e) { e.initUsername(65), e.setClaimsUsername(true); }, "username has 65 bytes"},
        BadEnvelope{"account_key", [](Builder e) { more(e, 1, schema::StreamKind::ACCOUNT, 3); }, "key of an account has 3 bytes"},
        BadEnvelope{"import_key", [](Builder e) { more(e, 1, schema::StreamKind::IMPORT, 15); }, "key of an import has 15 bytes"},
        BadEnvelope{"provider_key", [](Builder e) { more(e, 1, schema::StreamKind::PROVIDER, 10); }, "key of a provider"},
        BadEnvelope{"long_key", [](Builder e) { more(e, 1, schema::StreamKind::USERNAME, 65); }, "key has 65 bytes"},
        BadEnvelope{"policy_key", [](Builder e) { more(e, 1, schema::StreamKind::POLICY, 5); }, "key of a policy"},
        BadEnvelope{"catalogue_key", [](Builder e) { more(e, 1, schema::StreamKind::CATALOGUE, 1); }, "has 1 bytes: expected 0"},
        BadEnvelope{"twice", [](Builder e) { more(e, 2, schema::StreamKind::REFUSALS, 0); }, "names a stream twice"},
        BadEnvelope{"own_account", [](Builder e) { own_account(e); }, "own fields"},
        BadEnvelope{"version", [](Builder e) { more(e, 1, schema::StreamKind::REFUSALS, 0)[0].setVersion(0); }, "version is 0"}),
    [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace muniment
