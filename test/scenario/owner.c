/* Sockets opened by one process and ended by another, and descriptors that are not the last one. */
#include "scenario.h"
#include <sys/uio.h>

static void open_pair(struct duo *d, int *client, int *server) {
  int listener = listen_on(AF_INET, &d->to);
  *client = dial(&d->to, &d->client, "client");
  *server = take(listener, &d->server, "server");
  close(listener);
}

struct heir {
  struct duo duo;
  int mine, other;
  bool exits;
};

/* The child of a process with a connection: drops the last reference once its parent has dropped its own. */
static void heir(void *argument) {
  struct heir *h = argument;
  must(prctl(PR_SET_NAME, "heir") == 0);
  must(close(h->other) == 0);
  h->duo.closer = who_am_i();
  h->duo.step = 1;
  until(h->duo.step == 2);
  if (!h->exits) must(close(h->mine) == 0);
}

static void inherited(bool server_side, bool exits) {
  struct heir *h = shared(sizeof *h);
  int client, server;
  open_pair(&h->duo, &client, &server);
  h->mine = server_side ? server : client;
  h->other = server_side ? client : server;
  h->exits = exits;
  int pid = spawn(heir, h);
  until(h->duo.step == 1);
  must(close(h->mine) == 0);
  h->duo.step = 2;
  reap(pid, 0);
  closed(server_side ? &h->duo.server : &h->duo.client, &h->duo.closer);
  end(h->other, server_side ? &h->duo.client : &h->duo.server);
}

static void child_closes_client(void) { inherited(false, false); }
static void child_exits_with_client(void) { inherited(false, true); }
static void child_closes_accepted(void) { inherited(true, false); }

/* The child drops its copy first: the line is the parent's own. */
static void drop_copy(void *argument) {
  must(close(*(int *)argument) == 0);
}

static void parent_closes_last(void) {
  struct duo *d = shared(sizeof *d);
  int client, server;
  open_pair(d, &client, &server);
  reap(spawn(drop_copy, &client), 0);
  end(client, &d->client);
  end(server, &d->server);
}

/* The opener ends before its child: its line comes when it no longer exists. */
static void orphan(struct duo *d, int fd) {
  must(prctl(PR_SET_NAME, "orphan") == 0);
  d->closer = who_am_i();
  until(d->step == 2);
  must(close(fd) == 0);
}

static void opener(void *argument) {
  struct duo *d = argument;
  int client = dial(&d->to, &d->client, "client"), pid = fork();
  must(pid >= 0);
  if (pid == 0) {
    orphan(d, client);
    _exit(0);
  }
  say("{\"process\":%d}", pid);
  d->closer.pid = pid;
  d->step = 1;
}

static void opener_is_gone(void) {
  struct duo *d = shared(sizeof *d);
  must(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0); /* so that the orphan can be waited for */
  int listener = listen_on(AF_INET, &d->to);
  int pid = spawn(opener, d), server = take(listener, &d->server, "server");
  reap(pid, 0);
  must(d->step == 1);
  d->step = 2;
  reap(d->closer.pid, 0);
  must(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
  closed(&d->client, &d->closer);
  end(server, &d->server);
  close(listener);
}

struct parcel {
  struct duo duo;
  int way[2];
};

union control {
  struct cmsghdr header;
  char room[CMSG_SPACE(sizeof(int))];
};

static struct msghdr envelope(union control *control, struct iovec *io) {
  static char byte = 'x';
  *io = (struct iovec){.iov_base = &byte, .iov_len = 1};
  return (struct msghdr){
      .msg_iov = io, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof *control};
}

static void receiver(void *argument) {
  struct parcel *p = argument;
  union control control = {0};
  struct iovec io;
  struct msghdr m = envelope(&control, &io);
  int fd;
  must(prctl(PR_SET_NAME, "receiver") == 0);
  p->duo.closer = who_am_i();
  must(recvmsg(p->way[1], &m, 0) == 1 && CMSG_FIRSTHDR(&m));
  memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof fd);
  p->duo.step = 1;
  until(p->duo.step == 2);
  must(close(fd) == 0);
}

static void passed_on(void) {
  struct parcel *p = shared(sizeof *p);
  union control control = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
  struct iovec io;
  struct msghdr m = envelope(&control, &io);
  int client, server;
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, p->way) == 0);
  int pid = spawn(receiver, p);
  open_pair(&p->duo, &client, &server);
  control.header.cmsg_len = CMSG_LEN(sizeof client);
  memcpy(CMSG_DATA(&control.header), &client, sizeof client);
  must(sendmsg(p->way[0], &m, 0) == 1);
  until(p->duo.step == 1);
  must(close(client) == 0);
  p->duo.step = 2;
  reap(pid, 0);
  closed(&p->duo.client, &p->duo.closer);
  end(server, &p->duo.server);
  close(p->way[0]);
  close(p->way[1]);
}

static void duplicated(void) {
  struct duo d = {0};
  int client, server;
  open_pair(&d, &client, &server);
  int copy = dup(client);
  must(copy >= 0 && close(client) == 0);
  must(write(copy, "x", 1) == 1); /* still connected */
  end(copy, &d.client);
  end(server, &d.server);
}

/* No close(2) at all: another descriptor takes the socket's place. */
static void replaced(void) {
  struct duo d = {0};
  int client, server, other = open("/dev/null", O_RDONLY);
  open_pair(&d, &client, &server);
  must(other >= 0 && dup2(other, client) == client);
  closed(&d.client, NULL);
  end(server, &d.server);
  close(other);
  close(client);
}

const struct test_case owner_cases[] = {
    {"owner-child-closes-client", child_closes_client, 0},
    {"owner-child-exits-with-client", child_exits_with_client, 0},
    {"owner-child-closes-accepted", child_closes_accepted, 0},
    {"owner-parent-closes-last", parent_closes_last, 0},
    {"owner-opener-is-gone", opener_is_gone, 0},
    {"owner-passed-by-unix-socket", passed_on, 0},
    {"owner-dup", duplicated, 0},
    {"owner-dup2-over", replaced, 0},
    {0},
};
