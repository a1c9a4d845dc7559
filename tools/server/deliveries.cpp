#include "tools/server/deliveries.h"

#include "tools/server/syslog.h"
#include "tools/server/webhook.h"

namespace muniment {

Deliveries::Deliveries(const EventLog& log, const Generations& generations, const std::string& origin, const std::filesystem::path& folder,
                       const NodeSettings& settings, const Delivery::Notice& notice) {
  const auto add = [&](const std::string& name, bool is_from_start, std::unique_ptr<Carrier> carrier) {
    all_.push_back(std::make_unique<Delivery>(log, generations, std::move(carrier),
                                              DeliveryOptions{.name = name, .folder = folder / name, .is_from_start = is_from_start},
                                              notice));
  };
  for (const WebhookSettings& each : settings.webhooks)
    add(each.name, each.is_from_start, std::make_unique<Webhook>(each, origin, is_stopping_));
  for (const SyslogSettings& each : settings.syslogs)
    add(each.name, each.is_from_start, std::make_unique<Syslog>(each, origin, is_stopping_));
}

void Deliveries::begin_stop() {
  for (const auto& delivery : all_) delivery->begin_stop();
  is_stopping_ = true;
}

void Deliveries::stop() {
  begin_stop();
  for (const auto& delivery : all_) delivery->stop();
}

}  // namespace muniment
