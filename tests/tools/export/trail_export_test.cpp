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
    rows_ = 0;
    for (ExportPiece piece; out.next(piece); ++pieces_) {
      text += piece.text;
      rows_ += piece.rows;
    }
    truth_ = out.truth();
    return text;
  }
  static std::size_t rows_of(const std::string& csv) { return static_cast<std::size_t>(std::ranges::count(csv, '\n')) - 1; }

  std::size_t pieces_ = 0;
  std::uint64_t rows_ = 0;
  Truth truth_;
};

TEST_F(TrailExportTest, HasEveryRowOnceAcrossItsPages) {
  story.provider_registered(mercy);
  for (int i = 0; i < 2500; ++i) story.password_reset(mercy, "jdoe11");
  const std::string csv = whole({});
  EXPECT_EQ(rows_of(csv), 2501U);
  EXPECT_EQ(rows_, 2501U);
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
  EXPECT_EQ(rows_, 2U);
}

TEST_F(TrailExportTest, IsTrueOfOnePositionThoughTheLogGrows) {
  for (int i = 0; i < 1500; ++i) story.account("account_locked", "jdoe11");
  catch_up();
  const Trail trail(*views);
  TrailExport out(trail, log, {}, ExportFormat::ndjson, "log", {});
  ExportPiece piece;
  EXPECT_TRUE(out.next(piece));
  EXPECT_EQ(piece.rows, 1000U);
  EXPECT_FALSE(out.is_ended());
  for (int i = 0; i < 10; ++i) story.account("account_unlocked", "jdoe11");
  catch_up();
  EXPECT_TRUE(out.next(piece));
  EXPECT_EQ(piece.rows, 500U);
  EXPECT_TRUE(out.is_ended());
  EXPECT_THAT(piece.text, Not(HasSubstr("account_unlocked")));
  EXPECT_FALSE(out.next(piece));
  EXPECT_EQ(piece.text, "");
}

}  // namespace
}  // namespace muniment
