/* Attempts that nobody answers, and others for which an ICMP error comes. The process asks each socket for its error
 * until there is one, and closes it at once: on another CPU than the one where the kernel ends the attempts. */
#include "pressure.h"
#include <linux/filter.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <sched.h>

static void run_on(int cpu) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  must(sched_setaffinity(0, sizeof one, &one) == 0);
}

/* An idle CPU may leave its timers to another one. */
static void stay_awake(void *unused) {
  (void)unused;
  run_on(1);
  for (volatile unsigned long turns = 0;; turns++) {
  }
}

static address silent_listener(void) {
  struct sock_filter drop = BPF_STMT(BPF_RET | BPF_K, 0);
  struct sock_fprog program = {.len = 1, .filter = &drop};
  int fd = tcp();
  must(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0);
  must(try_bind(fd, at("127.0.0.1", 0)) == 0);
  must(listen(fd, 1) == 0);
  return own_address(fd);
}

static int start_connect(address to) {
  int fd = tcp();
  must(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
  must(try_connect(fd, to) == EINPROGRESS);
  return fd;
}

static int start_short_connect(address to) {
  int fd = start_connect(to), ms = 1000;
  must(setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms) == 0);
  return fd;
}

static int take_error(int fd) {
  int error;
  socklen_t length = sizeof error;
  must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0);
  return error;
}

/* Asks until each of them has this error. */
static void take_errors(int *fds, int attempts, address to, int wanted) {
  for (int left = attempts; left > 0;)
    for (int i = 0; i < attempts; i++) {
      int error = fds[i] < 0 ? 0 : take_error(fds[i]);
      if (error == 0) continue;
      must(close(fds[i]) == 0);
      must(error == wanted);
      made("tcp.connect", NULL, &to, error);
      fds[i] = -1;
      left--;
    }
}

struct router {
  int syns; /* a raw socket, which gets a copy of each packet */
  address unreachable;
};

static uint16_t checksum(const void *bytes, size_t length) {
  uint32_t sum = 0;
  for (const uint16_t *word = bytes; length > 0; word++, length -= 2) sum += *word;
  return ~(sum + (sum >> 16));
}

/* Answers each SYN as a router does that cannot reach the host, quoting its beginning. */
static void route(void *argument) {
  const struct router *r = argument;
  struct {
    struct icmphdr header;
    struct {
      struct iphdr ip;
      uint16_t from, to;
      uint32_t sequence;
    } quoted;
  } answer = {.header = {.type = ICMP_DEST_UNREACH, .code = ICMP_HOST_UNREACH}};
  int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
  must(fd >= 0);
  run_on(1);
  for (;;) {
    must(recv(r->syns, &answer.quoted, sizeof answer.quoted, MSG_TRUNC) >= (ssize_t)sizeof answer.quoted);
    if (answer.quoted.to != r->unreachable.sin_port) continue;
    answer.header.checksum = 0;
    answer.header.checksum = checksum(&answer, sizeof answer);
    usleep(50 * 1000);
    must(sendto(fd, &answer, sizeof answer, 0, (const struct sockaddr *)&r->unreachable, sizeof(address)) > 0);
  }
}

static void time_out(int attempts) {
  int fds[attempts];
  address to = silent_listener();
  run_on(1); /* the timers go where they are set */
  for (int i = 0; i < attempts; i++) {
    fds[i] = start_short_connect(to);
    usleep(50 * 1000); /* so that they end one by one */
  }
  run_on(0);
  take_errors(fds, attempts, to, ETIMEDOUT);
}

static void be_unreachable(int attempts) {
  int fds[attempts];
  struct router r = {socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP), silent_listener()};
  must(r.syns >= 0);
  for (int i = 0; i < attempts; i++) fds[i] = start_connect(r.unreachable);
  int router = spawn(route, &r);
  take_errors(fds, attempts, r.unreachable, EHOSTUNREACH);
  end_child(router, SIGKILL);
}

void taking(int unanswered, int unreachable) {
  own_namespace();
  int burner = spawn(stay_awake, NULL);
  run_on(0);
  if (unanswered > 0) time_out(unanswered);
  if (unreachable > 0) be_unreachable(unreachable);
  end_child(burner, SIGKILL);
}
