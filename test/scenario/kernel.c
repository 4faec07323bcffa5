/* Sockets that no process opened: the kernel's NFS client dials from a worker thread of its own. */
#include "scenario.h"
#include <sys/mount.h>

struct mounting {
  address at;
  _Atomic int error;
};

static void mount_it(void *argument) {
  struct mounting *m = argument;
  char options[128];
  /* The option string of mount.nfs, which is not needed for it. The server never answers. */
  snprintf(options, sizeof options, "vers=4.2,addr=127.0.0.1,clientaddr=127.0.0.1,proto=tcp,sec=sys,port=%d",
           ntohs(((struct sockaddr_in *)&m->at)->sin_port));
  if (mount("127.0.0.1:/", "/mnt", "nfs", 0, options) != 0) m->error = errno;
}

/* The two ends' lines mirror each other. Which worker it will be nobody can know. */
static struct conn other_end(const struct conn *server) {
  struct conn c = {.opener = {.comm = "kworker/", .comm_length = 8, .kernel_thread = true}};
  snprintf(c.socket, sizeof c.socket, "%s/client", current_case);
  memcpy(c.local, server->peer, sizeof c.local);
  memcpy(c.peer, server->local, sizeof c.peer);
  return c;
}

static void nfs(void) {
  struct mounting *m = shared(sizeof *m);
  struct conn server;
  int listener = listen_on(AF_INET, &m->at), pid = spawn(mount_it, m);
  struct pollfd p = {.fd = listener, .events = POLLIN};
  until(m->error || poll(&p, 1, 0) == 1);
  if (m->error) {
    reap(pid, 0);
    close(listener);
    return skip("no NFS: %s", strerror(m->error));
  }
  int s = take(listener, &server, "server");
  struct conn client = other_end(&server);
  established(&client);
  kill(pid, SIGKILL);
  reap(pid, SIGKILL);
  await(s, POLLRDHUP); /* given up by the mount, the connection is ended by a worker */
  closed(&client, NULL);
  end(s, &server);
  close(listener);
}

const struct test_case kernel_cases[] = {
    {"kernel-nfs", nfs, 0},
    {0},
};
