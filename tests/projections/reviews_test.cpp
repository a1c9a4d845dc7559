#include "projections/reviews.h"

#include <gmock/gmock.h>

#include <stdexcept>

#include "events/record/event_streams.h"
#include "projections/attestation.h"
#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

class ReviewsView : public ViewsTest {
 protected:
  ReviewsView() {
    story.created(mercy, "ann1", {"claims"}, FullName{"Abel", "Ann"});
    story.created(mercy, "bob1", {"claims"}, FullName{"Baker", "Bob"});
    story.created(hope, "cat1", {"claims"}, FullName{"Cole", "Cat"});
    opened_ = told(fact::ReviewOpened{"q4", {provider(mercy), provider(hope)}, time_of("2024-06-01")});
  }
  Position told(Fact fact, const std::string& at = {}, const std::string& who = {}) {
    story.next.review = "q4";
    return story.happened(std::move(fact), at, who);
  }
  Position revoked(const std::string& at, const std::string& who) {
    return told(fact::ReviewDecided{"q4", schema::ReviewDecision::REVOKE, {}, 1, 0, schema::Revocation::LEFT_TO_OTHERS}, at, who);
  }
  Page<ReviewItemRow> page(ReviewsQuery query = {.now = {}}, std::size_t limit = page_size_max, const std::string& cursor = {}) {
    catch_up();
    trail_ = std::make_unique<Trail>(*views);
    roster_ = std::make_unique<Roster>(*views);
    access_ = std::make_unique<Access>(*views);
    const auto people = Reviews(log, *trail_, *roster_, *access_).people("q4", query);
    EXPECT_TRUE(people.has_value());
    auto out = people ? people->page(limit, cursor) : Page<ReviewItemRow>{};
    EXPECT_TRUE(out.has_value());
    return out ? std::move(*out) : Page<ReviewItemRow>{};
  }
  std::vector<std::string> states(ReviewsQuery query = {.now = {}}) {
    std::vector<std::string> out;
    for (const ReviewItemRow& row : page(std::move(query)).rows) out.push_back(row.username + " " + std::string{name_of(row.state)});
    return out;
  }

  Position opened_ = 0;
  std::unique_ptr<Trail> trail_;
  std::unique_ptr<Roster> roster_;
  std::unique_ptr<Access> access_;
};

TEST_F(ReviewsView, ShowsThePopulationOfTheOpeningInPages) {
  story.created(mercy, "dan1", {"claims"});
  EXPECT_THAT(states(), ElementsAre("ann1 undecided", "bob1 undecided", "cat1 undecided"));
  std::vector<std::string> gathered;
  std::string cursor;
  do {
    const auto one = page({.now = {}}, 1, cursor);
    ASSERT_EQ(one.rows.size(), 1U);
    gathered.push_back(one.rows[0].username);
    story.created(mercy, "late" + std::to_string(gathered.size()), {});  // Whatever comes between.
    cursor = one.next.value_or("");
  } while (!cursor.empty());
  EXPECT_THAT(gathered, ElementsAre("ann1", "bob1", "cat1"));
}

TEST_F(ReviewsView, CountsAnEndOfTheProviderAsTheEndOfWhatWasToBeRevoked) {
  revoked(mercy, "ann1");
  EXPECT_THAT(states(), Contains("ann1 revoke_pending"));
  const Position closed = story.provider_closed(mercy);
  const auto rows = page().rows;
  EXPECT_EQ(rows[0].state, ReviewItemState::revoked);
  EXPECT_EQ(rows[0].revoked_position, closed);
  EXPECT_EQ(rows[0].revoked_at, story.now());
  revoked(mercy, "bob1");
  EXPECT_THAT(states(), Contains("bob1 gone")) << "the control: it was closed before that was decided";
}

TEST_F(ReviewsView, IsAsItWasAtTheMoment) {
  revoked(mercy, "ann1");
  const Timestamp decided = story.now();
  story.removed(mercy, "ann1");
  EXPECT_THAT(states(), Contains("ann1 revoked"));
  EXPECT_THAT(states({.moment = {.at = decided}, .now = decided}), Contains("ann1 revoke_pending"));
  EXPECT_THAT(states({.moment = {.position = opened_}, .now = decided}), Contains("ann1 undecided"));
}

TEST_F(ReviewsView, SaysWhatHasChangedSinceTheOpening) {
  EXPECT_EQ(page().rows[0].changed_position, 0U);
  const Position changed = story.assigned(mercy, "ann1", {"referrals"});
  EXPECT_EQ(page().rows[0].changed_position, changed);
  EXPECT_EQ(page().rows[0].services, std::vector<std::string>{"claims"}) << "when it was opened";
}

TEST_F(ReviewsView, SaysThatItIsIncompleteWhereAnEventCouldNotBeTakenIn) {
  EXPECT_THAT(page().truth.incomplete, IsEmpty());
  const Position unknown = story.unknown(mercy, "ann1");
  EXPECT_THAT(page().truth.incomplete, ElementsAre(unknown));
  EXPECT_EQ(page().truth.true_of, story.head());
  EXPECT_THAT(page({.provider = provider(hope), .now = {}}).truth.incomplete, IsEmpty()) << "the control: about somebody else";
}

