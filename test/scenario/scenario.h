/* What the parts of the scenario share. Every expected value comes from the scenario's own side
 * (getpid, getsockname, errno, its own names), never from the program under test. */
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct sockaddr_storage address;

/* A process as its lines must name it: the thread-group leader's name, whoever calls. Of a kernel thread
 * only what its name begins with is known beforehand. */
struct who {
  int pid, uid, comm_length;
  unsigned char comm[16];
  bool kernel_thread;
};

/* One kernel socket: its name in the expectations, and what its lines must say. */
struct conn {
  char socket[96], local[80], peer[80];
  struct who opener;
};

/* A connection whose two ends may belong to two processes; lives in shared memory. */
struct duo {
  struct conn client, server;
  struct who closer;
  address to;
  _Atomic int step;
};

struct test_case {
  const char *name;
  void (*run)(void);
  int needs;
};
enum { NEEDS_V6 = 1 };
extern const struct test_case connect_cases[], attempt_cases[], accept_cases[], end_cases[], owner_cases[],
    process_cases[], namespace_cases[], udp_cases[], name_cases[], fast_open_cases[], mptcp_cases[], uring_cases[],
    denied_cases[], kernel_cases[], pending_cases[];

/* lines.c */
extern const char *current_case;
extern int cases_skipped;
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void skip(const char *format, ...) __attribute__((format(printf, 1, 2)));
struct who who_am_i(void);
void known_as(int pid, int uid);
void attempt(struct conn *c, const char *socket, int fd, const address *to);
void established(const struct conn *c);
void failed(const struct conn *c, int error);
void result(const struct conn *c, const char *result);
void mistaken(const struct conn *c, const char *result);
void accepted(struct conn *c, const char *socket, int fd, const address *peer);
void closed(const struct conn *c, const struct who *other_closer);
void udp_bound(struct conn *c, const char *socket, int fd);
void udp_connected(struct conn *c, const char *socket, int fd);
void udp_closed(const struct conn *c, const struct who *other_closer);
void udp_ends_as(struct conn *c, int fd);
void format_address(char out[80], const address *a);

/* net.c */
address loopback(int family, int port);
address parse_address(int family, const char *text, int port);
address mapped(const address *v4);
socklen_t length_of(const address *a);
address own_address(int fd);
int tcp(int family, int flags);
int udp(int family);
void bind_to(int fd, const address *a);
int listen_on(int family, address *at);
int listen_with(int fd, address *at);
int refuser(int family, address *at);
int dial_with(int fd, const address *to, struct conn *c, const char *socket);
int dial(const address *to, struct conn *c, const char *socket);
int start_dial(const address *to, struct conn *c, const char *socket);
int take(int listener, struct conn *c, const char *socket);
void end(int fd, const struct conn *c);
void dissolve(int fd);
void reset_on_close(int fd);
void black_hole(int fd);
void open_again(int fd);
int await(int fd, int events);
void await_outcome(int fd, int wanted);
void user_timeout(int fd, int ms);

/* device.c */
bool write_file(const char *path, const char *text);
void loopback_up(void);
bool add_v6_address(const char *text, int prefix);
bool veth_up(const char *a, const char *b, const char *address_of_a);

/* process.c */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
void *shared(size_t size);
int spawn(void (*run)(void *), void *argument);
void reap(int pid, int by_signal);
void until_zombie(int pid);
long long now_ms(void);

#define must(call)                                                                                         \
  do {                                                                                                     \
    if (!(call)) die("%s:%d: %s: %s", __FILE__, __LINE__, #call, strerror(errno));                         \
  } while (0)

/* Waits for what will happen, with a bound that only a broken machine reaches. */
#define until(condition)                                                                                   \
  for (long long end_ = now_ms() + 60000; !(condition); usleep(500))                                       \
    if (now_ms() > end_) die("%s:%d: waited in vain for %s", __FILE__, __LINE__, #condition)
