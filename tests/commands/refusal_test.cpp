#include "commands/refusal.h"
#include "tests/places/places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace muniment {
namespace {

// The sections of docs/refusals.md, each with its text.
std::vector<std::pair<std::string, std::string>> documented() {
  const std::filesystem::path page = project_folder() / "docs" / "refusals.md";
  std::ifstream file(page);
  EXPECT_TRUE(file.is_open()) << "no " << page;
  std::vector<std::pair<std::string, std::string>> out;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("### ")) {
      out.emplace_back(line.substr(4), "");
    } else if (line.starts_with("#")) {
      continue;
    } else if (!out.empty()) {
      out.back().second += line + ' ';
    }
  }
  return out;
}

TEST(Refusal, HasAPublicNameOfItsOwn) {
  std::set<std::string_view> names;
  for (const RefusalEntry& entry : refusals()) {
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name;
    EXPECT_TRUE(std::ranges::all_of(entry.name, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; })) << entry.name;
    EXPECT_EQ(name_of(entry.refusal), entry.name);
    EXPECT_EQ(refusal_named(entry.name), entry.refusal);
  }
  EXPECT_FALSE(refusal_named("").has_value());
  EXPECT_FALSE(refusal_named("Actor_unknown").has_value());
}

TEST(Refusal, HasAMeaningInOneSentence) {
  for (const RefusalEntry& entry : refusals()) {
    const std::string_view meaning = meaning_of(entry.refusal);
    EXPECT_EQ(meaning, entry.meaning);
    EXPECT_TRUE(meaning.starts_with(static_cast<char>(std::toupper(meaning.front())))) << entry.name;
    EXPECT_EQ(std::ranges::count(meaning, '.'), 1) << entry.name;
    EXPECT_TRUE(meaning.ends_with('.')) << entry.name;
  }
}

// Names stand in logs for ever: one may be added at the end of its group's page, and none changed.
TEST(Refusal, IsDocumentedInTheOrderOfTheEnum) {
  std::vector<std::string> names;
  for (const RefusalEntry& entry : refusals()) names.emplace_back(entry.name);
  std::vector<std::string> sections;
  for (const auto& [name, text] : documented()) sections.push_back(name);
  EXPECT_EQ(sections, names);
}

TEST(Refusal, IsDocumentedWithWhatToDo) {
  for (const auto& [name, text] : documented()) {
    EXPECT_NE(text.find("**When:**"), std::string::npos) << name;
    EXPECT_NE(text.find("**What to do:**"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace muniment
