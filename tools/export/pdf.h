// A PDF of an HTML document, by Debian's weasyprint, which is run as a program of its own.
#pragma once

#include <chrono>
#include <filesystem>

namespace muniment {

// Writes `pdf` over what is there. Throws CliError where the program is not installed, fails or takes longer.
void make_pdf(const std::filesystem::path& html, const std::filesystem::path& pdf,
              std::chrono::milliseconds time_max = std::chrono::minutes{15});

}  // namespace muniment
