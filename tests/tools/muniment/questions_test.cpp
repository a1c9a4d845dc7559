// The questions of the auditor's desk, asked of one year of made-up people (tests/data/questions): a transcript for each, with the command
// as docs/auditing.md has it, its whole answer, and controls, which are near to what is asked for and must not be in it. With
// MUNIMENT_WRITE_GOLDEN=1 the answers are written instead; they are worth what it is worth that somebody reads them against the history.
//
//   # a word to the reader
//   $ muniment audit findings --rule no_backup -o csv
//   the answer, line by line
//   ! a control: it is in the history, and not in the answer
//   ? the exit code, where it is neither that of done nor that of findings
//
// The imports are asked in the same way (tests/data/imports), one after another.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <future>
#include <regex>
#include <sstream>

#include "cli_fixture.h"
#include "projections/findings/rule.h"
#include "tests/places/places.h"
#include "tools/import/history_import.h"
#include "tools/store/store.h"
#include "tools/wire/command_reader.h"

namespace muniment {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int question_count = 26;
const std::filesystem::path source = project_folder();
const std::filesystem::path data = source / "tests" / "data" / "questions";
const std::filesystem::path imports = source / "tests" / "data" / "imports";

bool writes_golden() {
  const char* const writes = std::getenv("MUNIMENT_WRITE_GOLDEN");
  return writes != nullptr && std::string_view{writes} == "1";
}

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  return {std::istream_iterator<std::string>(in), {}};
}

// A store whose clock says what the history says.
class Teller {
 public:
  explicit Teller(const std::filesystem::path& folder) : folder_(folder) {}

  void tell_all() {
    const auto lines = lines_of(content_of(data / "history.jsonl"));
    ASSERT_EQ(member(lines.at(0), "clock").substr(0, 4), "2024");
    set_clock(lines.at(0));
    Store::create(folder_, "agency", options());
    store_ = std::make_unique<Store>(folder_, options());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].starts_with("{\"clock\"")) {
        set_clock(lines[i]);
        continue;
      }
      now_ += 1'000'000'000;
      if (lines[i].starts_with("{\"import\"")) {
        import_history(lines[i]);
      } else {
        submit(i + 1, lines[i]);
      }
    }
    store_->close();
  }

 private:
  StoreOptions options() {
    return {.clock = [this] { return Timestamp{now_}; }};
  }

  void set_clock(const std::string& line) {
    const auto time = Timestamp::parse(member(line, "clock"));
    ASSERT_TRUE(time) << line;
    ASSERT_GE(time->ns, now_) << line;
    now_ = time->ns;
  }

  void import_history(const std::string& line) {
    std::ifstream providers(data / (member(line, "import") + "-providers.csv"));
    std::ifstream changes(data / (member(line, "import") + "-changes.csv"));
    const AccessHistory history(providers, changes);
    const Principal officer = Principal::officer("agency");
    const auto plan = check_import(history, {officer, {"mill:admin"}}, store_->log(), store_->vault(), Timestamp{now_});
    ASSERT_TRUE(plan);
    ASSERT_TRUE(run_import(history, *plan, store_->log(), store_->vault(), store_->sequencer(), {.actor = officer}));
  }

  // A line may say which refusal it expects; its command id is its number.
  void submit(std::size_t number, std::string line) {
    const std::string expected = member(line, "expects");
    if (!expected.empty()) line = line.substr(0, line.find(",\"expects\"")) + "}";
    if (const auto head = line.find("\"HEAD\""); head != std::string::npos)
      line.replace(head, 6, fmt::format("\"{}\"", store_->log().head(0).position));
    line.insert(1, fmt::format("\"command_id\":\"{}\",", number));
    CommandReader reader;
    std::string id;
    auto command = reader.read(line, id);
    ASSERT_TRUE(command) << number << ": " << command.error().message();
    std::promise<Answer> answered;
    std::vector<Submission> submissions;
    submissions.push_back({.command = std::move(*command), .source = schema::Source::OPERATOR, .answer = [&](const Answer& answer) {
                             answered.set_value(answer);
                           }});
    store_->sequencer().submit(std::move(submissions));
    const Answer answer = answered.get_future().get();
    EXPECT_EQ(answer.refusal ? std::string{name_of(*answer.refusal)} : "", expected) << number << ": " << line;
    EXPECT_EQ(answer.status == Answer::Status::accepted, expected.empty()) << number << ": " << line;
  }

  const std::filesystem::path folder_;
  std::atomic<std::int64_t> now_ = 0;
  std::unique_ptr<Store> store_;
};

struct Exchange {
  std::string command;  // Behind the dollar sign.
  std::vector<std::string> answer;
  std::vector<std::string> controls;
  std::string code;  // Empty: 0 or 11.
};

struct Transcript {
  std::filesystem::path file;
  std::vector<Exchange> exchanges;
};

