// A made-up agency in memory, for tests of decisions: given what was done, when a command is decided, then these events or this refusal.
// What decides and records is what a node runs (the decider, a log in memory, a vault on disk); only the clock is the test's.
//
// Whatever a test decides, at its end the ledger checks that a replay of the log, and a load of every stream by itself, give the state that
// was decided on, and that no personal value or secret stands in a record.
#pragma once

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "commands/decider.h"
#include "events/log/memory_log.h"

namespace muniment {

inline void PrintTo(const Profile& profile, std::ostream* out) {
  *out << profile.last_name << '|' << profile.first_name << '|' << profile.middle_initial << '|' << profile.birth_day << '|'
       << profile.email << '|' << profile.zip;
}

}  // namespace muniment

namespace muniment::test {

inline ProviderId provider(std::string_view text) { return ProviderId::parse(text).value(); }
inline Username username(std::string_view text) { return Username::parse(text).value(); }

// Providers. Those with a Primary User are mercy and general.
inline const ProviderId mercy = provider("110012345A");
inline const ProviderId general = provider("110067890B");
inline const ProviderId closed = provider("110055501C");
inline const ProviderId importing = provider("110055502D");  // Its history is on its way for ever.
inline const ProviderId nowhere = provider("110055503E");    // Never registered.

// Services. Others of the shipped catalogue can be used too.
inline constexpr std::string_view portal_user = "primary_portal_user";     // The administrator's
inline constexpr std::string_view manage = "manage_subordinate_accounts";  // The delegate's
inline constexpr std::string_view claims = "claims_submission_and_status";
inline constexpr std::string_view reports = "view_provider_reports";
inline constexpr std::string_view referrals = "manage_referrals";
inline constexpr std::string_view fax = "fax_remittances";  // Retired
inline constexpr std::string_view telepathy = "telepathy";  // In no catalogue

// People. Mercy's policy delegates.
inline const Username mhughes = username("mhughes1");  // Primary User of mercy
inline const Username bking = username("bking1");      // Backup at mercy
inline const Username dlopez = username("dlopez1");    // Delegate at mercy
inline const Username jdoe = username("jdoe1");        // At mercy: claims, fax
inline const Username llock = username("llock1");      // Backup at mercy, locked
inline const Username tgone = username("tgone1");      // At mercy: claims; terminated
inline const Username ufree = username("ufree1");      // Created at mercy, linked to nothing
inline const Username preed = username("preed1");      // Primary User of general
inline const Username sstone = username("sstone1");    // At general: claims. At mercy a stranger
inline const Username nobody = username("nobody9");    // No account

inline constexpr std::string_view officer = "officer:rkelly";
inline constexpr std::string_view portal = "submitter:portal";

// Made-up particulars of a person with this name.
Profile profile_of(std::string_view first_name, std::string_view last_name);
inline constexpr std::string_view pin_of_everybody = "8642";

// A command and what surrounds it.
struct Said {
  std::string reason = {};
  std::string note = {};
};
Request by(std::string_view actor, Said said = {});
inline Request by(const Username& actor, Said said = {}) { return by(actor.text(), std::move(said)); }
struct Asked {
  CommandBody body;
  Request request;
};

// What was done, by those who may. Names are generated: profile_of("John", "Doe") becomes jdoe1.
Asked was_registered(const ProviderId& provider);
Asked was_closed(const ProviderId& provider);
Asked became_primary_user(const ProviderId& provider, std::string_view first_name, std::string_view last_name);
Asked became_primary_user(const ProviderId& provider, const Username& username);
Asked was_created(const ProviderId& home, const Username& by_whom, std::string_view first_name, std::string_view last_name,
                  ServiceList services);
Asked was_linked(const ProviderId& provider, const Username& by_whom, const Username& username, ServiceList services);
Asked was_removed(const ProviderId& provider, const Username& by_whom, const Username& username);
Asked was_locked(const Username& username);
Asked was_disabled(const Username& username);
Asked was_terminated(const Username& username);
Asked was_published(std::string_view terms_version);
Asked was_accepted(std::string_view terms_version, const Username& username);
Asked was_retired(std::string_view service);

// What the answer to a command in JSON would be if it is malformed, such as "zip: expected 5 or 9 digits"; else "well-formed".
std::string form_of(std::string_view json);

// Names of streams, as the ledger prints them.
std::string of(const Username& account);      // account jdoe1
std::string of(const ProviderId& provider);   // provider 110012345A
std::string of(schema::StreamKind single);    // agency
std::string claim_of(const Username& name);   // username jdoe1
std::string policy_of(const ProviderId& id);  // policy 110012345A

// An event that is expected, in every particular that a decision chooses.
struct Recorded {
  Fact fact;
  std::vector<std::string> streams;
  Personal personal = {};                     // What opens out of the seal; empty: nothing is sealed.
  std::optional<Timestamp> occurred_at = {};  // Absent: when it was recorded.
};

// A command that is expected to be refused. In a list of them each mends what the one before was refused for, and leaves everything else
// wrong, so that the list shows the order of the refusals.
struct Refusing {
  Refusal refusal;
  CommandBody body;
  Request request;
};

// Rows for what comes before a command looks at anything else. `make` makes the command, wrong in whatever comes later.
std::vector<Refusing> needs_an_open_provider(const std::function<CommandBody(const ProviderId&)>& make);
std::vector<Refusing> needs_the_agency(const CommandBody& body);
// At mercy.
std::vector<Refusing> needs_an_administrator(const CommandBody& body);

class Ledger : public testing::Test {
 protected:
  Ledger();
  void TearDown() override;

