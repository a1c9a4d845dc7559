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
#include <unordered_map>
#include <unordered_set>

#include "events/record/event_streams.h"
#include "tools/store/store.h"

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
  const RocksLog& log = store.log();
  std::unordered_map<std::string, int> recorded;
  std::unordered_set<StreamName> streams;
  World whole;
  Position expected = 1;
  std::string wrong;
  log.read(0, 1, log.head(0).position, [&](Position position, RecordWords words) {
    RecordReader record(words);
    const auto event = record.event();
    if (position != expected || event.getPosition() != expected)
      wrong = fmt::format("a hole: position {} where {} was due", position, expected);
    ++expected;
    if (has_fingerprint(event)) ++recorded[std::string{text_of(event.getCommandId())}];
    for (const StreamVersion& entry : streams_of(event)) streams.insert(entry.stream);
    if (event.getFact().isSubordinateCreated()) {
      const auto pin = store.vault().pin(account_id_of(event), event_id_of(event));
      if (pin != "0123") wrong = fmt::format("the PIN of event {} is not in the vault", position);
    }
    whole.evolve(event);
    return wrong.empty();
  });
  if (!wrong.empty()) return fail(wrong);
  if (expected != log.head(0).position + 1)
    return fail(fmt::format("the log ends at {}, its head is {}", expected - 1, log.head(0).position));

  std::ifstream in(acknowledged_file);
  for (std::string id; std::getline(in, id);) {
    const auto found = recorded.find(id);
    if (found == recorded.end()) return fail(fmt::format("acknowledged and lost: {}", id));
    if (found->second != 1) return fail(fmt::format("recorded {} times: {}", found->second, id));
  }
  for (const auto& [id, times] : recorded) {
    if (times != 1) return fail(fmt::format("recorded {} times: {}", times, id));
  }
  World by_stream;
  for (const StreamName& stream : streams) {
    log.read_stream(0, stream, 1, [&](Position, RecordWords words) {
      RecordReader record(words);
      by_stream.evolve(stream, record.event());
      return true;
    });
  }
  if (whole.digest() != by_stream.digest()) return fail("the fold of the whole log and the fold stream by stream differ");
  fmt::print("{} {}\n", log.head(0).position, to_hex(whole.digest()));
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
