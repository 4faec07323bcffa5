/* Makes many sockets at once, a known number of them, and prints which lines a log of them must hold.
 *
 *   pressure prefork WORKERS CONNECTIONS
 *   pressure failing THREADS ROUNDS
 *   pressure dial IP PORT REFUSING-PORT CONNECTIONS
 *   pressure taking UNANSWERED UNREACHABLE
 *
 * Needs root. README.md says what each run is for. */
#include "pressure.h"

static void too_long(int signal) {
  (void)signal;
  errno = ETIME;
  die("main.c", 0, "not done in time");
}

int main(int argc, char **argv) {
  struct rlimit many = {.rlim_cur = 16384, .rlim_max = 16384};
  must(setrlimit(RLIMIT_NOFILE, &many) == 0);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGALRM, too_long);
  alarm(100);
  made_init(60000);
  if (argc == 4 && strcmp(argv[1], "prefork") == 0) prefork(atoi(argv[2]), atoi(argv[3]));
  else if (argc == 4 && strcmp(argv[1], "failing") == 0) failing(atoi(argv[2]), atoi(argv[3]));
  else if (argc == 4 && strcmp(argv[1], "taking") == 0) taking(atoi(argv[2]), atoi(argv[3]));
  else if (argc == 6 && strcmp(argv[1], "dial") == 0)
    dial(at(argv[2], atoi(argv[3])), at(argv[2], atoi(argv[4])), atoi(argv[5]));
  else {
    dprintf(STDERR_FILENO, "usage: see main.c\n");
    return 1;
  }
  made_print();
  puts("{\"done\":true}");
  return 0;
}
