// Random sequences of commands: what is decided is what the job aids' rules say, whatever came before; and whatever is asked of the log
// afterwards has one answer. Shrunk by rapidcheck to the few commands that matter, where one is not so.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <random>

#include "projections/access.h"
#include "projections/projector.h"
#include "projections/views.h"
#include "tests/commands/sequences/run.h"
#include "tests/faults/report/report.h"

namespace rc {

template <>
struct Arbitrary<muniment::sequences::Deed> {
  static Gen<muniment::sequences::Deed> arbitrary() {
    using namespace muniment::sequences;
    const auto number = [](unsigned limit) { return gen::inRange<std::uint8_t>(0, static_cast<std::uint8_t>(limit)); };
    // Whoever may do most does most, or little would ever be accepted.
    const auto actor = gen::weightedOneOf<std::uint8_t>(
        {{4, gen::just(std::uint8_t{officer})}, {4, gen::just(std::uint8_t{0})}, {2, gen::just(first_delegate)}, {8, number(actors)}});
    return gen::build<Deed>(gen::set(&Deed::kind, gen::map(number(kinds), [](std::uint8_t kind) { return static_cast<Kind>(kind); })),
                            gen::set(&Deed::actor, actor),
                            gen::set(&Deed::provider, gen::weightedElement<std::uint8_t>({{4, 0}, {3, 1}, {1, 2}})),
                            gen::set(&Deed::account, number(accounts)), gen::set(&Deed::services, number(service_sets)));
  }
};

}  // namespace rc

