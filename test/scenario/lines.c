/* The expectations on stdout: one JSON object a line, each in one write, so that the processes of the
 * scenario can share the stream. */
#include "scenario.h"
#include <arpa/inet.h>
#include <stdarg.h>

const char *current_case = "";
int cases_skipped;

void say(const char *format, ...) {
  char line[2048];
  va_list rest;
  va_start(rest, format);
  int length = vsnprintf(line, sizeof line - 1, format, rest);
  va_end(rest);
  must(length > 0 && length < (int)sizeof line - 1);
  line[length++] = '\n';
  must(write(STDOUT_FILENO, line, length) == length);
}

void skip(const char *format, ...) {
  char reason[256];
  va_list rest;
  cases_skipped++;
  va_start(rest, format);
  vsnprintf(reason, sizeof reason, format, rest);
  va_end(rest);
  say("{\"skip\":\"%s\",\"reason\":\"%s\"}", current_case, reason);
}

static struct who host_view = {.pid = -1, .uid = -1};

/* A process in a pid or user namespace cannot ask what the host calls it: its parent tells. */
void known_as(int pid, int uid) {
  host_view.pid = pid;
  host_view.uid = uid;
}

struct who who_am_i(void) {
  struct who w = {.pid = host_view.pid < 0 ? getpid() : host_view.pid,
                  .uid = host_view.uid < 0 ? (int)getuid() : host_view.uid};
  char text[32];
  /* prctl(PR_GET_NAME) would give the calling thread's name; this file gives the leader's. */
  int fd = open("/proc/self/comm", O_RDONLY | O_CLOEXEC);
  must(fd >= 0);
  int length = read(fd, text, sizeof text);
  must(length >= 1 && length <= 16);
  close(fd);
  w.comm_length = length - 1; /* the file's own newline */
  memcpy(w.comm, text, w.comm_length);
  return w;
}

void format_address(char out[80], const address *a) {
  char ip[INET6_ADDRSTRLEN] = "", scope[12] = "";
  if (a->ss_family == AF_INET) {
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)a;
    if (v4->sin_addr.s_addr != INADDR_ANY) inet_ntop(AF_INET, &v4->sin_addr, ip, sizeof ip);
    snprintf(out, 80, "%s:%d", *ip ? ip : " (any ip address)", ntohs(v4->sin_port));
    return;
  }
  const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)a;
  int port = ntohs(v6->sin6_port);
  if (IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr)) {
    snprintf(out, 80, " (any ip address):%d", port);
  } else if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = v6->sin6_port};
    memcpy(&v4.sin_addr, v6->sin6_addr.s6_addr + 12, 4);
    format_address(out, (const address *)&v4);
  } else {
    inet_ntop(AF_INET6, &v6->sin6_addr, ip, sizeof ip);
    if (IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr)) snprintf(scope, sizeof scope, "%%%u", v6->sin6_scope_id);
    snprintf(out, 80, "[%s%s]:%d", ip, scope, port);
  }
}

static void expect(const struct conn *c, const char *event, const char *more) {
  char comm[31] = "", peer[120] = "";
  const char *kernel = c->opener.kernel_thread ? ",\"kernel_thread\":true" : "";
  for (int i = 0; i < c->opener.comm_length; i++) sprintf(comm + 2 * i, "%02x", c->opener.comm[i]);
  if (strcmp(event, "udp.bind") != 0) snprintf(peer, sizeof peer, ",\"peer\":\"%s\"", c->peer);
  say("{\"case\":\"%s\",\"socket\":\"%s\",\"event\":\"%s\",\"pid\":%d,\"comm_hex\":\"%s\",\"uid\":%d,"
      "\"local\":\"%s\"%s%s%s}",
      current_case, c->socket, event, c->opener.pid, comm, c->opener.uid, c->local, peer, more, kernel);
}

static void name_it(struct conn *c, const char *socket) {
  snprintf(c->socket, sizeof c->socket, "%s/%s", current_case, socket);
  c->opener = who_am_i();
}

/* Says nothing yet: the outcome does. May be called before connect(2) on a bound socket, or right after it. */
void attempt(struct conn *c, const char *socket, int fd, const address *to) {
  address own = own_address(fd);
  name_it(c, socket);
  format_address(c->local, &own);
  format_address(c->peer, to);
}

void established(const struct conn *c) { expect(c, "tcp.connect", ""); }

void failed(const struct conn *c, int error) {
  char more[64];
  snprintf(more, sizeof more, ",\"error\":\"%s\"", strerrorname_np(error));
  expect(c, "tcp.connect", more);
}

void result(const struct conn *c, const char *result) {
  char more[64];
  snprintf(more, sizeof more, ",\"result\":\"%s\"", result);
  expect(c, "tcp.connect", more);
}

/* What a log must not say, and does where its probes are documented to take the case for another. */
void mistaken(const struct conn *c, const char *result) {
  char more[64];
  snprintf(more, sizeof more, ",\"result\":\"%s\",\"mistaken\":true", result);
  expect(c, "tcp.connect", more);
}

void accepted(struct conn *c, const char *socket, int fd, const address *peer) {
  attempt(c, socket, fd, peer);
  expect(c, "tcp.accept", "");
}

static void expect_close(const struct conn *c, const char *event, const struct who *other) {
  char more[64] = "";
  if (other)
    snprintf(more, sizeof more, ",\"closed_by\":\"%.*s[%d]\"", other->comm_length, other->comm, other->pid);
  expect(c, event, more);
}

void closed(const struct conn *c, const struct who *other) { expect_close(c, "tcp.close", other); }
void udp_closed(const struct conn *c, const struct who *other) { expect_close(c, "udp.close", other); }

void udp_bound(struct conn *c, const char *socket, int fd) {
  name_it(c, socket);
  udp_ends_as(c, fd);
  expect(c, "udp.bind", "");
}

void udp_connected(struct conn *c, const char *socket, int fd) {
  name_it(c, socket);
  udp_ends_as(c, fd);
  expect(c, "udp.connect", "");
}

/* A UDP socket's close carries the addresses that it holds at its end, not those of its opening. */
void udp_ends_as(struct conn *c, int fd) {
  address own = own_address(fd), peer = {.ss_family = AF_INET};
  socklen_t length = sizeof peer;
  if (getpeername(fd, (struct sockaddr *)&peer, &length)) must(errno == ENOTCONN);
  format_address(c->local, &own);
  format_address(c->peer, &peer);
}
