#include "events/rocks/no_log.h"

#include <rocksdb/env.h>

#include <cstdarg>

namespace muniment {
namespace {

class NoLog final : public rocksdb::Logger {
 public:
  NoLog() : rocksdb::Logger(rocksdb::FATAL_LEVEL) {}  // What is below is not even formatted.
  using rocksdb::Logger::Logv;
  void Logv(const char*, std::va_list) override {}
};

}  // namespace

std::shared_ptr<rocksdb::Logger> no_log() { return std::make_shared<NoLog>(); }

}  // namespace muniment
