// Makes pieces on a thread of its own, up to two ahead of whoever takes them: while one is hashed and written, the next is made.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace muniment {

template <typename Piece>
class ReadAhead {
 public:
  // `make` fills a piece, whose memory it may use again; false: there is none any more. It runs on the other thread, until that.
  explicit ReadAhead(std::function<bool(Piece&)> make)
      : make_(std::move(make)), thread_([this](const std::stop_token& stop) { run(stop); }) {}
  ~ReadAhead() {
    {
      const std::lock_guard lock(mutex_);
      thread_.request_stop();
    }
    changed_.notify_all();
  }
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // The next piece; false: there is none. Throws what `make` threw. One thread.
  bool next(Piece& out) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_made_ || is_over_; });
    if (!is_made_) {
      if (failure_) std::rethrow_exception(failure_);
      return false;
    }
    std::swap(out, made_);
    is_made_ = false;
    changed_.notify_all();
    return true;
  }

 private:
  void run(const std::stop_token& stop) {
    try {
      Piece piece;
      while (!stop.stop_requested() && make_(piece)) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return !is_made_ || stop.stop_requested(); });
        if (stop.stop_requested()) break;
        std::swap(made_, piece);
        is_made_ = true;
        changed_.notify_all();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      failure_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    changed_.notify_all();
  }

  const std::function<bool(Piece&)> make_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Piece made_;
  bool is_made_ = false;
  bool is_over_ = false;
  std::exception_ptr failure_;
  std::jthread thread_;  // Last: it uses the members above.
};

}  // namespace muniment
