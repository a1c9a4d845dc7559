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

std::size_t lines_of(const std::string& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

// What validators of others are run over, too: tests/tools/export/outside. With MUNIMENT_WRITE_GOLDEN=1 the files are written instead.
class EventExportGolden : public testing::TestWithParam<ExportFormat> {};

TEST_P(EventExportGolden, HasTheBytesThatItAlwaysHad) {
  const std::string file = std::string{MUNIMENT_GOLDEN} + "/exports/" + std::string{name_of(GetParam())} + ".golden";
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
