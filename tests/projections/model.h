// The same questions, answered the slow and plain way from what a story told: a list of intervals made anew for every question.
#pragma once

#include "projections/trail.h"
#include "tests/projections/story.h"

namespace muniment {

class Model {
 public:
  explicit Model(const std::vector<Told>& told) : told_(told) {}

  struct Filter {
    std::string provider{};
    std::string username{};
    std::string service{};
  };
  // "provider username service since-position [why not usable]", in order.
  std::vector<std::string> held(const Filter& filter, const Moment& moment) const;
  // "+ provider username service" or "-", in order.
  std::vector<std::string> differences(const Filter& filter, Timestamp from, Timestamp to, std::optional<Position> position) const;
  // "username last,first [services]", in order.
  std::vector<std::string> roster(const std::string& provider, const std::string& last, const std::string& first,
                                  const Moment& moment) const;
  std::vector<Position> trail(const TrailQuery& query) const;

 private:
  struct Interval {
    std::string provider;
    std::string username;
    std::string service;  // Empty: the link itself.
    const Told* from;
    const Told* to = nullptr;
  };
  // As known at the position.
  std::vector<Interval> intervals(Position position) const;
  bool is_visible(const Told& told, Position position) const;
  Position position_of(const Moment& moment) const { return std::min(moment.position.value_or(told_.size()), told_.size()); }
  static bool holds(const Interval& interval, Timestamp at) {
    return interval.from->at <= at && (interval.to == nullptr || interval.to->at > at);
  }
  std::string unusable(const std::string& username, Timestamp at, Position position) const;

  const std::vector<Told>& told_;
};

}  // namespace muniment
