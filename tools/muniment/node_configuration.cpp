#include "tools/muniment/node_configuration.h"

#include <unistd.h>

namespace muniment {

Configuration configuration_of(const ServeFlags& flags) {
  ConfigurationSources sources{.file = flags.config, .environment = {}, .flags = flags.settings};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (const std::size_t sign = text.find('='); sign != std::string_view::npos)
      sources.environment.emplace(text.substr(0, sign), text.substr(sign + 1));
  }
  // The flag takes the environment's where it was not given.
  const auto named = sources.environment.find("MUNIMENT_STORE");
  const bool is_flag = !flags.store.empty() && (named == sources.environment.end() || named->second != flags.store);
  if (is_flag) sources.flags.emplace_back("--store", flags.store.string());
  return Configuration(sources);
}

}  // namespace muniment
