// muniment support-bundle: facts for whoever helps, in a file that may leave the machine.
#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <ostream>
#include <sstream>

#include "tools/muniment/node_configuration.h"
#include "tools/muniment/subcommands.h"
#include "tools/muniment/support_facts.h"
#include "tools/muniment/tar_file.h"

namespace muniment {
namespace {

std::string content_of(const Folder& file) {
  std::stringstream out;
  out << std::ifstream(file, std::ios::binary).rdbuf();
  return out.str();
}

class SupportBundle {
 public:
  SupportBundle(const Folder& file, const Console& console) : tar_(file), console_(console) {}

  // What cannot be told is a fact too, and the rest is told all the same.
  void add(const std::string& name, const std::function<std::string()>& make) {
    std::string content;
    try {
      content = make();
    } catch (const std::exception& error) {
      content = fmt::format("could not be told: {}\n", error.what());
    }
    tar_.add("muniment-support/" + name, content);
    console_.out << name << '\n';
  }
  void finish() { tar_.finish(); }

 private:
  TarFile tar_;
  const Console& console_;
};

std::string store_facts(const Folder& store) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  Console console{.in = in, .out = out, .err = err};
  run_stats({.store = store, .server = {}, .format = Format::json}, console);
  return out.str();
}

}  // namespace

ExitCode run_support_bundle(const SupportBundleFlags& flags, Console& console) {
  if (flags.store.empty()) throw CliError(ExitCode::usage, "name the store: --store DIR, or MUNIMENT_STORE in the environment");
  SupportBundle bundle(flags.file, console);
  bundle.add("versions.txt", version_facts);
  bundle.add("configuration.toml", [&] { return configuration_of({.store = flags.store, .config = flags.config, .settings = {}}).text(); });
  bundle.add("system.txt", [&] { return system_facts(flags.store); });
  bundle.add("files.txt", [&] { return file_facts(flags.store); });
  bundle.add("store.json", [&] { return store_facts(flags.store); });
  if (!flags.metrics.empty()) bundle.add("metrics.txt", [&] { return metric_facts(content_of(flags.metrics)); });
  bundle.finish();
  return ExitCode::ok;
}

}  // namespace muniment
