#include "tools/client/event_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace muniment {
namespace {

using testing::ElementsAre;

std::vector<std::string> read(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> out;
  EventStreamReader reader;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece), [&](const StreamedEvent& event) {
      out.push_back(event.id + "|" + event.type + "|" + event.data);
      return true;
    });
  }
  return out;
}

TEST(EventStream, GivesWholeEventsHoweverTheBytesAreCut) {
  constexpr std::string_view bytes =
      "id: 1\nevent: a\ndata: {\"x\":1}\n\n:\n\nid: 2\nevent: b\ndata: one\ndata: two\n\nid: 3\ndata: cut off";
  for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
    EXPECT_THAT(read(bytes, piece), ElementsAre("1|a|{\"x\":1}", "2|b|one\ntwo")) << piece;
  }
}

TEST(EventStream, TakesCarriageReturnsAndFieldsItDoesNotKnow) {
  EXPECT_THAT(read("retry: 5\r\nid:7\r\ndata:x\r\n\r\n", 100), ElementsAre("7||x"));
}

TEST(EventStream, SaysHowFarItHasSeenWhereNothingIsShown) {
  EventStreamReader reader;
  int events = 0;
  const auto feed = [&](std::string_view bytes) { reader.feed(bytes, [&](const StreamedEvent&) { return ++events > 0; }); };
  EXPECT_EQ(reader.seen(), "");
  feed("id: 7\n:\n\n");
  EXPECT_EQ(reader.seen(), "7");
  feed("id: 8\ndata: x\n");
  EXPECT_EQ(reader.seen(), "7") << "of an event that is not whole";
  feed("\n");
  EXPECT_EQ(reader.seen(), "8");
  EXPECT_EQ(events, 1);
}

TEST(EventStream, EndsWhenNobodyWantsMore) {
  EventStreamReader reader;
  int seen = 0;
  EXPECT_FALSE(reader.feed("data: 1\n\ndata: 2\n\n", [&](const StreamedEvent&) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
}

TEST(EventStream, RefusesAnEventWithoutEnd) {
  EventStreamReader reader;
  const std::string line = "data: " + std::string(std::size_t{1} << 20, 'x');
  const auto feed = [&] {
    for (int i = 0; i < 20; ++i) reader.feed(line, [](const StreamedEvent&) { return true; });
  };
  EXPECT_THROW(feed(), std::runtime_error);
}

}  // namespace
}  // namespace muniment
