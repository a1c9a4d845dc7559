#include "tools/import/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace muniment {
namespace {

using testing::ElementsAre;
using Fields = std::vector<std::string>;

std::vector<Fields> records_of(const std::string& text) {
  std::istringstream in(text);
  CsvReader csv(in);
  std::vector<Fields> out;
  Fields fields;
  for (auto result = csv.next(fields); result != CsvReader::Result::end; result = csv.next(fields)) {
    out.push_back(result == CsvReader::Result::record ? fields : Fields{"bad at " + std::to_string(csv.line()), csv.problem()});
  }
  return out;
}

TEST(CsvReader, ReadsFieldsAsRfc4180HasThem) {
  EXPECT_THAT(records_of("a,b,c\n1,,3\n"), ElementsAre(Fields{"a", "b", "c"}, Fields{"1", "", "3"}));
  EXPECT_THAT(records_of("a,b"), ElementsAre(Fields{"a", "b"}));
  EXPECT_THAT(records_of("a,\n,b\n"), ElementsAre(Fields{"a", ""}, Fields{"", "b"}));
  EXPECT_THAT(records_of("\"a,b\",\"say \"\"hi\"\"\"\n"), ElementsAre(Fields{"a,b", "say \"hi\""}));
  EXPECT_THAT(records_of("\"\",x\n"), ElementsAre(Fields{"", "x"}));
  EXPECT_THAT(records_of("\"\"\n"), ElementsAre(Fields{""}));
}

TEST(CsvReader, ReadsAFieldOverSeveralLinesAndCountsThem) {
  std::istringstream in("a,\"one\ntwo\",c\nd\n");
  CsvReader csv(in);
  Fields fields;
  ASSERT_EQ(csv.next(fields), CsvReader::Result::record);
  EXPECT_EQ(fields, (Fields{"a", "one\ntwo", "c"}));
  EXPECT_EQ(csv.line(), 1u);
  ASSERT_EQ(csv.next(fields), CsvReader::Result::record);
  EXPECT_EQ(csv.line(), 3u);
}

TEST(CsvReader, TakesCrLfAByteOrderMarkAndEmptyLines) {
  EXPECT_THAT(records_of("\xef\xbb\xbf"
                         "a,b\r\n\r\n1,2\r\n\n"),
              ElementsAre(Fields{"a", "b"}, Fields{"1", "2"}));
  EXPECT_THAT(records_of("\"a\r\nb\"\r\n"), ElementsAre(Fields{"a\r\nb"}));
  // A mark anywhere else is text.
  EXPECT_THAT(records_of("a\n\xef\xbb\xbf"
                         "b\n"),
              ElementsAre(Fields{"a"}, Fields{"\xef\xbb\xbf"
                                              "b"}));
}

TEST(CsvReader, TellsWhatIsNoCsvAndReadsOnBehindIt) {
  EXPECT_THAT(records_of("a\"b,c\nd\n"),
              ElementsAre(Fields{"bad at 1", "expected a field with quotes in it to stand in quotes"}, Fields{"d"}));
  EXPECT_THAT(records_of("x\n\"a\"b,c\nd\n"),
              ElementsAre(Fields{"x"}, Fields{"bad at 2", "expected a comma or the end of the line after a closing quote"}, Fields{"d"}));
  EXPECT_THAT(records_of("x\n\"a\nb\n"), ElementsAre(Fields{"x"}, Fields{"bad at 2", "expected a closing quote"}));
}

TEST(CsvReader, BoundsARecord) {
  const std::string large(CsvReader::record_bytes_max, 'x');
  EXPECT_THAT(records_of(large + "\n"), ElementsAre(Fields{large}));
  EXPECT_THAT(records_of(large + "y\nnext\n"), ElementsAre(Fields{"bad at 1", "expected a record of at most 65536 bytes"}, Fields{"next"}));
  EXPECT_EQ(records_of("\"" + large + "\ny\"\n").front().front(), "bad at 1");
}

}  // namespace
}  // namespace muniment
