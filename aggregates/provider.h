// A provider, relationship entity or billing entity. State and evolve; decisions are in commands/.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aggregates/canonical.h"
#include "events/record/record.h"

namespace muniment {

class Provider {
 public:
  explicit Provider(const ProviderId& id) : id_(id) {}

  // Takes an event of the provider's stream. Throws UnknownFact.
  void evolve(schema::Event::Reader event, Version version);

  // As with an account.
  void pass_over(Version version) { version_ = version; }

  const ProviderId& id() const { return id_; }
  Version version() const { return version_; }
  bool is_registered() const { return registered_; }
  bool is_closed() const { return closed_; }
  // By effective time. Precondition: is_closed().
  Timestamp closed_at() const { return closed_at_; }
  // Registered and not closed.
  bool is_open() const { return registered_ && !closed_; }
  schema::ProviderKind kind() const { return kind_; }
  const std::string& organization() const { return organization_; }
  const std::string& name() const { return name_; }
  // Username of the Primary User; empty: there is none.
  const std::string& primary_user() const { return primary_user_; }
  // Whom the agency appointed to administer it for a while, until there is a Primary User again; perhaps the time is over.
  struct Delegate {
    std::string username;
    Timestamp until;
  };
  const std::optional<Delegate>& delegate() const { return delegate_; }
  // Those that act for it now.
  const std::vector<ProviderId>& entities() const { return entities_; }
  bool is_related_to(const ProviderId& entity) const;
  // Id of the latest import that names this provider.
  const std::optional<EventId>& latest_import() const { return latest_import_; }

  // What was said last of a finding here, by its id; null: nothing was.
  struct Disposition {
    schema::Disposition disposition{};
    std::optional<Timestamp> until;

    bool operator==(const Disposition&) const = default;
  };
  const Disposition* disposition_of(std::string_view finding) const;

  void describe(Canonical& out) const;

 private:
  void dispose(schema::FindingDisposed::Reader finding);
  void end_relationship(const ProviderId& entity) { std::erase(entities_, entity); }

  ProviderId id_;
  Version version_ = 0;
  bool registered_ = false;
  bool closed_ = false;
  Timestamp closed_at_;  // Not described: the log says it, and what was described before it was kept has to read the same.
  schema::ProviderKind kind_ = schema::ProviderKind::PROVIDER;
  std::string organization_;
  std::string name_;
  std::string primary_user_;
  std::optional<Delegate> delegate_;
  std::vector<ProviderId> entities_;
  std::optional<EventId> latest_import_;
  std::map<std::string, Disposition, std::less<>> dispositions_;
};

}  // namespace muniment
