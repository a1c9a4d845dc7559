// What the node can be asked: one table of routes, from which dispatching, authorization and /openapi.json are made.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <span>
#include <string_view>
#include <variant>

#include "tools/server/batch.h"
#include "tools/server/call.h"

namespace muniment {

class Node;

enum class Method { get, post, put, patch, remove };
std::string_view name_of(Method method);

// Whose tokens a route takes. None: it is open, without a token.
class Roles {
 public:
  constexpr Roles() = default;
  constexpr Roles(std::initializer_list<TokenRole> roles) {
    for (const TokenRole role : roles) bits_ |= bit(role);
  }
  constexpr bool is_open() const { return bits_ == 0; }
  constexpr bool has(TokenRole role) const { return (bits_ & bit(role)) != 0; }

 private:
  static constexpr unsigned bit(TokenRole role) { return 1U << static_cast<unsigned>(role); }
  unsigned bits_ = 0;
};

// What of it the caller gets, which the handler sees to.
enum class Scope {
  node,     // It is about the node itself.
  act,      // The caller acts in its own name; what it may do is decided by the log.
  horizon,  // What the caller may see: tools/server/horizon.h.
};

// Runs on a thread that may wait for the disk.
using AskHandler = Response (*)(Node&, const Call&);
// What is to be submitted, which calls `reply` once, from any thread; or why nothing is. Runs on the thread of the sockets and must not
// wait.
using SubmitHandler = std::expected<Submission, Response> (*)(Node&, const Call&, Reply reply);
// The same of what is no command and takes long: another thread does it, and calls `reply` once.
using JobHandler = void (*)(Node&, const Call&, const Reply& reply);
// Lines in, a line out for each. `wake` is called, from any thread, when there may be something to take.
using BatchHandler = std::unique_ptr<Batch> (*)(Node&, const Call&, std::function<void()> wake);

// Of the path, of the query, or a header.
struct Parameter {
  std::string_view name;
  std::string_view meaning;
  std::string_view schema = R"({"type":"string"})";  // In JSON Schema.
  bool is_required = false;
};

struct Route {
  Method method = Method::get;
  std::string_view path = {};  // One {part} at most.
  Roles roles = {};
  Scope scope = Scope::node;
  std::variant<AskHandler, SubmitHandler, JobHandler, BatchHandler> handler = {};
  std::string_view takes = {};                   // The Content-Type of its body; empty: it has none.
  std::span<const std::string_view> gives = {};  // Media types of its answers; the first where the caller asks for none of them.
  std::size_t body_max = 0;                      // Bytes. 0 with a batch: as much as comes.
  std::chrono::milliseconds time_max{30'000};    // Until the body is there, and again until the answer is; of a stream, for each piece.
  std::span<const Parameter> parameters = {};
  std::string_view summary = {};
  std::string_view schema = {};  // Of its JSON answer: a name of schemas.h.
  unsigned status_done = 200;
  std::span<const Parameter> headers_taken = {};
  std::span<const std::string_view> headers_given = {};  // Beside those that every answer may have. Names of openapi.cpp.
  bool ignores_others = false;                           // Parameters that it does not know: others write the query.
  bool is_deep = false;                                  // Its {part}, which ends the path, may have slashes in it.
  bool is_prompt = false;                                // About the node's health: waits for no other question.
};

std::span<const Route> routes();

// Whether the node that appends alone can answer it: what records something, what has to be on record before it ends, and what is of little
// use without the names that a standby does not have.
bool needs_sequencer(const Route& route);

}  // namespace muniment
