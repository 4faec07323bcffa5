/* Accepts in many processes, and the ways to a connection that need no plain listener and client. */
#include "scenario.h"

enum { WORKERS = 64, EACH = 5, REUSEPORT_CONNECTIONS = 24 };

struct prefork {
  int listener;
  _Atomic int waiting;
  _Atomic int number;
};

static void worker(void *argument) {
  struct prefork *p = argument;
  int me = p->number++;
  p->waiting++;
  for (int i = 0; i < EACH; i++) {
    struct conn server;
    address peer;
    socklen_t length = sizeof peer;
    char name[32];
    int s = me % 2 ? accept4(p->listener, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC)
                   : syscall(SYS_accept, p->listener, &peer, &length);
    must(s >= 0);
    snprintf(name, sizeof name, "worker-%d-%d", me, i);
    accepted(&server, name, s, &peer);
    end(s, &server);
  }
}

/* Many processes asleep in accept at once: what return probes with few instances miss. Half of the
 * workers call accept, half accept4. */
static void prefork(void) {
  struct prefork *p = shared(sizeof *p);
  int pids[WORKERS];
  address at = {0};
  p->listener = listen_on(AF_INET, &at);
  for (int i = 0; i < WORKERS; i++) pids[i] = spawn(worker, p);
  until(p->waiting == WORKERS);
  for (int i = 0; i < WORKERS * EACH; i++) {
    struct conn client;
    char name[32];
    snprintf(name, sizeof name, "client-%d", i);
    end(dial(&at, &client, name), &client);
  }
  for (int i = 0; i < WORKERS; i++) reap(pids[i], 0);
  close(p->listener);
}

/* The client is gone before the connection is accepted, by FIN or by RST. */
static void gone_before_accept(bool by_reset) {
  struct conn client, server;
  address at = {0};
  int listener = listen_on(AF_INET, &at), c = dial(&at, &client, "client");
  await(listener, POLLIN); /* in the queue: an RST before that would keep it out */
  if (by_reset) reset_on_close(c);
  end(c, &client);
  end(take(listener, &server, "server"), &server);
  close(listener);
}

static void fin_before_accept(void) { gone_before_accept(false); }
static void reset_before_accept(void) { gone_before_accept(true); }

struct reuse {
  address at;
  _Atomic int listening, taken, enough;
};

static void reuseport_server(void *argument) {
  struct reuse *r = argument;
  int on = 1, l = tcp(AF_INET, SOCK_NONBLOCK);
  must(setsockopt(l, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0);
  if (!r->at.ss_family) r->at = loopback(AF_INET, 0);
  bind_to(l, &r->at);
  r->at = own_address(l);
  must(listen(l, 64) == 0);
  r->listening++;
  while (!r->enough) {
    struct pollfd p = {.fd = l, .events = POLLIN};
    struct conn server;
    char name[32];
    if (poll(&p, 1, 5) != 1) continue;
    snprintf(name, sizeof name, "server-%d", r->taken);
    end(take(l, &server, name), &server);
    r->taken++;
  }
  close(l);
}

static void reuseport(void) {
  struct reuse *r = shared(sizeof *r);
  int pids[2];
  for (int i = 0; i < 2; i++) {
    pids[i] = spawn(reuseport_server, r);
    until(r->listening == i + 1);
  }
  for (int i = 0; i < REUSEPORT_CONNECTIONS; i++) {
    struct conn client;
    char name[32];
    snprintf(name, sizeof name, "client-%d", i);
    int c = dial(&r->at, &client, name);
    until(r->taken == i + 1);
    end(c, &client);
  }
  r->enough = 1;
  for (int i = 0; i < 2; i++) reap(pids[i], 0);
}

/* The same four-tuple again at once; the kernel may well reuse the socket's memory too. */
static void same_tuple_again(void) {
  address at = {0}, own = loopback(AF_INET, 0);
  int listener = listen_on(AF_INET, &at), on = 1;
  for (int i = 1; i <= 3; i++) {
    struct conn client, server;
    char name[2][32];
    snprintf(name[0], sizeof name[0], "client-%d", i);
    snprintf(name[1], sizeof name[1], "server-%d", i);
    int c = tcp(AF_INET, 0);
    must(setsockopt(c, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    bind_to(c, &own);
    own = own_address(c);
    must(connect(c, (struct sockaddr *)&at, length_of(&at)) == 0);
    attempt(&client, name[0], c, &at);
    established(&client);
    int s = take(listener, &server, name[1]);
    reset_on_close(c);
    end(c, &client);
    await(s, POLLERR);
    end(s, &server);
  }
  close(listener);
}

/* A socket connected to its own port is both ends: one opening, one close. */
static void to_itself(int family) {
  struct conn self;
  address own = loopback(family, 0);
  int fd = tcp(family, 0);
  bind_to(fd, &own);
  own = own_address(fd);
  must(connect(fd, (struct sockaddr *)&own, length_of(&own)) == 0);
  attempt(&self, "self", fd, &own);
  established(&self);
  end(fd, &self);
}

static void v4_to_itself(void) { to_itself(AF_INET); }
static void v6_to_itself(void) { to_itself(AF_INET6); }

/* Two sockets connect to each other and nobody listens. The first is deaf until the second has tried too,
 * so the refusal of its first SYN does not reach it; its next SYN, a second later, meets the other's. */
static void simultaneous_open(void) {
  struct conn one, two;
  address a = loopback(AF_INET, 0), b = a;
  int first = tcp(AF_INET, SOCK_NONBLOCK), second = tcp(AF_INET, SOCK_NONBLOCK);
  bind_to(first, &a);
  bind_to(second, &b);
  a = own_address(first);
  b = own_address(second);
  black_hole(first);
  must(connect(first, (struct sockaddr *)&b, length_of(&b)) == -1 && errno == EINPROGRESS);
  must(connect(second, (struct sockaddr *)&a, length_of(&a)) == -1 && errno == EINPROGRESS);
  attempt(&one, "first", first, &b);
  attempt(&two, "second", second, &a);
  open_again(first);
  await_outcome(first, 0);
  await_outcome(second, 0);
  established(&one);
  established(&two);
  end(first, &one);
  end(second, &two);
}

const struct test_case accept_cases[] = {
    {"tcp4-prefork", prefork, 0},
    {"tcp4-fin-before-accept", fin_before_accept, 0},
    {"tcp4-reset-before-accept", reset_before_accept, 0},
    {"tcp4-reuseport-two-processes", reuseport, 0},
    {"tcp4-same-tuple-again", same_tuple_again, 0},
    {"tcp4-to-itself", v4_to_itself, 0},
    {"tcp6-to-itself", v6_to_itself, NEEDS_V6},
    {"tcp4-simultaneous-open", simultaneous_open, 0},
    {0},
};
