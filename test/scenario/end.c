/* The ways in which a TCP connection ends in the process that opened it, and TCP sockets whose end
 * is no line. */
#include "scenario.h"

struct pair {
  int listener, client, server;
  struct conn c, s;
};

static struct pair make_pair(void) {
  struct pair p;
  address at = {0};
  p.listener = listen_on(AF_INET, &at);
  p.client = dial(&at, &p.c, "client");
  p.server = take(p.listener, &p.s, "server");
  close(p.listener);
  return p;
}

static void by_shutdown_both(void) {
  struct pair p = make_pair();
  must(shutdown(p.client, SHUT_RDWR) == 0);
  end(p.client, &p.c);
  end(p.server, &p.s);
}

/* Half closed, then the peer's FIN: TIME_WAIT or CLOSE long before the descriptor goes. */
static void by_shutdown_write(void) {
  struct pair p = make_pair();
  must(shutdown(p.client, SHUT_WR) == 0);
  await(p.server, POLLIN);
  end(p.server, &p.s);
  await(p.client, POLLHUP);
  end(p.client, &p.c);
}

static void by_reset_then_close(void) {
  struct pair p = make_pair();
  reset_on_close(p.server);
  end(p.server, &p.s);
  await(p.client, POLLERR);
  end(p.client, &p.c);
}

/* Data is never acknowledged: the kernel ends an established connection by itself. */
static void by_user_timeout(void) {
  struct pair p = make_pair();
  user_timeout(p.client, 500);
  black_hole(p.server);
  must(write(p.client, "x", 1) == 1);
  await(p.client, POLLERR);
  await_outcome(p.client, ETIMEDOUT);
  end(p.client, &p.c);
  end(p.server, &p.s);
}

static void by_unspec(void) {
  struct pair p = make_pair();
  dissolve(p.client);
  closed(&p.c, NULL);
  close(p.client); /* no longer connected: no line */
  end(p.server, &p.s);
}

static void by_unspec_then_connected(void) {
  struct pair p = make_pair();
  struct conn second;
  address at = {0};
  int listener = listen_on(AF_INET, &at);
  dissolve(p.client);
  closed(&p.c, NULL);
  must(connect(p.client, (struct sockaddr *)&at, length_of(&at)) == 0);
  attempt(&p.c, "client", p.client, &at);
  established(&p.c);
  int s = take(listener, &second, "second-server");
  end(p.client, &p.c);
  end(s, &second);
  end(p.server, &p.s);
  close(listener);
}

enum how { EXITS, IS_KILLED, EXITS_AFTER_RESET };

struct ending {
  struct duo duo;
  enum how how;
};

static void connect_and_end(void *argument) {
  struct ending *e = argument;
  int c = dial(&e->duo.to, &e->duo.client, "client");
  e->duo.step = 1;
  if (e->how == IS_KILLED) pause();
  if (e->how == EXITS_AFTER_RESET) await(c, POLLERR);
}

static void without_close(enum how how) {
  struct ending *e = shared(sizeof *e);
  int listener = listen_on(AF_INET, &e->duo.to);
  e->how = how;
  int pid = spawn(connect_and_end, e), s = take(listener, &e->duo.server, "server");
  until(e->duo.step == 1);
  if (how == IS_KILLED) kill(pid, SIGKILL);
  if (how == EXITS_AFTER_RESET) {
    reset_on_close(s);
    end(s, &e->duo.server);
  }
  reap(pid, how == IS_KILLED ? SIGKILL : 0);
  closed(&e->duo.client, NULL);
  if (how != EXITS_AFTER_RESET) end(s, &e->duo.server);
  close(listener);
}

static void by_exit(void) { without_close(EXITS); }
static void by_kill(void) { without_close(IS_KILLED); }
static void by_reset_then_exit(void) { without_close(EXITS_AFTER_RESET); }

static void accept_and_wait(void *argument) {
  struct duo *d = argument;
  int listener = listen_on(AF_INET, &d->to);
  d->step = 1;
  take(listener, &d->server, "server");
  d->step = 2;
  pause();
}

/* The accepting side is killed. */
static void server_killed(void) {
  struct duo *d = shared(sizeof *d);
  int pid = spawn(accept_and_wait, d);
  until(d->step == 1);
  int c = dial(&d->to, &d->client, "client");
  until(d->step == 2);
  kill(pid, SIGKILL);
  reap(pid, SIGKILL);
  closed(&d->server, NULL);
  end(c, &d->client);
}

static void no_line_listener(void) {
  address at = {0};
  close(listen_on(AF_INET, &at));
}

static void no_line_never_connected(void) { close(tcp(AF_INET, 0)); }

static void no_line_bound(void) {
  address own = loopback(AF_INET, 0);
  int one = tcp(AF_INET, 0), two = tcp(AF_INET, 0);
  bind_to(one, &own);
  own = own_address(one);
  must(bind(two, (struct sockaddr *)&own, length_of(&own)) == -1 && errno == EADDRINUSE);
  close(two);
  close(one);
}

const struct test_case end_cases[] = {
    {"tcp4-end-shutdown-both", by_shutdown_both, 0},
    {"tcp4-end-shutdown-write", by_shutdown_write, 0},
    {"tcp4-end-reset-then-close", by_reset_then_close, 0},
    {"tcp4-end-user-timeout", by_user_timeout, 0},
    {"tcp4-end-unspec", by_unspec, 0},
    {"tcp4-end-unspec-then-connected", by_unspec_then_connected, 0},
    {"tcp4-end-exit", by_exit, 0},
    {"tcp4-end-sigkill", by_kill, 0},
    {"tcp4-end-reset-then-exit", by_reset_then_exit, 0},
    {"tcp4-end-server-sigkill", server_killed, 0},
    {"tcp4-listener-closed", no_line_listener, 0},
    {"tcp4-never-connected", no_line_never_connected, 0},
    {"tcp4-bound-never-connected", no_line_bound, 0},
    {0},
};
