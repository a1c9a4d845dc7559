// The threads on which questions are answered and the pieces of streams are made: there one may wait for the disk, which the thread of the
// sockets never does. Called on that thread; what comes of it is put into a Pending, whose signal is set there. Callers have their turns
// one after the other: who asks much waits behind itself.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "tools/server/asio_tasks.h"
#include "tools/server/chunks_ahead.h"
#include "tools/server/fair_queue.h"
#include "tools/server/log.h"
#include "tools/server/node.h"
#include "tools/server/route.h"

namespace muniment {

// Where an answer from another thread is put.
struct Pending {
  explicit Pending(const asio::any_io_executor& executor) : signal(executor) {}

  // Of a question, whichever comes first. A thread begins with it; false: nobody waits for it any more.
  bool begin() { return turn_to(Turn::begun); }
  // Nobody waits any more; false: a thread has begun with it, and goes on.
  bool give_up() { return turn_to(Turn::given_up); }

  Signal signal;
  std::optional<Response> response = {};  // Filled before the signal is set.
  std::optional<Chunks::Next> next = {};  // Nothing: the piece could not be made.
  std::string piece = {};

 private:
  enum class Turn { waiting, begun, given_up };
  bool turn_to(Turn to) {
    Turn from = Turn::waiting;
    return turn_.compare_exchange_strong(from, to);
  }

  std::atomic<Turn> turn_ = Turn::waiting;
};

// The time for an answer is up, and whoever asked waits no longer: what is told then. What no thread has begun with by now is not done;
// what may have recorded something has an outcome that is not known.
Problem give_up(const Route& route, Pending& pending);

std::shared_ptr<Signal> signal_of(const std::shared_ptr<Pending>& pending);

class QuestionPool {
 public:
  // Borrows them all.
  QuestionPool(Node& node, Log& log, asio::io_context& context, Mailbox& mailbox, std::size_t waiting_max);

  // False: as many questions as may wait do, or half of them of this caller; those about the node's health always may. What a handler
  // throws becomes a problem. What was given up before its turn is not asked.
  bool ask(const Route& route, std::shared_ptr<const Call> call, std::shared_ptr<Pending> pending);
  // The next piece of what `caller` asked for. Where pieces are made ahead, that begins first.
  void ask_next(const std::string& caller, std::shared_ptr<Chunks> chunks, std::string request_id, std::shared_ptr<Pending> pending);
  // A piece each turn, while there is room for one and somebody wants the stream.
  void make_ahead(const std::string& caller, std::weak_ptr<ChunksAhead> chunks);
  // Ends the threads after what they do now; what waits is answered to nobody.
  void stop();

 private:
  static constexpr std::size_t threads = 3;
  using Work = std::function<void()>;

  void post(const std::string& caller, Work work);
  void answer(const Route& route, const Call& call, Pending& pending);
  // One that waited does so no more.
  void let_go(const std::string& caller);

  Node& node_;
  Log& log_;
  asio::io_context& context_;
  Mailbox& mailbox_;
  const std::size_t waiting_max_;
  std::size_t waiting_ = 0;
  std::unordered_map<std::string, std::size_t> waiting_of_one_;
  FairQueue<Work> queue_;
  asio::thread_pool threads_{threads};
  asio::thread_pool prompt_threads_{1};  // For what is asked after the node's health, which must not wait for questions.
};

// Who has a turn: a principal, or all together whom nobody knows.
std::string turn_of(const Token* caller);

// Logs only what is known to say nothing of what callers sent.
void log_exception(Log& log, const std::exception& error, const std::string& request_id);

}  // namespace muniment
