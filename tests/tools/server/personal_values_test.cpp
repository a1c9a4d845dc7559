// What was typed of a person, and what is secret, stands in the vault and the views and nowhere else: not in the node's log, not in what it
// says of itself, not in its problems, not in what leaves the machine for whoever helps, not in any other file of the store.
//
// A whole day goes through the server, with made-up people in every field that can hold one, in refused and malformed commands too, and in
// every place of a request that a careless caller could put them. Then everything is searched, for each value as it is and in base64.
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "make_token.h"
#include "node_fixture.h"
#include "served.h"
#include "socket_client.h"
#include "tests/places/places.h"

namespace muniment {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::stringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

std::string base64(std::string_view bytes) {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) { return static_cast<unsigned>(static_cast<unsigned char>(bytes[i + k])); };
    const unsigned three = at(0) << 16 | at(1) << 8 | at(2);
    for (const int shift : {18, 12, 6, 0}) out += letters[three >> shift & 63];
  }
  return out;
}

// The value, and what of its base64 does not depend on what stands around it, for each way it can be aligned.
std::vector<std::string> forms_of(const std::string& value) {
  std::vector<std::string> out{value};
  for (std::size_t before = 0; before < 3; ++before) {
    const std::size_t skipped = (3 - before) % 3;
    if (value.size() < skipped + 6) continue;
    out.push_back(base64(std::string_view{value}.substr(skipped, (value.size() - skipped) / 3 * 3)));
  }
  return out;
}

// Four digits stand somewhere by chance; several PINs in one place do not.
constexpr std::array<std::string_view, 5> pins{"7319", "8264", "9157", "6483", "5936"};
constexpr std::size_t pins_by_chance = 2;

class Search {
 public:
  void look_for(const std::string& value) { values_.insert(value); }

  // What is found there, by name; empty: nothing.
  std::vector<std::string> found_in(const std::string& text) const {
    std::vector<std::string> out;
    for (const std::string& value : values_) {
      for (const std::string& form : forms_of(value)) {
        if (text.find(form) != std::string::npos) out.push_back(value);
      }
    }
    std::size_t count = 0;
    for (const std::string_view pin : pins) count += stands_alone(text, pin) ? 1 : 0;
    if (count > pins_by_chance) out.push_back(fmt::format("{} PINs", count));
    return out;
  }
  std::size_t size() const { return values_.size(); }

 private:
  static bool stands_alone(const std::string& text, std::string_view digits) {
    const auto is_number = [&](std::size_t at) { return at < text.size() && std::isxdigit(static_cast<unsigned char>(text[at])) != 0; };
    for (std::size_t at = text.find(digits); at != std::string::npos; at = text.find(digits, at + 1)) {
      if (!is_number(at - 1) && !is_number(at + digits.size())) return true;
    }
    return false;
  }

  std::set<std::string> values_;
};

class PersonalValues : public testing::Test {
 protected:
  PersonalValues() {
    fs::remove_all(folder);
    fs::create_directories(folder);
    Store::create(store, "agency");
    for (const char* value : {"Quillfeather", "Zebulonia", "02/29", "zq.private@letters.example", "02302-7719", "Overheard-in-the-corridor",
                              "Attic-over-the-bakery", "Wrongfieldname", "Pathgiven", "Querygiven", "Headergiven", "Badlyformed"}) {
      search.look_for(value);
    }
    operator_token = token(TokenRole::OPERATOR, "ops");
  }
  ~PersonalValues() override { fs::remove_all(folder); }

  std::string token(TokenRole role, const std::string& name) {
    std::string text = TokenFile(store).create(make_token(role, name));
    search.look_for(text);
    return text;
  }
  // Of whoever is named as an actor.
  std::string token_of(const std::string& actor) {
    auto [found, is_new] = tokens.try_emplace(actor);
    if (is_new) {
      const std::size_t colon = actor.find(':');
      const std::string kind = actor.substr(0, colon == std::string::npos ? 0 : colon);
      found->second = kind == "officer"     ? token(TokenRole::OFFICER, actor.substr(colon + 1))
                      : kind == "submitter" ? token(TokenRole::SUBMITTER, actor.substr(colon + 1))
                                            : token(TokenRole::ACCOUNT, actor);
    }
    return found->second;
  }

  SocketAnswer ask(std::string_view method, std::string_view target, std::string_view caller, std::string_view body = "",
                   std::string_view headers = "") {
    SocketClient client(port);
    client.send(http_request(method, target, caller, body, headers));
    SocketAnswer answer = client.answer();
    if (answer.status >= 400 || answer.status == 0) problems += answer.head + answer.body;
    return answer;
  }
  SocketAnswer submit(const std::string& actor, const std::string& command) {
    SocketAnswer answer = ask("POST", "/v1/commands", token_of(actor), command, "Content-Type: application/json\r\n");
    if (const std::string credential = member(answer.body, "credential"); !credential.empty()) {
      search.look_for(credential);
      ++credentials;
    }
    return answer;
  }

