/* io_uring: connect, accept and close that are no system calls, in the calling thread, in a worker of the
 * kernel's (IOSQE_ASYNC) or in its polling thread. Whoever does the work, the process is the one with the ring. */
#include "scenario.h"
#include <linux/io_uring.h>
#include <sys/mman.h>

struct ring {
  int fd;
  bool polled;
  unsigned char *rings;
  struct io_uring_sqe *entries;
  struct io_uring_params p;
};

static bool open_ring(struct ring *r, unsigned flags) {
  *r = (struct ring){.polled = flags & IORING_SETUP_SQPOLL, .p = {.flags = flags, .sq_thread_idle = 100}};
  r->fd = syscall(SYS_io_uring_setup, 4, &r->p);
  if (r->fd < 0 || !(r->p.features & IORING_FEAT_SINGLE_MMAP)) {
    skip("no io_uring: %s", strerror(errno));
    return false;
  }
  r->rings = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, IORING_OFF_SQ_RING);
  r->entries = mmap(NULL, 4 * sizeof *r->entries, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, IORING_OFF_SQES);
  must(r->rings != MAP_FAILED && r->entries != MAP_FAILED);
  return true;
}

static void close_ring(struct ring *r) {
  munmap(r->rings, 4096);
  munmap(r->entries, 4 * sizeof *r->entries);
  close(r->fd);
}

static _Atomic unsigned *at(struct ring *r, unsigned offset) { return (_Atomic unsigned *)(r->rings + offset); }

static void submit(struct ring *r, struct io_uring_sqe entry) {
  unsigned tail = *at(r, r->p.sq_off.tail), slot = tail & *at(r, r->p.sq_off.ring_mask);
  r->entries[slot] = entry;
  at(r, r->p.sq_off.array)[slot] = slot;
  *at(r, r->p.sq_off.tail) = tail + 1;
  if (!r->polled) must(syscall(SYS_io_uring_enter, r->fd, 1, 0, 0, NULL, 0) == 1);
  else if (*at(r, r->p.sq_off.flags) & IORING_SQ_NEED_WAKEUP)
    must(syscall(SYS_io_uring_enter, r->fd, 0, 0, IORING_ENTER_SQ_WAKEUP, NULL, 0) >= 0);
}

static int completion(struct ring *r) {
  unsigned head = *at(r, r->p.cq_off.head);
  until(*at(r, r->p.cq_off.tail) != head ||
        syscall(SYS_io_uring_enter, r->fd, 0, r->polled ? 0 : 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0);
  must(*at(r, r->p.cq_off.tail) != head);
  struct io_uring_cqe *all = (struct io_uring_cqe *)(r->rings + r->p.cq_off.cqes);
  int result = all[head & *at(r, r->p.cq_off.ring_mask)].res;
  *at(r, r->p.cq_off.head) = head + 1;
  return result;
}

static int connect_by(struct ring *r, int flags, int fd, const address *to) {
  submit(r, (struct io_uring_sqe){.opcode = IORING_OP_CONNECT,
                                  .flags = flags,
                                  .fd = fd,
                                  .addr = (uintptr_t)to,
                                  .off = length_of(to)});
  return completion(r);
}

static void start_accept(struct ring *r, int flags, int listener, address *peer, socklen_t *length) {
  *length = sizeof *peer;
  submit(r, (struct io_uring_sqe){.opcode = IORING_OP_ACCEPT,
                                  .flags = flags,
                                  .fd = listener,
                                  .addr = (uintptr_t)peer,
                                  .addr2 = (uintptr_t)length});
}

static void end_by(struct ring *r, int flags, int fd, const struct conn *c) {
  submit(r, (struct io_uring_sqe){.opcode = IORING_OP_CLOSE, .flags = flags, .fd = fd});
  must(completion(r) == 0);
  closed(c, NULL);
}

static void all_three(int family, unsigned setup, int flags) {
  struct conn client, server;
  struct ring ring;
  address to = {0}, peer;
  socklen_t length;
  if (!open_ring(&ring, setup)) return;
  int listener = listen_on(family, &to), c = tcp(family, 0);
  must(connect_by(&ring, flags, c, &to) == 0);
  attempt(&client, "client", c, &to);
  established(&client);
  start_accept(&ring, flags, listener, &peer, &length);
  int s = completion(&ring);
  must(s >= 0);
  accepted(&server, "server", s, &peer);
  end_by(&ring, flags, c, &client);
  end_by(&ring, flags, s, &server);
  close(listener);
  close_ring(&ring);
}

static void v4_in_place(void) { all_three(AF_INET, 0, 0); }
static void v6_in_place(void) { all_three(AF_INET6, 0, 0); }
static void v4_worker(void) { all_three(AF_INET, 0, IOSQE_ASYNC); }
static void v6_worker(void) { all_three(AF_INET6, 0, IOSQE_ASYNC); }
static void v4_polled(void) { all_three(AF_INET, IORING_SETUP_SQPOLL, 0); }

/* The accept is there before the connection. */
static void accept_waits(int flags) {
  struct conn client, server;
  struct ring ring;
  address to = {0}, peer;
  socklen_t length;
  if (!open_ring(&ring, 0)) return;
  int listener = listen_on(AF_INET, &to);
  start_accept(&ring, flags, listener, &peer, &length);
  int c = dial(&to, &client, "client"), s = completion(&ring);
  must(s >= 0);
  accepted(&server, "server", s, &peer);
  end(c, &client);
  end(s, &server);
  close(listener);
  close_ring(&ring);
}

static void accept_waits_in_place(void) { accept_waits(0); }
static void accept_waits_in_worker(void) { accept_waits(IOSQE_ASYNC); }

static void refused(int flags) {
  struct conn client;
  struct ring ring;
  address to, own = loopback(AF_INET, 0);
  if (!open_ring(&ring, 0)) return;
  int nobody = refuser(AF_INET, &to), c = tcp(AF_INET, 0);
  bind_to(c, &own);
  attempt(&client, "client", c, &to);
  must(connect_by(&ring, flags, c, &to) == -ECONNREFUSED);
  failed(&client, ECONNREFUSED);
  close(c);
  close(nobody);
  close_ring(&ring);
}

static void refused_in_place(void) { refused(0); }
static void refused_in_worker(void) { refused(IOSQE_ASYNC); }

static void unreachable(int flags) {
  struct conn client;
  struct ring ring;
  address to = parse_address(AF_INET, "203.0.113.7", 80);
  if (!open_ring(&ring, 0)) return;
  int c = tcp(AF_INET, 0);
  must(connect_by(&ring, flags, c, &to) == -ENETUNREACH);
  attempt(&client, "client", c, &to);
  failed(&client, ENETUNREACH);
  close(c);
  close_ring(&ring);
}

static void unreachable_in_place(void) { unreachable(0); }
static void unreachable_in_worker(void) { unreachable(IOSQE_ASYNC); }

const struct test_case uring_cases[] = {
    {"uring4", v4_in_place, 0},
    {"uring6", v6_in_place, NEEDS_V6},
    {"uring4-worker", v4_worker, 0},
    {"uring6-worker", v6_worker, NEEDS_V6},
    {"uring4-polled", v4_polled, 0},
    {"uring4-accept-waits", accept_waits_in_place, 0},
    {"uring4-accept-waits-in-worker", accept_waits_in_worker, 0},
    {"uring4-refused", refused_in_place, 0},
    {"uring4-refused-in-worker", refused_in_worker, 0},
    {"uring4-unreachable-at-once", unreachable_in_place, 0},
    {"uring4-unreachable-at-once-in-worker", unreachable_in_worker, 0},
    {0},
};
