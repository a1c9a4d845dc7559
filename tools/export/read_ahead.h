// Pieces that are made ahead of whoever takes them, up to two: while one is hashed and goes out, another thread makes the next.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

namespace muniment {

// One thread takes, others make ahead. Thread-safe.
template <typename Piece>
class PiecesAhead {
 public:
  static constexpr std::size_t ahead_max = 2;

  // `make` fills a piece, whose memory it may use again; false: there is none any more. It is called on whichever thread makes, by one of
  // them at a time, until it says so or throws.
  explicit PiecesAhead(std::function<bool(Piece&)> make) : make_(std::move(make)) {}
  PiecesAhead(const PiecesAhead&) = delete;
  PiecesAhead& operator=(const PiecesAhead&) = delete;

  // Makes one, unless so many are ahead, there is none any more, or another thread makes one now. Says whether there is room for another:
  // whoever calls it again then lets others have their turn between. What `make` throws is kept for whoever takes.
  bool make_ahead() {
    std::unique_lock lock(mutex_);
    if (!can_make()) return false;
    make_one(lock);
    return can_make();
  }

  // Waits until one can be made ahead; false: none is to be made any more, or it was stopped.
  bool wait_for_room(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    return changed_.wait(lock, stop, [this] { return can_make() || is_over_; }) && !is_over_;
  }

  // The next piece; false: there is none. One that another thread makes now is waited for, and where none does it is made here. Throws what
  // `make` threw, behind what was made before. One thread.
  bool next(Piece& out) {
    std::unique_lock lock(mutex_);
    while (made_.empty() && !is_over_) {
      if (is_making_) {
        changed_.wait(lock);
      } else {
        make_one(lock);
      }
    }
    if (made_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return false;
    }
    std::swap(out, made_.front());
    spare_.push_back(std::move(made_.front()));
    made_.pop_front();
    changed_.notify_all();
    return true;
  }

 private:
  bool can_make() const { return !is_making_ && !is_over_ && made_.size() < ahead_max; }

  // Precondition: nobody makes now. The lock is let go meanwhile.
  void make_one(std::unique_lock<std::mutex>& lock) {
    Piece piece{};
    if (!spare_.empty()) {
      piece = std::move(spare_.back());
      spare_.pop_back();
    }
    is_making_ = true;
    lock.unlock();
    bool is_made = false;
    std::exception_ptr failure;
    try {
      is_made = make_(piece);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    is_making_ = false;
    failure_ = failure;
    is_over_ = !is_made;
    if (is_made) made_.push_back(std::move(piece));
    changed_.notify_all();
  }

  const std::function<bool(Piece&)> make_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Piece> made_;
  std::vector<Piece> spare_;  // Of which the memory is used again.
  bool is_making_ = false;
  bool is_over_ = false;  // Nothing is made any more: that was all, or it failed.
  std::exception_ptr failure_;
};

// The same with a thread of its own that makes them.
template <typename Piece>
class ReadAhead {
 public:
  explicit ReadAhead(std::function<bool(Piece&)> make)
      : pieces_(std::move(make)), thread_([this](const std::stop_token& stop) {
          while (pieces_.wait_for_room(stop)) pieces_.make_ahead();
        }) {}

  // As PiecesAhead::next().
  bool next(Piece& out) { return pieces_.next(out); }

 private:
  PiecesAhead<Piece> pieces_;
  std::jthread thread_;  // Last: it uses the member above.
};

}  // namespace muniment
