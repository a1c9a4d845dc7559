// Services as the aggregates hold them: eight bytes each instead of a text. A ServiceId is a handle to a name that was recorded; only
// ServiceNames makes one, from an event, so that no stranger's text grows the table.
//
// A ServiceId lives as long as its ServiceNames. One thread at a time.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/values/hash.h"

namespace muniment {

class ServiceId {
 public:
  std::string_view text() const { return *text_; }
  bool operator==(const ServiceId&) const = default;  // One name, one handle.

 private:
  friend class ServiceNames;
  explicit ServiceId(const std::string* text) : text_(text) {}
  const std::string* text_;
};

class ServiceNames {
 public:
  ServiceId intern(std::string_view text);
  std::optional<ServiceId> find(std::string_view text) const;

 private:
  std::deque<std::string> texts_;  // Never moves what it holds.
  boost::unordered_flat_map<std::string_view, const std::string*, TextHash, std::equal_to<>> by_text_;
};

// A set of services in the bytewise order of their names.
class ServiceSet {
 public:
  bool insert(ServiceId service);  // Whether it was not there.
  bool erase(ServiceId service);   // Whether it was there.
  void clear() { services_.clear(); }

  bool contains(ServiceId service) const;
  bool empty() const { return services_.empty(); }
  std::size_t size() const { return services_.size(); }
  auto begin() const { return services_.begin(); }
  auto end() const { return services_.end(); }
  std::vector<std::string_view> texts() const;
  bool operator==(const ServiceSet&) const = default;

  // What is in `left` and not in `right`.
  static ServiceSet difference(const ServiceSet& left, const ServiceSet& right);

 private:
  boost::container::small_vector<ServiceId, 4> services_;  // Few are held at one provider.
};

}  // namespace muniment
