// All receivers that the configuration names, each with a delivery of its own, so that none waits for another.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "tools/server/delivery.h"
#include "tools/server/settings.h"

namespace muniment {

class Deliveries {
 public:
  // Borrows the log and the generations. Their folders are in `folder`, by their names. Throws what Webhook and Delivery do.
  Deliveries(const EventLog& log, const Generations& generations, const std::string& origin, const std::filesystem::path& folder,
             const NodeSettings& settings, const Delivery::Notice& notice);

  std::span<const std::unique_ptr<Delivery>> all() const { return all_; }

  // Whatever is under way ends soon. Any thread.
  void begin_stop();
  // Waits for that. Idempotent.
  void stop();

 private:
  std::atomic<bool> is_stopping_ = false;
  std::vector<std::unique_ptr<Delivery>> all_;
};

}  // namespace muniment