Transcript read_transcript(const std::filesystem::path& file) {
  Transcript out{.file = file, .exchanges = {}};
  for (const std::string& line : lines_of(content_of(file))) {
    if (line.empty() || line.starts_with("# ")) continue;
    if (line.starts_with("$ ")) {
      out.exchanges.push_back({.command = line.substr(2), .answer = {}, .controls = {}, .code = {}});
      continue;
    }
    if (out.exchanges.empty()) {
      ADD_FAILURE() << file << ": an answer to no command: " << line;
    } else if (line.starts_with("! ")) {
      out.exchanges.back().controls.push_back(line.substr(2));
    } else if (line.starts_with("? ")) {
      out.exchanges.back().code = line.substr(2);
    } else {
      out.exchanges.back().answer.push_back(line);
    }
  }
  return out;
}

std::vector<Transcript> transcripts() {
  std::vector<Transcript> out;
  for (const auto& entry : std::filesystem::directory_iterator(data)) {
    if (entry.path().extension() == ".txt") out.push_back(read_transcript(entry.path()));
  }
  std::ranges::sort(out, {}, &Transcript::file);
  return out;
}

std::filesystem::path transcript_of(int question) { return data / fmt::format("{:02}.txt", question); }

// Ids are random, digests are of them, and what this test itself does is of today, and of whoever runs it.
std::vector<std::string> lines_to_compare(const std::string& text) {
  static const std::regex chance("[0-9a-f]{64}|[0-9a-f]{32}|operator:[^,]+|20(2[5-9]|[3-9][0-9])-[0-9-]+T[0-9:.]+Z");
  return lines_of(std::regex_replace(text, chance, "*"));
}

// A word that names a file of the folder is that file.
Ran ask_store(const std::filesystem::path& store, const std::filesystem::path& files, const std::string& command) {
  std::vector<std::string> arguments = words_of(command);
  EXPECT_EQ(arguments.at(0), "muniment") << command;
  arguments[0] = store.string();
  arguments.insert(arguments.begin(), "--store");
  for (std::string& word : arguments) {
    if (std::filesystem::exists(files / word)) word = (files / word).string();
  }
  return run(arguments);
}

bool is_as_expected(const Exchange& exchange, ExitCode code) {
  if (exchange.code.empty()) return code == ExitCode::ok || code == ExitCode::findings;
  return std::to_string(static_cast<int>(code)) == exchange.code;
}

class Questions : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::filesystem::path(testing::TempDir()) / fmt::format("questions-{}", ::getpid());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Teller(folder_ / "store").tell_all();
    const Ran exported = ask("muniment export trail --provider 110099999G --user eoak1 --format csv --out " + (folder_ / "elm").string());
    ASSERT_EQ(exported.code, ExitCode::ok) << exported.err;
    const Ran refused = ask("muniment export trail --provider 110012346F --format csv --out " + (folder_ / "elm").string());
    ASSERT_NE(refused.code, ExitCode::ok) << "the file is there";
    all_that_is_said_ = content_of(data / "history.jsonl") + content_of(data / "history-changes.csv") + content_of(data / "roster.csv") +
                        ask("muniment audit trail -o csv").out;
  }
  static void TearDownTestSuite() { std::filesystem::remove_all(folder_); }

  static Ran ask(const std::string& command) { return ask_store(folder_ / "store", data, command); }

  static std::filesystem::path folder_;
  static std::string all_that_is_said_;
};

std::filesystem::path Questions::folder_;
std::string Questions::all_that_is_said_;

// The golden answers anew, the other lines as they are.
void rewrite(const std::filesystem::path& file, const std::function<std::vector<std::string>(const std::string&)>& answer_of) {
  std::string out;
  for (const std::string& line : lines_of(content_of(file))) {
    const bool is_answer =
        !line.empty() && !line.starts_with("# ") && !line.starts_with("$ ") && !line.starts_with("! ") && !line.starts_with("? ");
    if (is_answer) continue;
    out += line + "\n";
    if (!line.starts_with("$ ")) continue;
    for (const std::string& answer : answer_of(line.substr(2))) out += answer + "\n";
  }
  write_file(file, out);
}

TEST_F(Questions, AreAnsweredAsIsKnown) {
  for (const Transcript& transcript : transcripts()) {
    SCOPED_TRACE(transcript.file.filename());
    if (writes_golden()) {
      rewrite(transcript.file, [](const std::string& command) { return lines_to_compare(ask(command).out); });
      continue;
    }
    for (const Exchange& exchange : transcript.exchanges) {
      const Ran ran = ask(exchange.command);
      EXPECT_TRUE(is_as_expected(exchange, ran.code)) << exchange.command << "\n" << ran.err;
      EXPECT_EQ(lines_to_compare(ran.out), exchange.answer) << exchange.command;
    }
  }
}

TEST_F(Questions, HaveAnswersThatAreNotEmpty) {
  for (const Transcript& transcript : transcripts()) {
    EXPECT_FALSE(transcript.exchanges.empty()) << transcript.file;
    for (const Exchange& exchange : transcript.exchanges) {
      const std::size_t heading = exchange.command.ends_with("-o csv") ? 1 : 0;
      EXPECT_GT(exchange.answer.size(), heading) << transcript.file << ": " << exchange.command;
    }
  }
}