  // Each must be accepted and record something.
  template <typename... Each>
  void given(Each... asked) {
    (give(std::move(asked)), ...);
  }
  void when(CommandBody body, Request request);
  void when(Asked asked) { when(std::move(asked.body), std::move(asked.request)); }
  // As it is submitted: JSON, to which a command id is added. It must be well-formed.
  void when(const char* json);
  // The same command under another command id.
  void when_asked_again();
  // The same command under the same one.
  void when_repeated();

  void then(schema::Authority authority, const std::vector<Recorded>& events);
  void then(Refusal refusal);
  void then(Refusal refusal, std::string_view field);
  void then_nothing_is_recorded();
  void refuses_in_order(const std::vector<Refusing>& refused);

  // A policy whose message lives as long as the ledger.
  SetPolicy policy(const std::optional<ProviderId>& provider, const std::function<void(schema::Policy::Builder)>& write);

  Timestamp now() const { return now_; }
  void let_pass(std::chrono::nanoseconds time) { now_.ns += time.count(); }
  const Answer& answer() const { return answer_; }
  Position head() const { return log_.head(0).position; }
  const Account& account(const Username& name);
  std::optional<std::string> pin(const Username& name);
  std::vector<std::string_view> services_at(const ProviderId& provider, const Username& name);
  Sight& sight() { return decider_.sight(); }
  Vault& vault();
  // The provider and the username that the last event names, with a blank between them; - where it names none.
  std::string last_named() const;
  // Of the last event: its actor, and who submitted it where that is somebody else, as `jdoe1 by submitter:portal`.
  std::string last_actor() const;
  // Of the last event: by what right, the position of what caused it, and, of a removal, whether the account has no link any more.
  schema::Authority last_authority() const;
  Position last_cause() const;
  bool last_unlinks() const;
  // Whether the text stands in a record of the log.
  bool log_holds(std::string_view text) const;

 private:
  void give(Asked asked);
  Answer submit(Asked asked);
  void remember_secrets(const Asked& asked);
  void see_last(const std::function<void(schema::Event::Reader)>& see) const;
  std::string describe(RecordWords words);
  std::string describe_streams(schema::Event::Reader event);
  std::string describe_sealed(schema::Event::Reader event);
  void check_replay();
  void check_secrets();

  std::deque<capnp::MallocMessageBuilder> messages_;
  std::deque<Command> read_;  // Own what the commands that were read from JSON borrow.
  MemoryLog log_;
  Timestamp now_ = Timestamp::parse("2024-03-12T09:00:00Z").value();
  Decider decider_;
  Sealer sealer_;
  std::set<std::string> secrets_;
  int commands_ = 0;
  std::vector<Asked> last_;  // At most one.
  Position before_ = 0;      // The head before the last command.
  Answer answer_;
};

}  // namespace muniment::test
