#include "aggregates/service_names.h"

#include <algorithm>
#include <bit>

namespace muniment {
namespace {

std::uint64_t bit(std::uint32_t number) { return std::uint64_t{1} << number; }

}  // namespace

// By what is cheap to look at: names of services differ in their lengths and at their ends.
std::size_t ServiceNames::place_of(std::string_view text) {
  if (text.empty()) return 0;
  const auto byte = [&](std::size_t at) { return static_cast<std::size_t>(static_cast<unsigned char>(text[at])); };
  return (text.size() * 37 + byte(0) * 5 + byte(text.size() / 2) * 3 + byte(text.size() - 1)) % latest_max;
}

ServiceId ServiceNames::intern(std::string_view text) {
  const ServiceId::Name*& latest = latest_[place_of(text)];
  if (latest == nullptr || latest->text != text) latest = find_or_make(text);
  return ServiceId{latest};
}

const ServiceId::Name* ServiceNames::find_or_make(std::string_view text) {
  if (const auto found = by_text_.find(text); found != by_text_.end()) return found->second;
  const ServiceId::Name& kept = names_.emplace_back(std::string{text}, static_cast<std::uint32_t>(names_.size()));
  by_text_.emplace(kept.text, &kept);
  return &kept;
}

std::optional<ServiceId> ServiceNames::find(std::string_view text) const {
  if (const ServiceId::Name* latest = latest_[place_of(text)]; latest != nullptr && latest->text == text) return ServiceId{latest};
  const auto found = by_text_.find(text);
  if (found == by_text_.end()) return std::nullopt;
  return ServiceId{found->second};
}

ServiceSet::ServiceSet(const ServiceSet& other)
    : bits_(other.bits_), more_(other.more_ ? std::make_unique<Numbers>(*other.more_) : nullptr) {}

ServiceSet& ServiceSet::operator=(const ServiceSet& other) { return *this = ServiceSet(other); }

bool ServiceSet::insert(ServiceId service) {
  const std::uint32_t number = service.name_->number;
  if (number >= bits_max) return insert_more(number);
  const bool is_new = (bits_ & bit(number)) == 0;
  bits_ |= bit(number);
  return is_new;
}

bool ServiceSet::erase(ServiceId service) {
  const std::uint32_t number = service.name_->number;
  if (number >= bits_max) return erase_more(number);
  const bool was_there = (bits_ & bit(number)) != 0;
  bits_ &= ~bit(number);
  return was_there;
}

bool ServiceSet::insert_more(std::uint32_t number) {
  if (!more_) more_ = std::make_unique<Numbers>();
  const auto place = std::lower_bound(more_->begin(), more_->end(), number);
  if (place != more_->end() && *place == number) return false;
  more_->insert(place, number);
  return true;
}

bool ServiceSet::erase_more(std::uint32_t number) {
  const bool was_there = more_ && std::erase(*more_, number) > 0;
  if (more_ && more_->empty()) more_.reset();
  return was_there;
}

bool ServiceSet::contains(ServiceId service) const {
  const std::uint32_t number = service.name_->number;
  if (number < bits_max) return (bits_ & bit(number)) != 0;
  return more_ && std::binary_search(more_->begin(), more_->end(), number);
}

std::size_t ServiceSet::size() const { return static_cast<std::size_t>(std::popcount(bits_)) + (more_ ? more_->size() : 0); }

bool ServiceSet::intersects(const ServiceSet& other) const {
  if ((bits_ & other.bits_) != 0) return true;
  if (!more_ || !other.more_) return false;
  return std::ranges::any_of(*more_, [&](std::uint32_t number) { return std::ranges::binary_search(*other.more_, number); });
}

std::vector<ServiceId> ServiceSet::sorted(const ServiceNames& names) const {
  std::vector<ServiceId> out;
  out.reserve(size());
  for (std::uint64_t rest = bits_; rest != 0; rest &= rest - 1) {
    out.push_back(names.numbered(static_cast<std::uint32_t>(std::countr_zero(rest))));
  }
  if (more_) {
    for (const std::uint32_t number : *more_) out.push_back(names.numbered(number));
  }
  std::ranges::sort(out, {}, &ServiceId::text);
  return out;
}

std::vector<std::string_view> ServiceSet::texts(const ServiceNames& names) const {
  std::vector<std::string_view> out;
  out.reserve(size());
  for (const ServiceId service : sorted(names)) out.push_back(service.text());
  return out;
}

bool ServiceSet::operator==(const ServiceSet& other) const {
  if (bits_ != other.bits_ || (more_ == nullptr) != (other.more_ == nullptr)) return false;
  return !more_ || *more_ == *other.more_;
}

ServiceSet ServiceSet::difference(const ServiceSet& left, const ServiceSet& right) {
  ServiceSet out;
  out.bits_ = left.bits_ & ~right.bits_;
  if (!left.more_) return out;
  for (const std::uint32_t number : *left.more_) {
    if (!right.more_ || !std::ranges::binary_search(*right.more_, number)) out.insert_more(number);
  }
  return out;
}

}  // namespace muniment
