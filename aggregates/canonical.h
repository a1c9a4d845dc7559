// The canonical bytes of a state: the same for the same state on every machine, whatever order it was reached in memory. Only digests of it
// are compared; it is not stored. Every value is preceded by its length, so that no two states share their bytes.
#pragma once

#include <string>
#include <string_view>

#include "aggregates/service_names.h"
#include "events/values/bytes.h"

namespace muniment {

class Canonical {
 public:
  Canonical& text(std::string_view value);
  Canonical& bytes(ByteSpan value) { return text(text_of(value)); }
  Canonical& number(std::uint64_t value);
  Canonical& flag(bool value) { return number(value ? 1 : 0); }
  Canonical& services(const ServiceSet& services, const ServiceNames& names);

  const std::string& str() const { return out_; }
  void clear() { out_.clear(); }

 private:
  std::string out_;
};

}  // namespace muniment
