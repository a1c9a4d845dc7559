// A request and its answer as handlers see them: nothing here knows of sockets or of an HTTP library.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/origin.h"
#include "tools/server/token_file.h"

namespace muniment {

// Media types.
namespace media {
inline constexpr std::string_view json = "application/json";
inline constexpr std::string_view ndjson = "application/x-ndjson";
inline constexpr std::string_view csv = "text/csv";
inline constexpr std::string_view text = "text/plain";
inline constexpr std::string_view event_stream = "text/event-stream";
inline constexpr std::string_view capnp = "application/capnp";
inline constexpr std::string_view fhir = "application/fhir+ndjson";
inline constexpr std::string_view cloudevents_batch = "application/cloudevents-batch+json";
inline constexpr std::string_view scim = "application/scim+json";
inline constexpr std::string_view html = "text/html; charset=utf-8";
inline constexpr std::string_view pdf = "application/pdf";
inline constexpr std::string_view octets = "application/octet-stream";
}  // namespace media

struct Call {
  std::string id = {};                                               // In every line of the log about it, and in problems.
  std::shared_ptr<const Token> caller = {};                          // Null on a route that is open to all.
  std::shared_ptr<const Origin> origin = {};                         // The same.
  std::string session = {};                                          // Of a browser, where the caller is known by that.
  std::string session_beside = {};                                   // That a cookie names beside an Authorization, which decides alone.
  std::string sign_in = {};                                          // Of a browser that is on its way, where the route is open to all.
  std::string address = {};                                          // The same: whose attempts are counted together.
  std::string resource = {};                                         // What stands for the {part} of the route's path, decoded.
  std::vector<std::pair<std::string, std::string>> parameters = {};  // Decoded; each one that the route knows, once.
  std::string idempotency_key = {};
  std::string if_match = {};
  std::string last_event_id = {};
  std::string acting_for = {};   // Whom a submitter names as the actor, beside the body.
  std::string_view coding = {};  // Of its body; empty: as it is.
  std::string_view form = {};    // The media type to answer with: one of those that the route gives.
  std::string body = {};
  std::uint64_t views_needed = 0;  // The position that the views must have taken in before it is answered.

  // Null where it was not given.
  const std::string* parameter(std::string_view name) const {
    for (const auto& [known, value] : parameters) {
      if (known == name) return &value;
    }
    return nullptr;
  }
};

// A body that is made while it is sent: a piece is asked for when the one before has gone, so nothing is gathered for a slow reader.
class Chunks {
 public:
  enum class Next {
    chunk,  // `out` has a piece to send.
    wait,   // Nothing now: ask again when the log has grown, or after `chunks_wait_max`.
    end,
    cut,  // It cannot go on: the connection is closed, so that nobody takes what was sent for all of it.
  };

  Chunks() = default;
  Chunks(const Chunks&) = delete;
  Chunks& operator=(const Chunks&) = delete;
  virtual ~Chunks() = default;

  // `out` is empty when it is called. May read from the disk. A thread at a time.
  virtual Next next(std::string& out) = 0;
};

inline constexpr unsigned status_no_content = 204;  // It has no length (RFC 9110, 8.6).

struct Response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  std::unique_ptr<Chunks> stream = {};  // Instead of a body.
  std::string_view problem = {};        // Its name, where it is one.
  bool is_unrecorded = false;           // It tells of nothing but records of reads, or of nothing.
};

using Reply = std::function<void(Response)>;

}  // namespace muniment
