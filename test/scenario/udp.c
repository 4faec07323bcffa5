/* UDP: which sockets have lines, and with which addresses. */
#include "scenario.h"

static void udp_end(int fd, struct conn *c) {
  udp_ends_as(c, fd);
  must(close(fd) == 0);
  udp_closed(c, NULL);
}

static int bound(const address *at, struct conn *c, const char *socket) {
  int fd = udp(at->ss_family);
  bind_to(fd, at);
  udp_bound(c, socket, fd);
  return fd;
}

static void connect_to(int fd, const address *to) {
  must(connect(fd, (const struct sockaddr *)to, length_of(to)) == 0);
}

static void bind_and_close(int family, const char *text, int port) {
  struct conn c;
  address at = parse_address(family, text, port);
  udp_end(bound(&at, &c, "socket"), &c);
}

static void v4_port(void) { bind_and_close(AF_INET, "127.0.0.1", 5353); }
static void v4_port_0(void) { bind_and_close(AF_INET, "127.0.0.1", 0); }
static void v4_any(void) { bind_and_close(AF_INET, "0.0.0.0", 2752); }
static void v6_port(void) { bind_and_close(AF_INET6, "::1", 5353); }
static void v6_any(void) { bind_and_close(AF_INET6, "::", 0); }
static void mapped_port(void) { bind_and_close(AF_INET6, "::ffff:127.0.0.1", 0); }

static void bind_in_use(void) {
  struct conn c;
  address at = loopback(AF_INET, 0);
  int first = bound(&at, &c, "first"), second = udp(AF_INET);
  at = own_address(first);
  must(bind(second, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == EADDRINUSE);
  close(second);
  udp_end(first, &c);
}

static void connect_and_close(int family, const char *text) {
  struct conn c;
  address to = parse_address(family, text, 9);
  int fd = udp(family);
  connect_to(fd, &to);
  udp_connected(&c, "socket", fd);
  udp_end(fd, &c);
}

static void v4_connect(void) { connect_and_close(AF_INET, "127.0.0.1"); }
static void v6_connect(void) { connect_and_close(AF_INET6, "::1"); }
static void mapped_connect(void) { connect_and_close(AF_INET6, "::ffff:127.0.0.1"); }

/* A socket bound to the wildcard gets an address by connecting. */
static void bind_connect(void) {
  struct conn c;
  address any = parse_address(AF_INET, "0.0.0.0", 0), to = loopback(AF_INET, 9);
  int fd = bound(&any, &c, "socket");
  connect_to(fd, &to);
  udp_connected(&c, "socket", fd);
  udp_end(fd, &c);
}

static void connect_twice(void) {
  struct conn c;
  address one = loopback(AF_INET, 9), other = parse_address(AF_INET, "127.0.0.2", 53);
  int fd = udp(AF_INET);
  connect_to(fd, &one);
  udp_connected(&c, "socket", fd);
  connect_to(fd, &other);
  udp_connected(&c, "socket", fd);
  udp_end(fd, &c);
}

/* Dissolved, as getaddrinfo does: without an explicit bind the kernel takes the port back too. */
static void connect_dissolve(void) {
  struct conn c;
  address to = loopback(AF_INET, 9);
  int fd = udp(AF_INET);
  connect_to(fd, &to);
  udp_connected(&c, "socket", fd);
  dissolve(fd);
  udp_end(fd, &c);
}

/* A port that was asked for stays; one that bind chose for 0 is taken back. */
static void bind_connect_dissolve_from(int port) {
  struct conn c;
  address own = loopback(AF_INET, port), to = loopback(AF_INET, 9);
  int fd = bound(&own, &c, "socket");
  connect_to(fd, &to);
  udp_connected(&c, "socket", fd);
  dissolve(fd);
  udp_end(fd, &c);
}

static void port_connect_dissolve(void) { bind_connect_dissolve_from(5354); }
static void port_0_connect_dissolve(void) { bind_connect_dissolve_from(0); }

static void no_line_connect_fails(void) {
  address to = parse_address(AF_INET, "203.0.113.7", 9);
  int fd = udp(AF_INET);
  must(connect(fd, (struct sockaddr *)&to, length_of(&to)) == -1 && errno == ENETUNREACH);
  close(fd);
}

/* Bound by the kernel at its first datagram, not by bind(2). */
static void no_line_send(int family) {
  address to = loopback(family, 9);
  int fd = udp(family);
  must(sendto(fd, "x", 1, 0, (struct sockaddr *)&to, length_of(&to)) == 1);
  close(fd);
}

static void v4_send(void) { no_line_send(AF_INET); }
static void v6_send(void) { no_line_send(AF_INET6); }
static void no_line_unused(void) { close(udp(AF_INET)); }

struct bearer {
  struct conn conn;
  struct who closer;
  _Atomic int step;
  int fd;
};

static void bind_and_exit(void *argument) {
  struct bearer *b = argument;
  address any = parse_address(AF_INET, "0.0.0.0", 0);
  bound(&any, &b->conn, "socket");
}

static void bind_and_wait(void *argument) {
  struct bearer *b = argument;
  bind_and_exit(b);
  b->step = 1;
  pause();
}

static void by_exit(void) {
  struct bearer *b = shared(sizeof *b);
  reap(spawn(bind_and_exit, b), 0);
  udp_closed(&b->conn, NULL);
}

static void by_kill(void) {
  struct bearer *b = shared(sizeof *b);
  int pid = spawn(bind_and_wait, b);
  until(b->step == 1);
  kill(pid, SIGKILL);
  reap(pid, SIGKILL);
  udp_closed(&b->conn, NULL);
}

static void heir(void *argument) {
  struct bearer *b = argument;
  must(prctl(PR_SET_NAME, "udp-heir") == 0);
  b->closer = who_am_i();
  until(b->step == 1);
  must(close(b->fd) == 0);
}

static void by_child(void) {
  struct bearer *b = shared(sizeof *b);
  address own = loopback(AF_INET, 0);
  b->fd = bound(&own, &b->conn, "socket");
  int pid = spawn(heir, b);
  must(close(b->fd) == 0);
  b->step = 1;
  reap(pid, 0);
  udp_closed(&b->conn, &b->closer);
}

const struct test_case udp_cases[] = {
    {"udp4-bind-port", v4_port, 0},
    {"udp4-bind-port-0", v4_port_0, 0},
    {"udp4-bind-any", v4_any, 0},
    {"udp6-bind-port", v6_port, NEEDS_V6},
    {"udp6-bind-any", v6_any, NEEDS_V6},
    {"udp-mapped-bind", mapped_port, NEEDS_V6},
    {"udp4-bind-in-use", bind_in_use, 0},
    {"udp4-connect", v4_connect, 0},
    {"udp6-connect", v6_connect, NEEDS_V6},
    {"udp-mapped-connect", mapped_connect, NEEDS_V6},
    {"udp4-bind-connect", bind_connect, 0},
    {"udp4-connect-twice", connect_twice, 0},
    {"udp4-connect-dissolve", connect_dissolve, 0},
    {"udp4-bind-port-connect-dissolve", port_connect_dissolve, 0},
    {"udp4-bind-port-0-connect-dissolve", port_0_connect_dissolve, 0},
    {"udp4-connect-fails", no_line_connect_fails, 0},
    {"udp4-send-only", v4_send, 0},
    {"udp6-send-only", v6_send, NEEDS_V6},
    {"udp4-unused", no_line_unused, 0},
    {"udp4-end-exit", by_exit, 0},
    {"udp4-end-sigkill", by_kill, 0},
    {"udp4-end-by-child", by_child, 0},
    {0},
};
