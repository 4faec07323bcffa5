/* TCP Fast Open: the connection begins with the first write, with data in its SYN once there is a cookie. */
#include "scenario.h"

enum way { SENDTO, OPTION };

static bool fast_listener(int family, int *listener, address *at) {
  int queue = 16;
  if (!write_file("/proc/sys/net/ipv4/tcp_fastopen", "3")) {
    skip("cannot set tcp_fastopen: %s", strerror(errno));
    return false;
  }
  *at = loopback(family, 0);
  *listener = listen_with(tcp(family, 0), at);
  must(setsockopt(*listener, IPPROTO_TCP, TCP_FASTOPEN, &queue, sizeof queue) == 0);
  return true;
}

static void connect_at_first_write(int fd) {
  int on = 1;
  must(setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &on, sizeof on) == 0);
}

static bool data_went_with_syn(int fd) {
  struct tcp_info info;
  socklen_t length = sizeof info;
  must(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) == 0);
  return info.tcpi_options & 32; /* TCPI_OPT_SYN_DATA */
}

static bool visit(int listener, const address *at, enum way way, const char *const names[2]) {
  struct conn client, server;
  int c = tcp(at->ss_family, 0);
  if (way == SENDTO) {
    must(sendto(c, "x", 1, MSG_FASTOPEN, (const struct sockaddr *)at, length_of(at)) == 1);
  } else {
    connect_at_first_write(c);
    must(connect(c, (const struct sockaddr *)at, length_of(at)) == 0);
    must(write(c, "x", 1) == 1);
  }
  await(c, POLLOUT);
  attempt(&client, names[0], c, at);
  established(&client);
  int s = take(listener, &server, names[1]);
  await(s, POLLIN);
  bool fast = data_went_with_syn(c);
  end(c, &client);
  end(s, &server);
  return fast;
}

/* The first connection brings the cookie that the second uses; each family has its own. */
static void without_and_with_cookie(int family, enum way way) {
  address at;
  int listener;
  if (!fast_listener(family, &listener, &at)) return;
  visit(listener, &at, way, (const char *const[]){"first-client", "first-server"});
  must(visit(listener, &at, way, (const char *const[]){"second-client", "second-server"}));
  close(listener);
}

static void v4_sendto(void) { without_and_with_cookie(AF_INET, SENDTO); }
static void v6_sendto(void) { without_and_with_cookie(AF_INET6, SENDTO); }
static void v4_option(void) { without_and_with_cookie(AF_INET, OPTION); }
static void v6_option(void) { without_and_with_cookie(AF_INET6, OPTION); }

static void refused(void) {
  struct conn client;
  address at, own = loopback(AF_INET, 0);
  int nobody = refuser(AF_INET, &at), c = tcp(AF_INET, 0);
  bind_to(c, &own);
  attempt(&client, "client", c, &at);
  must(sendto(c, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == ECONNREFUSED);
  failed(&client, ECONNREFUSED);
  close(c);
  close(nobody);
}

static void unreachable(void) {
  struct conn client;
  address to = parse_address(AF_INET, "203.0.113.7", 80);
  int c = tcp(AF_INET, 0);
  must(sendto(c, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&to, length_of(&to)) == -1 && errno == ENETUNREACH);
  attempt(&client, "client", c, &to);
  failed(&client, ENETUNREACH);
  close(c);
}

/* Connected as far as the process knows, but it never wrote: no SYN went out, and there is no line. */
static void never_written(void) {
  struct conn none;
  address at;
  int listener;
  if (!fast_listener(AF_INET, &listener, &at)) return;
  visit(listener, &at, SENDTO, (const char *const[]){"client", "server"}); /* there must be a cookie */
  int c = tcp(AF_INET, 0);
  connect_at_first_write(c);
  must(connect(c, (struct sockaddr *)&at, length_of(&at)) == 0);
  struct pollfd p = {.fd = listener, .events = POLLIN};
  must(poll(&p, 1, 50) == 0);
  attempt(&none, "mistaken", c, &at);
  close(c);
  mistaken(&none, "aborted");
  close(listener);
}

const struct test_case fast_open_cases[] = {
    {"fast-open4-sendto", v4_sendto, 0},
    {"fast-open6-sendto", v6_sendto, NEEDS_V6},
    {"fast-open4-option", v4_option, 0},
    {"fast-open6-option", v6_option, NEEDS_V6},
    {"fast-open4-refused", refused, 0},
    {"fast-open4-unreachable-at-once", unreachable, 0},
    {"fast-open4-never-written", never_written, 0},
    {0},
};
