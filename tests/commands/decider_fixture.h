// A decider over a log and a vault of its own, with two providers, their Primary Users and a subordinate.
#pragma once

#include "commands/decider.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "commands/tags.h"
#include "events/log/memory_log.h"
#include "temporary_vault.h"

namespace muniment::test {

using Status = Answer::Status;

inline const ProviderId mercy = ProviderId::parse("110012345A").value();
inline const ProviderId general = ProviderId::parse("110054321B").value();
inline const ProviderId unknown = ProviderId::parse("999999999Z").value();
inline const Principal officer = Principal::officer("rkelly");
inline const Principal administrator = Principal::account("mhughes1");
inline const Principal machine = Principal::submitter("portal");

inline Username name(std::string_view text) { return Username::parse(text).value(); }

inline Profile person(std::string first, std::string last, std::string email) {
  return {std::move(last), std::move(first), "", "02/29", std::move(email), "02302"};
}
inline const Profile john = person("John", "Doe", "john@clinic.example");
inline const Profile jon = person("Jon", "Dow", "jon@clinic.example");

// A store whose commands a crash may keep out of the log: what was staged in the vault stays, as after a sync of the vault alone.
class DeciderTest : public testing::Test {
 protected:
  DeciderTest() {
    restart();
    accepted("initialize_store", InitializeStore{1, "rkelly"}, Principal::node());
    for (const ProviderId& provider : {mercy, general}) {
      accepted("register_provider", RegisterProvider{provider, schema::ProviderKind::PROVIDER, "Clinic", "Clinic"}, officer);
    }
    accepted("assign_primary_user", AssignPrimaryUser{mercy, {}, person("Mary", "Hughes", "mary@clinic.example"), "1111", {}}, officer);
    accepted("assign_primary_user", AssignPrimaryUser{general, {}, person("Paul", "Reed", "paul@general.example"), "2222", {}}, officer);
    accepted("create_subordinate", creation(john), administrator);
  }

  void restart() {
    decider_ = std::make_unique<Decider>(log_, *vault_, [this] { return now_; });
  }

  static CreateSubordinate creation(const Profile& profile, const ProviderId& provider = mercy) {
    return {provider, profile, "0123", {"view_provider_reports"}, false};
  }
  static UpdateSubordinate change_to(const Profile& profile, std::string pin = "") {
    return {mercy, name("jdoe1"), profile, std::move(pin), {"view_provider_reports"}};
  }

  Submission submission(std::string_view type, CommandBody body, Principal actor, std::string id = "") {
    now_.ns += 1'000'000'000;
    Submission out{.command = {.body = std::move(body), .type = type}};
    out.command.request.command_id = id.empty() ? "c" + std::to_string(++commands_) : std::move(id);
    out.command.request.actor = std::move(actor);
    out.command.is_personal =
        std::visit([](const auto& b) { return requires { b.profile; } || requires { b.credential; }; }, out.command.body);
    out.command.content = bytes_in(std::string{type} + " and what is personal");
    out.command.content_without_person = bytes_in(std::string{type});
    return out;
  }
  static Bytes bytes_in(const std::string& text) { return {text.begin(), text.end()}; }

  std::shared_ptr<Group> decide(Submission submission) {
    auto group = std::make_shared<Group>();
    decider_->decide(submission, *group);
    decider_->close(group);
    return group;
  }
  void append(Group& group) {
    if (group.records.empty()) return;
    group.seal(sealer_);
    ASSERT_TRUE(log_.append({.records = group.records, .conditions = {}}));
  }
  Answer submit(Submission submission) {
    const auto group = decide(std::move(submission));
    append(*group);
    decider_->settle(log_.head(0).position);
    return group->answers.front().second;
  }
  Answer submit(std::string_view type, CommandBody body, Principal actor) {
    return submit(submission(type, std::move(body), std::move(actor)));
  }
  Answer accepted(std::string_view type, CommandBody body, Principal actor) {
    Answer answer = submit(type, std::move(body), std::move(actor));
    EXPECT_EQ(answer.status, Status::accepted) << type << ": " << (answer.refusal ? name_of(*answer.refusal) : "");
    return answer;
  }
  // The node is killed after the vault's sync and before the log's.
  void lose(Submission submission) {
    decide(std::move(submission));
    restart();
  }

  std::vector<AccountId> with_email(std::string_view email) { return (*vault_).accounts_with_tag(tag_same_email, {}, bytes_of(email)); }
  const Account& account(std::string_view username) { return *decider_->sight().account(username); }
  Bytes fingerprint_at(Position position) {
    Bytes out;
    log_.read(0, position, position, [&](Position, RecordWords words) {
      RecordReader record(words);
      const auto bytes = fingerprint_of(record.event());
      out.assign(bytes.begin(), bytes.end());
      return false;
    });
    return out;
  }

  TemporaryVault vault_;
  MemoryLog log_;
  Sealer sealer_;
  Timestamp now_{1'600'000'000'000'000'000};
  std::unique_ptr<Decider> decider_;
  int commands_ = 0;
};

}  // namespace muniment::test
