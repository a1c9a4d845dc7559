// Any bytes may stand in a node's configuration: what is wrong with it is told by file and line, and one that is taken is shown as TOML.
#include <toml++/toml.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "events/values/assert.h"
#include "scratch_folder.h"
#include "tools/server/configuration.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace muniment;
  static const ScratchFolder folder("configuration");
  const auto file = folder.write("muniment.toml", {reinterpret_cast<const char*>(bytes), size});
  try {
    const Configuration configuration(ConfigurationSources{.file = file, .environment = {}});
    const std::string shown = configuration.text();
    const toml::table again = toml::parse(shown);
    const NodeSettings& settings = configuration.settings();
    MUNIMENT_ASSERT(again["store"]["folder"].value<std::string>() == settings.store.string());
    MUNIMENT_ASSERT(again["tls"]["key"].value<std::string>() == settings.tls.key.string());
  } catch (const ConfigurationError& error) {
    MUNIMENT_ASSERT(*error.what() != '\0');
  }
  return 0;
}
