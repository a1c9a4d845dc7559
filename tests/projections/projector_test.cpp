#include "projections/projector.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "projections/store/database.h"
#include "tests/projections/views_fixture.h"

namespace muniment {
namespace {

using testing::IsEmpty;
using namespace std::chrono_literals;

class ProjectorTest : public ViewsTest {
 protected:
  void tell(int events) {
    for (int i = 0; i < events; ++i) {
      story.created(mercy, "user" + std::to_string(story.head()), {"claims"}, FullName{"Name" + std::to_string(i), "First"});
    }
  }
  void expect_everything_at(Position position) {
    for (const auto kind : all_projections) {
      EXPECT_EQ(projector->position(kind), position) << name_of(kind);
      EXPECT_EQ(views->position(kind), position) << name_of(kind);
    }
  }
  // What a process that was killed leaves behind: the files as they are while the database is open.
  std::filesystem::path copy_of_the_folder() {
    const auto copy = folder.path() / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(folder.path() / "views", copy, std::filesystem::copy_options::recursive);
    return copy;
  }
};

TEST_F(ProjectorTest, CatchesUpWithTheHead) {
  tell(10);
  catch_up();
  expect_everything_at(10);
  catch_up();
  expect_everything_at(10);
}

TEST_F(ProjectorTest, TellsHowFarItHasCome) {
  tell(100);
  for (const std::uint64_t backlog : {1u, 1000u}) {
    reopen({.bulk_backlog = backlog, .step_events = 30});
    projector->rebuild(all_projections);
    close();
    std::filesystem::remove_all(folder.path() / "views");
    open({.bulk_backlog = backlog, .step_events = 30});
    std::vector<Position> told;
    projector->catch_up([&](Position done, Position head) {
      EXPECT_EQ(head, 100u);
      told.push_back(done);
    });
    EXPECT_THAT(told, testing::Not(IsEmpty()));
    EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
    EXPECT_LE(told.back(), 100u);
    expect_everything_at(100);
  }
}

TEST_F(ProjectorTest, FollowsTheLogOnItsOwnThread) {
  projector->start();
  tell(3);
  EXPECT_TRUE(projector->wait_for(3, 10s));
  tell(200);
  EXPECT_TRUE(projector->wait_for(203, 10s));
  projector->stop();
  tell(1);
  EXPECT_FALSE(projector->wait_for(204, 300ms)) << "stopped is stopped";
  expect_everything_at(203);
}

TEST_F(ProjectorTest, RestsAfterABatchUntilSomebodyWaits) {
  reopen({.rests_per_batch = 1'000'000, .rest_max = 1h});
  tell(3);
  projector->start();
  EXPECT_TRUE(projector->wait_for(3, 10s));
  tell(1);
  std::this_thread::sleep_for(100ms);
  EXPECT_EQ(projector->position(ProjectionKind::trail), 3U);
  EXPECT_TRUE(projector->wait_for(4, 10s));
  projector->stop();  // Which ends a rest too, or the test would take an hour.
}

TEST_F(ProjectorTest, WaitsNoLongerThanItIsTold) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(projector->wait_for(1, 50ms));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
  EXPECT_TRUE(projector->wait_for(0, 0ms));
}

TEST_F(ProjectorTest, AnswersWhileItFollows) {
  projector->start();
  std::atomic<bool> done = false;
  std::thread asker([&] {
    const Access access(*views);
    while (!done) {
      const auto page = access.as_of({.limit = page_size_max});
      ASSERT_TRUE(page.has_value());
      EXPECT_EQ(page->rows.size(), page->truth.true_of) << "each event created one";
    }
  });
  for (int i = 0; i < 30; ++i) tell(20);
  EXPECT_TRUE(projector->wait_for(600, 20s));
  done = true;
  asker.join();
}

TEST_F(ProjectorTest, GoesOnWhereAKilledProcessStopped) {
  for (const std::uint64_t backlog : {5u, 1'000'000u}) {
    close();
    std::filesystem::remove_all(folder.path() / "views");
    open({.bulk_backlog = backlog, .bulk_batch_events = 20, .step_events = 9});
    tell(60);
    catch_up();
    story.removed(mercy, story.told().back().username);
    story.profile_changed(mercy, story.told()[story.head() - 5].username, {"Changed", "Name"});
    const auto copy = copy_of_the_folder();
    tell(30);
    const auto expected = held();
    const auto roster_expected = roster({.provider = provider(mercy)});
    const auto trail_expected = trail({});

    Views after({copy});
    for (const auto kind : all_projections) EXPECT_GT(after.position(kind), 0u) << "something had been written";
    EXPECT_EQ(after.dropped_because(), "");
    Projector goes_on(log, after, story.opener());
    goes_on.catch_up();
    EXPECT_EQ(Access(after).as_of({.limit = page_size_max})->rows.size(), expected.size());
    EXPECT_EQ(Roster(after).search({.provider = provider(mercy), .limit = page_size_max})->rows.size(), roster_expected.size());
    EXPECT_EQ(Trail(after).search({.limit = page_size_max})->rows.size(), trail_expected.size());
  }
}

TEST_F(ProjectorTest, TakesInWhatIsBeforeTheDamageAndSaysWhereThatIs) {
  tell(100);
  for (const std::uint64_t backlog : {1U, 1000U}) {  // In bulk, and step by step.
    close();
    std::filesystem::remove_all(folder.path() / "views");
    open({.bulk_backlog = backlog, .step_events = 30});
    log.damage(50);
    for (int i = 0; i < 2; ++i) {
      EXPECT_THAT([&] { catch_up(); }, testing::ThrowsMessage<LogDamaged>("position 50: not what was written"));
      expect_everything_at(49);
    }
    EXPECT_EQ(Access(*views).as_of({.limit = page_size_max})->truth.true_of, 49U);
    EXPECT_EQ(Access(*views).as_of({.limit = page_size_max})->rows.size(), 49U) << "an answer says what it is true of, and is";
    log.damage(0);
    catch_up();
    expect_everything_at(100);
  }
}

TEST_F(ProjectorTest, FollowsAgainOnceWhatWasDamagedIsBack) {
  tell(20);
  log.damage(11);
  projector->start();
  EXPECT_THROW(projector->wait_for(20, 10s), LogDamaged);
  EXPECT_THROW(projector->wait_for(11, 10s), LogDamaged);
  EXPECT_TRUE(projector->wait_for(10, 10s)) << "whoever asks for what comes before is answered";
  EXPECT_THROW(std::rethrow_exception(projector->failure()), LogDamaged);
  EXPECT_EQ(projector->position(ProjectionKind::trail), 10U);
  log.damage(0);
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (projector->position(ProjectionKind::trail) < 20 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(projector->wait_for(20, 0ms));
  while (projector->failure() && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(projector->failure(), nullptr);
  tell(1);
  EXPECT_TRUE(projector->wait_for(21, 10s));
}

TEST_F(ProjectorTest, LeavesTheLiveViewsAloneWhereARebuildMeetsDamage) {
  tell(20);
  catch_up();
  log.damage(11);
  EXPECT_THROW(projector->rebuild(all_projections), LogDamaged);
  expect_everything_at(20);
  EXPECT_EQ(Access(*views).as_of({.limit = page_size_max})->rows.size(), 20U);
}

TEST_F(ProjectorTest, LeavesTheLiveViewsAloneWhenItIsKilledDuringARebuild) {
  tell(50);
  catch_up();
  std::filesystem::path copy;
  projector->rebuild(all_projections, [&](Position, Position) { copy = copy_of_the_folder(); });
  ASSERT_FALSE(copy.empty());
  Views after({copy});
  for (const auto kind : all_projections) EXPECT_EQ(after.position(kind), 50u);
  EXPECT_EQ(Access(after).as_of({})->rows.size(), 50u);
}

TEST_F(ProjectorTest, AnswersFromTheLiveViewsUntilTheRebuiltOnesHaveCaughtUp) {
  tell(50);
  catch_up();
  int asked = 0;
  projector->rebuild(all_projections, [&](Position, Position) {
    EXPECT_EQ(Access(*views).as_of({})->rows.size(), 50u);
    ++asked;
  });
  EXPECT_GT(asked, 0);
  EXPECT_EQ(Access(*views).as_of({})->rows.size(), 50u);
}

TEST_F(ProjectorTest, RebuildsWhileItFollows) {
  tell(2000);
  projector->start();
  EXPECT_TRUE(projector->wait_for(2000, 20s));
  std::atomic<bool> done = false;
  std::thread teller([&] {
    for (int i = 0; i < 500 && !done; ++i) {  // No more than can be caught up with afterwards.
      tell(10);
      std::this_thread::sleep_for(1ms);
    }
  });
  projector->rebuild(all_projections);
  projector->rebuild(std::array{ProjectionKind::trail});
  done = true;
  teller.join();
  EXPECT_TRUE(projector->wait_for(story.head(), 20s));
  projector->stop();
  expect_everything_at(story.head());
  EXPECT_EQ(held().size(), story.head());
}

TEST_F(ProjectorTest, RebuildsOneProjectionAlone) {
  tell(20);
  catch_up();
  projector->rebuild(std::array{ProjectionKind::access});
  expect_everything_at(20);
  tell(5);
  catch_up();
  expect_everything_at(25);
  EXPECT_EQ(held().size(), 25u);
}

// What the import had linked is linked again by somebody: views that had taken the import in would pass that over.
class AbandonedImportTest : public ProjectorTest {
 protected:
  void begin_import() {
    story.created(hope, "jdoe11", {"claims"}, FullName{"Doe", "John"});
    import = story.import_started({"admin"});
    story.tell("provider_import_started", mercy, {});
    story.next.import = import;
    story.linked(mercy, "jdoe11", {"claims"});
  }
  void abandon_it_and_go_on() {
    story.import_abandoned(import);
    story.linked(mercy, "jdoe11", {"reports"});
  }
  std::vector<std::string> on_roster() { return roster({.provider = provider(mercy)}); }

  Position import = 0;
};

TEST_F(AbandonedImportTest, IsTakenOutOfTheViewsThatHadIt) {
  begin_import();
  catch_up();
  const auto former = views->database().live(0);
  abandon_it_and_go_on();
  catch_up();
  expect_everything_at(story.head());
  EXPECT_NE(views->database().live(0), former) << "it was not built anew";
  EXPECT_THAT(on_roster(), testing::ElementsAre("jdoe11"));
  EXPECT_THAT(held({.provider = provider(mercy)}), testing::ElementsAre(std::string{mercy} + " jdoe11 reports"));
}

TEST_F(AbandonedImportTest, NeverComesIntoViewsThatHadNotSeenIt) {
  catch_up();
  begin_import();
  abandon_it_and_go_on();
  const auto former = views->database().live(0);
  catch_up();
  expect_everything_at(story.head());
  EXPECT_EQ(views->database().live(0), former) << "there was nothing to build anew";
  EXPECT_THAT(on_roster(), testing::ElementsAre("jdoe11"));
}

TEST_F(AbandonedImportTest, IsTakenOutWhereTheProcessEndedMeanwhile) {
  begin_import();
  catch_up();
  abandon_it_and_go_on();
  reopen();
  catch_up();
  expect_everything_at(story.head());
  EXPECT_THAT(on_roster(), testing::ElementsAre("jdoe11"));
}

TEST_F(AbandonedImportTest, IsTakenOutByTheThreadThatFollows) {
  projector->start();
  begin_import();
  EXPECT_TRUE(projector->wait_for(story.head(), 20s));
  abandon_it_and_go_on();
  EXPECT_TRUE(projector->wait_for(story.head(), 20s));
  projector->stop();
  EXPECT_THAT(on_roster(), testing::ElementsAre("jdoe11"));
}

TEST_F(AbandonedImportTest, IsTakenOutOfWhatIsBeingRebuilt) {
  begin_import();
  catch_up();
  bool is_abandoned = false;
  projector->rebuild(all_projections, [&](Position, Position) {
    if (!std::exchange(is_abandoned, true)) abandon_it_and_go_on();
  });
  EXPECT_TRUE(is_abandoned);
  expect_everything_at(story.head());
  EXPECT_THAT(on_roster(), testing::ElementsAre("jdoe11"));
}

TEST_F(AbandonedImportTest, LeavesItsBeginningAndItsEndInTheTrail) {
  begin_import();
  abandon_it_and_go_on();
  const auto shown = trail({.provider = provider(mercy)});
  EXPECT_THAT(shown, testing::Contains(import + 1)) << "provider_import_started";
  EXPECT_THAT(shown, testing::Not(testing::Contains(import + 2))) << "a row";
  EXPECT_THAT(trail({}), testing::IsSupersetOf({import, import + 3}));
}

TEST_F(ProjectorTest, DropsViewsThatAreAheadOfTheLog) {
  tell(10);
  catch_up();
  log.cut_back(4);
  reopen();
  expect_everything_at(0);
  catch_up();
  expect_everything_at(4);
  EXPECT_EQ(held().size(), 4u);
}

TEST_F(ProjectorTest, DropsViewsOfAnotherLog) {
  tell(10);
  catch_up();
  close();
  ListLog other_log;
  Story other(other_log);
  for (int i = 0; i < 12; ++i) other.created(hope, "other" + std::to_string(i), {"claims"});
  views = std::make_unique<Views>(Views::Options{folder.path() / "views"});
  projector = std::make_unique<Projector>(other_log, *views, other.opener());
  expect_everything_at(0);
  catch_up();
  EXPECT_EQ(Access(*views).as_of({.provider = provider(mercy)})->rows.size(), 0u);
  EXPECT_EQ(Access(*views).as_of({.provider = provider(hope)})->rows.size(), 12u);
}

TEST_F(ProjectorTest, KeepsViewsOfTheSameLog) {
  tell(10);
  catch_up();
  reopen();
  expect_everything_at(10);
}

TEST_F(ProjectorTest, KeepsViewsWhoseLastEventCannotBeRead) {
  tell(3);
  story.garbage();
  catch_up();
  reopen();
  expect_everything_at(4);
}

// A log that fails while it is read.
class FailingLog : public EventLog {
 public:
  explicit FailingLog(ListLog& log) : log_(log) {}
  std::expected<LogHead, Conflict> append(const AppendBatch& batch) override { return log_.append(batch); }
  LogHead head(Partition partition) const override { return log_.head(partition); }
  void read_runs(Partition partition, Position from, Position to, const RunVisitor& visit) const override {
    log_.read_runs(partition, from, to, [&](Position first, std::span<const RecordWords> records) {
      if (first + records.size() > fails_at) throw LogDamaged("the disk is gone");
      return visit(first, records);
    });
  }
  void read_stream(Partition, const StreamName&, Version, const RecordVisitor&) const override {}
  Version stream_version(Partition, const StreamName&) const override { return 0; }
  void find_commands(Partition, std::span<const CommandName>, std::span<std::optional<Position>>) const override {}
  bool wait_beyond(Partition partition, Position position, std::chrono::milliseconds time) const override {
    return log_.wait_beyond(partition, position, time);
  }
  void close() override {}

  std::atomic<Position> fails_at = 30;

 private:
  ListLog& log_;
};

TEST_F(ProjectorTest, PassesOnWhatTheLogThrowsAndGoesOnAfterwards) {
  tell(60);
  for (const std::uint64_t backlog : {1u, 1'000'000u}) {
    close();
    std::filesystem::remove_all(folder.path() / "views");
    views = std::make_unique<Views>(Views::Options{folder.path() / "views"});
    FailingLog failing(log);
    projector =
        std::make_unique<Projector>(failing, *views, story.opener(), Projector::Options{.bulk_backlog = backlog, .step_events = 10});
    EXPECT_THROW(catch_up(), LogDamaged);
    failing.fails_at = 1'000'000;
    catch_up();
    expect_everything_at(60);
    EXPECT_EQ(held().size(), 60u);
    projector.reset();
  }
}

TEST_F(ProjectorTest, StartsFromWhatIsWrittenAfterAWriteHasFailed) {
  tell(20);
  catch_up();
  reopen({.bulk_backlog = 1, .bulk_batch_events = 7});
  tell(40);
  const auto incoming = folder.path() / "views" / "incoming";  // Where files of rows are made.
  std::filesystem::remove_all(incoming);
  EXPECT_THROW(catch_up(), ViewsFailed);
  expect_everything_at(20);
  std::filesystem::create_directories(incoming);
  catch_up();
  expect_everything_at(60);
  EXPECT_EQ(held().size(), 60u);
  EXPECT_EQ(roster({.provider = provider(mercy)}).size(), 60u);
  EXPECT_EQ(trail({}).size(), 60u);
}

TEST_F(ProjectorTest, TellsTheWaitingOnesThatItsThreadHasFailed) {
  tell(60);
  FailingLog failing(log);
  projector = std::make_unique<Projector>(failing, *views, story.opener());
  projector->start();
  EXPECT_THROW(projector->wait_for(60, 20s), LogDamaged);
  projector.reset();
}

}  // namespace
}  // namespace muniment
