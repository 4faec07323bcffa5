/* TCP connects that succeed, and those that fail at once or are refused. */
#include "scenario.h"

/* Connects to `to`, accepts at the listener, ends both. */
static void there_and_back(int listener, const address *to, bool blocking) {
  struct conn client, server;
  int c = blocking ? dial(to, &client, "client") : start_dial(to, &client, "client");
  if (!blocking) {
    await_outcome(c, 0);
    established(&client);
  }
  int s = take(listener, &server, "server");
  end(c, &client);
  end(s, &server);
  close(listener);
}

static void connect_over(int family, bool as_mapped, bool blocking) {
  address at = {0};
  int listener = listen_on(family, &at);
  if (as_mapped) at = mapped(&at);
  there_and_back(listener, &at, blocking);
}

static void v4_blocking(void) { connect_over(AF_INET, false, true); }
static void v6_blocking(void) { connect_over(AF_INET6, false, true); }
static void mapped_blocking(void) { connect_over(AF_INET, true, true); }
static void v4_nonblocking(void) { connect_over(AF_INET, false, false); }
static void v6_nonblocking(void) { connect_over(AF_INET6, false, false); }
static void mapped_nonblocking(void) { connect_over(AF_INET, true, false); }

/* An IPv4 client at an IPv6 listener: the accepted socket is of family 10 with mapped addresses. */
static void mapped_accept(void) {
  address any = parse_address(AF_INET6, "::", 0);
  int listener = listen_on(AF_INET6, &any);
  address to = loopback(AF_INET, ntohs(((struct sockaddr_in6 *)&any)->sin6_port));
  there_and_back(listener, &to, true);
}

static void v6_link_local(void) {
  if (!add_v6_address("fe80::17:1", 64)) return skip("no link-local address: %s", strerror(errno));
  address at = parse_address(AF_INET6, "fe80::17:1", 0);
  ((struct sockaddr_in6 *)&at)->sin6_scope_id = 1; /* lo is the first device of every namespace */
  there_and_back(listen_on(AF_INET6, &at), &at, true);
}

/* Connecting to the wildcard reaches the loopback; the kernel's socket says which address that was. */
static void v4_to_any(void) {
  struct conn client, server;
  address at = {0};
  int listener = listen_on(AF_INET, &at), c = tcp(AF_INET, 0);
  address any = parse_address(AF_INET, "0.0.0.0", ntohs(((struct sockaddr_in *)&at)->sin_port));
  must(connect(c, (struct sockaddr *)&any, length_of(&any)) == 0);
  attempt(&client, "client", c, &at);
  established(&client);
  int s = take(listener, &server, "server");
  end(c, &client);
  end(s, &server);
  close(listener);
}

