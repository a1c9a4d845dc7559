#include "tools/export/trail_export.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class TrailExportTest : public ViewsTest {
 protected:
  // All of it, and how it ended.
  std::string whole(TrailQuery query, TrailExport::Show show = {}) {
    catch_up();
    const Trail trail(*views);
    TrailExport out(trail, log, std::move(query), ExportFormat::csv, "log", std::move(show));
    std::string text;
    while (out.next(text)) ++pieces_;
    end_ = out.end();
    truth_ = out.truth();
    return text;
  }
  static std::size_t rows_of(const std::string& csv) { return static_cast<std::size_t>(std::ranges::count(csv, '\n')) - 1; }

  std::size_t pieces_ = 0;
  ExportEnd end_;
  Truth truth_;
};

TEST_F(TrailExportTest, HasEveryRowOnceAcrossItsPages) {
  story.provider_registered(mercy);
  for (int i = 0; i < 2500; ++i) story.password_reset(mercy, "jdoe11");
  const std::string csv = whole({});
  EXPECT_EQ(rows_of(csv), 2501U);
  EXPECT_EQ(end_.rows, 2501U);
  EXPECT_FALSE(end_.is_cut);
  EXPECT_GE(pieces_, 3U);
  EXPECT_EQ(truth_.true_of, 2501U);
}

TEST_F(TrailExportTest, IsInTheOrderOfTimeWhateverTheQuerySays) {
  story.provider_registered(mercy);
  story.at(time_of("2020-01-01T00:00:00Z"));
  story.password_reset(mercy, "early1");
  const std::string csv = whole({.newest_first = true});
  EXPECT_LT(csv.find("early1"), csv.find("provider_registered"));
}

TEST_F(TrailExportTest, HasWhatTheQueryFindsAndNothingElse) {
  story.provider_registered(mercy);
  for (int i = 0; i < 200; ++i) {
    story.password_reset(mercy, "jdoe11");
    for (int j = 0; j < i; ++j) story.password_reset(mercy, "other1");
  }
  const std::string csv = whole({.username = user("jdoe11")});
  EXPECT_EQ(rows_of(csv), 200U);
  EXPECT_THAT(csv, Not(HasSubstr("other1")));
}

TEST_F(TrailExportTest, ShowsAndCountsOnlyWhatTheReaderMaySee) {
  story.provider_registered(mercy);
  story.password_reset(mercy, "jdoe11");
  story.password_reset(mercy, "other1");
  const std::string csv = whole({}, [](schema::Event::Reader event, const auto& show) {
    if (text_of(event.getUsername()) != "other1") show(event);
  });
  EXPECT_EQ(rows_of(csv), 2U);
  EXPECT_EQ(end_.rows, 2U);
}

TEST_F(TrailExportTest, SaysTheDigestOfTheBytesThatWentOut) {
  story.provider_registered(mercy);
  const std::string csv = whole({});
  RunningDigest digest;
  digest.add(csv);
  EXPECT_EQ(end_.digest, digest.finish());
  EXPECT_EQ(end_.format, "csv");
}

TEST_F(TrailExportTest, KnowsThatItWasCut) {
  for (int i = 0; i < 1500; ++i) story.account("account_locked", "jdoe11");
  catch_up();
  const Trail trail(*views);
  TrailExport out(trail, log, {}, ExportFormat::ndjson, "log", {});
  std::string text;
  EXPECT_TRUE(out.next(text));
  EXPECT_FALSE(out.is_ended());
  const ExportEnd end = out.end();
  EXPECT_TRUE(end.is_cut);
  EXPECT_EQ(end.rows, 1000U);
}

TEST_F(TrailExportTest, IsTrueOfOnePositionThoughTheLogGrows) {
  for (int i = 0; i < 1500; ++i) story.account("account_locked", "jdoe11");
  catch_up();
  const Trail trail(*views);
  TrailExport out(trail, log, {}, ExportFormat::ndjson, "log", {});
  std::string text;
  EXPECT_TRUE(out.next(text));
  for (int i = 0; i < 10; ++i) story.account("account_unlocked", "jdoe11");
  catch_up();
  while (out.next(text)) continue;
  EXPECT_THAT(text, Not(HasSubstr("account_unlocked")));
  EXPECT_EQ(out.end().rows, 1500U);
}

TEST(RunningDigest, IsSha256) {
  RunningDigest digest;
  digest.add("ab");
  digest.add("c");
  EXPECT_EQ(to_hex(digest.finish()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace muniment
