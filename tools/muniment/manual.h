// Parts of the manual pages, made from the command line's and the configuration's own descriptions, so that they know what those know. As
// scdoc(5) has it; tools/package/man has what surrounds them.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace muniment {

enum class ManualPart { subcommands, serve, settings };

std::string manual_part(const CLI::App& app, ManualPart part);

}  // namespace muniment
