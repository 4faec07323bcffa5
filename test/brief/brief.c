/* Processes and containers that live for milliseconds, each of which opens one socket.
 *
 *   brief NAME                        opens a socket as process NAME and ends
 *   brief NAME wait                   the same on SIGUSR1
 *   brief NAME COUNT BOUND-US MOST    children NAME-1, NAME-2, … of which each does it, until COUNT of them lived for
 *                                     less than BOUND-US microseconds; MOST at most
 *
 * Odd numbers, and a process alone, connect to a port of loopback that nobody listens on; even ones bind UDP. Prints
 * {"name":…,"event":…,"livedUs":…} of each. The life of a child is from before its clone until its parent knows of its
 * end; that of a process alone, a container's first one, from when it was cloned, in steps of the kernel's clock tick. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { DISCARD = 9, PAUSE_US = 1000 };

#define must(call)                                                                                         \
  do {                                                                                                     \
    if (!(call)) {                                                                                         \
      dprintf(STDERR_FILENO, "brief: line %d: %s: %s\n", __LINE__, #call, strerror(errno));                \
      _exit(1);                                                                                            \
    }                                                                                                      \
  } while (0)

static long long now_us(void) {
  struct timespec t;
  must(clock_gettime(CLOCK_BOOTTIME, &t) == 0);
  return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* Field 22 of /proc/self/stat, the 20th behind the name. */
static long long own_start_us(void) {
  char text[1024];
  FILE *file = fopen("/proc/self/stat", "re");
  must(file != NULL && fgets(text, sizeof text, file) != NULL);
  fclose(file);
  char *field = strrchr(text, ')');
  for (int i = 0; i < 20; i++) {
    must(field != NULL);
    field = strchr(field + 1, ' ');
  }
  return atoll(field) * (1000000LL / sysconf(_SC_CLK_TCK));
}

static const char *event_of(int number) { return number % 2 ? "tcp.connect" : "udp.bind"; }

static void open_socket(const char *name, int number) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  must(prctl(PR_SET_NAME, name) == 0);
  if (number % 2) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_port = htons(DISCARD);
    must(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == -1 && errno == ECONNREFUSED);
  } else {
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    must(fd >= 0 && bind(fd, (struct sockaddr *)&to, sizeof to) == 0);
  }
}

static void print(const char *name, int number, long long lived_us) {
  printf("{\"name\":\"%s\",\"event\":\"%s\",\"livedUs\":%lld}\n", name, event_of(number), lived_us);
}

static const char *child_name;
static int child_number;

static int child_run(void *unused) {
  (void)unused;
  open_socket(child_name, child_number);
  return 0;
}

/* As vfork() does it: a process of its own, but without a copy of the memory, which takes an emulated machine long. */
static long long child(const char *name, int number) {
  static char stack[65536] __attribute__((aligned(16)));
  child_name = name;
  child_number = number;
  long long from = now_us();
  int status, pid = clone(child_run, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
  must(pid >= 0);
  must(waitpid(pid, &status, 0) == pid && status == 0);
  return now_us() - from;
}

static void children(const char *name, int count, long long bound_us, int most) {
  for (int number = 1, brief = 0; brief < count && number <= most; number++) {
    char own[64];
    snprintf(own, sizeof own, "%s-%d", name, number);
    must(strlen(own) < 16);
    long long lived_us = child(own, number);
    brief += lived_us < bound_us;
    print(own, number, lived_us);
    usleep(PAUSE_US);
  }
}

static void wait_for_signal(void) {
  sigset_t usr1;
  int got;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  must(sigprocmask(SIG_BLOCK, &usr1, NULL) == 0);
  puts("ready");
  fflush(stdout);
  must(sigwait(&usr1, &got) == 0);
}

int main(int argc, char **argv) {
  if (argc == 5) {
    children(argv[1], atoi(argv[2]), atoll(argv[3]), atoi(argv[4]));
    return 0;
  }
  must(argc == 2 || (argc == 3 && strcmp(argv[2], "wait") == 0));
  if (argc == 3) wait_for_signal();
  open_socket(argv[1], 1);
  print(argv[1], 1, now_us() - own_start_us());
  return 0;
}
