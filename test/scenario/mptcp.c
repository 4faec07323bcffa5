/* MPTCP: whatever its subflows do, a connection is one line each way, and so is the plain TCP that it falls
 * back to where the other end has none. */
#include "scenario.h"

enum { PROTOCOL = 262 /* IPPROTO_MPTCP */ };
enum mix { BOTH, CLIENT_ONLY, SERVER_ONLY };

static int mptcp(int family, int flags) { return socket(family, SOCK_STREAM | flags, PROTOCOL); }

static bool has_mptcp(int family) {
  int fd = mptcp(family, 0);
  if (fd < 0) {
    skip("no MPTCP: %s", strerror(errno));
    return false;
  }
  close(fd);
  return true;
}

static int protocol_of(int fd) {
  int protocol;
  socklen_t length = sizeof protocol;
  must(getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0);
  return protocol;
}

static int listen_to(int family, bool plain, address *at) {
  *at = loopback(family, 0);
  return listen_with(plain ? tcp(family, 0) : mptcp(family, 0), at);
}

static void there_and_back(int family, enum mix mix) {
  struct conn client, server;
  address at;
  if (!has_mptcp(family)) return;
  int listener = listen_to(family, mix == CLIENT_ONLY, &at);
  int c = dial_with(mix == SERVER_ONLY ? tcp(family, 0) : mptcp(family, 0), &at, &client, "client");
  int s = take(listener, &server, "server");
  must(protocol_of(s) == (mix == BOTH ? PROTOCOL : IPPROTO_TCP));
  must(write(c, "x", 1) == 1); /* the server's end is a full MPTCP connection only from the first data on */
  await(s, POLLIN);
  end(c, &client);
  end(s, &server);
  close(listener);
}

static void v4_both(void) { there_and_back(AF_INET, BOTH); }
static void v6_both(void) { there_and_back(AF_INET6, BOTH); }
static void v4_client(void) { there_and_back(AF_INET, CLIENT_ONLY); }
static void v6_client(void) { there_and_back(AF_INET6, CLIENT_ONLY); }
static void v4_server(void) { there_and_back(AF_INET, SERVER_ONLY); }
static void v6_server(void) { there_and_back(AF_INET6, SERVER_ONLY); }

/* An IPv6 socket dials a mapped address; the listener is one of IPv6 that takes IPv4 as well. */
static void mapped_both(void) {
  struct conn client, server;
  address any = parse_address(AF_INET6, "::", 0);
  if (!has_mptcp(AF_INET6)) return;
  int listener = listen_with(mptcp(AF_INET6, 0), &any);
  address to = loopback(AF_INET, ntohs(((struct sockaddr_in6 *)&any)->sin6_port));
  to = mapped(&to);
  int c = dial_with(mptcp(AF_INET6, 0), &to, &client, "client"), s = take(listener, &server, "server");
  end(c, &client);
  end(s, &server);
  close(listener);
}

