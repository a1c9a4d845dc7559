#include "tools/export/syslog_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "projections/fact_type.h"
#include "sample_events.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> messages(const std::string& host = "node1.example.org") {
  SyslogWriter writer("example.org/audit", host);
  std::vector<std::string> out;
  for (const auto& words : test::sample_records()) {
    RecordReader record(words);
    writer.write(record.event(), out.emplace_back());
  }
  return out;
}

TEST(SyslogMessage, HasTheBytesThatItAlwaysHad) {
  const std::string file = (project_folder() / "tests" / "golden").string() + "/exports/syslog.golden";
  std::string actual;
  for (const std::string& message : messages()) actual += message + "\n";
  if (const char* writes = std::getenv("MUNIMENT_WRITE_GOLDEN"); writes != nullptr && std::string_view{writes} == "1") {
    std::ofstream(file, std::ios::binary) << actual;
    GTEST_SKIP() << "written: " << file;
  }
  std::ifstream in(file, std::ios::binary);
  std::stringstream expected;
  expected << in.rdbuf();
  EXPECT_EQ(actual, expected.str());
}

// RFC 5424, section 6, but for the message itself.
TEST(SyslogMessage, IsOfTheFormThatTheStandardSays) {
  const std::regex form(R"(<(\d{1,3})>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z [!-~]{1,255} [!-~]{1,48} - [!-~]{1,32} )"
                        R"(\[[!-<>-\\^-~]{1,32}( [!-<>-\\^-~]{1,32}="([^"\\\]]|\\["\\\]])*")*\] [\s\S]*)");
  for (const std::string& message : messages()) EXPECT_TRUE(std::regex_match(message, form)) << message;
  EXPECT_FALSE(std::regex_match(std::string{"<110>1 2020-04-02T10:32:23.1234567Z h a - m [a b=\"]\"] x"}, form)) << "the control";
}

TEST(SyslogMessage, WarnsOfWhatFailed) {
  EXPECT_THAT(messages().at(31), testing::StartsWith("<108>1 "));
  EXPECT_THAT(messages().at(31), HasSubstr(R"(failure="service_unknown")"));
  EXPECT_THAT(messages().at(30), testing::StartsWith("<110>1 "));
}

TEST(SyslogMessage, EscapesWhatWouldEndAParameter) {
  EXPECT_THAT(messages().at(fact_names().size()), HasSubstr(R"x(requested_by="=cmd(\"calc\")")x"));
  EXPECT_THAT(messages().at(fact_names().size()), HasSubstr(R"(reference="request 8\\9")"));
}

TEST(SyslogMessage, SaysWhoSentItAndByWhichImportItCame) {
  EXPECT_THAT(messages().at(fact_names().size()), HasSubstr(R"( submitted_by="submitter:portal")"));
  EXPECT_THAT(messages().at(fact_names().size() + 1), HasSubstr(R"( imported_by="33")"));
  EXPECT_THAT(messages().at(13), HasSubstr(R"( former_user="mhughes1")"));
  EXPECT_THAT(messages().at(2), HasSubstr(R"( user="officer:rkelly")"));
  EXPECT_THAT(messages().at(0), Not(HasSubstr("imported_by"))) << "the control";
}

TEST(SyslogMessage, HasOneLineWhateverTheHostIs) {
  for (const std::string& message : messages("a host\nwith a line")) {
    EXPECT_THAT(message, Not(HasSubstr("\n")));
    EXPECT_THAT(message, HasSubstr(" ahostwithaline muniment "));
  }
  EXPECT_THAT(messages("").front(), HasSubstr(" - muniment "));
}

}  // namespace
}  // namespace muniment
