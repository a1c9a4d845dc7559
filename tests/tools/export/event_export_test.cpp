#include "tools/export/event_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "projections/fact_type.h"
#include "sample_events.h"
#include "tests/aggregates/history.h"
#include "tests/places/places.h"
#include "tools/wire/csv.h"
#include "tools/wire/event_cells.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* origin = "example.org/audit";

struct Exported {
  std::string text;
  std::size_t rows = 0;
};

Exported exported(ExportFormat format, const std::vector<std::vector<capnp::word>>& records) {
  Exported out;
  const auto writer = make_event_export(format, origin);
  writer->begin(out.text);
  for (const auto& words : records) {
    RecordReader record(words);
    out.rows += writer->add(record.event(), out.text);
  }
  writer->end(out.text);
  return out;
}

std::string exported_sample(ExportFormat format) { return exported(format, test::sample_records()).text; }

// Behind one record of each fact: those with everything that a context can say.
const std::size_t after_facts = fact_names().size();

std::string only(ExportFormat format, std::size_t position) { return exported(format, {test::sample_records().at(position - 1)}).text; }

// Of the record of that fact.
std::size_t position_of(std::string_view fact) {
  const auto names = fact_names();
  return static_cast<std::size_t>(std::ranges::find(names, fact) - names.begin()) + 1;
}

std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

// What validators of others are run over, too: tests/tools/export/outside. With MUNIMENT_WRITE_GOLDEN=1 the files are written instead.
class EventExportGolden : public testing::TestWithParam<ExportFormat> {};

TEST_P(EventExportGolden, HasTheBytesThatItAlwaysHad) {
  const std::string file = (project_folder() / "tests" / "golden").string() + "/exports/" + std::string{name_of(GetParam())} + ".golden";
  const std::string actual = exported_sample(GetParam());
  if (const char* writes = std::getenv("MUNIMENT_WRITE_GOLDEN"); writes != nullptr && std::string_view{writes} == "1") {
    std::ofstream(file, std::ios::binary) << actual;
    GTEST_SKIP() << "written: " << file;
  }
  std::ifstream in(file, std::ios::binary);
  std::stringstream expected;
  expected << in.rdbuf();
  EXPECT_EQ(actual, expected.str());
}

INSTANTIATE_TEST_SUITE_P(Formats, EventExportGolden,
                         testing::Values(ExportFormat::ocsf, ExportFormat::fhir, ExportFormat::cloudevents, ExportFormat::cloudevents_batch,
                                         ExportFormat::csv, ExportFormat::ndjson),
                         [](const auto& format) {
                           std::string name{name_of(format.param)};
                           std::erase(name, '-');
                           return name;
                         });

TEST(EventExport, KnowsEachFormatByItsNameAndNoOther) {
  for (const std::string_view name : export_format_names()) EXPECT_EQ(name_of(export_format_named(name).value()), name);
  EXPECT_FALSE(export_format_named("xml"));
  EXPECT_FALSE(export_format_named(""));
}

TEST(EventExport, CountsTheRowsThatItWrites) {
  for (const ExportFormat format : {ExportFormat::ocsf, ExportFormat::fhir, ExportFormat::cloudevents, ExportFormat::ndjson}) {
    const Exported out = exported(format, test::sample_records());
    EXPECT_EQ(out.rows, lines_of(out.text)) << name_of(format);
  }
  const Exported csv = exported(ExportFormat::csv, test::sample_records());
  EXPECT_EQ(csv.rows + 1, lines_of(csv.text)) << "a heading";
}

TEST(EventExport, WritesTheCellsOfATrailAsCsv) {
  std::string expected;
  write_csv_heading(expected, event_columns());
  for (const auto& words : test::sample_records()) {
    RecordReader record(words);
    write_csv_row(expected, event_columns(), event_cells(record.event()));
  }
  EXPECT_EQ(exported_sample(ExportFormat::csv), expected);
}