TEST_F(Questions, HaveControlsThatAreInTheHistoryAndNotInTheAnswer) {
  for (const Transcript& transcript : transcripts()) {
    SCOPED_TRACE(transcript.file.filename());
    std::size_t controls = 0;
    for (const Exchange& exchange : transcript.exchanges) {
      controls += exchange.controls.size();
      for (const std::string& control : exchange.controls) {
        EXPECT_THAT(all_that_is_said_, HasSubstr(control));
        for (const std::string& line : exchange.answer) EXPECT_THAT(line, Not(HasSubstr(control))) << exchange.command;
      }
    }
    EXPECT_GT(controls, 0U);
  }
}

TEST_F(Questions, FindSomethingByEachRuleAndNotWhatIsNearToIt) {
  const auto all = transcripts();
  for (const RuleEntry& entry : rules()) {
    const std::string flag = fmt::format("--rule {} ", entry.id);
    std::size_t found = 0;
    std::size_t controls = 0;
    for (const Transcript& transcript : all) {
      for (const Exchange& exchange : transcript.exchanges) {
        if (!exchange.command.contains(flag)) continue;
        found += exchange.answer.size() - 1;
        controls += exchange.controls.size();
      }
    }
    EXPECT_GT(found, 0U) << entry.id;
    EXPECT_GT(controls, 0U) << entry.id;
  }
}

// What docs/auditing.md has in code in the row of a question; a flag alone is one of `audit findings`.
std::vector<std::string> documented(int question) {
  std::vector<std::string> out;
  for (const std::string& line : lines_of(content_of(source / "docs" / "auditing.md"))) {
    if (!line.starts_with(fmt::format("| {} |", question))) continue;
    static const std::regex code("`((muniment|--rule) [^`]*)`");
    for (std::sregex_iterator it(line.begin(), line.end(), code), end; it != end; ++it) {
      const std::string command = (*it)[1];
      out.push_back(command.starts_with("--") ? "muniment audit findings " + command : command);
    }
  }
  return out;
}

// Whether it is that command: a word in capitals stands for any, and more flags narrow it.
bool is_of(const std::string& command, const std::string& documented) {
  static const std::regex placeholder("[A-Z]+");
  const auto words = words_of(command);
  auto at = words.begin();
  for (const std::string& word : words_of(documented)) {
    if (std::regex_match(word, placeholder)) {
      if (at == words.end()) return false;
      ++at;
      continue;
    }
    at = std::find(at, words.end(), word);
    if (at == words.end()) return false;
    ++at;
  }
  return true;
}

TEST_F(Questions, AreEachShownByTheirCommandInTheDocumentation) {
  for (int question = 1; question <= question_count; ++question) {
    const auto commands = documented(question);
    EXPECT_THAT(commands, Not(IsEmpty())) << question;
    ASSERT_TRUE(std::filesystem::exists(transcript_of(question))) << question;
    const Transcript transcript = read_transcript(transcript_of(question));
    for (const std::string& command : commands) {
      const bool is_asked = std::ranges::any_of(transcript.exchanges, [&](const Exchange& one) { return is_of(one.command, command); });
      EXPECT_TRUE(is_asked) << question << ": " << command;
    }
    for (const Exchange& exchange : transcript.exchanges) {
      const bool is_shown = std::ranges::any_of(commands, [&](const std::string& one) { return is_of(exchange.command, one); });
      EXPECT_TRUE(is_shown) << question << ": " << exchange.command;
    }
  }
}

class Imports : public Cli {
 protected:
  Imports() { submit(small_story()); }
};

TEST_F(Imports, RecordWhatIsKnownAndNothingElse) {
  const std::filesystem::path file = imports / "imports.txt";
  if (writes_golden())
    return rewrite(file, [this](const std::string& command) { return lines_to_compare(ask_store(store, imports, command).out); });
  for (const Exchange& exchange : read_transcript(file).exchanges) {
    const Ran ran = ask_store(store, imports, exchange.command);
    EXPECT_TRUE(is_as_expected(exchange, ran.code)) << exchange.command << "\n" << ran.err;
    EXPECT_EQ(lines_to_compare(ran.out), exchange.answer) << exchange.command;
    EXPECT_EQ(exchange.answer.empty(), !exchange.code.empty()) << exchange.command;
    for (const std::string& control : exchange.controls) EXPECT_THAT(ran.out, Not(HasSubstr(control))) << exchange.command;
  }
}

TEST(ImportsOfTheDesk, AreEachShownByTheirCommandInTheDocumentation) {
  const auto exchanges = read_transcript(imports / "imports.txt").exchanges;
  static const std::regex code("`(muniment import [^`]*)`");
  const std::string page = content_of(source / "docs" / "auditing.md");
  int shown = 0;
  for (std::sregex_iterator it(page.begin(), page.end(), code), end; it != end; ++it, ++shown) {
    const bool is_asked = std::ranges::any_of(exchanges, [&](const Exchange& one) { return is_of(one.command, (*it)[1]); });
    EXPECT_TRUE(is_asked) << (*it)[1];
  }
  EXPECT_EQ(shown, 4);
}

}  // namespace
}  // namespace muniment
