#include "events/record/event_streams.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "sample_draft.h"

namespace muniment {
namespace {

using test::SampleDraft;

std::vector<std::string> described(std::span<const StreamVersion> streams) {
  std::vector<std::string> out;
  for (const StreamVersion& entry : streams) out.push_back(entry.stream.describe() + " " + std::to_string(entry.version));
  return out;
}

std::vector<std::string> written_and_read(const SampleDraft& sample) {
  Encoder encoder;
  std::vector<capnp::word> words;
  encoder.encode(sample.draft(), words);
  RecordReader record(words);
  check_envelope(record.event());
  return described(streams_of(record.event()));
}

TEST(EventStreams, GivesBackTheStreamsOfADraftWhicheverWayTheRecordSaysThem) {
  const StreamName account = StreamName::account(test::sample_account);
  const StreamName former = StreamName::account(AccountId{test::sixteen(0x30)});
  const StreamName provider = StreamName::provider(test::sample_provider);
  const StreamName entity = StreamName::provider(ProviderId::parse("110067890B").value());
  const StreamName username = StreamName::username(test::sample_username);
  const StreamName refusals = StreamName::single(schema::StreamKind::REFUSALS);
  const StreamName import = StreamName::import(test::sample_event);
  const StreamName policy = StreamName::policy(test::sample_provider);
  const std::vector<std::vector<StreamVersion>> all{{{account, 1}, {provider, 5}, {username, 1}},
                                                    {{account, 3}, {provider, 17}, {former, 9}},
                                                    {{account, 7}},
                                                    {{provider, 2}, {entity, 4}},
                                                    {{provider, 2}, {import, 2}},
                                                    {{policy, 1}},
                                                    {{refusals, 40}},
                                                    {{account, 1}, {provider, 2}, {username, 1}, {former, 3}}};
  for (const auto& streams : all) {
    SampleDraft sample;
    sample.streams = streams;
    EXPECT_EQ(written_and_read(sample), described(streams));
  }
}

TEST(EventStreams, TakesAnotherProvidersStreamForOneOfTheOthers) {
  SampleDraft sample;
  sample.streams = {{StreamName::provider(ProviderId::parse("110067890B").value()), 4}};
  EXPECT_EQ(written_and_read(sample), std::vector<std::string>{"provider:110067890B 4"});
}

TEST(EventStreams, RefusesAKeyThatIsLongerThanAnyStreams) {
  capnp::MallocMessageBuilder message;
  auto entry = message.initRoot<schema::StreamVersion>();
  entry.initKey(StreamName::key_size_max);
  EXPECT_NO_THROW(stream_of(entry.asReader())) << "the control";
  entry.initKey(StreamName::key_size_max + 1);
  EXPECT_THROW(stream_of(entry.asReader()), BadRecord);
}

}  // namespace
}  // namespace muniment