namespace muniment::sequences {
namespace {

namespace fs = std::filesystem;

// The same draws each time, unless who runs it says otherwise.
const bool is_seeded = ::setenv("RC_PARAMS", "seed=20261126 max_success=12", 0) == 0;

struct Totals {
  std::uint64_t sequences = 0;
  std::uint64_t commands = 0;
};

// Told to tools/faults, once all is done.
class Telling : public testing::Environment {
 public:
  void TearDown() override {
    faults::report({.fault = "random sequences of commands against the rules", .times = totals.sequences});
    faults::report({.fault = "random commands against the rules", .times = totals.commands});
  }
  static inline Totals totals;
};
testing::Environment* const telling = testing::AddGlobalTestEnvironment(new Telling);  // Owned by gtest.

void count(const Run& run) {
  ++Telling::totals.sequences;
  Telling::totals.commands += run.decided();
}

RunVault& runs() {
  static RunVault vault(fs::path(testing::TempDir()) / fmt::format("sequences-{}", ::getpid()));
  return vault;
}

std::uint64_t next_run() {
  static std::uint64_t number = 0;
  return ++number;
}

// Views of a log, in a folder of their own.
class SomeViews {
 public:
  SomeViews() : folder_(fs::path(testing::TempDir()) / fmt::format("sequences-views-{}-{}", ::getpid(), next_run())) {
    fs::create_directories(folder_);
    views_.emplace(Views::Options{folder_ / "views", 8 << 20});
  }
  ~SomeViews() {
    views_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  SomeViews(const SomeViews&) = delete;
  SomeViews& operator=(const SomeViews&) = delete;

  Views& views() { return *views_; }
  // Everything that is held, as of that position; nothing: as of now.
  std::set<std::string> held(std::optional<Position> position = {}) const {
    std::set<std::string> out;
    const auto page = Access(*views_).as_of({.moment = {.at = {}, .position = position}, .limit = page_size_max});
    for (const AccessRow& row : page->rows) out.insert(row.provider.text() + ' ' + row.username + ' ' + row.service);
    return out;
  }

 private:
  fs::path folder_;
  std::optional<Views> views_;
};

std::optional<OpenedPersonal> open_nothing(schema::Event::Reader) { return std::nullopt; }

RC_GTEST_PROP(CommandSequences, AreDecidedAsTheRulesSay,
              (const std::vector<Deed>& one, const std::vector<Deed>& two, const std::vector<Deed>& three, const std::vector<Deed>& four)) {
  std::size_t accepted = 0;
  for (const std::vector<Deed>* deeds : {&one, &two, &three, &four}) {
    Run run(runs().vault(), next_run());
    const std::string wrong = run.play(*deeds);
    if (!wrong.empty()) RC_FAIL(wrong);
    count(run);
    accepted += run.accepted();
  }
  RC_CLASSIFY(accepted > 40, "more than forty accepted");
}

// The view that lived through it, the one that was built in the end, and the model agree on every moment.
RC_GTEST_PROP(CommandSequences, LeaveOneAnswerAboutEveryMoment, (const std::vector<Deed>& deeds)) {
  Run run(runs().vault(), next_run());
  SomeViews lived;
  Projector living(run.log(), lived.views(), open_nothing, {});
  constexpr std::size_t at_once = 9;
  for (std::span<const Deed> rest = deeds; !rest.empty(); rest = rest.subspan(std::min(rest.size(), at_once))) {
    RC_ASSERT(run.play(rest.subspan(0, std::min(rest.size(), at_once))) == "");
    living.catch_up();
  }
  living.catch_up();
  SomeViews built;
  Projector(run.log(), built.views(), open_nothing, {}).catch_up();
  for (const Held& moment : run.held()) {
    RC_ASSERT(lived.held(moment.position) == moment.rows);
    RC_ASSERT(built.held(moment.position) == moment.rows);
  }
  count(run);
  RC_ASSERT(lived.held() == built.held());
  living.rebuild(all_projections);
  RC_ASSERT(lived.held() == run.held().back().rows);
}

// A replay up to a moment is the state as of it.
RC_GTEST_PROP(CommandSequences, AnswerAsOfAMomentWhatALogCutThereAnswers, (const std::vector<Deed>& deeds)) {
  Run run(runs().vault(), next_run());
  RC_ASSERT(run.play(deeds) == "");
  SomeViews whole;
  Projector(run.log(), whole.views(), open_nothing, {}).catch_up();
  const Position cut_at = *rc::gen::inRange<Position>(1, run.log().head(0).position + 1);
  MemoryLog cut;
  run.log().read(0, 1, cut_at, [&](Position, RecordWords words) {
    RC_ASSERT(cut.append({.records = {&words, 1}, .conditions = {}}).has_value());
    return true;
  });
  SomeViews until_then;
  Projector(cut, until_then.views(), open_nothing, {}).catch_up();
  RC_ASSERT(until_then.held() == whole.held(cut_at));
}

// The control: a rule that the model does not know is found by a few thousand commands.
TEST(CommandSequences, FindEachRuleThatIsLeftOut) {
  std::mt19937 random(20261126);
  constexpr int runs_max = 400;
  constexpr std::size_t bytes = 5 * 60;
  for (unsigned flaw = 1; flaw < flaws; ++flaw) {
    std::string wrong;
    for (int i = 0; i < runs_max && wrong.empty(); ++i) {
      std::vector<std::uint8_t> story(bytes);
      for (std::uint8_t& byte : story) byte = static_cast<std::uint8_t>(random());
      std::vector<Deed> deeds = deeds_of(story);
      // Half of it by who may do most.
      constexpr std::array<std::uint8_t, 3> mighty{officer, 0, first_delegate};
      for (std::size_t at = 0; at < deeds.size(); at += 2) deeds[at].actor = mighty[at / 2 % mighty.size()];
      wrong = sequences::Run(runs().vault(), next_run(), static_cast<Flaw>(flaw)).play(deeds);
    }
    const std::string_view name = name_of(static_cast<Flaw>(flaw));
    EXPECT_NE(wrong, "") << name << " goes unnoticed";
    faults::report_control(fmt::format("random sequences, as if {}", name), !wrong.empty());
  }
}

}  // namespace
}  // namespace muniment::sequences
