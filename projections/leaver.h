// A person who was reported as having left: every link that they had then or have now, and how long removal took at each.
//
// Thread-safe. Throws ViewsFailed when the views cannot be read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/reviews.h"

namespace muniment {

struct LeaverRow {
  ProviderId provider;
  Position reported_position = 0;  // The first report since the person began there; 0: nobody reported a departure.
  Timestamp reported_at = {};
  Timestamp left_at = {};  // The earliest that any of them said.
  bool is_linked = false;
  std::vector<std::string> services = {};  // Held now.
  Position removed_position = 0;           // 0: the link has not ended.
  Timestamp removed_at = {};
  Principal removed_by = {};
  // Who may remove them there: the Primary User, the backups and whom the agency has appointed, as far as they can act. Nobody where the
  // person is the Primary User, whom the agency alone replaces.
  std::vector<std::string> administrators = {};
};

struct LeaverQuery {
  Username username;
  Moment moment = {};
  Timestamp now = {};                                    // By which an appointment is over.
  std::vector<std::string> administrator_services = {};  // Of the catalogue.
};

class Leavers {
 public:
  // All must outlive it.
  Leavers(const EventLog& log, const Trail& trail, const Access& access) : log_(log), trail_(trail), access_(access) {}

  // In the order of the PID/SLs.
  WholeAnswer<LeaverRow> links(const LeaverQuery& query) const;

 private:
  struct Report;
  std::vector<Report> reports(const Username& username, const Moment& moment, Truth& truth) const;
  // The latest event of the type there; 0: none.
  Position latest(std::string_view type, const ProviderId& provider, const Moment& moment, Truth& truth) const;
  std::string primary_user(const ProviderId& provider, const Moment& moment, Truth& truth) const;
  std::string delegate(const ProviderId& provider, const LeaverQuery& query, Truth& truth) const;
  // Can sign in, and has not left the provider.
  bool may_act(const std::string& username, const ProviderId& provider, const LeaverQuery& query, Truth& truth) const;
  std::vector<std::string> administrators(const ProviderId& provider, const LeaverQuery& query, Truth& truth) const;

  const EventLog& log_;
  const Trail& trail_;
  const Access& access_;
};

}  // namespace muniment
