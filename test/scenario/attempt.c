/* TCP connects that take their time: no answer, no host, given up, answered late. */
#include "scenario.h"
#include <pthread.h>

static void timed_out(int family) {
  struct conn client;
  address at = {0}, own = loopback(family, 0);
  int listener = listen_on(family, &at), c = tcp(family, 0);
  black_hole(listener);
  bind_to(c, &own);
  user_timeout(c, 1000);
  attempt(&client, "client", c, &at);
  must(connect(c, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == ETIMEDOUT);
  failed(&client, ETIMEDOUT);
  close(c);
  close(listener);
}

static void v4_timed_out(void) { timed_out(AF_INET); }
static void v6_timed_out(void) { timed_out(AF_INET6); }

static void timed_out_nonblocking(void) {
  struct conn client;
  address at = {0};
  int listener = listen_on(AF_INET, &at);
  black_hole(listener);
  int c = start_dial(&at, &client, "client");
  user_timeout(c, 1000);
  await_outcome(c, ETIMEDOUT);
  failed(&client, ETIMEDOUT);
  close(c);
  close(listener);
}

/* Nobody on the link answers for the address: the kernel gives up by itself. */
static void host_unreachable(void) {
  struct conn client;
  if (!veth_up("nl0", "nl1", "10.66.0.1")) return skip("no veth: %s", strerror(errno));
  write_file("/proc/sys/net/ipv4/neigh/nl0/retrans_time_ms", "300"); /* three questions in 1 s, not 3 s */
  address to = parse_address(AF_INET, "10.66.0.9", 80);
  int c = start_dial(&to, &client, "client");
  await_outcome(c, EHOSTUNREACH);
  failed(&client, EHOSTUNREACH);
  close(c);
}

enum way { BY_CLOSE, BY_UNSPEC, BY_SHUTDOWN, BY_EXIT, BY_KILL };

struct given_up {
  struct duo duo;
  enum way way;
};

static void try_and_give_up(void *argument) {
  struct given_up *g = argument;
  int c = start_dial(&g->duo.to, &g->duo.client, "client");
  g->duo.step = 1;
  if (g->way == BY_KILL) pause();
  if (g->way == BY_UNSPEC) dissolve(c);
  if (g->way == BY_SHUTDOWN) must(shutdown(c, SHUT_RDWR) == 0);
  if (g->way != BY_EXIT) must(close(c) == 0);
}

static void aborted(enum way way) {
  struct given_up *g = shared(sizeof *g);
  int listener = listen_on(AF_INET, &g->duo.to);
  black_hole(listener);
  g->way = way;
  if (way == BY_EXIT || way == BY_KILL) {
    int pid = spawn(try_and_give_up, g);
    until(g->duo.step == 1);
    if (way == BY_KILL) kill(pid, SIGKILL);
    reap(pid, way == BY_KILL ? SIGKILL : 0);
  } else {
    try_and_give_up(g);
  }
  result(&g->duo.client, "aborted");
  close(listener);
}

static void aborted_by_close(void) { aborted(BY_CLOSE); }
static void aborted_by_unspec(void) { aborted(BY_UNSPEC); }
static void aborted_by_shutdown(void) { aborted(BY_SHUTDOWN); }
static void aborted_by_exit(void) { aborted(BY_EXIT); }
static void aborted_by_kill(void) { aborted(BY_KILL); }

/* Given up by AF_UNSPEC, and used again: two attempts of one socket. */
static void aborted_then_connected(void) {
  struct conn client, server;
  address hole = {0}, at = {0};
  int deaf = listen_on(AF_INET, &hole), listener = listen_on(AF_INET, &at);
  black_hole(deaf);
  int c = start_dial(&hole, &client, "client");
  dissolve(c);
  result(&client, "aborted");
  must(connect(c, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == EINPROGRESS);
  await_outcome(c, 0);
  attempt(&client, "client", c, &at);
  established(&client);
  int s = take(listener, &server, "server");
  end(c, &client);
  end(s, &server);
  close(listener);
  close(deaf);
}

struct nudge {
  pthread_t whom;
  _Atomic bool enough;
};

static void wake_up(int signal) { (void)signal; }

static void *nudge(void *argument) {
  struct nudge *n = argument;
  while (!n->enough) {
    usleep(20000);
    pthread_kill(n->whom, SIGUSR1);
  }
  return NULL;
}

/* A blocking connect that a signal interrupts goes on without its caller. */
static void interrupted(void) {
  struct conn client, server;
  struct nudge n = {.whom = pthread_self()};
  struct sigaction action = {.sa_handler = wake_up}; /* without SA_RESTART */
  address at = {0}, own = loopback(AF_INET, 0);
  pthread_t thread;
  int listener = listen_on(AF_INET, &at), c = tcp(AF_INET, 0);
  black_hole(listener);
  bind_to(c, &own);
  attempt(&client, "client", c, &at);
  must(sigaction(SIGUSR1, &action, NULL) == 0);
  must(pthread_create(&thread, NULL, nudge, &n) == 0);
  must(connect(c, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == EINTR);
  n.enough = true;
  must(pthread_join(thread, NULL) == 0);
  open_again(listener);
  await_outcome(c, 0);
  established(&client);
  int s = take(listener, &server, "server");
  end(c, &client);
  end(s, &server);
  close(listener);
}

const struct test_case attempt_cases[] = {
    {"tcp4-timed-out", v4_timed_out, 0},
    {"tcp6-timed-out", v6_timed_out, NEEDS_V6},
    {"tcp4-timed-out-nonblocking", timed_out_nonblocking, 0},
    {"tcp4-host-unreachable", host_unreachable, 0},
    {"tcp4-aborted-by-close", aborted_by_close, 0},
    {"tcp4-aborted-by-unspec", aborted_by_unspec, 0},
    {"tcp4-aborted-by-shutdown", aborted_by_shutdown, 0},
    {"tcp4-aborted-by-exit", aborted_by_exit, 0},
    {"tcp4-aborted-by-sigkill", aborted_by_kill, 0},
    {"tcp4-aborted-then-connected", aborted_then_connected, 0},
    {"tcp4-connect-interrupted", interrupted, 0},
    {0},
};
