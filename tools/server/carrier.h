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
    refused,      // The receiver will not have these events for what they are; others it may.
    unreachable,  // Nobody answers, or what it says is no word on these events: they are to come again.
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

  // Of what it has taken up to there: behind which position to go on. An earlier one, where it has learnt that some may be lost.
  struct Resumption {
    Position after;
    Position unsure_from = 0;  // Not 0: what it has taken from here on may be lost and is not sent again, so somebody is to be told.
  };
  virtual Resumption resume_after(Position taken) { return {taken}; }
  // Of the same: up to where nothing can be lost any more, whatever happens to the node.
  virtual Position sure_of(Position taken) const { return taken; }
};

}  // namespace muniment
