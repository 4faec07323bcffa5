/* Does each socket thing once and prints which lines a log of them must hold.
 *
 *   scenario [--only case,case] [--pending]     scenario --list
 *
 * Without --pending: what holds where a connect is called pending after 10 s (so never here); with it:
 * the cases that are about pending connects, for pendingAfter 1 s. Needs root. README.md says what it
 * prints. */
#include "scenario.h"
#include <sched.h>

static const struct test_case *const groups[] = {
    connect_cases,   attempt_cases, accept_cases, end_cases,       owner_cases, process_cases,
    namespace_cases, udp_cases,     name_cases,   fast_open_cases, mptcp_cases, uring_cases,
    denied_cases,    kernel_cases};

static const char *only;
static bool v6_works, listing;
static int cases_run;

static bool wanted(const char *name) {
  if (!only) return true;
  size_t length = strlen(name);
  for (const char *p = only; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
    if (strncmp(p, name, length) == 0 && (p[length] == ',' || p[length] == '\0')) return true;
  return false;
}

static void run_group(const struct test_case *c) {
  for (; c->name; c++) {
    if (listing) puts(c->name);
    if (listing || !wanted(c->name)) continue;
    current_case = c->name;
    cases_run++;
    if ((c->needs & NEEDS_V6) && !v6_works) skip("no IPv6 on this machine");
    else c->run();
  }
}

/* A name that no case has would otherwise look like a test that passed. */
static void check_names(void) {
  if (!only) return;
  int asked = 1;
  for (const char *p = only; *p; p++) asked += *p == ',';
  if (cases_run != asked) die("%d of the %d cases of --only are there", cases_run, asked);
}

static bool has_v6(void) {
  address a = loopback(AF_INET6, 0);
  int fd = socket(AF_INET6, SOCK_STREAM, 0);
  bool works = fd >= 0 && bind(fd, (struct sockaddr *)&a, length_of(&a)) == 0;
  if (fd >= 0) close(fd);
  return works;
}

/* The image that the exec cases run: what it does with the descriptor is told by hidden arguments. */
static int after_exec(const char *what, int fd) {
  if (strcmp(what, "--then-close") == 0) return close(fd);
  return fcntl(fd, F_GETFD) == -1 && errno == EBADF ? 0 : 1;
}

static void too_long(int signal) {
  (void)signal;
  die("not done in time");
}

int main(int argc, char **argv) {
  bool pending = false;
  if (argc == 3 && strncmp(argv[1], "--then-", 7) == 0) return after_exec(argv[1], atoi(argv[2]));
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--only") == 0 && i + 1 < argc) only = argv[++i];
    else if (strcmp(argv[i], "--pending") == 0) pending = true;
    else if (strcmp(argv[i], "--list") == 0) listing = true;
    else die("usage: scenario [--only case,case] [--pending] | --list");
  }
  if (!listing) {
    /* Its own network namespace: it disturbs nobody, and nobody's traffic stands among its lines. */
    must(unshare(CLONE_NEWNET) == 0);
    loopback_up();
    v6_works = has_v6();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGALRM, too_long);
    alarm(240);
    say("{\"process\":%d}", getpid());
  }
  if (pending) run_group(pending_cases);
  else
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) run_group(groups[i]);
  if (listing) return 0;
  current_case = "--only";
  check_names();
  say("{\"done\":true,\"cases\":%d}", cases_run - cases_skipped);
  return 0;
}