/* Nothing is ever sent, and the server ends first. */
static void without_data(void) {
  struct conn client, server;
  address at;
  if (!has_mptcp(AF_INET)) return;
  int listener = listen_to(AF_INET, false, &at), c = mptcp(AF_INET, SOCK_NONBLOCK);
  must(connect(c, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == EINPROGRESS);
  await_outcome(c, 0);
  attempt(&client, "client", c, &at);
  established(&client);
  int s = take(listener, &server, "server");
  end(s, &server);
  end(c, &client);
  close(listener);
}

static void refused(void) {
  struct conn client;
  address at, own = loopback(AF_INET, 0);
  if (!has_mptcp(AF_INET)) return;
  int nobody = refuser(AF_INET, &at), c = mptcp(AF_INET, 0);
  bind_to(c, &own);
  attempt(&client, "client", c, &at);
  must(connect(c, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == ECONNREFUSED);
  failed(&client, ECONNREFUSED);
  close(c);
  close(nobody);
}

static void unreachable(void) {
  struct conn client;
  address to = parse_address(AF_INET, "203.0.113.7", 80);
  if (!has_mptcp(AF_INET)) return;
  int c = mptcp(AF_INET, 0);
  must(connect(c, (struct sockaddr *)&to, length_of(&to)) == -1 && errno == ENETUNREACH);
  attempt(&client, "client", c, &to);
  failed(&client, ENETUNREACH);
  close(c);
}

static void aborted(bool by_unspec) {
  struct conn client;
  address at = {0}, own = loopback(AF_INET, 0);
  if (!has_mptcp(AF_INET)) return;
  int listener = listen_on(AF_INET, &at), c = mptcp(AF_INET, SOCK_NONBLOCK);
  black_hole(listener);
  bind_to(c, &own);
  attempt(&client, "client", c, &at);
  must(connect(c, (struct sockaddr *)&at, length_of(&at)) == -1 && errno == EINPROGRESS);
  if (by_unspec) {
    dissolve(c);
    mistaken(&client, "pending");
  }
  must(close(c) == 0);
  result(&client, "aborted");
  close(listener);
}

static void aborted_by_close(void) { aborted(false); }
static void aborted_by_unspec(void) { aborted(true); }

static void dial_and_wait(void *argument) {
  struct duo *d = argument;
  dial_with(mptcp(AF_INET, 0), &d->to, &d->client, "client");
  d->step = 1;
  pause();
}

static void killed(void) {
  struct duo *d = shared(sizeof *d);
  if (!has_mptcp(AF_INET)) return;
  int listener = listen_to(AF_INET, false, &d->to);
  int pid = spawn(dial_and_wait, d), s = take(listener, &d->server, "server");
  until(d->step == 1);
  kill(pid, SIGKILL);
  reap(pid, SIGKILL);
  closed(&d->client, NULL);
  end(s, &d->server);
  close(listener);
}

/* Dissolved by AF_UNSPEC, and connected again by TCP alone. */
static void dissolved_and_used_again(void) {
  struct conn client, server, second;
  address at, again = {0};
  if (!has_mptcp(AF_INET)) return;
  int listener = listen_to(AF_INET, false, &at), plain = listen_on(AF_INET, &again);
  int c = dial_with(mptcp(AF_INET, 0), &at, &client, "client"), s = take(listener, &server, "server");
  dissolve(c);
  closed(&client, NULL);
  must(connect(c, (struct sockaddr *)&again, length_of(&again)) == 0);
  attempt(&client, "client", c, &again);
  established(&client);
  int t = take(plain, &second, "second-server");
  end(c, &client);
  end(s, &server);
  end(t, &second);
  close(plain);
  close(listener);
}

static void dissolved(void) {
  struct conn client, server;
  address at;
  if (!has_mptcp(AF_INET)) return;
  int listener = listen_to(AF_INET, false, &at);
  int c = dial_with(mptcp(AF_INET, 0), &at, &client, "client"), s = take(listener, &server, "server");
  dissolve(c);
  closed(&client, NULL);
  must(close(c) == 0);
  end(s, &server);
  close(listener);
}

static void no_line(void) {
  address own = loopback(AF_INET, 0), at;
  if (!has_mptcp(AF_INET)) return;
  close(mptcp(AF_INET, 0));
  int bound = mptcp(AF_INET, 0);
  bind_to(bound, &own);
  close(bound);
  close(listen_to(AF_INET, false, &at));
}

const struct test_case mptcp_cases[] = {
    {"mptcp4", v4_both, 0},
    {"mptcp6", v6_both, NEEDS_V6},
    {"mptcp-mapped", mapped_both, NEEDS_V6},
    {"mptcp4-without-data", without_data, 0},
    {"mptcp4-client-only", v4_client, 0},
    {"mptcp6-client-only", v6_client, NEEDS_V6},
    {"mptcp4-server-only", v4_server, 0},
    {"mptcp6-server-only", v6_server, NEEDS_V6},
    {"mptcp4-refused", refused, 0},
    {"mptcp4-unreachable-at-once", unreachable, 0},
    {"mptcp4-aborted-by-close", aborted_by_close, 0},
    {"mptcp4-aborted-by-unspec", aborted_by_unspec, 0},
    {"mptcp4-end-sigkill", killed, 0},
    {"mptcp4-end-unspec", dissolved, 0},
    {"mptcp4-end-unspec-then-connected", dissolved_and_used_again, 0},
    {"mptcp4-never-connected", no_line, 0},
    {0},
};
