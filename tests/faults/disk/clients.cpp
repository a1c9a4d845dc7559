#include "tests/faults/disk/clients.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <unordered_set>

namespace muniment::faults {
namespace {

const ProviderId mercy = ProviderId::parse("110012345A").value();
constexpr int commands_a_person = 4;
// So many more commands are sent to a store that has failed.
constexpr int sent_after_failure = 32;

[[noreturn]] void stop(const std::string& why) {
  fmt::print(stderr, "{}\n", why);
  std::_Exit(1);
}

Profile person(int round, int number) {
  std::string last = fmt::format("r{}n{}", round, number);
  return {last, "Q", "", "02/29", last + "@example.org", "02302"};
}

struct Named {
  std::string what;
  int round;
  int number;
};

// "WHAT-ROUND-NUMBER"
Named named_by(const std::string& id) {
  const std::size_t first = id.find('-');
  const std::size_t second = id.find('-', first + 1);
  return {id.substr(0, first), std::atoi(id.c_str() + first + 1), std::atoi(id.c_str() + second + 1)};
}

std::pair<std::string_view, CommandBody> body_of(const Named& named) {
  if (named.what == "provider") return {"register_provider", RegisterProvider{mercy, schema::ProviderKind::PROVIDER, "Mercy", "Mercy"}};
  if (named.what == "primary") return {"assign_primary_user", AssignPrimaryUser{mercy, std::nullopt, person(0, 0), "1234", {}}};
  if (named.what == "create") {
    return {"create_subordinate", CreateSubordinate{mercy, person(named.round, named.number), "0123", {"manage_referrals"}, false}};
  }
  const Username username = Username::parse(fmt::format("qr{}n{}1", named.round, named.number)).value();
  if (named.what == "assign") return {"assign_services", AssignServices{mercy, username, {"view_provider_reports"}}};
  if (named.what == "reset") return {"reset_password", ResetPassword{mercy, username}};
  return {"remove_subordinate", RemoveSubordinate{mercy, username}};
}

// A command by its id alone, so that whoever sends it again sends the same.
Command command_of(const std::string& id) {
  const Named named = named_by(id);
  auto [type, body] = body_of(named);
  Command command{.body = std::move(body), .type = type, .is_personal = named.what == "primary" || named.what == "create"};
  const bool is_officers = named.what == "provider" || named.what == "primary";
  command.request.actor = is_officers ? Principal::officer("rkelly") : Principal::account("qr0n01");
  command.request.command_id = id;
  command.content.assign(id.begin(), id.end());
  return command;
}

// The commands of a round, in their order.
std::string id_of(int round, int number) {
  constexpr const char* what[] = {"create", "assign", "reset", "remove"};
  return fmt::format("{}-{}-{}", what[number % commands_a_person], round, number / commands_a_person);
}

// Whole lines alone: a last one without its end was cut.
std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line) && !in.eof();) lines.push_back(line);
  return lines;
}

int open_notes(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) stop("cannot open " + path.string());
  return file;
}

void note(int file, const std::string& id) {
  const std::string line = id + '\n';
  if (::write(file, line.data(), line.size()) != static_cast<ssize_t>(line.size())) stop("cannot note " + id);
}

}  // namespace

std::vector<std::string> Clients::acknowledged(const std::filesystem::path& notes) { return lines_of(notes / "acknowledged"); }

Clients::Clients(const std::filesystem::path& notes, Store& store, int round, int window)
    : store_(store),
      round_(round),
      window_(window),
      sent_file_(open_notes(notes / "sent")),
      acknowledged_file_(open_notes(notes / "acknowledged")),
      room_(window) {
  std::unordered_set<std::string> known;
  for (std::string& id : acknowledged(notes)) known.insert(std::move(id));
  for (const std::string& id : lines_of(notes / "sent")) {
    if (known.insert(id).second) unanswered_.push_back(id);
  }
  for (const char* id : {"provider-0-0", "primary-0-0"}) {
    if (!known.insert(id).second) continue;
    note(sent_file_, id);
    unanswered_.push_back(id);
  }
}

Clients::~Clients() {
  ::close(sent_file_);
  ::close(acknowledged_file_);
}

void Clients::run(int commands) {
  for (const std::string& id : unanswered_) send(id);
  int after = sent_after_failure;
  for (int number = commands_a_person; number < commands + commands_a_person; ++number) {
    if (saw_failure_ && after-- == 0) break;
    const std::string id = id_of(round_, number);
    note(sent_file_, id);
    send(id);
  }
  for (int i = 0; i < window_; ++i) room_.acquire();
}

void Clients::send(const std::string& id) {
  room_.acquire();
  Submission submission{.command = command_of(id)};
  submission.answer = [this, id, is_late = saw_failure_.load()](const Answer& answer) { answered(id, is_late, answer); };
  store_.sequencer().submit(std::move(submission));
}

void Clients::answered(const std::string& id, bool is_late, const Answer& answer) {
  using Status = Answer::Status;
  if (is_late && answer.status != Status::failed) stop("answered after a failure: " + id);
  const bool is_issued = answer.status == Status::refused && answer.refusal == Refusal::credential_already_issued;
  if (answer.status == Status::refused && !is_issued) stop(fmt::format("refused: {} {}", id, name_of(*answer.refusal)));
  if (answer.status == Status::failed) saw_failure_ = true;
  if (answer.status == Status::accepted || is_issued) note(acknowledged_file_, id);
  room_.release();
}

}  // namespace muniment::faults
