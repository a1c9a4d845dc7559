// Services as the aggregates hold them: a bit each instead of a text. A ServiceId is a handle to a name that was recorded; only
// ServiceNames makes one, from an event, so that no stranger's text grows the table.
//
// A ServiceId lives as long as its ServiceNames. One thread at a time.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "events/values/hash.h"

namespace muniment {

class ServiceNames;

class ServiceId {
 public:
  std::string_view text() const { return name_->text; }
  std::uint32_t number() const { return name_->number; }
  bool operator==(const ServiceId&) const = default;  // One name, one handle.

 private:
  friend class ServiceNames;
  friend class ServiceSet;
  struct Name {
    std::string text;
    std::uint32_t number;  // In the order in which the names came.
  };
  explicit ServiceId(const Name* name) : name_(name) {}
  const Name* name_;
};

class ServiceNames {
 public:
  ServiceNames() = default;
  ServiceNames(const ServiceNames&) = delete;
  ServiceNames& operator=(const ServiceNames&) = delete;

  ServiceId intern(std::string_view text);
  std::optional<ServiceId> find(std::string_view text) const;
  // Precondition: there is a name of this number.
  ServiceId numbered(std::uint32_t number) const { return ServiceId{&names_[number]}; }

 private:
  static constexpr std::size_t latest_max = 256;

  static std::size_t place_of(std::string_view text);
  const ServiceId::Name* find_or_make(std::string_view text);

  std::array<const ServiceId::Name*, latest_max> latest_{};  // Of those in one place, the one interned last.
  std::deque<ServiceId::Name> names_;                        // Never moves what it holds.
  boost::unordered_flat_map<std::string_view, const ServiceId::Name*, TextHash, std::equal_to<>> by_text_;
};

// A set of services of one ServiceNames. The first 64 names, which are all that most agencies have, are a bit each; others stand in a list.
class ServiceSet {
 public:
  ServiceSet() = default;
  ServiceSet(const ServiceSet& other);
  ServiceSet(ServiceSet&&) = default;
  ServiceSet& operator=(const ServiceSet& other);
  ServiceSet& operator=(ServiceSet&&) = default;

  bool insert(ServiceId service);  // Whether it was not there.
  bool erase(ServiceId service);   // Whether it was there.
  void clear() { *this = {}; }

  bool contains(ServiceId service) const;
  bool empty() const { return bits_ == 0 && !more_; }
  std::size_t size() const;
  // Whether the two have one in common.
  bool intersects(const ServiceSet& other) const;
  // In the bytewise order of the names. `names` are those of what is in it.
  std::vector<ServiceId> sorted(const ServiceNames& names) const;
  std::vector<std::string_view> texts(const ServiceNames& names) const;
  bool operator==(const ServiceSet& other) const;

  // What is in `left` and not in `right`.
  static ServiceSet difference(const ServiceSet& left, const ServiceSet& right);

 private:
  static constexpr std::uint32_t bits_max = 64;
  using Numbers = std::vector<std::uint32_t>;  // Sorted.

  bool insert_more(std::uint32_t number);
  bool erase_more(std::uint32_t number);

  std::uint64_t bits_ = 0;
  std::unique_ptr<Numbers> more_;  // Null rather than empty.
};

}  // namespace muniment
