// Puts the postings of the trail.
#pragma once

#include <limits>
#include <unordered_map>

#include "projections/event_fields.h"
#include "projections/projection.h"
#include "projections/store/database.h"
#include "projections/trail/run_table.h"

namespace muniment::view {

class TrailProjection : public Projection {
 public:
  // Both must outlive it.
  TrailProjection(const Database& database, const Table& table);

  void apply(schema::Event::Reader event, RowBuffer& rows) override;
  void finish(RowBuffer& rows) override;
  void written() override {}
  // That it began and was given up is shown; its rows never are, as those of any import that has not completed.
  bool takes_abandoned_imports() const override { return true; }

 private:
  // The names of the accounts that only their streams name.
  std::vector<std::string> names_of(const std::vector<StreamVersion>& accounts) const;
  void learn_account(const Parties& parties, RowBuffer& rows);
  // To the entry in entry_.
  void post(const Posting& posting, bool late, RowBuffer& rows);
  void put_run(std::string_view entry, const Run& run, RowBuffer& rows);

  const Database& database_;
  const Table& table_;
  Timestamp high_water_{std::numeric_limits<std::int64_t>::min()};  // Latest time of an ordered event.
  RunTable runs_;
  std::unordered_map<AccountId, std::string> new_accounts_;  // Of this batch.
  std::string entry_;
  std::string key_;  // Scratch, and so is value_.
  std::string value_;
};

}  // namespace muniment::view
