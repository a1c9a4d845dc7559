// What ships is built so that a fault of memory is harder to use. Looked at in the programs themselves, as hardening-check of Debian's
// devscripts does, by the readelf and objdump that come with the compiler.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <regex>
#include <string>
#include <vector>

namespace muniment {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string output_of(const std::string& command) {
  std::string out;
  std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  std::array<char, 4096> buffer{};
  while (pipe != nullptr && std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
  if (pipe != nullptr && ::pclose(pipe) != 0) ADD_FAILURE() << command << ": " << out.substr(0, 1000);
  return out;
}

// What the program does not have of what it should.
std::vector<std::string> missing_in(const std::string& program) {
  const std::string elf = output_of(fmt::format("LC_ALL=C readelf --wide --file-header --program-headers --dynamic --notes {}", program));
  const std::string symbols = output_of(fmt::format("LC_ALL=C readelf --wide --dyn-syms {}", program));
  const std::string code = output_of(fmt::format("LC_ALL=C objdump --no-show-raw-insn --disassemble=main {}", program));
  std::vector<std::string> missing;
  const auto expect = [&](const std::string& what, const std::string& text, const std::string& expression) {
    if (!std::regex_search(text, std::regex(expression))) missing.push_back(what);
  };
  expect("its place in memory is drawn (PIE)", elf, "\\(FLAGS_1\\)[^\n]* PIE");
  expect("tables of the linker are read only (RELRO)", elf, "\n *GNU_RELRO ");
  expect("all of them, from the beginning (BIND_NOW)", elf, "\\(FLAGS_1\\)[^\n]* NOW");
  expect("the stack holds no code", elf, "\n *GNU_STACK [^\n]* RW  ");
  expect("a shadow stack may be kept (SHSTK)", elf, "x86 feature: [^\n]*SHSTK");
  expect("returns are guarded (stack protector)", symbols, "__stack_chk_fail@");
  expect("functions of C know their buffers' sizes (FORTIFY_SOURCE)", symbols, "__[a-z_]+_chk@GLIBC");
  expect("indirect jumps have landing pads (endbr64)", code, "<main>:\n[^\n]*endbr64");
  return missing;
}

TEST(Hardening, IsWhollyMissedInAProgramThatHasNone) {
  EXPECT_THAT(missing_in(MUNIMENT_UNHARDENED),
              ElementsAre("its place in memory is drawn (PIE)", "tables of the linker are read only (RELRO)",
                          "all of them, from the beginning (BIND_NOW)", "the stack holds no code", "a shadow stack may be kept (SHSTK)",
                          "returns are guarded (stack protector)", "functions of C know their buffers' sizes (FORTIFY_SOURCE)",
                          "indirect jumps have landing pads (endbr64)"));
}

TEST(Hardening, IsInEveryProgramThatShips) {
  if (!MUNIMENT_HARDENED) GTEST_SKIP() << "left out: a build for a sanitizer or without an optimiser, which does not ship";
  for (const char* program : {MUNIMENT_PROGRAM, MUNIMENT_VERIFY_PROGRAM}) EXPECT_THAT(missing_in(program), IsEmpty()) << program;
}

}  // namespace
}  // namespace muniment
