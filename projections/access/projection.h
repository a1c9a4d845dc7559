// Puts the rows of the access projection: one for each link that an event changed, and the indexes to find links by.
#pragma once

#include <unordered_map>

#include "events/values/hash.h"
#include "projections/access/change.h"
#include "projections/eras.h"
#include "projections/projection.h"

namespace muniment::view {

class AccessProjection : public Projection {
 public:
  // Both must outlive it.
  AccessProjection(const Database& database, const Table& table);

  void apply(schema::Event::Reader event, RowBuffer& rows) override;
  void finish(RowBuffer&) override {}
  void written() override { eras_.trim(); }

 private:
  using Services = std::vector<std::string_view>;

  void start_link(schema::Event::Reader event, const Services& services, RowBuffer& rows);
  void assign_primary_user(schema::Event::Reader event, RowBuffer& rows);
  void assign(schema::Event::Reader event, RowBuffer& rows);
  void end_link(schema::Event::Reader event, std::string_view username, RowBuffer& rows);
  void close(schema::Event::Reader event, RowBuffer& rows);
  void change_account(schema::Event::Reader event, std::string_view terms_version, RowBuffer& rows);
  void publish_terms(schema::Event::Reader event, RowBuffer& rows);
  void put_change(schema::Event::Reader event, PackedProvider provider, std::string_view username, LinkKind kind, const Services& granted,
                  const Services& revoked, RowBuffer& rows);
  std::vector<ServiceNumber> numbers_of(const Services& services, RowBuffer& rows);

  const Database& database_;
  const Table& table_;
  EraStarts eras_;
  std::unordered_map<std::string, ServiceNumber, TextHash, std::equal_to<>> services_;
  std::string value_;  // Scratch.
};

}  // namespace muniment::view
