// Takes events to a receiver outside: a webhook, a syslog server.
#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>

#include "events/record/record.h"

namespace muniment {

// One thread at a time.
class Carrier {
 public:
  enum class Result {
    delivered,
    refused,      // The receiver will not have these events; others it may.
    unreachable,  // Nobody answers, or says to come again.
  };
  struct Outcome {
    Result result = Result::delivered;
    std::string why = {};  // Neither a body nor a secret is in it.
    std::chrono::seconds retry_after{0};
  };

  Carrier() = default;
  Carrier(const Carrier&) = delete;
  Carrier& operator=(const Carrier&) = delete;
  virtual ~Carrier() = default;

  // So many it takes at once.
  virtual std::size_t events_max() const = 0;
  // Takes them, in their order. May wait for some ten seconds, and less when the node stops.
  virtual Outcome carry(std::span<const schema::Event::Reader> events) = 0;
};

}  // namespace muniment
