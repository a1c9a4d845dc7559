// Tells a log what happened, in one line an event, and remembers it in plain form for a model to judge by.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "events/record/encoder.h"
#include "projections/access.h"
#include "projections/personal.h"
#include "tests/projections/list_log.h"

namespace muniment {

using Names = std::vector<std::string>;

struct FullName {
  std::string last;
  std::string first;
  std::string middle_initial = {};

  bool operator==(const FullName&) const = default;
};

// What happened, as the test said it.
struct Told {
  std::string type;
  Position position = 0;
  Timestamp recorded_at{};
  Timestamp at{};  // Effective.
  Position import = 0;
  std::string provider{};
  std::string username{};
  std::string entity{};
  std::string former{};
  Names services{};  // Of created, linked, primary_user_assigned.
  Names granted{};
  Names revoked{};
  std::optional<FullName> name{};
  std::string email{};  // What equals what, as numbers.
  std::string birth_day{};
  std::string pin{};
  std::string place{};  // Of signed_in.
  std::string terms{};
  Position completes = 0;                     // Import.
  Position abandons = 0;                      // The same.
  Names links{};                              // Of departure_reported.
  Timestamp left_at{};                        // The same; when it took effect, unless said.
  bool success = true;                        // Of signed_in.
  std::string organization = "organization";  // Of provider_registered.
  std::string service{};                      // Of service_defined and service_used.
  bool administrator = false;
  std::shared_ptr<capnp::MallocMessageBuilder> policy{};  // Of policy_set.
  std::string finding{};                                  // Of finding_disposed.
  schema::Disposition disposition{};
  Timestamp until{};
  schema::Authority authority = schema::Authority::OFFICER;
  Principal actor{};
  std::optional<Principal> submitted_by{};
  std::string requested_by{};
  std::string approved_by{};
  std::string reason{};
  std::string reference{};
  std::string review{};                // Whose stream it stands in besides.
  std::shared_ptr<const Fact> fact{};  // Of `other`: what no function of the story tells.
};

class Story {
 public:
  explicit Story(ListLog& log) : log_(log) {}

  ListLog& log() { return log_; }
  const std::vector<Told>& told() const { return told_; }
  Position head() const { return told_.size(); }

  // What the next event has besides: cleared after it.
  Told next;
  // Recorded one second after the event before, and effective then, unless said otherwise.
  void at(Timestamp effective) { next.at = effective; }
  void wait(std::int64_t seconds) { clock_.ns += seconds * 1'000'000'000; }
  Timestamp now() const { return clock_; }

  Position provider_registered(const std::string& provider) { return tell("provider_registered", provider, {}); }
  Position provider_closed(const std::string& provider) { return tell("provider_closed", provider, {}); }
  Position relationship_started(const std::string& provider, const std::string& entity);
  Position relationship_ended(const std::string& provider, const std::string& entity);
  Position created(const std::string& provider, const std::string& username, Names services, std::optional<FullName> name = std::nullopt);
  Position account_created(const std::string& username, std::optional<FullName> name = std::nullopt);
  Position linked(const std::string& provider, const std::string& username, Names services);
  Position primary(const std::string& provider, const std::string& username, Names services, const std::string& former = {});
  Position assigned(const std::string& provider, const std::string& username, Names granted, Names revoked = {});
  Position removed(const std::string& provider, const std::string& username) { return tell("subordinate_removed", provider, username); }
  Position profile_changed(const std::string& provider, const std::string& username, FullName name);
  // With next.email, next.birth_day.
  Position profile_changed(const std::string& provider, const std::string& username) { return tell("profile_changed", provider, username); }
  Position pin_changed(const std::string& provider, const std::string& username, const std::string& pin);
  Position account(const std::string& type, const std::string& username) { return tell(type, {}, username); }
  Position password_reset(const std::string& provider, const std::string& username) { return tell("password_reset", provider, username); }
  Position terms_published(const std::string& version);
  Position terms_accepted(const std::string& username, const std::string& version);
  Position departure_reported(const std::string& username, Names links);
  Position finding_disposed(const std::string& provider, const std::string& finding, schema::Disposition disposition, Timestamp until = {});
  Position service_defined(const std::string& id, bool administrator);
  // Set what of it is to be said: policy().setTimeZone(...), then policy_set().
  schema::Policy::Builder policy();
  Position policy_set(const std::string& provider = {}) { return tell("policy_set", provider, {}); }
  Position service_used(const std::string& provider, const std::string& username, const std::string& service);
  Position signed_in(const std::string& username, bool success = true);
  Position import_started(Names administrator_services = {});
  Position import_completed(Position import);
  Position import_abandoned(Position import);
  // A fact that this program does not know.
  Position unknown(const std::string& provider, const std::string& username);
  // Bytes that are no record at all.
  Position garbage();
  // Of a fact that has no function here. Its texts must outlive the call.
  Position happened(Fact fact, const std::string& provider = {}, const std::string& username = {});
  Position tell(const std::string& type, const std::string& provider, const std::string& username);

  // Opens what the story sealed, but for accounts that were erased.
  PersonalOpener opener() const;
  void erase(const std::string& username) { erased_.push_back(username); }

  static AccountId account_id(const std::string& username);

 private:
  ListLog::Words encode(const Told& told);
  std::vector<StreamVersion> streams_of(const Told& told);
  StreamVersion bump(const StreamName& stream);

  ListLog& log_;
  Encoder encoder_;
  std::vector<Told> told_;
  std::unordered_map<StreamName, Version> versions_;
  std::vector<std::string> erased_;
  Position import_started_ = 0;  // The last one.
  Timestamp clock_ = *Timestamp::parse("2024-01-01T00:00:00Z");
};

}  // namespace muniment