  void submit_the_sample_day() {
    std::ifstream day(project_folder() / "tools/sample/day.jsonl");
    static const std::regex actor(R"re("actor": *"([^"]+)")re");
    // Those that are long enough to stand nowhere by chance.
    static const std::regex personal(R"re("(last_name|first_name|email|note|place)": *"([^"]{5,})")re");
    std::size_t done = 0;
    for (std::string line; std::getline(day, line);) {
      for (std::sregex_iterator at(line.begin(), line.end(), personal), end; at != end; ++at) search.look_for((*at)[2]);
      std::smatch found;
      if (std::regex_search(line, found, actor)) done += submit(found[1], line).status == 200 ? 1 : 0;
    }
    EXPECT_EQ(done, 46U) << "accepted and unchanged";
  }

  // A command to create a subordinate, with every personal field.
  static std::string create(const std::string& id, std::string_view pin, const std::string& change = "") {
    std::string out = fmt::format(
        R"({{"type":"create_subordinate","command_id":"{}","provider":"110012345A","last_name":"Quillfeather","first_name":"Zebulonia",)"
        R"("middle_initial":"Q","birth_day":"02/29","email":"zq.private@letters.example","zip":"02302-7719","pin":"{}",)"
        R"("note":"Overheard-in-the-corridor","services":["manage_referrals"]{}}})",
        id, pin, change);
    return out;
  }

  void submit_people() {
    const std::string mary = "mhughes1";
    const SocketAnswer made = submit(mary, create("p1", pins[0]));
    ASSERT_EQ(made.status, 200U) << made.body;
    const std::string who = member(made.body, "username");
    EXPECT_EQ(submit(mary, create("p2", pins[1])).status, 409U) << "a duplicate, which is refused";
    EXPECT_EQ(submit("officer:agency", create("p3", pins[2])).status, 403U);
    EXPECT_EQ(submit(mary, create("p1", pins[3])).status, 409U) << "another content under a command id";
    EXPECT_EQ(submit(mary, create("p4", pins[4], R"(,"allow_duplicate":true,"reason":"same_person")")).status, 200U);
    EXPECT_EQ(submit(mary, create("p5", "Badlyformed")).status, 400U);
    EXPECT_EQ(submit(mary, create("p6", pins[0], R"(,"Wrongfieldname":"Quillfeather")")).status, 400U);
    EXPECT_EQ(submit(mary, create("Headergiven Badlyformed\\u0007", pins[0])).status, 400U);
    EXPECT_EQ(submit(mary, create("p7", pins[0]).substr(0, 200)).status, 400U);
    EXPECT_EQ(submit(mary, fmt::format(R"({{"type":"update_subordinate","command_id":"p8","provider":"110012345A","username":"{}",)"
                                       R"("last_name":"Quillfeather","first_name":"Zebulonia","birth_day":"02/29","zip":"02302-7719",)"
                                       R"("email":"zq.private@letters.example","pin":"{}","services":["manage_referrals"]}})",
                                       who, pins[1]))
                  .status,
              200U);
    EXPECT_EQ(
        submit(mary, fmt::format(R"({{"type":"reset_password","command_id":"p9","provider":"110012345A","username":"{}"}})", who)).status,
        200U);
    EXPECT_GE(credentials, 1U);
    EXPECT_EQ(submit("submitter:portal", fmt::format(R"({{"type":"record_sign_in","command_id":"p10","username":"{}","at":"2024-01-01",)"
                                                     R"("success":true,"place":"Attic-over-the-bakery"}})",
                                                     who))
                  .status,
              200U);
    const std::string batch = create("b1", pins[2]) + "\n" + create("b2", "Badlyformed") + "\n" + "Badlyformed\n";
    ask("POST", "/v1/commands", token_of(mary), batch, "Content-Type: application/x-ndjson\r\n");
    const std::string unknown = "/v1/credentials/redeem";
    ask("POST", unknown, token_of(mary), create("c1", pins[2]), "Content-Type: application/json\r\n");
  }

  void ask_carelessly() {
    const std::string officer = token_of("officer:agency");
    EXPECT_EQ(ask("GET", "/v1/audit/roster?provider=110012345A&last_name=Querygiven", officer).status, 200U);
    EXPECT_EQ(ask("GET", "/v1/audit/roster?provider=110012345A&Querygiven=Quillfeather", officer).status, 400U);
    EXPECT_EQ(ask("GET", "/v1/audit/roster?provider=Querygiven", officer).status, 400U);
    EXPECT_EQ(ask("GET", "/v1/accounts/Pathgiven", officer).status, 404U);
    EXPECT_EQ(ask("GET", "/Pathgiven/Quillfeather", officer).status, 404U);
    EXPECT_EQ(ask("GET", "/v1/events", "Headergiven-Badlyformed").status, 401U);
    search.look_for("Headergiven-Badlyformed");
    ask("POST", "/v1/commands", officer, create("", pins[3]),
        "Content-Type: application/json\r\nIdempotency-Key: Headergiven Quillfeather\r\n");
    ask("POST", "/v1/commands", officer, create("h1", pins[3]), "Content-Type: Headergiven/Quillfeather\r\n");
    SocketClient client(port);
    client.send("Quillfeather Zebulonia Badlyformed\r\n\r\n");
    problems += client.answer().body;
  }

  // All that was kept or told, by where.
  std::map<std::string, std::string> everything(const fs::path& bundle_folder) const {
    std::map<std::string, std::string> out{
        {"the node's log", content_of(store.string() + ".log")}, {"/metrics", metrics}, {"problems", problems}};
    const auto add_all = [&](const fs::path& from) {
      for (const auto& entry : fs::recursive_directory_iterator(from)) {
        const std::string name = fs::relative(entry.path(), from).string();
        const bool may_have = from == store && (name.starts_with("vault/") || name.starts_with("views/") || name.starts_with("keys/"));
        if (entry.is_regular_file() && !may_have) out.emplace(entry.path().string(), content_of(entry.path()));
      }
    };
    add_all(store);
    add_all(bundle_folder);
    return out;
  }

  fs::path folder = fs::path(testing::TempDir()) / ("personal-values-" + std::to_string(::getpid()));
  fs::path store = folder / "store";
  Search search;
  std::map<std::string, std::string> tokens;
  std::string operator_token;
  std::uint16_t port = 0;
  std::string problems;
  std::string metrics;
  std::size_t credentials = 0;
};

// The records themselves, out of whatever holds them compressed.
std::string records_of(const fs::path& folder) {
  Store opened(folder);
  std::string out;
  opened.log().read(0, 1, opened.log().head(0).position, [&](Position, RecordWords words) {
    const ByteSpan bytes = bytes_of(words);
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return true;
  });
  opened.close();
  return out;
}

TEST_F(PersonalValues, AndSecretsStandInTheVaultAndTheViewsAlone) {
  {
    Served served(store, {"--listen", "127.0.0.1:0", "--log-level", "debug"});
    ASSERT_NE(served.port, 0);
    port = served.port;
    submit_the_sample_day();
    submit_people();
    ask_carelessly();
    metrics = ask("GET", "/metrics", operator_token).body;
    problems += ask("GET", "/readyz", "").body + ask("GET", "/openapi.json", "").body;
    ::kill(served.process(), SIGTERM);
    EXPECT_EQ(served.wait(), 0);
  }
  EXPECT_GT(search.size(), 20U);
  EXPECT_GT(problems.size(), 5000U);
  std::ofstream(folder / "metrics.txt") << metrics;
  const fs::path bundle = folder / "bundle";
  fs::create_directories(bundle);
  ASSERT_EQ(std::system(fmt::format("{0} --store {1} support-bundle --metrics {2}/metrics.txt {2}/bundle.tar.gz > /dev/null && tar -xzf "
                                    "{2}/bundle.tar.gz -C {3}",
                                    muniment_program(), store.string(), folder.string(), bundle.string())
                            .c_str()),
            0);
  auto all = everything(bundle);
  all.emplace("the records", records_of(store));
  EXPECT_GT(all.size(), 20U);
  for (const auto& [where, text] : all) {
    EXPECT_FALSE(text.empty() && where.starts_with("the ")) << where;
    EXPECT_THAT(search.found_in(text), testing::IsEmpty()) << "in " << where;
  }
}

// Whether the search would find what it looks for.
TEST_F(PersonalValues, AreFoundByTheSearchWhereTheyArePlanted) {
  const std::string noise(100'000, '\x7f');
  EXPECT_THAT(search.found_in(noise), testing::IsEmpty());
  EXPECT_THAT(search.found_in(noise + "Quillfeather" + noise), testing::ElementsAre("Quillfeather"));
  EXPECT_THAT(search.found_in(noise + operator_token), testing::ElementsAre(operator_token));
  for (const std::string_view before : {"", "x", "xy"}) {
    EXPECT_THAT(search.found_in(noise + base64(std::string{before} + "Overheard-in-the-corridor!!") + noise),
                testing::ElementsAre("Overheard-in-the-corridor"));
  }
  EXPECT_THAT(search.found_in(R"("7319" "8264" and 9157)"), testing::ElementsAre("3 PINs"));
  EXPECT_THAT(search.found_in("73190 18264 and 9157"), testing::IsEmpty()) << "parts of numbers";
}

}  // namespace
}  // namespace muniment
