/* Processes of the scenario, and what they share. */
#include "scenario.h"
#include <stdarg.h>
#include <sys/mman.h>
#include <time.h>

void die(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  dprintf(STDERR_FILENO, "scenario: %s: ", current_case);
  vdprintf(STDERR_FILENO, format, rest);
  dprintf(STDERR_FILENO, "\n");
  va_end(rest);
  _exit(1);
}

void *shared(size_t size) {
  void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(p != MAP_FAILED);
  return p;
}

/* The child inherits every descriptor: spawn before opening what it must not hold. */
int spawn(void (*run)(void *), void *argument) {
  int parent = getpid(), pid = fork();
  must(pid >= 0);
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    run(argument);
    _exit(0);
  }
  say("{\"process\":%d}", pid);
  return pid;
}

/* by_signal 0: the child must have ended well. */
void reap(int pid, int by_signal) {
  int status;
  while (waitpid(pid, &status, 0) != pid) must(errno == EINTR);
  if (by_signal ? !(WIFSIGNALED(status) && WTERMSIG(status) == by_signal) : status != 0)
    die("child %d ended with status %#x", pid, status);
}

/* A zombie has given up its descriptors, but its pid is not free yet. */
void until_zombie(int pid) {
  siginfo_t info;
  while (waitid(P_PID, pid, &info, WEXITED | WNOWAIT)) must(errno == EINTR);
}

long long now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}
