// A PDF of an HTML document, by Debian's weasyprint, which is run as a program of its own, bounded in time and memory.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace muniment {

struct PdfLimits {
  std::chrono::milliseconds time_max = std::chrono::minutes{15};
  std::uint64_t memory_max = std::uint64_t{8} << 30U;  // Bytes of address space.
};

struct PdfFailed : std::runtime_error {
  enum class Why { not_installed, took_too_long, no_pdf, stopped };
  PdfFailed(Why what, const std::string& message) : std::runtime_error(message), why(what) {}
  Why why;
};

// Writes over `pdf`, which is there. The program ends with the thread that called, at the latest. Throws PdfFailed, and std::system_error
// where no process can be started or a file cannot be opened.
void make_pdf(const std::filesystem::path& html, const std::filesystem::path& pdf, const PdfLimits& limits = {});

// The same in memory: nothing of it stands in a folder. `is_stopping`, where there is one, ends it when it is true.
std::string pdf_of(std::string_view html, const PdfLimits& limits, const std::function<bool()>& is_stopping = {});

}  // namespace muniment
