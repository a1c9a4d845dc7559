// A store on a disk that forgets and fails: whatever becomes of it, what was acknowledged is there once, and nothing else is wrong.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "tests/faults/process/process.h"
#include "tests/faults/report/report.h"

namespace muniment::faults {
namespace {

namespace fs = std::filesystem;

constexpr int power_went = 99;
constexpr int is_wrong = 1;
constexpr int refused_to_open = 2;
// A store's life begins anew now and then, so that looking at all of it stays cheap.
constexpr int lives_a_store = 40;
// A call on the disk at which the power goes: the first of them still while the store is being opened, at about the 60th.
constexpr unsigned cut_at_most = 700;

Ended run(const std::vector<std::string>& arguments) { return run_process(MUNIMENT_DISK_CHILD, arguments); }

int from_environment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

class Disk : public testing::Test {
 protected:
  Disk() : folder_(fs::path(testing::TempDir()) / fmt::format("muniment_disk_{}", ::getpid())) { make_anew(); }
  ~Disk() override { fs::remove_all(folder_); }

  void make_anew() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    ASSERT_EQ(run({"create", folder_.string()}).code, 0);
    round_ = 0;
  }
  Ended live(const std::vector<std::string>& plan) {
    std::vector<std::string> arguments{"live", folder_.string(), std::to_string(round_++)};
    arguments.insert(arguments.end(), plan.begin(), plan.end());
    return run(arguments);
  }
  Ended check() { return run({"check", folder_.string()}); }
  std::string acknowledged() const { return (folder_ / "acknowledged").string(); }

  std::vector<std::string> cut_somewhere(unsigned at_least = 1) {
    return {fmt::format("seed={}", random_()), fmt::format("cut_at={}", at_least + random_() % cut_at_most),
            fmt::format("window={}", 1 + random_() % 48)};
  }

  fs::path folder_;
  std::mt19937 random_{20261126};
  int round_ = 0;
};

TEST_F(Disk, LosesNothingThatWasAcknowledgedHoweverOftenThePowerGoes) {
  const int cuts = from_environment("MUNIMENT_CUTS", MUNIMENT_CUTS);
  Row row{.fault = "power cut under load: unsynced writes lost, torn or out of order"};
  for (int cut = 0; cut < cuts; ++cut) {
    if (cut % lives_a_store == lives_a_store - 1) {
      const Ended at_rest = check();
      ASSERT_EQ(at_rest.code, 0) << at_rest.errors;
      make_anew();
    }
    const Ended ended = live(cut_somewhere());
    ASSERT_EQ(ended.code, power_went) << "cut " << cut << " in " << folder_ << ": " << ended.errors;
    ++row.times;
    row.recovered_ms(ended.numbers("opened"));
  }
  const Ended at_rest = check();
  EXPECT_EQ(at_rest.code, 0) << at_rest.errors;
  report(row);
}

// A store whose every sync is a lie loses what it acknowledged, and that is seen.
TEST_F(Disk, ControlOfSyncs) {
  int red = 0;
  for (int times = 0; times < 8 && red == 0; ++times) {
    std::vector<std::string> plan = cut_somewhere(300);
    plan.push_back("lying_in=*");
    ASSERT_EQ(live(plan).code, power_went);
    const int code = check().code;
    red += code == is_wrong || code == refused_to_open;
    make_anew();
  }
  EXPECT_GT(red, 0) << "a disk that syncs nothing was not noticed";
  report_control("no sync", red > 0);
}

// A disk that loses what the log had synced is found by the durable head; without it the loss goes unnoticed by the store, and the check
// says what is lost.
TEST_F(Disk, ControlOfTheDurableHead) {
  int refused = 0;
  int red = 0;
  for (int times = 0; times < 12 && (refused == 0 || red == 0); ++times) {
    std::vector<std::string> plan = cut_somewhere(300);
    plan.push_back("lying_in=*/store/log/*.log");
    ASSERT_EQ(live(plan).code, power_went);
    const Ended with_head = check();
    refused += with_head.code == refused_to_open && with_head.says("the durable head says");
    const Ended without_head = run({"check", folder_.string(), "without-head"});
    red += without_head.code == is_wrong && without_head.numbers("lost").at(0) > 0;
    make_anew();
  }
  EXPECT_GT(refused, 0) << "a log that lost its end was opened";
  EXPECT_GT(red, 0) << "without the durable head nothing was lost: the control shows nothing";
  report_control("no durable head", red > 0);
}

struct Failure {
  std::string name;
  std::string call;
  std::string in;         // Of which files.
  unsigned from_at_most;  // Of these calls one in so many fails first.
  bool may_go_unnoticed;  // The store can do without.
};

void PrintTo(const Failure& failure, std::ostream* out) { *out << failure.name; }

class DiskFailure : public Disk, public testing::WithParamInterface<Failure> {
 protected:
  // One life with the failure, and then the power goes.
  void fail(unsigned count, Row& row) {
    const Failure& failure = GetParam();
    const std::vector<std::string> plan{fmt::format("seed={}", random_()),
                                        "failing=" + failure.call,
                                        "failing_in=" + failure.in,
                                        fmt::format("fail_from={}", random_() % failure.from_at_most),
                                        fmt::format("fail_count={}", count),
                                        "commands=400",
                                        "window=8"};
    const Ended ended = live(plan);
    ASSERT_EQ(ended.code, power_went) << ended.errors;
    if (!failure.may_go_unnoticed) {
      EXPECT_TRUE(ended.says("failed") || ended.says("stopped")) << fmt::format("{}", fmt::join(plan, " "));
    }
    const Ended after = check();
    ASSERT_EQ(after.code, 0) << fmt::format("{}", fmt::join(plan, " ")) << '\n' << ended.errors << after.errors;
    row.recovered_ms(after.numbers("opened"));
    ++row.times;
  }
};

TEST_P(DiskFailure, StopsTheStoreAndLosesNothing) {
  Row one{.fault = GetParam().name + ", once"};
  Row burst{.fault = GetParam().name + ", in a burst"};
  const int times = from_environment("MUNIMENT_FAILURES", MUNIMENT_FAILURES);
  for (int i = 0; i < times; ++i) {
    fail(1, one);
    fail(2 + static_cast<unsigned>(random_() % 30), burst);
    if (HasFailure()) return;
  }
  report(one);
  report(burst);
}

INSTANTIATE_TEST_SUITE_P(Of, DiskFailure,
                         testing::Values(Failure{"sync of the log fails", "sync", ".log", 60, false},
                                         Failure{"sync of the durable head fails", "sync", "/head", 4, false},
                                         Failure{"sync of the vault fails", "sync", "/vault/", 20, true},
                                         Failure{"write to the log: disk full", "write", "/log/", 100, false},
                                         Failure{"write to the vault: disk full", "write", "/vault/", 30, true},
                                         Failure{"write to the durable head fails", "write", "/head", 4, false},
                                         Failure{"read of the log fails", "read", "/log/", 60, true},
                                         Failure{"read of the vault fails", "read", "/vault/", 60, true},
                                         Failure{"rename fails", "rename", "/store/", 4, true}),
                         [](const auto& of) {
                           std::string name = of.param.name;
                           std::ranges::replace_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace muniment::faults
