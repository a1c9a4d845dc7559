// events, replay, rebuild, stats, services and upgrade.
#include "cli_fixture.h"

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Keeping : public Cli {
 protected:
  Keeping() { submit(small_story()); }
};

TEST_F(Keeping, PrintsTheDecodedLog) {
  const auto lines = lines_of(ask({"events"}).out);
  ASSERT_EQ(lines.size(), 15u);
  for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(member(lines[i], "position"), std::to_string(i + 1));
  EXPECT_EQ(lines_of(ask({"events", "--from", "3", "--to", "5"}).out), (std::vector<std::string>{lines[2], lines[3], lines[4]}));
  EXPECT_EQ(ask({"events", "--from", "16"}).out, "");
  EXPECT_EQ(ask({"events", "--from", "0"}).code, ExitCode::usage);
  EXPECT_THAT(ask({"events", "--from", "15", "-o", "table"}).out, HasSubstr("subordinate_created"));
  EXPECT_THAT(ask({"events", "-o", "json"}).out, HasSubstr("],\"true_of\":\"15\"}"));
}

TEST_F(Keeping, OpensTheSealedPartsOnlyWhenAsked) {
  const std::string sealed = ask({"events"}).out;
  EXPECT_THAT(sealed, Not(HasSubstr("john.doe@mass.net")));
  EXPECT_THAT(sealed, Not(HasSubstr("personal")));
  const Ran opened = ask({"events", "--from", "15", "--open"});
  EXPECT_THAT(
      opened.out,
      HasSubstr(R"(,"personal":{"last_name":"Doe","first_name":"John","birth_day":"07/04","email":"john.doe@mass.net","zip":"02302"}})"));
  EXPECT_EQ(ask({"events", "--open", "-o", "csv"}).code, ExitCode::usage);
}

TEST_F(Keeping, ReplaysToADigestThatDependsOnlyOnTheLog) {
  const Ran ran = ask({"replay", "-o", "json"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_EQ(member(ran.out, "events"), "15");
  EXPECT_EQ(member(ran.out, "accounts"), "2");
  const std::string digest = member(ran.out, "digest");
  EXPECT_EQ(digest.size(), 64u);
  EXPECT_EQ(member(ask({"replay", "-o", "json"}).out, "digest"), digest);
  EXPECT_NE(member(ask({"replay", "--to", "14", "-o", "json"}).out, "digest"), digest);
}

TEST_F(Keeping, VerifiesThatEveryWayOfLoadingComesToTheSame) {
  const Ran ran = ask({"replay", "--verify", "-o", "json"});
  EXPECT_EQ(ran.code, ExitCode::ok);
  EXPECT_EQ(member(ran.out, "verified"), "true");
  EXPECT_EQ(member(ran.out, "digest_stream_by_stream"), member(ran.out, "digest"));
  EXPECT_EQ(member(ran.out, "digest_live"), member(ran.out, "digest"));
  const Ran earlier = ask({"replay", "--verify", "--to", "13", "-o", "json"});
  EXPECT_EQ(member(earlier.out, "verified"), "true");
  EXPECT_EQ(member(earlier.out, "digest_live"), "");
}

TEST_F(Keeping, RebuildsTheViews) {
  const std::string before = ask({"audit", "as-of", "-o", "csv"}).out;
  const Ran all = ask({"rebuild"});
  EXPECT_EQ(all.code, ExitCode::ok);
  EXPECT_THAT(all.err, HasSubstr("built roster, access, trail, findings anew from 15 events"));
  EXPECT_THAT(ask({"rebuild", "access"}).err, HasSubstr("built access anew"));
  EXPECT_EQ(ask({"rebuild", "everything"}).code, ExitCode::usage);
  EXPECT_THAT(ask({"rebuild", "--dry-run"}).err, HasSubstr("dry run: would build"));
  EXPECT_EQ(ask({"audit", "as-of", "-o", "csv"}).out, before);
}

TEST_F(Keeping, AnswersTheSameWhenTheViewsWereDeleted) {
  const std::string before = ask({"audit", "roster", "--provider", "110012345A", "-o", "csv"}).out;
  std::filesystem::remove_all(store / "views");
  EXPECT_EQ(ask({"audit", "roster", "--provider", "110012345A", "-o", "csv"}).out, before);
}

TEST_F(Keeping, SaysWhatTheStoreHolds) {
  const Ran before = ask({"stats", "-o", "json"});
  EXPECT_EQ(member(before.out, "position"), "15");
  EXPECT_EQ(member(before.out, "root").size(), 64u);
  EXPECT_EQ(member(before.out, "format"), "1");
  EXPECT_EQ(member(before.out, "events.service_defined"), "9");
  EXPECT_EQ(member(before.out, "closed_cleanly"), "true");
  EXPECT_NE(member(before.out, "bytes.all"), "0");
  EXPECT_EQ(member(before.out, "views.access.lag"), "15");
  ask({"audit", "as-of"});
  EXPECT_EQ(member(ask({"stats", "-o", "json"}).out, "views.access.lag"), "0");
}

TEST_F(Keeping, ListsTheServices) {
  const auto lines = lines_of(ask({"services", "-o", "csv"}).out);
  ASSERT_EQ(lines.size(), 10u);
  EXPECT_EQ(lines[0], "service,name,administrator,delegate,retired");
  EXPECT_EQ(lines[7], "primary_portal_user,Primary Portal User,yes,no,no");
}

TEST_F(Keeping, ListsTheServicesAsTheyWereAtAMoment) {
  submit(R"({"type":"define_service","command_id":"d1","actor":"officer:agency","service":"fax","name":"Fax"})"
         "\n"
         R"({"type":"retire_service","command_id":"d2","actor":"officer:agency","service":"fax"})"
         "\n");
  const std::string position = head().substr(0, head().find(' '));
  const auto fax = [&](std::vector<std::string> moment) {
    std::vector<std::string> arguments{"services", "-o", "csv"};
    arguments.insert(arguments.end(), moment.begin(), moment.end());
    std::string out;
    for (const std::string& line : lines_of(ask(arguments).out)) {
      if (line.starts_with("fax,")) out = line;
    }
    return out;
  };
  EXPECT_EQ(fax({}), "fax,Fax,no,no,yes");
  const std::string defined = std::to_string(std::stoull(position) - 1);
  EXPECT_EQ(fax({"--position", defined}), "fax,Fax,no,no,no");
  EXPECT_EQ(fax({"--at", "2020-01-01"}), "") << "nothing had taken effect then";
  EXPECT_EQ(fax({"--recorded-at", "2020-01-01"}), "");
  const Ran ran = ask({"services", "--position", defined});
  EXPECT_THAT(ran.err, testing::HasSubstr("true of position " + defined));
  EXPECT_EQ(member(ask({"services", "--position", defined, "-o", "json"}).out, "true_of"), defined);
  EXPECT_EQ(ask({"services", "--position", "100000"}).code, ExitCode::not_found);
}

TEST_F(Keeping, HasNothingToUpgrade) {
  const std::string before = head();
  EXPECT_THAT(ask({"upgrade", "--dry-run"}).err, HasSubstr("nothing to do"));
  EXPECT_EQ(ask({"upgrade"}).code, ExitCode::ok);
  EXPECT_EQ(head(), before);
}

}  // namespace
}  // namespace muniment