TEST_F(ReviewsView, ShowsAReviewerNothingOnceDismissed) {
  told(fact::ReviewerAssigned{"q4", "zoe1", {"ann1"}}, mercy);
  const ReviewsQuery as_zoe{.now = {}, .sight = {.is_everything = false, .reviewer = "zoe1"}};
  EXPECT_THAT(states(as_zoe), ElementsAre("ann1 undecided"));
  const Timestamp before = story.now();
  told(fact::ReviewerDismissed{"q4", "zoe1"}, mercy);
  catch_up();
  const auto people = [&](ReviewsQuery query) { return Reviews(log, *trail_, *roster_, *access_).people("q4", query).has_value(); };
  EXPECT_FALSE(people(as_zoe));
  ReviewsQuery earlier = as_zoe;
  earlier.moment.at = before;
  EXPECT_FALSE(people(earlier)) << "what somebody sees is a matter of now";
}

class Sheets : public ViewsTest {
 protected:
  Sheets() {
    story.created(mercy, "ann1", {"claims"}, FullName{"Abel", "Ann"});
    story.created(mercy, "bob1", {"claims"}, FullName{"Baker", "Bob"});
  }
  std::vector<std::string> sheet() {
    catch_up();
    const Trail trail(*views);
    const Roster roster(*views);
    AttestationSheet sheet(log, trail, roster, {.provider = provider(mercy)});
    std::vector<std::string> out;
    std::string cursor;
    do {
      const auto page = sheet.page(1, cursor);
      for (const AttestationRow& row : page->rows) out.push_back(row.person.username + " " + std::string{name_of(row.attested)});
      cursor = page->next.value_or("");
    } while (!cursor.empty());
    return out;
  }
};

TEST_F(Sheets, SayTheLastWordAboutEach) {
  story.happened(fact::RosterAttested{story.head(), {"ann1", "bob1"}}, mercy);
  EXPECT_THAT(sheet(), ElementsAre("ann1 confirmed", "bob1 confirmed"));
  for (int i = 0; i < 25; ++i) story.happened(fact::RosterAttested{story.head(), {"ann1"}}, mercy);  // More than are read at once.
  story.happened(fact::RosterAttested{story.head(), {}, {"ann1"}}, mercy);
  EXPECT_THAT(sheet(), ElementsAre("ann1 rejected", "bob1 confirmed"));
  story.assigned(mercy, "bob1", {"referrals"});
  EXPECT_THAT(sheet(), ElementsAre("ann1 rejected", "bob1 outdated"));
}

TEST_F(Sheets, SayNothingOfWhatWasAttestedBeforeSomebodyCameBack) {
  story.happened(fact::RosterAttested{story.head(), {"ann1"}}, mercy);
  story.removed(mercy, "ann1");
  story.linked(mercy, "ann1", {"claims"});
  EXPECT_THAT(sheet(), ElementsAre("ann1 no", "bob1 no"));
}

// Counts the records that are read by streams.
class CountedLog final : public EventLog {
 public:
  explicit CountedLog(const EventLog& log) : log_(log) {}
  std::expected<LogHead, Conflict> append(const AppendBatch&) override { throw std::logic_error("it is read alone"); }
  LogHead head(Partition partition) const override { return log_.head(partition); }
  void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const override {
    log_.read_runs(partition, from, to, visit);
  }
  void read_stream(Partition partition, const StreamName& stream, Version from, const RecordVisitor& visit) const override {
    log_.read_stream(partition, stream, from, [&](Position position, RecordWords words) {
      ++visits;
      return visit(position, words);
    });
  }
  Version stream_version(Partition partition, const StreamName& stream) const override {
    Version out = 0;
    log_.read_stream(partition, stream, 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      for (const StreamVersion& entry : streams_of(record.event())) {
        if (entry.stream == stream) out = entry.version;
      }
      return true;
    });
    return out;
  }
  void find_commands(Partition partition, std::span<const CommandName> names, std::span<std::optional<Position>> found) const override {
    log_.find_commands(partition, names, found);
  }
  bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const override {
    return log_.wait_beyond(partition, position, time);
  }
  void close() override {}

  mutable std::size_t visits = 0;

 private:
  const EventLog& log_;
};

// Of the state of a closed review its last record tells, however long it was.
TEST_F(ReviewsView, AreFoundByTheirStateWithoutReadingThoseThatAreClosed) {
  for (int i = 0; i < 20; ++i) revoked(mercy, "ann1");
  const auto listed = [&](ReviewState state, Moment moment = {}) {
    catch_up();
    const Trail trail(*views);
    const Roster roster(*views);
    const Access access(*views);
    const CountedLog counted(log);
    const auto found = Reviews(counted, trail, roster, access).list({.state = state, .moment = moment, .now = story.now()});
    EXPECT_TRUE(found.has_value());
    return std::pair{found ? found->rows.size() : 0, counted.visits};
  };
  EXPECT_EQ(listed(ReviewState::open).first, 1U);
  const Position open_still = story.head();
  told(fact::ReviewClosed{"q4"});
  EXPECT_EQ(listed(ReviewState::open), std::pair(std::size_t{0}, std::size_t{1}));
  EXPECT_EQ(listed(ReviewState::closed).first, 1U) << "the control";
  EXPECT_EQ(listed(ReviewState::open, {.position = open_still}).first, 1U) << "as of then";
}

}  // namespace
}  // namespace muniment
