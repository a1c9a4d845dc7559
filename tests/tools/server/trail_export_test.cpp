// GET /v1/export/trail.
#include <chrono>
#include <thread>

#include "node_fixture.h"
#include "tools/export/export_tally.h"
#include "tools/server/answer_question.h"
#include "tools/server/chunks_ahead.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

class TrailExportRoute : public WithNode {
 protected:
  TrailExportRoute() : officer(token(TokenRole::OFFICER, "agency")), limited(token(TokenRole::AUDITOR, "lim", {std::string{harbor}})) {}

  // As a connection asks: piece by piece, again where it waits. At most so many pieces.
  Response begin(const std::string& target, const std::string& text) {
    const std::string authorization = "Bearer " + text;
    RequestHead head{};
    head.method = "GET";
    head.target = target;
    head.authorization = authorization;
    auto asked = dispatch(*node, head, "test-1");
    return asked ? answer_question(*node, *asked->route, asked->call) : respond(asked.error().problem, "test-1");
  }
  static Chunks::Next pull(Response& response, std::string& out) {
    for (int tries = 0; tries < 3000; ++tries) {
      std::string piece;
      const auto next = response.stream->next(piece);
      out += piece;
      if (next != Chunks::Next::wait) return next;
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return Chunks::Next::wait;
  }
  std::string whole(const std::string& target, const std::string& text) {
    Response response = begin(target, text);
    EXPECT_EQ(response.status, 200U) << response.body;
    if (!response.stream) return {};
    std::string out;
    Chunks::Next last = Chunks::Next::chunk;
    while (last == Chunks::Next::chunk) last = pull(response, out);
    EXPECT_EQ(last, Chunks::Next::end);
    return out;
  }
  // What is on record of the exports, in the order in which they ended.
  std::vector<std::string> recorded() {
    while (node->commands_under_way() > 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    std::vector<std::string> out;
    node->log().read(0, 1, node->log().head(0).position, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto event = record.event();
      if (!event.getFact().isRecordsRead() || !event.getFact().getRecordsRead().hasExported()) return true;
      const auto read = event.getFact().getRecordsRead();
      const auto exported = read.getExported();
      out.push_back(std::string{text_of(event.getActor().getName())} + " " + std::string{text_of(exported.getFormat())} + " " +
                    std::to_string(exported.getRows()) + " " + to_hex(bytes_of(exported.getDigest())) + (exported.getCut() ? " cut" : ""));
      covered_ = exported.getCheckpointSize() >= read.getHead();
      has_root_ = exported.getCheckpointRoot().size() == sizeof(Hash);
      return true;
    });
    return out;
  }
  void tell_sign_ins(int count) {
    std::string lines;
    for (int i = 0; i < count; ++i)
      lines +=
          R"({"type":"record_sign_in","actor":"submitter:portal","username":"jdoe1","at":"2024-01-01","success":true,"command_id":"s)" +
          std::to_string(i) + "\"}\n";
    tell(lines);
  }
  static std::string digest_of(const std::string& text) {
    RunningDigest digest;
    digest.add(text);
    return to_hex(digest.finish());
  }

  std::string officer;
  std::string limited;
  bool covered_ = false;
  bool has_root_ = false;
};

TEST_F(TrailExportRoute, HasTheRowsOfTheTrailInEachFormat) {
  const std::string trail = get("/v1/audit/trail?oldest_first=true&provider=110012345A", officer, "application/x-ndjson").body;
  EXPECT_EQ(whole("/v1/export/trail?format=ndjson&provider=110012345A", officer), trail);
  EXPECT_EQ(whole("/v1/export/trail?format=csv&provider=110012345A", officer),
            get("/v1/audit/trail?oldest_first=true&provider=110012345A", officer, "text/csv").body);
  for (const char* format : {"ocsf", "fhir", "cloudevents", "cloudevents-batch"}) {
    const std::string text = whole(std::string{"/v1/export/trail?format="} + format + "&user=jdoe1", officer);
    EXPECT_THAT(text, HasSubstr("jdoe1")) << format;
    EXPECT_THAT(text, Not(HasSubstr("aortega1"))) << format;
  }
}

TEST_F(TrailExportRoute, SaysWhatItIsAndWhatItIsTrueOf) {
  const Response response = begin("/v1/export/trail?format=fhir", officer);
  EXPECT_EQ(response.content_type, "application/fhir+ndjson");
  bool has_position = false;
  for (const auto& [name, value] : response.headers) has_position = has_position || (name == "Muniment-True-Of" && value != "0");
  EXPECT_TRUE(has_position);
}

TEST_F(TrailExportRoute, IsOnRecordWithItsRowsItsDigestAndACheckpointWhenItHasEnded) {
  const std::string csv = whole("/v1/export/trail?format=csv&user=jdoe1", officer);
  const auto rows = std::count(csv.begin(), csv.end(), '\n') - 1;
  EXPECT_THAT(recorded(), testing::ElementsAre("agency csv " + std::to_string(rows) + " " + digest_of(csv)));
  EXPECT_TRUE(covered_);
  EXPECT_TRUE(has_root_);
}

