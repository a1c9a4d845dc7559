// What the crash test starts and kills.
//
//   crash_child submit DIR ROUND    submits without end and prints the id of each command that was acknowledged, a line each
//   crash_child check DIR FILE      checks the store against the ids in FILE: each is there once, positions have no hole, the fold of the
//   whole log
//                                   equals the fold stream by stream, and PINs that were acknowledged can be read. Prints the digest.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/e2e/store_check.h"

namespace muniment {
namespace {

const ProviderId mercy = ProviderId::parse("110012345A").value();

Submission submission(std::string id, std::string_view type, CommandBody body, bool is_personal, Principal actor) {
  Submission out{.command = {.body = std::move(body), .type = type, .is_personal = is_personal}};
  out.command.content.assign(id.begin(), id.end());
  out.command.request.command_id = std::move(id);
  out.command.request.actor = std::move(actor);
  // One write a line: the test reads lines, and a killed process has no buffer to lose.
  out.answer = [line = out.command.request.command_id + '\n'](const Answer& answer) {
    if (answer.status != Answer::Status::accepted && answer.status != Answer::Status::unchanged) {
      fmt::print(stderr, "not accepted: {} {} {}\n", line, answer.failure, answer.refusal ? name_of(*answer.refusal) : "");
      std::_Exit(3);
    }
    if (answer.status == Answer::Status::accepted && ::write(STDOUT_FILENO, line.data(), line.size()) < 0) std::_Exit(4);
  };
  return out;
}

Profile person(int round, int number) {
  std::string last = fmt::format("r{}n{}", round, number);
  return {last, "Q", "", "02/29", last + "@example.org", "02302"};
}

[[noreturn]] void submit(const std::filesystem::path& folder, int round) {
  Store store(folder);
  Sequencer& sequencer = store.sequencer();
  const Principal officer = Principal::officer("rkelly");
  sequencer.submit(submission("provider", "register_provider", RegisterProvider{mercy, schema::ProviderKind::PROVIDER, "Mercy", "Mercy"},
                              false, officer));
  sequencer.submit(
      submission("primary", "assign_primary_user", AssignPrimaryUser{mercy, std::nullopt, person(0, 0), "1234", {}}, true, officer));
  const Principal primary = Principal::account("qr0n01");
  for (int i = 1;; ++i) {
    const auto id = [&](std::string_view what) { return fmt::format("{}-{}-{}", what, round, i); };
    const Username username = Username::parse(fmt::format("qr{}n{}1", round, i)).value();
    sequencer.submit(submission(id("create"), "create_subordinate",
                                CreateSubordinate{mercy, person(round, i), "0123", {"manage_referrals"}, false}, true, primary));
    sequencer.submit(
        submission(id("assign"), "assign_services", AssignServices{mercy, username, {"view_provider_reports"}}, false, primary));
    sequencer.submit(submission(id("reset"), "reset_password", ResetPassword{mercy, username}, false, primary));
    if (i % 3 == 0) sequencer.submit(submission(id("remove"), "remove_subordinate", RemoveSubordinate{mercy, username}, false, primary));
  }
}

int fail(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  return 1;
}

int check(const std::filesystem::path& folder, const char* acknowledged_file) {
  Store store(folder);
  std::vector<std::string> acknowledged;
  std::ifstream in(acknowledged_file);
  for (std::string id; std::getline(in, id);) acknowledged.push_back(id);
  const StoreFindings found = look_at(store, acknowledged);
  if (!found.wrong.empty()) return fail(found.wrong);
  fmt::print("{} {}\n", store.log().head(0).position, to_hex(found.digest));
  return 0;
}

}  // namespace
}  // namespace muniment

int main(int argc, char** argv) {
  const std::string what = argc == 4 ? argv[1] : "";
  try {
    if (what == "create") muniment::Store::create(argv[2], argv[3]);
    if (what == "submit") muniment::submit(argv[2], std::atoi(argv[3]));
    if (what == "check") return muniment::check(argv[2], argv[3]);
  } catch (const std::exception& error) {
    return muniment::fail(error.what());
  }
  return what == "create" ? 0 : 2;
}
