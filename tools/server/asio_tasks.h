// Coroutines on the thread of the sockets, and what wakes them there. For the adapter of Asio alone (http_*.h, connection.h): nothing else
// includes it.
//
// Coroutines as g++ 12 compiles them well: what a co_awaited call takes has a name, and no co_await is an operand of && or ||. And none
// that is no template is written in a header: the coroutines of Asio that it waits for are templates, of which a program takes one object's
// copy for all; what one object was compiled with must then be what the others were, and a test is compiled otherwise.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace muniment {

namespace asio = boost::asio;
using boost::system::error_code;

template <typename T = void>
using Task = asio::awaitable<T>;

inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

// Wakes one coroutine. On the thread of the sockets alone.
class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor) : timer_(executor) {}

  void set() {
    is_set_ = true;
    timer_.cancel();
  }
  // Whether it was set within that time.
  Task<bool> wait(std::chrono::milliseconds time);

 private:
  asio::steady_timer timer_;
  bool is_set_ = false;
};

// Brings what other threads have to say to the thread of the sockets: one visit there for all that has come together. Thread-safe.
class Mailbox {
 public:
  explicit Mailbox(asio::io_context& context) : context_(context) {}

  void set(std::shared_ptr<Signal> signal) {
    bool is_first = false;
    {
      const std::lock_guard lock(mutex_);
      is_first = signals_.empty();
      signals_.push_back(std::move(signal));
    }
    if (is_first) asio::post(context_, [this] { deliver(); });
  }

 private:
  void deliver() {
    std::vector<std::shared_ptr<Signal>> signals;
    {
      const std::lock_guard lock(mutex_);
      signals.swap(signals_);
    }
    for (const auto& signal : signals) signal->set();
  }

  asio::io_context& context_;
  std::mutex mutex_;
  std::vector<std::shared_ptr<Signal>> signals_;
};

}  // namespace muniment
