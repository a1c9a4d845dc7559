// Runs simulations: one seed, some, or as many as fit in a time.
//
//   simulation seconds SECONDS [FIRST]   seeds from FIRST (1) on, for so long; prints how many
//   simulation seeds COUNT [FIRST]       so many
//   simulation seed SEED                 one, twice: the second run must be the first, byte for byte
//   simulation controls                  each protection off in turn: the simulation must notice
//
// Exit code 1, with the seed and what was wrong, where something was.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "events/values/bytes.h"
#include "tests/faults/report/report.h"
#include "tests/faults/simulation/simulation.h"

namespace muniment::faults {
namespace {

using Clock = std::chrono::steady_clock;

struct Totals {
  std::uint64_t seeds = 0, commands = 0, acknowledged = 0, cuts = 0, disk_failures = 0;

  void add(const Outcome& outcome) {
    ++seeds;
    commands += outcome.commands;
    acknowledged += outcome.acknowledged;
    cuts += outcome.cuts;
    disk_failures += outcome.disk_failures;
  }
};

int tell_wrong(std::uint64_t seed, const Outcome& outcome) {
  fmt::print("seed {}: {}\n", seed, outcome.wrong);
  return 1;
}

template <typename GoesOn>
int run_many(std::uint64_t first, GoesOn goes_on) {
  const auto from = Simulation::make_template();
  const auto began = Clock::now();
  Totals totals;
  for (std::uint64_t seed = first; goes_on(totals.seeds); ++seed) {
    const Outcome outcome = Simulation(from, seed).run();
    if (!outcome.wrong.empty()) return tell_wrong(seed, outcome);
    totals.add(outcome);
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
  fmt::print("{} seeds in {:.1f} s ({:.0f} a minute): {} commands, {} answered, {} power cuts, {} failures of the disk; nothing wrong\n",
             totals.seeds, seconds, 60 * static_cast<double>(totals.seeds) / seconds, totals.commands, totals.acknowledged, totals.cuts,
             totals.disk_failures);
  report({.fault = "simulated: power cut", .times = totals.cuts});
  report({.fault = "simulated: failed or short write, failed sync, full disk", .times = totals.disk_failures});
  report({.fault = "simulated: runs (seeds)", .times = totals.seeds});
  return 0;
}

int run_for(double seconds, std::uint64_t first) {
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  return run_many(first, [end](std::uint64_t) { return Clock::now() < end; });
}

int run_one(std::uint64_t seed) {
  const auto from = Simulation::make_template();
  const Outcome first = Simulation(from, seed).run();
  const Outcome second = Simulation(from, seed).run();
  fmt::print("seed {}: {} commands, {} answered, {} lives, root {}\n", seed, first.commands, first.acknowledged, first.lives,
             to_hex(first.root));
  if (!first.wrong.empty()) return tell_wrong(seed, first);
  if (first.root == second.root) return 0;
  fmt::print("the second run was another: root {}\n", to_hex(second.root));
  return 1;
}

struct Control {
  std::string name;
  Protections protections;
  std::string lying = {};  // The file whose syncs are lies, where the protection is one against that.
};

int run_controls() {
  constexpr std::uint64_t seeds_max = 2'000;
  const auto from = Simulation::make_template();
  const std::vector<Control> controls{
      {"simulated: log not synced", {.syncs = false}},
      {"simulated: vault not synced", {.vault_syncs = false}},
      {"simulated: log goes on after a failed sync", {.stops_after_failure = false}},
      {"simulated: recorded commands are not known", {.knows_commands = false}},
      {"simulated: no durable head, and the disk lost what was synced", {.checks_head = false}, SimulatedLog::log_file},
  };
  int green = 0;
  for (const Control& control : controls) {
    std::string wrong;
    std::uint64_t seed = 0;
    while (wrong.empty() && seed < seeds_max) wrong = Simulation(from, ++seed, control.protections, control.lying).run().wrong;
    fmt::print("{}: {}\n", control.name, wrong.empty() ? "GREEN, so it shows nothing" : fmt::format("red, seed {}: {}", seed, wrong));
    report_control(control.name, !wrong.empty());
    green += wrong.empty();
  }
  return green == 0 ? 0 : 1;
}

int run(const std::vector<std::string>& arguments) {
  const std::string what = arguments.empty() ? "" : arguments[0];
  const auto number = [&](std::size_t i, std::uint64_t otherwise) { return arguments.size() > i ? std::stoull(arguments[i]) : otherwise; };
  if (what == "seconds") return run_for(static_cast<double>(number(1, 15)), number(2, 1));
  if (what == "seeds") return run_many(number(2, 1), [count = number(1, 1'000)](std::uint64_t done) { return done < count; });
  if (what == "seed") return run_one(number(1, 1));
  if (what == "controls") return run_controls();
  fmt::print(stderr, "simulation: expected seconds, seeds, seed or controls\n");
  return 2;
}

}  // namespace
}  // namespace muniment::faults

int main(int argc, char** argv) { return muniment::faults::run({argv + 1, argv + argc}); }
