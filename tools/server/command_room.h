// The places for commands under way: so many in all, and of one principal a part of them, so that no caller takes them from all others.
//
// Thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace muniment {

class CommandRoom {
 public:
  struct Bounds {
    std::size_t all = 0;
    std::size_t of_one = 0;
  };

  // One principal's part.
  class Share {
   public:
    explicit Share(CommandRoom& room) : room_(room) {}

    // A place for one command. False: all are taken, or as many as one principal may have.
    bool take();
    // Precondition: it was taken.
    void give();

   private:
    CommandRoom& room_;
    std::atomic<std::size_t> taken_ = 0;
  };

  explicit CommandRoom(Bounds bounds) : bounds_(bounds) {}

  // Of whom `principal` names. It must not outlive the room.
  std::shared_ptr<Share> share_of(const std::string& principal);

  std::size_t taken() const { return taken_; }
  const Bounds& bounds() const { return bounds_; }

 private:
  const Bounds bounds_;
  std::atomic<std::size_t> taken_ = 0;
  std::mutex mutex_;  // Of these two.
  std::unordered_map<std::string, std::shared_ptr<Share>> shares_;
  std::size_t sweep_at_ = 256;
};

}  // namespace muniment
