// A store on a simulated disk, until the power goes.
//
//   disk_child create DIR                  makes a store in DIR/disk/store
//   disk_child live DIR ROUND NAME=VALUE   opens it, looks at all of it, and lets clients send commands; the values are the disk's plan
//   disk_child check DIR [without-head]    opens it on a disk without faults, looks at all of it, and closes it
//
// Ends with SimulatedDisk::cut_exit_code where the power went, 0 where a check is right, 1 where something is not as it must be, 2 where
// the store refused to open. Prints words that disk_test.cpp reads: "opened MILLISECONDS", "failed", "stopped WHY", "lost N", "doubled N".
#include <fmt/format.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <map>

#include "events/log/durable_head.h"
#include "tests/e2e/store_check.h"
#include "tests/faults/disk/clients.h"
#include "tests/faults/disk/simulated_disk.h"

namespace muniment::faults {
namespace {

using Values = std::map<std::string, std::string>;

void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

DiskPlan plan_of(const std::filesystem::path& disk, const Values& values) {
  const auto number = [&](const std::string& name, std::uint64_t otherwise) {
    const auto found = values.find(name);
    return found == values.end() ? otherwise : std::stoull(found->second);
  };
  const auto text = [&](const std::string& name) { return values.contains(name) ? values.at(name) : std::string{}; };
  const std::map<std::string, DiskCall> calls{
      {"", DiskCall::none}, {"read", DiskCall::read}, {"write", DiskCall::write}, {"sync", DiskCall::sync}, {"rename", DiskCall::rename}};
  return {.root = disk.string(),
          .seed = number("seed", 1),
          .cut_at = number("cut_at", 0),
          .failing = calls.at(text("failing")),
          .failing_in = text("failing_in"),
          .fail_from = number("fail_from", 0),
          .fail_count = number("fail_count", 1),
          .error = text("failing") == "write" ? ENOSPC : EIO,
          .lying_in = text("lying_in"),
          .sync_us_max = static_cast<unsigned>(number("sync_us_max", 200))};
}

int report(const StoreFindings& found) {
  if (found.wrong.empty()) return 0;
  say(fmt::format("lost {}", found.lost));
  say(fmt::format("doubled {}", found.doubled));
  fmt::print(stderr, "{}\n", found.wrong);
  return 1;
}

std::unique_ptr<Store> open_timed(const std::filesystem::path& folder) {
  const auto began = std::chrono::steady_clock::now();
  auto store = std::make_unique<Store>(folder);
  store->sequencer();
  say(fmt::format("opened {}", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count()));
  return store;
}

int live(const std::filesystem::path& folder, int round, const Values& values) {
  SimulatedDisk::start(plan_of(folder / "disk", values));
  SimulatedDisk& disk = *SimulatedDisk::current();
  try {
    const auto store = open_timed(folder / "disk" / "store");
    const auto acknowledged = Clients::acknowledged(folder);
    if (const int wrong = report(look_at(*store, acknowledged)); wrong != 0) return wrong;
    const int window = values.contains("window") ? std::stoi(values.at("window")) : 16;
    Clients clients(folder, *store, round, window);
    clients.run(values.contains("commands") ? std::stoi(values.at("commands")) : 1'000'000);
    if (clients.saw_failure()) say("failed");
    disk.cut();
  } catch (const std::exception& error) {
    if (disk.failures() == 0) {
      fmt::print(stderr, "refused: {}\n", error.what());
      return 2;
    }
    say(fmt::format("stopped {}", error.what()));
    disk.cut();
  }
}

// The control of the durable head: one that says nothing, and the first checkpoint beside the log, since the newest would say the same as
// of a second before.
void forget_head(const std::filesystem::path& folder, const std::filesystem::path& store) {
  std::filesystem::remove(store / "head");
  DurableHeadFile::create(store / "head", 0);
  std::filesystem::copy_file(folder / "first_checkpoint", store / "checkpoint", std::filesystem::copy_options::overwrite_existing);
}

int check(const std::filesystem::path& folder, bool without_head) {
  const auto store_folder = folder / "disk" / "store";
  if (without_head) forget_head(folder, store_folder);
  try {
    const auto store = open_timed(store_folder);
    const int wrong = report(look_at(*store, Clients::acknowledged(folder)));
    store->close();
    return wrong;
  } catch (const std::exception& error) {
    fmt::print(stderr, "refused: {}\n", error.what());
    return 2;
  }
}

int run(const std::vector<std::string>& arguments) {
  const std::string& what = arguments.at(0);
  const std::filesystem::path folder = arguments.at(1);
  if (what == "create") {
    std::filesystem::create_directories(folder / "disk");
    Store::create(folder / "disk" / "store", "rkelly");
    std::filesystem::copy_file(folder / "disk" / "store" / "checkpoint", folder / "first_checkpoint");
    return 0;
  }
  if (what == "check") return check(folder, arguments.size() > 2);
  Values values;
  for (std::size_t i = 3; i < arguments.size(); ++i) {
    const std::size_t at = arguments[i].find('=');
    values[arguments[i].substr(0, at)] = arguments[i].substr(at + 1);
  }
  return live(folder, std::stoi(arguments.at(2)), values);
}

}  // namespace
}  // namespace muniment::faults

int main(int argc, char** argv) { return muniment::faults::run({argv + 1, argv + argc}); }
