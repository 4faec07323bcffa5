/* Processes, none of which outlives the program. */
#include "pressure.h"

void die(const char *file, int line, const char *what) {
  dprintf(STDERR_FILENO, "pressure: %s:%d: %s: %s\n", file, line, what, strerror(errno));
  _exit(1);
}

void *shared(size_t size) {
  void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(p != MAP_FAILED);
  return p;
}

int spawn(void (*run)(void *), void *argument) {
  int parent = getpid(), pid = fork();
  must(pid >= 0);
  if (pid > 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  run(argument);
  _exit(0);
}

/* by_signal 0: it must have ended well by itself. */
void end_child(int pid, int by_signal) {
  int status;
  if (by_signal) kill(pid, by_signal);
  while (waitpid(pid, &status, 0) != pid) must(errno == EINTR);
  must(by_signal ? WIFSIGNALED(status) && WTERMSIG(status) == by_signal : status == 0);
}
