// A PDF of an HTML document, by Debian's weasyprint, which is run as a program of its own.
#pragma once

#include <filesystem>

namespace muniment {

// Writes `pdf` over what is there. Throws CliError where the program is not installed or fails.
void make_pdf(const std::filesystem::path& html, const std::filesystem::path& pdf);

}  // namespace muniment
