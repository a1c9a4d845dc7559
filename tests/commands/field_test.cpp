#include "commands/field.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include "commands/schema/command.capnp.h"

namespace muniment {
namespace {

constexpr std::string_view service_form = "expected a service id of 1 to 128 printable characters";

// Texts as a list of services.
class Services {
 public:
  explicit Services(const std::vector<std::string>& texts) {
    auto list = message_.initRoot<request::ServicesAtProvider>().initServices(static_cast<unsigned>(texts.size()));
    for (unsigned i = 0; i < texts.size(); ++i) list.set(i, texts[i]);
  }
  capnp::List<capnp::Text>::Reader reader() { return message_.getRoot<request::ServicesAtProvider>().asReader().getServices(); }

 private:
  capnp::MallocMessageBuilder message_;
};

std::string problem(const auto& field) { return field ? "well-formed" : field.error().message(); }
std::string problem_of_services(const std::vector<std::string>& texts) { return problem(services_field(Services(texts).reader())); }

TEST(Field, NamesTheFieldAndWhatWasExpectedAndNeverTheValue) {
  EXPECT_EQ(problem(pin_field("s3cr")), "pin: expected four digits");
  EXPECT_EQ(problem(username_field("John Doe", "entity")), "entity: expected 1 to 64 letters, digits or signs, without blanks and colons");
  EXPECT_EQ(problem(officer_field("ann@corp")), "officer: expected 1 to 64 letters, digits, dots, hyphens or underscores");
  EXPECT_EQ(problem(provider_field("my password", "entity")), "entity: expected nine digits and a letter, such as 110012345A");
}

TEST(Field, TakesAProviderAsPeopleTypeIt) {
  EXPECT_EQ(provider_field("110012345a").value().text(), "110012345A");
  EXPECT_EQ(provider_field("110012345 A").value().text(), "110012345A");
  for (const auto* text : {"", "110012345", "11001234A", "1100123456A", "110012345AA", "110012345  A", " 110012345A", "110012345é"})
    EXPECT_FALSE(provider_field(text).has_value()) << text;
}

TEST(Field, FoldsUsernamesToLowerCase) {
  EXPECT_EQ(username_field("JDoe11").value().text(), "jdoe11");
  EXPECT_TRUE(username_field(std::string(64, 'a')).has_value());
  for (const std::string& text : {std::string{}, std::string(65, 'a'), std::string{"j doe"}, std::string{"a:b"}, std::string{"j\ndoe"}})
    EXPECT_FALSE(username_field(text).has_value()) << text;
}

TEST(Field, TakesAPinAsText) {
  EXPECT_EQ(pin_field("0123").value(), "0123");
  for (const auto* text : {"", "123", "12345", "12a4", " 123", "１２３４"}) EXPECT_FALSE(pin_field(text).has_value()) << text;
}

TEST(Field, TakesServicesOfAnyName) {
  EXPECT_EQ(problem_of_services({}), "well-formed");
  EXPECT_EQ(problem_of_services({"kubernetes:maintainers-build", "a b", "Übersicht", std::string(128, 'x')}), "well-formed");
}

TEST(Field, NamesTheServiceThatIsMalformed) {
  EXPECT_EQ(problem_of_services({"a", ""}), "services[1]: " + std::string{service_form});
  EXPECT_EQ(problem_of_services({" a"}), "services[0]: " + std::string{service_form});
  EXPECT_EQ(problem_of_services({"a "}), "services[0]: " + std::string{service_form});
  EXPECT_EQ(problem_of_services({"a\n"}), "services[0]: " + std::string{service_form});
  EXPECT_EQ(problem_of_services({std::string(129, 'x')}), "services[0]: " + std::string{service_form});
  EXPECT_EQ(problem_of_services({"u\u0308ber"}), "services[0]: " + std::string{service_form}) << "not in normalization form C";
  EXPECT_EQ(problem_of_services({"a", "b", "a"}), "services: expected each service once");
  EXPECT_EQ(problem_of_services(std::vector<std::string>(2001, "a")), "services: expected at most 2000 services");
}

TEST(Field, NormalizesTextBeforeItIsMeasured) {
  EXPECT_EQ(text_field("  e\u0301  ", "name", 1).value(), "é");
  EXPECT_EQ(problem(text_field("ab", "name", 1)), "name: expected 1 to 1 characters without control characters");
  EXPECT_FALSE(text_field("", "name", 5).has_value());
  EXPECT_FALSE(text_field("   ", "name", 5).has_value());
  EXPECT_FALSE(text_field("a\u200bb", "name", 5).has_value()) << "a zero width space";
  EXPECT_FALSE(text_field("a\u2028b", "name", 5).has_value()) << "a line separator";
  for (const char* nothing : {"\u034f", " \u034f ", "\u200d", "\u3164", "\u2064", "\ufe0f", "\u0301"})
    EXPECT_FALSE(text_field(nothing, "name", 5).has_value()) << testing::PrintToString(nothing) << " shows nothing by itself";
  EXPECT_EQ(text_field("a\u034fb", "name", 5).value(), "a\u034fb");
  EXPECT_EQ(text_field("\u5f20", "name", 5).value(), "\u5f20");
  EXPECT_EQ(text_field("'", "name", 5).value(), "'");
  EXPECT_EQ(optional_text_field("", "name", 5).value(), "");
  EXPECT_FALSE(optional_text_field(" ", "name", 5).has_value());
}

TEST(Field, TakesCodesAndNames) {
  EXPECT_EQ(code_field("left_2024", "reason").value(), "left_2024");
  for (const auto* text : {"", "Left", "left-2024", "a b", "ä"}) EXPECT_FALSE(code_field(text, "reason").has_value()) << text;
  EXPECT_FALSE(code_field(std::string(65, 'a'), "reason").has_value());
  EXPECT_EQ(name_field("2024-03_B.1", "terms_version").value(), "2024-03_B.1");
  for (const auto* text : {"", "a b", "a/b", "ä"}) EXPECT_FALSE(name_field(text, "terms_version").has_value()) << text;
}

TEST(Field, TakesTimesFrom1970On) {
  EXPECT_EQ(time_field(0, "at").value(), Timestamp{});
  EXPECT_EQ(problem(time_field(-1, "at")), "at: expected a time from 1970 on");
}

}  // namespace
}  // namespace muniment