TEST(EventExport, SaysInEachFormatOnWhoseWordAndByWhichImport) {
  for (const ExportFormat format : {ExportFormat::ocsf, ExportFormat::fhir, ExportFormat::csv}) {
    EXPECT_THAT(only(format, after_facts + 1), HasSubstr("192.0.2.7")) << name_of(format);
    EXPECT_THAT(only(format, after_facts + 1), HasSubstr("submitter:portal")) << name_of(format);
    EXPECT_THAT(only(format, after_facts + 2), HasSubstr("33")) << name_of(format);
  }
  EXPECT_THAT(only(ExportFormat::fhir, after_facts + 2), HasSubstr(R"({"type":"imported_by","valueString":"33"})"));
  EXPECT_THAT(only(ExportFormat::fhir, after_facts + 1), Not(HasSubstr("imported_by"))) << "the control";
  EXPECT_THAT(only(ExportFormat::csv, after_facts + 1), HasSubstr(R"(,"o'neil, ""the"" boss",,192.0.2.7,c-1,3c3c3c3c)"));
  EXPECT_THAT(only(ExportFormat::csv, after_facts + 2), HasSubstr(",,33,,,3d3d3d3d"));
}

TEST(EventExport, NamesWhoIsNoLongerThePrimaryUserAndWhatEnded) {
  const std::size_t position = position_of("primary_user_assigned");
  const std::string ocsf = only(ExportFormat::ocsf, position);
  EXPECT_EQ(lines_of(ocsf), 2U);
  EXPECT_THAT(ocsf, HasSubstr(R"("user":{"name":"mhughes1","type_id":1},"privileges":["primary_user","primary_portal_user","*"])"));
  EXPECT_THAT(ocsf, HasSubstr(R"("privileges":["primary_user","primary_portal_user"])")) << "the new one";
  EXPECT_THAT(only(ExportFormat::fhir, position),
              HasSubstr(R"("display":"Security User Entity"},"detail":[{"type":"revoked","valueString":"primary_user"}]})"));
  EXPECT_THAT(only(ExportFormat::fhir, position),
              HasSubstr(R"({"what":{"identifier":{"system":"urn:muniment:example.org/audit:user","value":"mhughes1"}})"));
}

TEST(EventExport, CallsAnOfficerWhatItIsCalledAsAnActor) {
  for (const ExportFormat format : {ExportFormat::ocsf, ExportFormat::fhir, ExportFormat::cloudevents}) {
    for (const std::string_view fact : {"officer_appointed", "officer_dismissed"})
      EXPECT_THAT(only(format, position_of(fact)), HasSubstr("\"officer:rkelly\"")) << name_of(format);
  }
}

TEST(EventExport, SaysThatADelegateIsGivenAnAdministratorsPower) {
  const std::string appointed = only(ExportFormat::ocsf, position_of("delegate_appointed"));
  EXPECT_THAT(appointed, HasSubstr(R"("type_uid":300501)"));
  EXPECT_THAT(appointed, HasSubstr(R"("user":{"name":"jdoe11")"));
  EXPECT_THAT(appointed, HasSubstr(R"("privileges":["appointed_delegate"])"));
  EXPECT_THAT(only(ExportFormat::ocsf, position_of("delegate_dismissed")), HasSubstr(R"("privileges":["appointed_delegate"])"));
}

TEST(EventExport, SaysWhetherItWasAllowedAndByWhichAuthority) {
  EXPECT_THAT(only(ExportFormat::ocsf, 19), HasSubstr(R"("authorizations":[{"decision":"allowed","policy":{"name":"primary_user"}}])"));
  for (const std::string_view fact : {"command_refused", "access_denied"})
    EXPECT_THAT(only(ExportFormat::ocsf, position_of(fact)), HasSubstr(R"("decision":"denied")"));
}

TEST(EventExport, CountsWhatStandsForSeveralAlike) {
  const std::string denied = only(ExportFormat::ocsf, position_of("access_denied"));
  EXPECT_THAT(denied, HasSubstr(R"("count":2,"start_time":15858)"));
  EXPECT_THAT(denied, HasSubstr(R"("end_time":1585823600000,)"));
  EXPECT_THAT(only(ExportFormat::fhir, position_of("access_denied")), HasSubstr(R"("end":"2020-04-02T10:33:20Z"})"));
  EXPECT_THAT(only(ExportFormat::ocsf, position_of("command_refused")), Not(HasSubstr("\"count\""))) << "the control: of one";
}

TEST(EventExport, SaysWhatAPolicyLets) {
  for (const ExportFormat format : {ExportFormat::ocsf, ExportFormat::fhir, ExportFormat::csv})
    EXPECT_THAT(only(format, position_of("policy_set")), HasSubstr("delegation; delegates submitter:portal")) << name_of(format);
}

TEST(EventExport, RaisesNoAlarmAtOrdinaryUseAndLetsWhoSignedInHaveDoneIt) {
  EXPECT_THAT(only(ExportFormat::fhir, position_of("service_used")), HasSubstr(R"("code":"110100","display":"Application Activity")"));
  const std::string signed_in = only(ExportFormat::fhir, after_facts + 4);
  EXPECT_THAT(signed_in, HasSubstr(R"("value":"submitter:idp"}},"requestor":false)"));
  EXPECT_THAT(
      signed_in,
      HasSubstr(
          R"({"role":[{"text":"signed_in"}],"who":{"identifier":{"system":"urn:muniment:example.org/audit:user","value":"jdoe11"}},"requestor":true})"));
}

TEST(EventExport, NamesWhatWasManagedByItsOwnName) {
  const auto entity = [](std::string_view fact) { return only(ExportFormat::ocsf, position_of(fact)); };
  for (const std::string_view fact : {"review_opened", "reviewer_assigned", "review_decided", "review_closed"})
    EXPECT_THAT(entity(fact), HasSubstr(R"("name":"2020q2")")) << fact;
  EXPECT_THAT(entity("finding_disposed"), HasSubstr(R"("name":"no_backup.110012345A.7.00112233")"));
  EXPECT_THAT(entity("roster_attested"), HasSubstr(R"("name":"110012345A")"));
  EXPECT_THAT(entity("relationship_started"), HasSubstr(R"("entity":{"type":"relationship","type_id":99,"name":"110012345A/110012346B")"));
  EXPECT_THAT(entity("policy_set"), HasSubstr(R"("name":"policy")"));
}

TEST(EventExport, LeavesNoFormulaForASpreadsheet) {
  const std::string csv = exported_sample(ExportFormat::csv);
  EXPECT_THAT(csv, HasSubstr("'=cmd"));
  EXPECT_THAT(csv, Not(HasSubstr(",=cmd")));
}

TEST(EventExport, MakesTwoOcsfObjectsOfWhatGaveAndTook) {
  const std::string both = only(ExportFormat::ocsf, 19);
  EXPECT_EQ(lines_of(both), 2U);
  EXPECT_THAT(both, HasSubstr(R"("type_uid":300501)"));
  EXPECT_THAT(both, HasSubstr(R"("type_uid":300502)"));
  EXPECT_THAT(both, HasSubstr(R"("privileges":["claims","referrals"])"));
}

TEST(EventExport, NamesNoTwoOcsfObjectsAlike) {
  std::istringstream lines(exported_sample(ExportFormat::ocsf));
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t at = line.find(R"("uid":")");
    names.push_back(line.substr(at, line.find("\",\"sequence", at) - at));
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(EventExport, TellsAFailureFromASuccess) {
  EXPECT_THAT(only(ExportFormat::ocsf, 32), HasSubstr(R"("status_id":2,"status_code":"service_unknown")"));
  EXPECT_THAT(only(ExportFormat::ocsf, 31), HasSubstr(R"("status_id":1)"));
  EXPECT_THAT(only(ExportFormat::ocsf, after_facts + 4), HasSubstr(R"("status_id":2)")) << "a sign-in that failed";
  EXPECT_THAT(only(ExportFormat::fhir, 32), HasSubstr(R"("outcome":"4","outcomeDesc":"service_unknown")"));
  EXPECT_THAT(only(ExportFormat::fhir, after_facts + 4), HasSubstr(R"("outcome":"4")"));
  EXPECT_THAT(only(ExportFormat::fhir, 29), HasSubstr(R"("outcome":"0")"));
}

TEST(EventExport, CallsReadingTheTrailWhatDicomCallsIt) {
  EXPECT_THAT(only(ExportFormat::fhir, 37),
              HasSubstr(R"("type":{"system":"http://dicom.nema.org/resources/ontology/DCM","code":"110101")"));
  EXPECT_THAT(only(ExportFormat::fhir, 19), HasSubstr(R"("code":"110136")"));
  EXPECT_THAT(only(ExportFormat::fhir, 17), HasSubstr(R"("code":"110137")"));
}

TEST(EventExport, NamesTheProviderInTheSourceOfACloudEvent) {
  EXPECT_THAT(only(ExportFormat::cloudevents, 19), HasSubstr(R"("source":"urn:muniment:example.org/audit:110012345A")"));
  EXPECT_THAT(only(ExportFormat::cloudevents, 1), HasSubstr(R"("source":"urn:muniment:example.org/audit")"));
}

TEST(EventExport, LeavesSealedPartsOutOfCloudEvents) {
  EXPECT_THAT(only(ExportFormat::cloudevents, after_facts + 3), Not(HasSubstr("sealed")));
  EXPECT_THAT(only(ExportFormat::ndjson, after_facts + 3), HasSubstr("sealed")) << "the control: evidence whole";
}

TEST(EventExport, TellsOfAFactOfANewerProgramThatItHappened) {
  const auto unknown = test::with_unknown_fact(StreamName::single(schema::StreamKind::AGENCY));
  for (const std::string_view name : export_format_names()) {
    const Exported out = exported(export_format_named(name).value(), {unknown});
    EXPECT_EQ(out.rows, 1U) << name;
    EXPECT_THAT(out.text, HasSubstr("unknown")) << name;
  }
}

TEST(EventExport, MakesAnArrayOfABatch) {
  EXPECT_EQ(exported(ExportFormat::cloudevents_batch, {}).text, "[]\n");
  const std::string batch = exported_sample(ExportFormat::cloudevents_batch);
  EXPECT_EQ(batch.substr(0, 2), "[{");
  EXPECT_EQ(batch.substr(batch.size() - 3), "}]\n");
}

}  // namespace
}  // namespace muniment