static void refused(int family, bool as_mapped, bool blocking) {
  struct conn client;
  address at;
  int nobody = refuser(family, &at), c;
  if (as_mapped) at = mapped(&at);
  if (blocking) {
    /* Bound first: after a failed blocking connect the kernel forgets an address it chose itself. */
    address own = loopback(family, 0);
    if (as_mapped) own = mapped(&own);
    bind_to(c = tcp(at.ss_family, 0), &own);
    attempt(&client, "client", c, &at);
    must(connect(c, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == ECONNREFUSED);
  } else {
    c = start_dial(&at, &client, "client");
    await_outcome(c, ECONNREFUSED);
  }
  failed(&client, ECONNREFUSED);
  close(c);
  close(nobody);
}

static void v4_refused(void) { refused(AF_INET, false, true); }
static void v6_refused(void) { refused(AF_INET6, false, true); }
static void mapped_refused(void) { refused(AF_INET, true, true); }
static void v4_refused_later(void) { refused(AF_INET, false, false); }
static void v6_refused_later(void) { refused(AF_INET6, false, false); }
static void mapped_refused_later(void) { refused(AF_INET, true, false); }

/* The same socket tries again, and gets through. */
static void refused_then_connected(void) {
  struct conn client, server;
  address nowhere, at = {0}, own = loopback(AF_INET, 0);
  int nobody = refuser(AF_INET, &nowhere), listener = listen_on(AF_INET, &at), c = tcp(AF_INET, 0);
  bind_to(c, &own);
  attempt(&client, "client", c, &nowhere);
  must(connect(c, (struct sockaddr *)&nowhere, length_of(&nowhere)) == -1 && errno == ECONNREFUSED);
  failed(&client, ECONNREFUSED);
  must(connect(c, (struct sockaddr *)&at, length_of(&at)) == 0);
  attempt(&client, "client", c, &at);
  established(&client);
  int s = take(listener, &server, "server");
  end(c, &client);
  end(s, &server);
  close(listener);
  close(nobody);
}

static void fails_at_once(const address *to, const char *socket, int error) {
  struct conn client;
  int c = tcp(to->ss_family, 0);
  must(connect(c, (const struct sockaddr *)to, length_of(to)) == -1 && errno == error);
  attempt(&client, socket, c, to);
  failed(&client, error);
  close(c);
}

static void unreachable(int family, const char *text) {
  address to = parse_address(family, text, 80);
  fails_at_once(&to, "client", ENETUNREACH);
}

static void v4_unreachable(void) { unreachable(AF_INET, "203.0.113.7"); }
static void v4_broadcast(void) { unreachable(AF_INET, "255.255.255.255"); }
static void v6_unreachable(void) { unreachable(AF_INET6, "2001:db8:0:0:1:0:0:7"); }
static void mapped_unreachable(void) { unreachable(AF_INET6, "::ffff:203.0.113.7"); }

/* One port to choose from, and it is taken for this destination: fails after the route was found. */
static void no_port_left(int family) {
  static const char range[] = "/proc/sys/net/ipv4/ip_local_port_range";
  struct conn client, server;
  address at = {0};
  int listener = listen_on(family, &at);
  if (!write_file(range, "61000 61000")) {
    close(listener);
    return skip("cannot set ip_local_port_range: %s", strerror(errno));
  }
  int c = dial(&at, &client, "client"), s = take(listener, &server, "server");
  fails_at_once(&at, "second", EADDRNOTAVAIL);
  must(write_file(range, "32768 60999"));
  /* The server ends first, so that no TIME_WAIT keeps the one port. */
  reset_on_close(s);
  end(s, &server);
  end(c, &client);
  close(listener);
}

static void v4_no_port_left(void) { no_port_left(AF_INET); }
static void v6_no_port_left(void) { no_port_left(AF_INET6); }

const struct test_case connect_cases[] = {
    {"tcp4-blocking", v4_blocking, 0},
    {"tcp6-blocking", v6_blocking, NEEDS_V6},
    {"tcp-mapped-blocking", mapped_blocking, NEEDS_V6},
    {"tcp4-nonblocking", v4_nonblocking, 0},
    {"tcp6-nonblocking", v6_nonblocking, NEEDS_V6},
    {"tcp-mapped-nonblocking", mapped_nonblocking, NEEDS_V6},
    {"tcp-mapped-accept", mapped_accept, NEEDS_V6},
    {"tcp6-link-local", v6_link_local, NEEDS_V6},
    {"tcp4-to-any", v4_to_any, 0},
    {"tcp4-refused-blocking", v4_refused, 0},
    {"tcp6-refused-blocking", v6_refused, NEEDS_V6},
    {"tcp-mapped-refused-blocking", mapped_refused, NEEDS_V6},
    {"tcp4-refused-nonblocking", v4_refused_later, 0},
    {"tcp6-refused-nonblocking", v6_refused_later, NEEDS_V6},
    {"tcp-mapped-refused-nonblocking", mapped_refused_later, NEEDS_V6},
    {"tcp4-refused-then-connected", refused_then_connected, 0},
    {"tcp4-unreachable-at-once", v4_unreachable, 0},
    {"tcp4-broadcast-unreachable", v4_broadcast, 0},
    {"tcp6-unreachable-at-once", v6_unreachable, NEEDS_V6},
    {"tcp-mapped-unreachable-at-once", mapped_unreachable, NEEDS_V6},
    {"tcp4-no-port-left", v4_no_port_left, 0},
    {"tcp6-no-port-left", v6_no_port_left, NEEDS_V6},
    {0},
};