TEST_F(TrailExportRoute, IsOnRecordAsCutOffWhereItsReaderGoes) {
  std::string read;
  {
    Response response = begin("/v1/export/trail?format=ndjson", officer);
    EXPECT_EQ(pull(response, read), Chunks::Next::chunk);
  }
  EXPECT_THAT(recorded(), testing::ElementsAre(testing::AllOf(HasSubstr("agency ndjson "), HasSubstr(digest_of(read) + " cut"))));
}

TEST_F(TrailExportRoute, IsNotOnRecordAsAnExportWhereNothingWasRead) {
  begin("/v1/export/trail?format=ndjson", officer);
  EXPECT_THAT(recorded(), testing::IsEmpty());
}

TEST_F(TrailExportRoute, IsTheSameWhereItIsMadeAheadOnAnotherThread) {
  tell_sign_ins(4500);
  const std::string trail = get("/v1/audit/trail?oldest_first=true&user=jdoe1", officer, "application/x-ndjson").body;
  Response response = begin("/v1/export/trail?format=ndjson&user=jdoe1", officer);
  auto& ahead = dynamic_cast<ChunksAhead&>(*response.stream);
  std::jthread other([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) ahead.make_ahead();
  });
  std::string exported;
  Chunks::Next last = Chunks::Next::chunk;
  while (last == Chunks::Next::chunk) last = pull(response, exported);
  other.request_stop();
  other.join();
  EXPECT_EQ(last, Chunks::Next::end);
  EXPECT_EQ(exported, trail);
  EXPECT_THAT(recorded(), testing::ElementsAre(testing::AllOf(HasSubstr(digest_of(trail)), Not(HasSubstr("cut")))));
}

TEST_F(TrailExportRoute, IsOnRecordWithoutWhatWasMadeAheadAndDidNotGoOut) {
  tell_sign_ins(4500);
  std::string read;
  {
    Response response = begin("/v1/export/trail?format=ndjson", officer);
    EXPECT_EQ(pull(response, read), Chunks::Next::chunk);
    auto& ahead = dynamic_cast<ChunksAhead&>(*response.stream);
    EXPECT_TRUE(ahead.make_ahead());
    EXPECT_FALSE(ahead.make_ahead()) << "two are ahead";
  }
  const auto rows = std::count(read.begin(), read.end(), '\n');
  EXPECT_THAT(recorded(), testing::ElementsAre("agency ndjson " + std::to_string(rows) + " " + digest_of(read) + " cut"));
}

TEST_F(TrailExportRoute, IsCutOffWhenItsReaderMayReadNoMoreWhateverIsAhead) {
  tell_sign_ins(2500);
  const std::string kim = token(TokenRole::AUDITOR, "kim");
  Response response = begin("/v1/export/trail?format=ndjson", kim);
  std::string read;
  ASSERT_EQ(pull(response, read), Chunks::Next::chunk);
  ASSERT_EQ(pull(response, read), Chunks::Next::chunk) << "the control";
  dynamic_cast<ChunksAhead&>(*response.stream).make_ahead();
  for (const Token& each : TokenFile(folder).read()) {
    if (each.name == "kim") TokenFile(folder).revoke(each.id, system_now(), "agency");
  }
  EXPECT_EQ(pull(response, read), Chunks::Next::cut);
}

TEST_F(TrailExportRoute, ShowsWhoSeesOneProviderWhatThatOneSees) {
  const std::string trail = get("/v1/audit/trail?oldest_first=true", limited, "application/x-ndjson").body;
  const std::string exported = whole("/v1/export/trail?format=ndjson", limited);
  EXPECT_EQ(exported, trail);
  EXPECT_THAT(exported, Not(HasSubstr("jdoe1")));
  EXPECT_EQ(begin("/v1/export/trail?format=ndjson&provider=110012345A", limited).problem, problem::outside_scope);
  EXPECT_EQ(whole("/v1/export/trail?format=ndjson&user=jdoe1", limited), "") << "somebody who was never there";
}

TEST_F(TrailExportRoute, RefusesAFormatThatThereIsNotAndWhatATrailRefuses) {
  for (const char* target : {"/v1/export/trail", "/v1/export/trail?format=xml", "/v1/export/trail?format=csv&type=x",
                             "/v1/export/trail?format=csv&from=yesterday", "/v1/export/trail?format=csv&limit=5"}) {
    EXPECT_EQ(begin(target, officer).status, 400U) << target;
  }
  EXPECT_EQ(begin("/v1/export/trail?format=csv&user=nobody9", officer).status, 404U);
  EXPECT_EQ(begin("/v1/export/trail?format=csv", token(TokenRole::OPERATOR, "ops")).status, 403U);
}

}  // namespace
}  // namespace muniment
