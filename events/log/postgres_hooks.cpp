#include "events/log/postgres_hooks.h"

namespace muniment {

const PostgresLogHooks& hooks_where_none_are_given() {
  static const PostgresLogHooks hooks;
  return hooks;
}

}  // namespace muniment
