// Accounts and providers as questions need them: folded from their streams when they are first asked for, and then by what is new alone.
// Of each kind the ones asked for last are kept.
//
// Thread-safe. Who asks for one that another thread is folding waits for it.
#pragma once

#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aggregates/account.h"
#include "aggregates/agency.h"
#include "aggregates/provider.h"
#include "events/log/event_log.h"
#include "events/log/recorded_abandonments.h"

namespace muniment {

// What questions need of an account's aggregate.
struct AccountAt {
  struct Link {
    ProviderId provider;
    std::vector<std::string> services = {};  // In bytewise order.
  };

  Version version = 0;
  std::optional<ProviderId> home = {};
  std::vector<ProviderId> primary_of = {};
  bool is_disabled = false;
  bool is_terminated = false;
  Position profile_position = 0;              // Of the event that has the current one, sealed; 0: none was given.
  std::vector<Link> links = {};               // In the order of the PID/SLs.
  std::vector<ProviderId> appointed_at = {};  // As the agency's delegate, be its time over or not.
};

class AggregateCache {
 public:
  static constexpr std::size_t kept_max = 1024;

  // Borrows the log. Precondition: no import is abandoned while it lives; that is done where no node runs.
  explicit AggregateCache(const EventLog& log)
      : log_(log), abandoned_(recorded_abandonments(log, 0, std::numeric_limits<Position>::max())) {}

  // As of a position; nothing: nobody has the name there.
  std::optional<AccountAt> account(const Username& username, Position position);
  // At the head, without what an import has recorded that has not completed.
  Provider provider(const ProviderId& id);
  // At the head.
  bool has_officer(const std::string& name);

 private:
  struct AccountEntry {
    explicit AccountEntry(const AccountId& id) : account(id) {}
    std::mutex mutex;
    ServiceNames names;
    Account account;
    Position last = 0;  // Of the events taken in.
  };
  struct ProviderEntry {
    explicit ProviderEntry(const ProviderId& id) : provider(id) {}
    std::mutex mutex;
    Provider provider;
    Version version = 0;  // Of the events taken in.
  };

  // Those used last, by their ids.
  template <typename Entry>
  class Recent {
   public:
    template <typename Id>
    std::shared_ptr<Entry> of(const std::string& key, const Id& id);

   private:
    struct Kept {
      std::shared_ptr<Entry> entry;
      std::uint64_t used = 0;
    };
    std::mutex mutex_;
    std::map<std::string, Kept> kept_;
    std::uint64_t uses_ = 0;
  };

  void fold(AccountEntry& entry, Position position) const;

  const EventLog& log_;
  const AbandonedImports abandoned_;
  std::mutex agency_mutex_;
  Agency agency_;
  Position agency_read_to_ = 0;  // Of the log: an officer asks often, and seldom does anything happen between.
  Recent<AccountEntry> accounts_;
  Recent<ProviderEntry> providers_;
};

}  // namespace muniment
