// What one event did to one link, as the access projection keeps it. A link is what an account has at a provider.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "events/record/principal.h"
#include "projections/access.h"
#include "projections/event_ref.h"

namespace muniment::view {

// A service's number in this view: services have long names and stand in many rows.
using ServiceNumber = std::uint32_t;

enum class LinkKind : std::uint8_t {
  start = 0,   // The link exists from now on and holds these services, besides what it held.
  assign = 1,  // Services granted and revoked.
  end = 2,     // The link is gone, and with it what it held.
  close = 3,   // The same for every link of the provider.
};

// Value of a link_change or provider_close row. `numbers` are the granted services, then the revoked ones.
void put_link_change(std::string& out, LinkKind kind, schema::Event::Reader event, std::span<const ServiceNumber> granted,
                     std::span<const ServiceNumber> revoked);

// Who did it and on whose word, as values of rows keep it; what an event's envelope says beside where and when.
void put_details(std::string& out, schema::Event::Reader event);
AccessChange take_details(const EventRef& event, std::string_view bytes);

// One of a history's changes; the history owns what it refers to.
struct LinkChange {
  EventRef event;
  LinkKind kind;
  std::uint32_t numbers_at;
  std::uint32_t granted;
  std::uint32_t revoked;
  std::uint32_t details_at;
  std::uint32_t details_size;
};

// All changes of one link, in the order they were recorded.
class LinkHistory {
 public:
  void clear();
  // From a row's position and value. Changes come in order.
  void add(Position position, std::string_view value);
  // Lets the closings of the provider take part, in their order.
  void add_closings(const LinkHistory& closings);

  bool empty() const { return changes_.empty(); }
  const std::vector<LinkChange>& changes() const { return changes_; }
  std::span<const ServiceNumber> granted(const LinkChange& change) const { return {numbers_.data() + change.numbers_at, change.granted}; }
  std::span<const ServiceNumber> revoked(const LinkChange& change) const {
    return {numbers_.data() + change.numbers_at + change.granted, change.revoked};
  }
  AccessChange describe(const LinkChange& change) const;

 private:
  std::vector<LinkChange> changes_;
  std::vector<ServiceNumber> numbers_;
  std::string details_;
};

}  // namespace muniment::view
