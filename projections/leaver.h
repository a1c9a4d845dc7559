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
  Position reported_position = 0;  // The first one since the person began; 0: nobody reported a departure.
  Timestamp reported_at = {};
  Timestamp left_at = {};
  bool is_linked = false;
  std::vector<std::string> services = {};  // Held now.
  Position removed_position = 0;           // 0: since the report nothing ended there.
  Timestamp removed_at = {};
  Principal removed_by = {};
  std::vector<std::string> administrators = {};  // Who may remove them there: the Primary User and the backups, but for themselves.
};

struct LeaverQuery {
  Username username;
  Moment moment = {};
  std::vector<std::string> administrator_services = {};  // Of the catalogue.
};

class Leavers {
 public:
  // All must outlive it.
  Leavers(const EventLog& log, const Trail& trail, const Access& access) : log_(log), trail_(trail), access_(access) {}

  // In the order of the PID/SLs.
  WholeAnswer<LeaverRow> links(const LeaverQuery& query) const;

 private:
  class Leaving;
  void add_departure(const LeaverQuery& query, Position last, std::vector<LeaverRow>& rows) const;
  std::vector<std::string> administrators(const ProviderId& provider, const LeaverQuery& query) const;

  const EventLog& log_;
  const Trail& trail_;
  const Access& access_;
};

}  // namespace muniment
