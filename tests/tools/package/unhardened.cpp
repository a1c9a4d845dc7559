// A program with all that hardening takes away: the control of hardening_test.cpp.
#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
  char text[64];
  std::strcpy(text, argv[argc - 1]);
  std::puts(text);
  return 0;
}
