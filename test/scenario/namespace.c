/* Processes that know themselves by other numbers than the host's. */
#include "scenario.h"
#include <sched.h>

enum { UID_OF_HOST = 12345 };

struct inner {
  struct duo duo;
  int pid;
  bool cannot;
};

static void connect_to(struct inner *n, const char *name) {
  must(prctl(PR_SET_NAME, name) == 0);
  end(dial(&n->duo.to, &n->duo.client, "client"), &n->duo.client);
}

static void in_user_namespace(void *argument) {
  struct inner *n = argument;
  if (unshare(CLONE_NEWUSER) != 0) {
    n->cannot = true;
    return;
  }
  n->duo.step = 1;
  until(n->duo.step == 2);
  must(setuid(0) == 0 && getuid() == 0);
  known_as(getpid(), UID_OF_HOST);
  connect_to(n, "root-inside");
}

/* Root in its own user namespace is another user outside, and that is the one in the line. */
static void user_namespace(void) {
  struct inner *n = shared(sizeof *n);
  char path[64], map[64];
  int listener = listen_on(AF_INET, &n->duo.to), pid = spawn(in_user_namespace, n);
  until(n->duo.step == 1 || n->cannot);
  if (n->cannot) {
    reap(pid, 0);
    close(listener);
    return skip("no user namespaces");
  }
  snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
  snprintf(map, sizeof map, "0 %d 1", UID_OF_HOST);
  must(write_file(path, map));
  n->duo.step = 2;
  int s = take(listener, &n->duo.server, "server");
  reap(pid, 0);
  end(s, &n->duo.server);
  close(listener);
}

/* Number 1 of its own pid namespace, in a network namespace of its own. */
static void innermost(struct inner *n) {
  until(n->pid != 0);
  must(getpid() == 1);
  known_as(n->pid, getuid());
  must(unshare(CLONE_NEWNET) == 0);
  loopback_up();
  int listener = listen_on(AF_INET, &n->duo.to);
  connect_to(n, "number-one");
  end(take(listener, &n->duo.server, "server"), &n->duo.server);
  close(listener);
}

static void in_pid_namespace(void *argument) {
  struct inner *n = argument;
  if (unshare(CLONE_NEWPID) != 0) {
    n->cannot = true;
    return;
  }
  int pid = fork();
  must(pid >= 0);
  if (pid == 0) {
    innermost(n);
    _exit(0);
  }
  say("{\"process\":%d}", pid);
  n->pid = pid;
  reap(pid, 0);
}

static void pid_and_network_namespace(void) {
  struct inner *n = shared(sizeof *n);
  reap(spawn(in_pid_namespace, n), 0);
  if (n->cannot) skip("no pid namespaces");
}

const struct test_case namespace_cases[] = {
    {"who-in-user-namespace", user_namespace, 0},
    {"who-in-pid-and-network-namespace", pid_and_network_namespace, 0},
    {0},
};
