/* Sockets. Everything happens on the loopback device of the scenario's own network namespace. */
#include "scenario.h"
#include <arpa/inet.h>
#include <linux/filter.h>

address parse_address(int family, const char *text, int port) {
  address a = {.ss_family = family};
  struct sockaddr_in *v4 = (struct sockaddr_in *)&a;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&a;
  if (family == AF_INET) {
    v4->sin_port = htons(port);
    must(inet_pton(AF_INET, text, &v4->sin_addr) == 1);
  } else {
    v6->sin6_port = htons(port);
    must(inet_pton(AF_INET6, text, &v6->sin6_addr) == 1);
  }
  return a;
}

address loopback(int family, int port) {
  return parse_address(family, family == AF_INET ? "127.0.0.1" : "::1", port);
}

address mapped(const address *a) {
  const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
  char text[64] = "::ffff:";
  must(inet_ntop(AF_INET, &v4->sin_addr, text + 7, sizeof text - 7));
  return parse_address(AF_INET6, text, ntohs(v4->sin_port));
}

socklen_t length_of(const address *a) {
  return a->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}

address own_address(int fd) {
  address a = {0};
  socklen_t length = sizeof a;
  must(getsockname(fd, (struct sockaddr *)&a, &length) == 0);
  return a;
}

int tcp(int family, int flags) {
  int fd = socket(family, SOCK_STREAM | flags, IPPROTO_TCP);
  must(fd >= 0);
  return fd;
}

int udp(int family) {
  int fd = socket(family, SOCK_DGRAM, 0);
  must(fd >= 0);
  return fd;
}

void bind_to(int fd, const address *a) { must(bind(fd, (const struct sockaddr *)a, length_of(a)) == 0); }

/* `at` is where to listen if it has a family, and where it listens afterwards. */
int listen_on(int family, address *at) {
  if (!at->ss_family) *at = loopback(family, 0);
  return listen_with(tcp(family, 0), at);
}

int listen_with(int fd, address *at) {
  bind_to(fd, at);
  must(listen(fd, 512) == 0);
  *at = own_address(fd);
  return fd;
}

/* A port that is taken but where nobody listens. */
int refuser(int family, address *at) {
  int fd = tcp(family, 0);
  *at = loopback(family, 0);
  bind_to(fd, at);
  *at = own_address(fd);
  return fd;
}

int dial(const address *to, struct conn *c, const char *socket) {
  return dial_with(tcp(to->ss_family, 0), to, c, socket);
}

int dial_with(int fd, const address *to, struct conn *c, const char *socket) {
  must(connect(fd, (const struct sockaddr *)to, length_of(to)) == 0);
  attempt(c, socket, fd, to);
  established(c);
  return fd;
}

/* Non-blocking; the caller learns the outcome and says it. */
int start_dial(const address *to, struct conn *c, const char *socket) {
  int fd = tcp(to->ss_family, SOCK_NONBLOCK);
  must(connect(fd, (const struct sockaddr *)to, length_of(to)) == -1 && errno == EINPROGRESS);
  attempt(c, socket, fd, to);
  return fd;
}

int take(int listener, struct conn *c, const char *socket) {
  address peer;
  socklen_t length = sizeof peer;
  int fd = accept4(listener, (struct sockaddr *)&peer, &length, 0);
  must(fd >= 0);
  accepted(c, socket, fd, &peer);
  return fd;
}

void end(int fd, const struct conn *c) {
  must(close(fd) == 0);
  closed(c, NULL);
}

void dissolve(int fd) {
  struct sockaddr none = {.sa_family = AF_UNSPEC};
  must(connect(fd, &none, sizeof none) == 0);
}

void reset_on_close(int fd) {
  struct linger hard = {.l_onoff = 1, .l_linger = 0};
  must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard) == 0);
}

/* A filter that drops every packet to this socket, on a listener the SYN too: an unanswering host that
 * needs no device and no firewall, and that can be opened again. */
void black_hole(int fd) {
  struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
  struct sock_fprog program = {.len = 1, .filter = &drop};
  must(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0);
}

void open_again(int fd) {
  int unused = 0;
  must(setsockopt(fd, SOL_SOCKET, SO_DETACH_FILTER, &unused, sizeof unused) == 0);
}

/* Returns what poll() reported. */
int await(int fd, int events) {
  struct pollfd p = {.fd = fd, .events = events};
  int n;
  while ((n = poll(&p, 1, 60000)) < 0) must(errno == EINTR);
  must(n == 1);
  return p.revents;
}

/* Until a non-blocking connect has ended, which must be with this errno, or 0. */
void await_outcome(int fd, int wanted) {
  int error, events = await(fd, POLLOUT);
  socklen_t length = sizeof error;
  must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0);
  if (error != wanted) die("connect ended with %d, not %d, and poll() said %#x", error, wanted, events);
}

void user_timeout(int fd, int ms) {
  must(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms) == 0);
}
