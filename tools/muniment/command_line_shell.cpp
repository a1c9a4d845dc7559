// Subcommands for shells and for the build of the manual pages.
#include "tools/muniment/command_line.h"

#include "tools/muniment/completion.h"
#include "tools/muniment/manual.h"

namespace muniment {

void CommandLine::add_completion() {
  CLI::App* sub = app_.add_subcommand("completion", "Print a completion script for a shell");
  sub->add_option_function<std::string>(
         "shell",
         [this](const std::string& name) {
           chosen_ = [this, name] {
             console_.out << completion_script(app_, name == "bash" ? Shell::bash : name == "zsh" ? Shell::zsh : Shell::fish) << std::flush;
             require_written(console_.out);
             return ExitCode::ok;
           };
         },
         "Whose")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
}

// For the build of the manual pages.
void CommandLine::add_manual() {
  CLI::App* sub = app_.add_subcommand("manual", "Print a part of the manual, for scdoc")->group("");
  sub->add_option_function<std::string>(
         "part",
         [this](const std::string& name) {
           chosen_ = [this, name] {
             const ManualPart part = name == "serve"      ? ManualPart::serve
                                     : name == "settings" ? ManualPart::settings
                                                          : ManualPart::subcommands;
             console_.out << manual_part(app_, part) << std::flush;
             require_written(console_.out);
             return ExitCode::ok;
           };
         },
         "Which")
      ->required()
      ->check(CLI::IsMember({"subcommands", "serve", "settings"}));
}

}  // namespace muniment
